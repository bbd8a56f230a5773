/**
 * Asks one of Stytch's APIs: in bounded time, for a bounded JSON answer, without following redirects. A read
 * that fails is asked again, briefly. A write never is: of a write without an answer nobody knows whether it
 * happened, and the failure says so.
 *
 * Differs from the resource server's own questions (`oauth/upstream.ts`) in needing the caller's signal,
 * Stytch's reasons and its `Retry-After`.
 */
import { kindOfRefusal, knownErrorType } from './error-types.ts'
import { type Fail, type FailureDetails, type FailureKind, StytchError } from './failure.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request to make. */
export interface Question {
  /** Its name in the audit, for example `secrets.create`. */
  readonly operation: string
  readonly method: Method
  readonly url: URL
  /** Sent as JSON. */
  readonly body?: object | undefined
  /** Of whoever waits for the answer. */
  readonly signal?: AbortSignal | undefined
}

/** What became of one attempt. No address, header or body: it may be logged. */
export interface Attempt {
  readonly operation: string
  readonly method: Method
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly requestId: string | undefined
  /** Milliseconds until the answer was complete, or given up. */
  readonly ms: number
}

/** A JSON object Stytch answered with, and the id it gave the request. */
export interface Answer {
  readonly document: Readonly<Record<string, unknown>>
  readonly requestId: string
}

/**
 * Asks, and asks again where that is safe.
 *
 * Rejects with the client's own error. Only what its caller gave up before it was sent, and any read given
 * up, rejects with the signal's reason.
 */
export type Send = (question: Question) => Promise<Answer>

/** How to reach an API. Everything but `fetch` has a default. */
export interface HttpOptions {
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined
  /** Waits that many milliseconds; may end early when the signal aborts. */
  readonly pause?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined
  /** Milliseconds one attempt may take, 10,000 unless set. */
  readonly timeout?: number | undefined
  /** Told of every attempt, before its answer is used. Must not throw. */
  readonly onAnswer?: ((attempt: Attempt) => void) | undefined
}

const TIMEOUT = 10_000
/** A list of email templates carries the HTML of each. */
const MAX_BYTES = 4 * 1024 * 1024
/** Attempts after the first. */
const RETRIES = 2
/** Milliseconds: the longest first pause when Stytch names none; it doubles. */
const BACKOFF = 250
/** Milliseconds: asked to wait longer, we report it instead. */
const LONGEST_WAIT = 5_000

/**
 * Makes the way to one API with one key.
 *
 * @param authorization the value of the `Authorization` header; stays in this closure
 * @param fail makes the client's errors
 */
export function createSend(authorization: string, fail: Fail, options: HttpOptions): Send {
  const { fetch, now = Date.now, random = Math.random, pause = sleep } = options
  const { timeout = TIMEOUT, onAnswer } = options

  return async (question) => {
    for (let retries = 0; ; retries++) {
      question.signal?.throwIfAborted()
      try {
        return await attempt(question)
      } catch (error) {
        const wait = retries < RETRIES ? waitBeforeRetry(question, error, retries) : undefined
        if (wait === undefined) throw error
        await pause(wait, question.signal)
      }
    }
  }

  async function attempt(question: Question): Promise<Answer> {
    const { operation, method, signal } = question
    const request = requestOf(question, authorization)
    const asked = now()
    const deadline = AbortSignal.timeout(timeout)
    let status = 0
    let reading: Reading = { state: 'broken' }
    let retryAfter: number | undefined
    try {
      const response = await fetch(question.url, {
        ...request,
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      })
      status = response.status
      retryAfter = secondsOf(response.headers.get('retry-after'), now())
      reading = await read(response)
    } catch {
      // Whatever fetch says names addresses; what it means follows from the state alone.
    }
    const requestId = reading.state === 'json' ? requestIdOf(reading.document) : undefined
    onAnswer?.({ operation, method, status, requestId, ms: now() - asked })

    if (isAnswer(status, reading) && requestId !== undefined) {
      return { document: reading.document, requestId }
    }
    const write = method !== 'GET'
    if (reading.state === 'broken' && !write && signal?.aborted) throw signal.reason
    const { kind, errorType } = failureOf(status, reading, write, deadline.aborted)
    const details: FailureDetails = { operation, requestId, errorType, retryAfter, write }
    throw fail(kind, details)
  }

  /** @returns milliseconds to wait, or `undefined` when the failure stands */
  function waitBeforeRetry(
    { method }: Question,
    error: unknown,
    retries: number,
  ): number | undefined {
    // Whoever waited for a timeout has waited long enough.
    const passing =
      error instanceof StytchError &&
      (error.kind === 'unavailable' || error.kind === 'rate_limited')
    if (method !== 'GET' || !passing) return undefined
    const jittered = random() * BACKOFF * 2 ** retries
    const wait = (error.retryAfter ?? 0) * 1_000 + jittered
    return (error.retryAfter ?? 0) * 1_000 > LONGEST_WAIT ? undefined : wait
  }
}

