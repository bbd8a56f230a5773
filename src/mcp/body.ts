/**
 * Reads a request body once: bounded in bytes and in time while it arrives, strict UTF-8 without a byte
 * order mark, looked through for what JSON readers disagree about before it is parsed. The parsed value
 * is handed on, so nothing reads it again.
 */
import { createDeadlines, type Deadlines, type Waiting } from '../deadlines.ts'
import { findFlaw, type JsonFlaw } from './json-scan.ts'
import { parsePlain } from './plain-json.ts'
import { INVALID_REQUEST, PARSE_ERROR } from './rpc-error.ts'

/** Why there is no value. */
export interface BadBody {
  readonly ok: false
  readonly status: 400 | 408 | 413
  /** JSON-RPC error code. */
  readonly code: number
  readonly reason: string
}

/** A parsed body, or why there is none. */
export type Body = { readonly ok: true; readonly value: unknown } | BadBody

/** Bytes. Tool arguments are small; the largest legitimate ones are HTML e-mail templates. */
const MAX_BYTES = 1024 * 1024
/** Milliseconds for the whole body. */
const PATIENCE = 30_000

const bad = (reason: string, status: BadBody['status'] = 400, code = PARSE_ERROR): BadBody => ({
  ok: false,
  status,
  code,
  reason,
})

const TOO_LARGE = bad('The body is too large', 413)
const TOO_SLOW = bad('The body did not arrive in time', 408)
const LOST = bad('The body did not arrive')

const FLAWS: Record<JsonFlaw, BadBody> = {
  depth: bad('The body is nested too deeply'),
  entries: bad('The body has too many members'),
  number: bad('The body holds a number that is out of range'),
  surrogate: bad('The body holds half a surrogate pair'),
  duplicate: bad('A member is named twice', 400, INVALID_REQUEST),
  prototype: bad('A member must not be named __proto__', 400, INVALID_REQUEST),
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads and parses the JSON body of a request nobody has read; what is wrong with it is part of the answer. */
export type ReadJson = (request: Request) => Promise<Body>

/**
 * Makes the reader.
 *
 * @param patience milliseconds a sender has
 * @returns its value; 413 when it is too large, 408 when it is too slow, 400 when it is not JSON we read
 */
export function createReadJson(patience = PATIENCE): ReadJson {
  const deadlines = createDeadlines(patience)

  return (request) => {
    const { headers } = request
    const length = headers.get('content-length')
    if (length !== null && Number(length) > MAX_BYTES) return Promise.resolve(TOO_LARGE)
    // RFC 9112 §6.3: without a transfer coding the length is where the body ends, and runtimes see to it.
    const framed = length !== null && !headers.has('transfer-encoding')
    return new Promise((resolve) => {
      new Reading(resolve, deadlines).begin(request, framed)
    })
  }
}

/** A body on its way, until it is here, lost or late. */
class Reading implements Waiting {
  place: Waiting['place']
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  constructor(
    private readonly resolve: (body: Body) => void,
    private readonly deadlines: Deadlines,
  ) {}

  begin(request: Request, framed: boolean): void {
    this.deadlines.set(this)
    // At once where that is possible: on some runtimes a stream costs more than all that is done with it.
    const arriving = framed ? request.arrayBuffer() : inParts(request, this)
    arriving.then(
      (bytes) => this.#end(bodyOf(bytes)),
      () => this.#end(LOST),
    )
  }

  late(): void {
    if (this.reader !== undefined) abandon(this.reader)
    this.resolve(TOO_SLOW)
  }

  #end(body: Body): void {
    this.deadlines.clear(this)
    this.resolve(body)
  }
}

function bodyOf(bytes: ArrayBuffer | Uint8Array<ArrayBuffer> | BadBody): Body {
  if ('ok' in bytes) return bytes
  return bytes.byteLength > MAX_BYTES ? TOO_LARGE : parsed(bytes)
}

function parsed(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Body {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return bad('The body is not UTF-8')
  }
  const plain = parsePlain(text)
  if (plain !== undefined) return { ok: true, value: plain }
  const flaw = findFlaw(text)
  if (flaw !== undefined) return FLAWS[flaw]
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return bad('The body is not JSON')
  }
}

async function inParts(
  request: Request,
  reading: Reading,
): Promise<Uint8Array<ArrayBuffer> | BadBody> {
  if (request.body === null) return new Uint8Array()
  const reader = request.body.getReader()
  reading.reader = reader
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for (;;) {
    const part = await reader.read()
    if (part.done) return joined(chunks, size)
    size += part.value.byteLength
    if (size > MAX_BYTES) {
      abandon(reader)
      return TOO_LARGE
    }
    chunks.push(part.value)
  }
}

/** The connection is the runtime's to close; that it has gone already is no news. */
function abandon(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => undefined)
}

function joined(chunks: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  if (chunks.length === 1) return chunks[0] as Uint8Array<ArrayBuffer>
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}
