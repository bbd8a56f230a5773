/**
 * Some clients look for a challenge in the result of a tool call, not in the HTTP answer: `_meta` member
 * `mcp/www_authenticate` of a result that is an error, as ChatGPT's connectors do. They get the very
 * challenge everybody else gets, in the place they read.
 */
import { isModern, type RpcRequest } from './message.ts'

/** How such clients name themselves. Lying about it gains nothing: the answer is a refusal either way. */
const CLIENTS = /^openai-mcp\b/i

/** Whether a challenge is to be put into the result of a message: a tool call that will have one. */
export function wantsInBand(request: Request, { method, id }: RpcRequest): boolean {
  return (
    method === 'tools/call' &&
    id !== undefined &&
    CLIENTS.test(request.headers.get('user-agent') ?? '')
  )
}

/**
 * Puts the challenge of a refusal into the result of a call.
 *
 * @param call the refused call
 * @param refused what everybody else would get
 * @returns 200 with the same `WWW-Authenticate`, in the header and in `_meta["mcp/www_authenticate"]`
 */
export function inBandChallenge(call: RpcRequest, refused: Response): Response {
  const challenge = refused.headers.get('WWW-Authenticate') ?? ''
  const text = 'This needs a permission the person has not granted yet. Ask them to sign in again.'
  const result = {
    // A member that results have since 2026-07-28.
    ...(isModern(call) && { resultType: 'complete' }),
    isError: true,
    content: [{ type: 'text', text }],
    _meta: { 'mcp/www_authenticate': [challenge] },
  }
  return Response.json({ jsonrpc: '2.0', id: call.id, result }, { headers: refused.headers })
}
