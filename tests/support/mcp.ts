/** MCP requests as they stand on the wire, in both eras, for tests that look at status and headers. */

/** A protocol era: opened by `initialize`, or carried by every request's `_meta`. */
export type Era = 'legacy' | 'modern'

export const ERAS: readonly Era[] = ['legacy', 'modern']

const VERSION: Record<Era, string> = { legacy: '2025-11-25', modern: '2026-07-28' }

/**
 * A POST that carries one JSON-RPC request.
 *
 * @param token bearer token, or none
 * @param headers added to, or replacing, the usual ones
 */
export function rpc(
  era: Era,
  method: string,
  params: Record<string, unknown> = {},
  token?: string,
  headers: Record<string, string> = {},
): RequestInit {
  const modern = era === 'modern'
  const name = params.name ?? params.uri
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': VERSION[era],
      ...(modern ? { 'Mcp-Method': method } : {}),
      ...(modern && name !== undefined ? { 'Mcp-Name': String(name) } : {}),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: modern ? { ...params, _meta: envelope() } : params,
    }),
  }
}

function envelope() {
  return {
    'io.modelcontextprotocol/protocolVersion': VERSION.modern,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
  }
}

/** A JSON-RPC answer. */
export interface Answer {
  readonly id?: unknown
  readonly result?: Record<string, unknown> & {
    readonly isError?: boolean
    readonly content?: { readonly type: string; readonly text: string }[]
    readonly structuredContent?: Record<string, unknown>
    readonly tools?: Record<string, unknown>[]
  }
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** Reads the answer of a response that is JSON or a stream with one event. */
export async function answer(response: Response): Promise<Answer> {
  const text = await response.text()
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return JSON.parse(text)
  const data = text.split('\n').find((line) => line.startsWith('data: ') && line.length > 6)
  return JSON.parse((data as string).slice(6))
}
