/** Puts each kind of declaration on a protocol server. */
import { type McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server'
import { getPrompt } from './call-prompt.ts'
import { readResource, readTemplate } from './call-resource.ts'
import { callTool } from './call-tool.ts'
import { handle } from './handed-over.ts'
import type { Running } from './permitted.ts'
import type { Prompt } from './prompt.ts'
import type { DeclaredTemplate, Resource } from './resource.ts'
import type { Schema, Tool } from './tool.ts'

/** Puts a tool on a server. */
export function registerTool(server: McpServer, tool: Tool, running: Running): void {
  const { name, title, description, annotations, icons, input, output } = tool
  server.registerTool(
    name,
    {
      title,
      description,
      annotations,
      inputSchema: unchecked(input),
      ...(output === undefined ? {} : { outputSchema: output }),
      ...(icons === undefined ? {} : { icons: [...icons] }),
    },
    // The SDK would infer the arguments from the schema; a tool's own types are folded away.
    ((args: unknown, context: ServerContext) =>
      handle(server, context, (exchange) => callTool(tool, args, exchange, running))) as never,
  )
}

/** Puts a resource on a server. */
export function registerResource(server: McpServer, resource: Resource, running: Running): void {
  const { uri, name, read: _, scopes, tools, ...described } = resource
  server.registerResource(
    name,
    uri,
    metadata(described),
    (_, context) =>
      handle(server, context, (exchange) => readResource(resource, exchange, running)) as never,
  )
}

/** Puts a resource template on a server. */
export function registerTemplate(
  server: McpServer,
  template: DeclaredTemplate,
  running: Running,
): void {
  const { uriTemplate, name, read, complete, scopes, tools, match, matches, ...described } =
    template
  const pattern = new ResourceTemplate(uriTemplate, { list: undefined })
  server.registerResource(
    name,
    pattern,
    metadata(described),
    ({ href }, variables, context) =>
      handle(server, context, (exchange) =>
        readTemplate(template, href, variables, exchange, running),
      ) as never,
  )
}

/** Puts a prompt on a server. */
export function registerPrompt(server: McpServer, prompt: Prompt, running: Running): void {
  const { name, title, description, args, icons } = prompt
  const run = (given: unknown, context: ServerContext) =>
    handle(server, context, (exchange) => getPrompt(prompt, given, exchange, running))
  const config = { title, description, ...(icons === undefined ? {} : { icons: [...icons] }) }
  if (args === undefined) {
    server.registerPrompt(
      name,
      config as never,
      ((context: ServerContext) => run({}, context)) as never,
    )
  } else {
    server.registerPrompt(name, { ...config, argsSchema: args }, run as never)
  }
}

/** What a list says of a resource, and how long its contents may be kept. */
function metadata<Described extends Pick<Resource, 'ttlMs' | 'icons'>>({
  ttlMs = 0,
  icons,
  ...described
}: Described) {
  return {
    ...described,
    ...(icons === undefined ? {} : { icons: [...icons] }),
    cacheHint: { ttlMs, cacheScope: 'private' as const },
  }
}

/** The schema for clients to read. What a call brings is checked where its failure can be put in words. */
function unchecked(schema: Schema): Schema {
  const standard = { ...schema['~standard'], validate: (value: unknown) => ({ value }) }
  return { '~standard': standard } as Schema
}
