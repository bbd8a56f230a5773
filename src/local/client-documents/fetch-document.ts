/**
 * Fetches one document and believes nothing about the server: 200 only, JSON only, at most 5 KiB, no
 * redirect followed, no credentials sent, and all of it before the deadline.
 */
import { UnusableDocument } from './unusable-document.ts'

/** Largest document, in bytes after content decoding. */
export const MAX_DOCUMENT = 5 * 1024

/** Answers a request for a document. */
export type DocumentHost = (request: Request) => Response | Promise<Response>

export interface FetchedDocument {
  readonly text: string
  /** Of the answer, for how long it may be kept. */
  readonly headers: Headers
}

/**
 * @param deadline aborts when the whole of it has taken too long
 * @throws UnusableDocument
 */
export async function fetchDocument(
  url: URL,
  host: DocumentHost,
  deadline: AbortSignal,
): Promise<FetchedDocument> {
  const finished = new AbortController()
  const request = new Request(url, {
    headers: { Accept: 'application/json' },
    redirect: 'manual',
    credentials: 'omit',
    signal: AbortSignal.any([deadline, finished.signal]),
  })
  try {
    const response = await Promise.race([answerOf(host, request), rejection(deadline)])
    requireDocument(response)
    return { text: await readText(response, deadline), headers: response.headers }
  } catch (error) {
    if (error instanceof UnusableDocument) throw error
    throw new UnusableDocument(deadline.aborted ? 'too_slow' : 'unreachable')
  } finally {
    finished.abort()
  }
}

async function answerOf(host: DocumentHost, request: Request): Promise<Response> {
  return host(request)
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function requireDocument({ status, type, headers }: Response): void {
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    throw new UnusableDocument('redirected')
  }
  if (status !== 200) throw new UnusableDocument('status_not_200')
  const mediaType = headers.get('content-type')?.split(';', 1)[0]?.trim() ?? ''
  if (!/^application\/(?:[\w.-]+\+)?json$/i.test(mediaType)) throw new UnusableDocument('not_json')
}

async function readText({ body }: Response, deadline: AbortSignal): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader()
  const stop = () => void reader?.cancel().catch(() => {})
  if (deadline.aborted) stop()
  deadline.addEventListener('abort', stop, { once: true })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  try {
    for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
      size += chunk.value.byteLength
      if (size > MAX_DOCUMENT) throw new UnusableDocument('too_large')
      text += decode(decoder, chunk.value)
    }
    // A cancelled stream looks like one that has ended.
    if (deadline.aborted) throw new UnusableDocument('too_slow')
    return text + decode(decoder)
  } finally {
    deadline.removeEventListener('abort', stop)
    stop()
  }
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined })
  } catch {
    throw new UnusableDocument('not_json')
  }
}
