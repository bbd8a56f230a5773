/**
 * The envelope of a JSON-RPC message, checked before anything looks inside. Batches exist in one old
 * revision only (2025-03-26) and are refused in all: one request, one decision.
 */

/** A request (with an id) or a notification (without). */
export interface RpcRequest {
  readonly jsonrpc: '2.0'
  readonly id?: string | number
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>>
}

/** A message, or why it is none; `id` is the request's, when it could be read. */
export type Envelope =
  | { readonly ok: true; readonly message: RpcRequest }
  | { readonly ok: false; readonly reason: string; readonly id?: string | number }

const MAX_ID = 256
const MAX_METHOD = 256

/**
 * Reads the envelope of a parsed body.
 *
 * @param body any JSON value
 */
export function readEnvelope(body: unknown): Envelope {
  if (Array.isArray(body)) return { ok: false, reason: 'Batches are not supported' }
  if (!isRecord(body)) return { ok: false, reason: 'A message must be a JSON object' }

  const { jsonrpc, id, method, params } = body
  const readable = isId(id) ? { id } : {}
  const invalid = (reason: string): Envelope => ({ ok: false, reason, ...readable })

  if (jsonrpc !== '2.0') return invalid('jsonrpc must be "2.0"')
  if (id !== undefined && !isId(id)) return invalid('id must be a string or an integer')
  if ('result' in body || 'error' in body) return invalid('This server asks clients nothing')
  if (typeof method !== 'string' || method === '' || method.length > MAX_METHOD) {
    return invalid('method must be a string')
  }
  if (params !== undefined && !isRecord(params)) return invalid('params must be an object')
  return { ok: true, message: body as unknown as RpcRequest }
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' ? value.length <= MAX_ID : Number.isSafeInteger(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
