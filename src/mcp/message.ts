/**
 * The envelope of a JSON-RPC message, checked before anything looks inside. Batches exist in revision
 * 2025-03-26 only, which had no version header yet.
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
  if (!isRecord(body)) return { ok: false, reason: 'A message must be a JSON object' }

  const reason = flawOf(body)
  if (reason === undefined) return { ok: true, message: body as unknown as RpcRequest }
  const { id } = body
  return isId(id) ? { ok: false, reason, id } : { ok: false, reason }
}

function flawOf(body: Readonly<Record<string, unknown>>): string | undefined {
  const { jsonrpc, id, method, params } = body
  if (jsonrpc !== '2.0') return 'jsonrpc must be "2.0"'
  if (id !== undefined && !isId(id)) return 'id must be a string or an integer'
  if ('result' in body || 'error' in body) return 'This server asks clients nothing'
  if (typeof method !== 'string' || method === '' || method.length > MAX_METHOD) {
    return 'method must be a string'
  }
  if (params !== undefined && !isRecord(params)) return 'params must be an object'
  return undefined
}

/** The messages of a batch, or why it is none. */
export type Batch =
  | { readonly ok: true; readonly messages: readonly RpcRequest[] }
  | { readonly ok: false; readonly reason: string }

const BATCH_REVISION = '2025-03-26'
const MAX_BATCH = 100

/**
 * Reads a batch.
 *
 * @param body any JSON value
 * @param headers of the request it came with
 * @returns `undefined` when it is no batch
 */
export function readBatch(body: unknown, headers: Headers): Batch | undefined {
  return Array.isArray(body) ? readMessages(body, headers) : undefined
}

function readMessages(body: readonly unknown[], headers: Headers): Batch {
  const invalid = (reason: string): Batch => ({ ok: false, reason })

  if ((headers.get('mcp-protocol-version') ?? BATCH_REVISION) !== BATCH_REVISION) {
    return invalid(`Batches exist in revision ${BATCH_REVISION} only`)
  }
  if (body.length === 0 || body.length > MAX_BATCH) {
    return invalid(`A batch holds 1 to ${MAX_BATCH} messages`)
  }
  const messages: RpcRequest[] = []
  for (const one of body) {
    const envelope = readEnvelope(one)
    if (!envelope.ok) return invalid(envelope.reason)
    if (envelope.message.method === 'initialize') return invalid('initialize stands alone')
    if (isModern(envelope.message)) return invalid('A batch holds messages of its own revision')
    messages.push(envelope.message)
  }
  return { ok: true, messages }
}

/** Whether a message carries the envelope of 2026-07-28. */
export function isModern({ params }: RpcRequest): boolean {
  const meta = params?._meta
  return isRecord(meta) && 'io.modelcontextprotocol/protocolVersion' in meta
}

/** An answer to something the server asked. */
export interface RpcResponse {
  readonly jsonrpc: '2.0'
  readonly id: string | number
}

/**
 * Reads a response, for those who ask: servers in sessions of the 2025 era.
 *
 * @param body any JSON value
 * @returns `undefined` when it is none
 */
export function readResponse(body: unknown): RpcResponse | undefined {
  if (!isRecord(body) || body.jsonrpc !== '2.0' || !isId(body.id) || 'method' in body)
    return undefined
  return 'result' in body !== 'error' in body ? (body as unknown as RpcResponse) : undefined
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' ? value.length <= MAX_ID : Number.isSafeInteger(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
