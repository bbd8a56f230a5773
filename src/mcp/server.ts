/**
 * A protocol server made from the declarations. Every era and every transport is served by the same
 * `McpServer`; what differs stands in front of it.
 */
import { type CacheHint, McpServer } from '@modelcontextprotocol/server'
import type { Catalogue } from './catalogue.ts'
import { serveCompletions, suggests } from './completion.ts'
import { createCursors } from './cursor.ts'
import { GuardedServer } from './guarded-server.ts'
import { createLists, type Lists } from './listing.ts'
import type { Running } from './permitted.ts'
import { registerPrompt, registerResource, registerTemplate, registerTool } from './register.ts'

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
  /** Seals the cursors of lists. At least 32 bytes; the same in every process that serves this address. */
  readonly stateKey: Uint8Array
  /** Entries on a page of a list. */
  readonly pageSize: number
}

/**
 * Declarations change with a new version of the server, so that a minute of the old ones does no harm;
 * but they are kept by who asked, as each may see others.
 */
export const FOR_A_MINUTE: CacheHint = { ttlMs: 60_000, cacheScope: 'private' }

/** Contents of resources say for themselves how long they may be kept. */
const CACHE_HINTS = {
  'server/discover': FOR_A_MINUTE,
  'tools/list': FOR_A_MINUTE,
  'prompts/list': FOR_A_MINUTE,
  'resources/list': FOR_A_MINUTE,
  'resources/templates/list': FOR_A_MINUTE,
}

/** Servers of one offer, and what they have in common. */
export interface Servers {
  /**
   * Makes a server: for one exchange, or for one session. Its calls take their caller from the request
   * they come with.
   *
   * @param announces whether a client can hear of changes, which takes a session or a subscription
   */
  create(announces: boolean): McpServer
  readonly lists: Lists
}

/** Prepares servers. */
export function createServers(options: ServerOptions): Servers {
  const { instructions, ...implementation } = options.identity
  const { tools, resources, templates, prompts } = options.catalogue
  const completes = suggests(options.catalogue)

  const declare = (server: McpServer) => {
    for (const tool of tools.values()) registerTool(server, tool, options)
    for (const resource of resources.values()) registerResource(server, resource, options)
    for (const template of templates) registerTemplate(server, template, options)
    for (const prompt of prompts.values()) registerPrompt(server, prompt, options)
    return server
  }
  const lists = createLists((options) => declare(new McpServer(implementation, options)), {
    cursors: createCursors(options.stateKey),
    pageSize: options.pageSize,
  })

  function create(announces: boolean): McpServer {
    const changing = { listChanged: announces }
    const serverOptions = {
      instructions,
      capabilities: {
        logging: {},
        ...(tools.size > 0 ? { tools: changing } : {}),
        ...(prompts.size > 0 ? { prompts: changing } : {}),
        ...(resources.size + templates.length > 0
          ? { resources: { ...changing, subscribe: announces } }
          : {}),
        ...(completes ? { completions: {} } : {}),
      },
      cacheHints: CACHE_HINTS,
      requestState: { verify: options.sealed.verify },
    }
    const server = declare(new GuardedServer(implementation, serverOptions, options.log))
    lists.serve(server)
    if (completes) serveCompletions(server, options)
    return server
  }
  return { create, lists }
}
