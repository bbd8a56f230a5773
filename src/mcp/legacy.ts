/**
 * Serves 2025-era requests (revisions opened by `initialize`), stateless: each request gets a server and
 * a `@hono/mcp` transport of its own, and no session id is minted.
 */
import { StreamableHTTPTransport } from '@hono/mcp'
import type { McpServer, Transport } from '@modelcontextprotocol/server'
import { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { authInfo } from './auth-info.ts'
import type { Caller } from './call-context.ts'
import type { HandedOver } from './handed-over.ts'
import type { RpcRequest } from './message.ts'
import { INVALID_REQUEST, rpcError } from './rpc-error.ts'

/** Revisions this era has had. */
const REVISIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']

/**
 * Refuses a revision this era never had. The transport would say 404, which clients read as "your session
 * is gone".
 *
 * @returns 400, or `undefined` when the revision is known or not named
 */
export function unknownRevision(request: Request, id: RpcRequest['id']): Response | undefined {
  if (knownRevision(request.headers)) return undefined
  const reason = `MCP-Protocol-Version must be one of ${REVISIONS.join(', ')}`
  return rpcError(400, INVALID_REQUEST, reason, id === undefined ? {} : { id })
}

/** Whether a request names a revision of this era, or none. */
export function knownRevision(headers: Headers): boolean {
  const revision = headers.get('mcp-protocol-version')
  return revision === null || REVISIONS.includes(revision)
}

/**
 * The request with the two headers that transports compare as text written as they write them: media
 * types ignore case (RFC 9110 §8.3.1). Its body has been read.
 */
export function inLowerCase(request: Request): Request {
  const { method, url, signal } = request
  const headers = new Headers(request.headers)
  for (const name of ['content-type', 'accept']) {
    const value = headers.get(name)
    if (value !== null) headers.set(name, value.toLowerCase() || '*/*')
  }
  return same(headers, request.headers) ? request : new Request(url, { method, headers, signal })
}

function same(a: Headers, b: Headers): boolean {
  return ['content-type', 'accept'].every((name) => a.get(name) === b.get(name))
}

/**
 * Answers one 2025-era message, or a batch of them.
 *
 * @param request whose body has been read and whose headers are in lower case
 * @param body its message or messages
 * @param server made for this exchange alone
 * @param caller whom it is from
 * @param handedOver what is under way already
 */
export async function serveStateless(
  request: Request,
  body: RpcRequest | readonly RpcRequest[],
  server: McpServer,
  caller: Caller,
  handedOver?: HandedOver,
): Promise<Response> {
  // Nothing lasts from one exchange to the next, so there is nothing a notification could change.
  const messages = [body].flat() as RpcRequest[]
  if (messages.every(({ id }) => id === undefined)) return new Response(null, { status: 202 })

  // The transport answers one request of an id and then ends: better none than some.
  const ids = messages.flatMap(({ id }) => (id === undefined ? [] : [id]))
  if (new Set(ids).size !== ids.length) {
    return rpcError(400, INVALID_REQUEST, 'The ids of a batch must differ')
  }

  const transport = new StreamableHTTPTransport({
    // Only a stream can carry progress; clients that read JSON alone get the result alone.
    enableJsonResponse: !acceptsStream(request.headers.get('accept')),
  })
  const c = new Context(request)
  c.set('auth', authInfo(caller, handedOver))
  await server.connect(transport as unknown as Transport)
  try {
    return (await transport.handleRequest(c, body)) ?? c.body(null, 202)
  } catch (error) {
    // Thrown, and meant as an answer; but its body quotes the schema library and forgets the id.
    if (!(error instanceof HTTPException)) throw error
    const reason = 'The message does not fit the schema of its protocol revision'
    const [{ id } = {}] = messages
    return rpcError(error.status, INVALID_REQUEST, reason, id === undefined ? {} : { id })
  }
}

function acceptsStream(accept: string | null): boolean {
  return accept?.includes('text/event-stream') ?? false
}
