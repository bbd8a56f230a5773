/**
 * A protocol server made from the declarations. Every era and every transport is served by the same
 * `McpServer`; what differs stands in front of it.
 */
import { McpServer } from '@modelcontextprotocol/server'
import type { Catalogue } from './catalogue.ts'
import {
  type Running,
  registerPrompt,
  registerResource,
  registerTemplate,
  registerTool,
} from './register.ts'

/** Who the server says it is. */
export interface ServerIdentity {
  readonly name: string
  readonly title: string
  readonly version: string
  /** For the model: what the server is for and where to begin. */
  readonly instructions: string
}

/** What every server is made with. */
export interface ServerOptions extends Running {
  readonly identity: ServerIdentity
  readonly catalogue: Catalogue
}

/**
 * Prepares a factory of servers: one for each exchange, or for each session.
 *
 * @returns a function that makes a server whose calls take their caller from the request they come with;
 *   `announces` says whether a client can hear of changes, which takes a session or a subscription
 */
export function createServerFactory(options: ServerOptions): (announces: boolean) => McpServer {
  const { instructions, ...implementation } = options.identity
  const { tools, resources, templates, prompts } = options.catalogue

  return (announces) => {
    const changing = { listChanged: announces }
    const server = new McpServer(implementation, {
      instructions,
      capabilities: {
        logging: {},
        completions: {},
        ...(tools.size > 0 ? { tools: changing } : {}),
        ...(prompts.size > 0 ? { prompts: changing } : {}),
        ...(resources.size + templates.length > 0
          ? { resources: { ...changing, subscribe: announces } }
          : {}),
      },
      requestState: { verify: options.sealed.verify },
    })
    for (const tool of tools.values()) registerTool(server, tool, options)
    for (const resource of resources.values()) registerResource(server, resource, options)
    for (const template of templates) registerTemplate(server, template, options)
    for (const prompt of prompts.values()) registerPrompt(server, prompt, options)
    return server
  }
}
