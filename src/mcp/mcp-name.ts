/**
 * `Mcp-Name` (2026-07-28): what a request names, repeated in a header for those who route by headers. The
 * SDK refuses a header that says something else than the body; whoever decides about a request before
 * the SDK does must know which requests those are.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports (Standard Request Headers)
 */
import type { RpcRequest } from './message.ts'

const HEADER = 'mcp-name'

/** The parameter the header repeats, by method. Of other requests it says nothing. */
const REPEATS: ReadonlyMap<string, 'name' | 'uri'> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
])

const ENCODED = /^=\?base64\?(.*)\?=$/

/** Whether the header is visible ASCII, if it is there; other text travels in base64. */
export function nameIsPlain(headers: Headers): boolean {
  return /^[\x20-\x7e]*$/.test(headers.get(HEADER) ?? '')
}

/** Whether the header is there for what it must repeat, as it stands, and for nothing else. */
export function nameRepeats(headers: Headers, { method, params }: RpcRequest): boolean {
  const header = headers.get(HEADER)
  const parameter = REPEATS.get(method)
  if (parameter === undefined || header === null) return parameter === undefined && header === null
  return header === params?.[parameter] && nameIsPlain(headers) && !header.startsWith('=?')
}

/** Whether the header, if it is there, says what the body says. */
export function nameAgrees(headers: Headers, { method, params }: RpcRequest): boolean {
  const header = headers.get(HEADER)?.trim()
  const parameter = REPEATS.get(method)
  const named = parameter === undefined ? undefined : params?.[parameter]
  return header === undefined || typeof named !== 'string' || decoded(header) === named
}

/** `undefined` for what only looks encoded. */
function decoded(header: string): string | undefined {
  const [, base64] = ENCODED.exec(header) ?? []
  if (base64 === undefined) return header
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
