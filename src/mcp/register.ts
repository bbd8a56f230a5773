/** Puts each kind of declaration on a protocol server; what runs, runs as its caller and within its scopes. */
import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Log } from '../observe/log.ts'
import { holds } from './access.ts'
import { type CallContext, type CallTools, callContext, callerOf } from './call-context.ts'
import type { Prompt } from './prompt.ts'
import type { Contents, DeclaredTemplate, Resource } from './resource.ts'
import { targetOf } from './sealed-state.ts'
import { type Tool, ToolError } from './tool.ts'

/** What running a declaration takes. */
export interface Running extends CallTools {
  /** Where failures of tools are recorded. */
  readonly log: Log
}

/** Puts a tool on a server. */
export function registerTool(server: McpServer, tool: Tool, running: Running): void {
  const { name, title, description, annotations, icons, input, output } = tool
  const run = (args: unknown, context: ServerContext) => callTool(tool, args, context, running)
  server.registerTool(
    name,
    {
      title,
      description,
      annotations,
      inputSchema: input,
      ...(output === undefined ? {} : { outputSchema: output }),
      ...(icons === undefined ? {} : { icons: [...icons] }),
    },
    // The SDK would infer the arguments from the schema; a tool's own types are folded away.
    run as never,
  )
}

/** Puts a resource on a server. */
export function registerResource(server: McpServer, resource: Resource, running: Running): void {
  const { uri, name, read, scopes, ...described } = resource
  server.registerResource(name, uri, described, async (_, context) =>
    contentsOf(uri, await permitted(context, scopes, uri, running, read)),
  )
}

/** Puts a resource template on a server. */
export function registerTemplate(
  server: McpServer,
  template: DeclaredTemplate,
  running: Running,
): void {
  const { uriTemplate, name, read, complete, scopes, matches: _, ...described } = template
  const pattern = new ResourceTemplate(uriTemplate, {
    list: undefined,
    ...(complete === undefined ? {} : { complete }),
  })
  server.registerResource(name, pattern, described, async ({ href }, variables, context) =>
    contentsOf(
      href,
      await permitted(context, scopes, href, running, (call) => read(variables, call)),
    ),
  )
}

/** Puts a prompt on a server. */
export function registerPrompt(server: McpServer, prompt: Prompt, running: Running): void {
  const { name, title, description, args, get, scopes, icons } = prompt
  const run = (given: unknown, context: ServerContext) =>
    permitted(context, scopes, [name, given], running, (call) => get(given, call))
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

function contentsOf(uri: string, contents: Contents): ReadResourceResult {
  return { contents: [{ uri, ...contents }] }
}

async function callTool(
  tool: Tool,
  args: unknown,
  server: ServerContext,
  running: Running,
): Promise<CallToolResult | InputRequiredResult> {
  const { requestId } = callerOf(server)
  try {
    const answer = await permitted(server, tool.scopes, [tool.name, args], running, (context) =>
      tool.run(args, context),
    )
    if (isInputRequiredResult(answer)) return answer
    const { summary, data, content = [] } = answer
    return {
      // Clients older than structured content read the same data as text.
      content: [
        ...(summary === undefined ? [] : [{ type: 'text' as const, text: summary }]),
        ...(data === undefined ? [] : [{ type: 'text' as const, text: JSON.stringify(data) }]),
        ...content,
      ],
      ...(data === undefined ? {} : { structuredContent: data as Record<string, unknown> }),
    }
  } catch (error) {
    if (error instanceof ToolError) return failure(error.code, error.message, requestId)
    // What the protocol itself must answer, such as a capability the client did not declare.
    if (error instanceof ProtocolError) throw error
    running.log('error', 'tool failed', {
      request_id: requestId,
      tool: tool.name,
      error: error instanceof Error ? error.name : typeof error,
    })
    return failure('internal_error', 'The tool failed on this server. Try again later.', requestId)
  }
}

/**
 * Runs something for the caller of a request, if its scopes allow it. The endpoint has decided already;
 * a route that forgot to ask must not reach a handler.
 */
async function permitted<Answer>(
  server: ServerContext,
  scopes: readonly string[],
  operation: unknown,
  running: Running,
  run: (context: CallContext) => Promise<Answer>,
): Promise<Answer> {
  if (!holds(callerOf(server).principal, scopes)) {
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'The access token lacks a scope.')
  }
  const target = () => targetOf(server.mcpReq.method, operation)
  return run(await callContext(server, target, running))
}

/** Not structured content: that must fit the tool's output schema, and an error does not. */
function failure(code: string, message: string, requestId: string): CallToolResult {
  const error = { code, message, request_id: requestId }
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error }) }] }
}
