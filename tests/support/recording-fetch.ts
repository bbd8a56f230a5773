/** A `fetch` that answers from a script and remembers what it was asked. */

/** One request, as it would have left the process. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  /** The parsed body; `undefined` when there was none. */
  readonly body: unknown
  readonly redirect: RequestRedirect | undefined
}

/** Answers one request, or rejects as a network would. */
export type Answering = (sent: Sent, signal: AbortSignal) => Response | Promise<Response>

/** A recording `fetch`. */
export interface RecordingFetch {
  readonly fetch: typeof globalThis.fetch
  readonly sent: Sent[]
}

/** @param answer called for every request; the last of a list goes on answering */
export function recordingFetch(answer: Answering | readonly Answering[]): RecordingFetch {
  const sent: Sent[] = []
  const answers = typeof answer === 'function' ? [answer] : answer
  const fetch = async (input: unknown, init: RequestInit = {}) => {
    const one: Sent = {
      method: init.method ?? 'GET',
      url: new URL(String(input)),
      headers: new Headers(init.headers),
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
      redirect: init.redirect,
    }
    sent.push(one)
    const next = answers[Math.min(sent.length, answers.length) - 1] as Answering
    return next(one, init.signal as AbortSignal)
  }
  return { fetch: fetch as typeof globalThis.fetch, sent }
}

/** The id every scripted answer has. */
export const REQUEST_ID = 'request-id-test-7a9c1c5e-0000-4000-8000-000000000001'

/** An answer in Stytch's envelope. */
export function stytchAnswer(fields: object = {}, status = 200): Response {
  return Response.json({ request_id: REQUEST_ID, status_code: status, ...fields }, { status })
}

/** A refusal in Stytch's form, whose message quotes what nobody should read. */
export function stytchRefusal(status: number, errorType: string, headers = {}): Response {
  const body = {
    status_code: status,
    request_id: REQUEST_ID,
    error_type: errorType,
    error_message: LEAK,
    error_url: `https://stytch.com/docs/api/errors/${status}#${LEAK}`,
    error_details: { leak: LEAK },
  }
  return Response.json(body, { status, headers })
}

/** Stands in for everything of an answer that must not come out of it. */
export const LEAK = 'someone@example.com-secret-test-LEAK'

/** Never answers; rejects when the signal aborts, as `fetch` does. */
export const hang: Answering = (_, signal) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })

/** Fails as a connection does, with an address in its message. */
export const refuseConnection: Answering = ({ url }) => {
  throw new TypeError(`fetch failed: ${url.href} ${LEAK}`)
}
