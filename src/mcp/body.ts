/**
 * Reads a request body once: bounded in bytes while it arrives, strict UTF-8 without a byte order mark,
 * bounded in nesting before it is parsed. The parsed value is handed on, so nothing reads it again.
 */

/** A parsed body, or why there is none. */
export type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 413; readonly reason: string }

/** Bytes. Tool arguments are small; the largest legitimate ones are HTML e-mail templates. */
const MAX_BYTES = 1024 * 1024
/** Levels of arrays and objects. */
const MAX_DEPTH = 64

/**
 * Reads and parses the JSON body of a request.
 *
 * @param request a request whose body nobody has read
 * @returns its value; 413 when it is too large, 400 when it is not JSON we read
 */
export async function readJson(request: Request): Promise<Body> {
  const bytes = await readBounded(request)
  if (bytes === undefined) return { ok: false, status: 413, reason: 'The body is too large' }

  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return { ok: false, status: 400, reason: 'The body is not UTF-8' }
  }
  if (deeperThan(text, MAX_DEPTH)) {
    return { ok: false, status: 400, reason: 'The body is nested too deeply' }
  }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, status: 400, reason: 'The body is not JSON' }
  }
}

async function readBounded(request: Request): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BYTES) return undefined
  const chunks: Uint8Array[] = []
  let size = 0
  // A length can be absent or a lie; what counts is what arrives.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  if (chunks.length === 1) return chunks[0]
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = new Set([0x5b, 0x7b])
const CLOSE = new Set([0x5d, 0x7d])

/** Counts brackets outside strings; whether they match is the parser's business. */
function deeperThan(text: string, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (inString) {
      if (unit === BACKSLASH) i++
      else if (unit === QUOTE) inString = false
    } else if (unit === QUOTE) inString = true
    else if (OPEN.has(unit) && ++depth > limit) return true
    else if (CLOSE.has(unit)) depth--
  }
  return false
}