function requestOf({ method, body }: Question, authorization: string): RequestInit {
  const headers = { Authorization: authorization, Accept: 'application/json' }
  const init: RequestInit = { method, headers, redirect: 'manual' }
  if (body === undefined) return init
  return {
    ...init,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }
}

type Reading =
  | { readonly state: 'json'; readonly document: Readonly<Record<string, unknown>> }
  /** A redirect, another media type, too large, or no JSON object. */
  | { readonly state: 'foreign' }
  /** Ended before it was complete. */
  | { readonly state: 'broken' }

async function read(response: Response): Promise<Reading> {
  const { status, headers, body } = response
  // A redirect has status 0 where the runtime hides it.
  if (status < 200 || (status >= 300 && status < 400) || !isJson(headers.get('content-type'))) {
    await body?.cancel()
    return { state: 'foreign' }
  }
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) return { state: 'foreign' }
    text += decoder.decode(chunk, { stream: true })
  }
  const document = parsed(text + decoder.decode())
  return document === undefined ? { state: 'foreign' } : { state: 'json', document }
}

function isJson(contentType: string | null): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType ?? '')
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Every answer of Stytch's carries the id of its request; one without it is not Stytch's. */
function requestIdOf({ request_id }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof request_id === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(request_id)
    ? request_id
    : undefined
}

function isAnswer(
  status: number,
  reading: Reading,
): reading is Extract<Reading, { state: 'json' }> {
  if (reading.state !== 'json' || (status !== 200 && status !== 201)) return false
  // Stytch repeats the status inside; where the two disagree, one of them is not Stytch's.
  const inside = reading.document.status_code
  return inside === undefined || inside === 200 || inside === 201
}

function failureOf(
  status: number,
  reading: Reading,
  write: boolean,
  late: boolean,
): { readonly kind: FailureKind; readonly errorType?: string | undefined } {
  const document = reading.state === 'json' ? reading.document : {}
  const errorType = knownErrorType(document.error_type)
  // Rate limits and outages are often answered by something in front of Stytch, in a form of its own.
  if (status === 429) return { kind: 'rate_limited', errorType }
  if (status >= 500) return { kind: write ? 'outcome_unknown' : 'unavailable', errorType }
  if (reading.state === 'broken') {
    return { kind: write ? 'outcome_unknown' : late ? 'timeout' : 'unavailable' }
  }
  if (status < 400 || typeof document.error_type !== 'string') return { kind: 'unexpected' }
  return { kind: kindOfRefusal(status, document.error_type), errorType }
}

const LONGEST_REPORT = 86_400

/** Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date. At most a day is believed. */
function secondsOf(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1_000
  return Number.isNaN(seconds)
    ? undefined
    : Math.min(Math.max(Math.ceil(seconds), 0), LONGEST_REPORT)
}

/** Ends early, without an error, when the signal aborts. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}
