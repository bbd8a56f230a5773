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
import type { Audit } from '../observe/audit.ts'
import type { Log } from '../observe/log.ts'
import { holds } from './access.ts'
import { orFault } from './answered-fault.ts'
import { type CallContext, type CallTools, callContext, callerOf } from './call-context.ts'
import { endingOf, openRecord } from './call-record.ts'
import type { Catalogue } from './catalogue.ts'
import type { Prompt } from './prompt.ts'
import type { Contents, DeclaredTemplate, Resource } from './resource.ts'
import { targetOf } from './sealed-state.ts'
import { type AlsoNeeds, type Tool, ToolError } from './tool.ts'
import { inertJson } from './untrusted.ts'

/** What running a declaration takes. */
export interface Running extends CallTools {
  readonly catalogue: Catalogue
  readonly audit: Audit
  /** Where failures of tools are recorded. */
  readonly log: Log
}

/** What running a declaration takes, on one server. */
interface Serving extends Running {
  readonly protocol: McpServer
}

/** Puts a tool on a server. */
export function registerTool(server: McpServer, tool: Tool, running: Running): void {
  const { name, title, description, annotations, icons, input, output } = tool
  const run = (args: unknown, context: ServerContext) =>
    callTool(tool, args, context, { ...running, protocol: server })
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
  const { uri, name, read, scopes, tools: _, ...described } = resource
  server.registerResource(name, uri, metadata(described), async (_, context) =>
    contentsOf(
      uri,
      await answered({ name: uri, scopes }, context, { ...running, protocol: server }, read, uri),
    ),
  )
}

/** Puts a resource template on a server. */
export function registerTemplate(
  server: McpServer,
  template: DeclaredTemplate,
  running: Running,
): void {
  const { uriTemplate, name, read, complete, scopes, tools, matches, ...described } = template
  const pattern = new ResourceTemplate(uriTemplate, { list: undefined })
  server.registerResource(
    name,
    pattern,
    metadata(described),
    async ({ href }, variables, context) =>
      contentsOf(
        href,
        await answered(
          { name: href, scopes },
          context,
          { ...running, protocol: server },
          (call) => read(variables, call),
          href,
        ),
      ),
  )
}

/** Puts a prompt on a server. */
export function registerPrompt(server: McpServer, prompt: Prompt, running: Running): void {
  const { name, title, description, args, get, scopes, icons } = prompt
  const run = (given: unknown, context: ServerContext) =>
    answered(
      { name, scopes, arguments: given },
      context,
      { ...running, protocol: server },
      (call) => get(given, call),
    )
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

function contentsOf(uri: string, contents: Contents): ReadResourceResult {
  return { contents: [{ uri, ...contents }] }
}

async function callTool(
  tool: Tool,
  args: unknown,
  server: ServerContext,
  running: Serving,
): Promise<CallToolResult | InputRequiredResult> {
  const { requestId } = callerOf(server)
  try {
    const answer = await permitted(
      { ...tool, arguments: args, ...(tool.audited && { shown: tool.audited }) },
      server,
      running,
      (context) => tool.run(args, context),
    )
    if (isInputRequiredResult(answer)) return answer
    const { summary, data, content = [] } = answer
    return {
      // Clients older than structured content read the same data as text.
      content: [
        ...(summary === undefined ? [] : [{ type: 'text' as const, text: summary }]),
        ...(data === undefined ? [] : [{ type: 'text' as const, text: inertJson(data) }]),
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

/** What is about to run, as access and the audit trail see it. */
interface Operation {
  /** Of the declaration, or its address. */
  readonly name: string
  readonly scopes: readonly string[]
  readonly alsoNeeds?: AlsoNeeds
  readonly arguments?: unknown
  /** Arguments the audit trail may hold as they are. */
  readonly shown?: readonly string[]
}

/**
 * Runs something that has no result to say a failure in.
 *
 * @param uri of a resource that is read
 */
export function answered<Answer>(
  operation: Operation,
  server: ServerContext,
  running: Serving,
  run: (context: CallContext) => Promise<Answer>,
  uri?: string,
): Promise<Answer> {
  const { requestId } = callerOf(server)
  const modern = isModernCall(server)
  return orFault({ requestId, modern, ...(uri === undefined ? {} : { uri }) }, () =>
    permitted(operation, server, running, run),
  )
}

/** Only requests of 2026-07-28 come in an envelope. */
function isModernCall({ mcpReq }: ServerContext): boolean {
  return mcpReq.envelope !== undefined
}

/**
 * Runs something for the caller of a request, if its scopes allow it. The endpoint has decided already;
 * a route that forgot to ask must not reach a handler.
 */
async function permitted<Answer>(
  { name, scopes, alsoNeeds, ...call }: Operation,
  server: ServerContext,
  running: Serving,
  run: (context: CallContext) => Promise<Answer>,
): Promise<Answer> {
  const { principal, requestId } = callerOf(server)
  const more = (await alsoNeeds?.(call.arguments, principal)) ?? []
  if (!holds(principal, [...scopes, ...more], running.catalogue)) {
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'The access token lacks a scope.')
  }
  const { method } = server.mcpReq
  const client = running.protocol.server.getClientVersion()
  const record = openRecord(
    running.audit,
    {
      ...call,
      correlationId: requestId,
      principal,
      tool: method === 'tools/call' ? name : `${method} ${name}`,
      scopes,
      ...(client === undefined ? {} : { client: { name: client.name, version: client.version } }),
    },
    isModernCall(server) ? 'mrtr' : 'elicitation',
  )
  const target = () => targetOf(method, [name, call.arguments])
  try {
    const answer = await run(await callContext(server, running.protocol, target, record, running))
    void record.close({ outcome: 'ok', ...(isInputRequiredResult(answer) && { reason: 'asked' }) })
    return answer
  } catch (error) {
    void record.close(endingOf(error))
    throw error
  }
}

/** Not structured content: that must fit the tool's output schema, and an error does not. */
function failure(code: string, message: string, requestId: string): CallToolResult {
  const error = { code, message, request_id: requestId }
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error }) }] }
}
