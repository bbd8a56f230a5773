/** Serves 2025-era requests inside sessions: who may use which, and what to say about the others. */
import { authInfo } from './auth-info.ts'
import type { Caller } from './call-context.ts'
import { guarded, isEventStream } from './guarded-stream.ts'
import type { RpcRequest, RpcResponse } from './message.ts'
import { INVALID_REQUEST, rpcError } from './rpc-error.ts'
import type { SessionTransport } from './session-transport.ts'
import type { Sessions } from './sessions.ts'
import { SessionsUnavailable } from './shared/unavailable.ts'
import type { Standing } from './standing.ts'

/**
 * Answers one request of a session.
 *
 * @param request POST with its body parsed, GET for a stream, or DELETE
 * @param body of a POST: a message, a batch of them, or a response to what the server asked
 * @param standing of the caller's token: what GET opens lasts no longer. Nothing is lost when it ends; a
 *   client that comes back with a better token reads on where it was
 * @returns what the transport answers; 404 for a session that is not the caller's, 400 where a session is
 *   needed and none is named, 429 for a caller who has too many, 503 while nobody can say what is whose
 */
export async function serveInSession(
  request: Request,
  body: Body,
  sessions: Sessions,
  caller: Caller,
  standing?: Standing,
): Promise<Response> {
  try {
    return await serve(request, body, sessions, caller, standing)
  } catch (error) {
    if (!(error instanceof SessionsUnavailable)) throw error
    const reply = { ...replyTo(body), headers: { 'Retry-After': '5' } }
    return rpcError(503, INVALID_REQUEST, 'Sessions are not available at the moment', reply)
  }
}

type Body = RpcRequest | readonly RpcRequest[] | RpcResponse | undefined

/** The id a refusal bears: that of a request. */
function replyTo(body: Body): { id?: string | number } {
  return body !== undefined && 'method' in body && body.id !== undefined ? { id: body.id } : {}
}

async function serve(
  request: Request,
  body: Body,
  sessions: Sessions,
  caller: Caller,
  standing?: Standing,
): Promise<Response> {
  const id = request.headers.get('mcp-session-id')
  const opens = body !== undefined && 'method' in body && body.method === 'initialize'
  const reply = replyTo(body)

  if (id === null && !opens) {
    return rpcError(400, INVALID_REQUEST, 'Mcp-Session-Id is required', reply)
  }
  const handle = (transport: SessionTransport) =>
    transport.handleRequest(request, {
      authInfo: authInfo(caller),
      ...(body === undefined ? {} : { parsedBody: body }),
    })
  if (opens) {
    const opened = await sessions.open(caller.principal, handle)
    const headers = { 'Retry-After': '60' }
    return (
      opened ?? rpcError(429, INVALID_REQUEST, 'Too many sessions are open', { ...reply, headers })
    )
  }
  const found = sessions.find(id as string, caller.principal)
  const transport = found instanceof Promise ? await found : found
  if (transport === undefined) {
    return rpcError(404, INVALID_REQUEST, 'The session is unknown', reply)
  }
  const response = await handle(transport)
  const listens = request.method === 'GET' && isEventStream(response)
  return listens && standing !== undefined ? guarded(response, standing).response : response
}
