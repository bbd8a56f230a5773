/**
 * Asks Stytch something on behalf of a waiting request: in bounded time, for a bounded answer, without
 * following redirects. A failed call is tried once more after a short random pause; a service that keeps
 * failing is left alone for a while, so that its outage does not become ours.
 */

/** A complete answer, whatever its status. */
export interface UpstreamAnswer {
  readonly status: number
  readonly headers: Headers
  /** The parsed body, or `undefined` when it is not JSON. */
  readonly document: unknown
}

/** Thrown when there was no usable answer. Its message is a fixed sentence and may be logged. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** Sends one request. Rejects with {@link Unreachable} only. */
export type Ask = (url: URL, init?: RequestInit) => Promise<UpstreamAnswer>

/** What asking needs. */
export interface AskOptions {
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds to wait for the whole answer. */
  readonly timeout: number
  /** Largest body, in bytes. */
  readonly maxBytes: number
}

/**
 * Asks once.
 *
 * @returns a function that resolves for every complete answer under 500
 */
export function createAsk({ fetch, timeout, maxBytes }: AskOptions): Ask {
  return async (url, init = {}) => {
    const signal = AbortSignal.timeout(timeout)
    let response: Response
    try {
      response = await fetch(url, { ...init, redirect: 'manual', signal })
    } catch (error) {
      throw new Unreachable(
        (error as Error).name === 'TimeoutError' ? 'No answer in time' : 'No connection',
      )
    }
    const { status, headers } = response
    if (status >= 500 || status === 429 || (status >= 300 && status < 400) || status === 0) {
      await response.body?.cancel()
      throw new Unreachable(`Answered ${status}`)
    }
    return { status, headers, document: parsed(await text(response, maxBytes)) }
  }
}

async function text(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let size = 0
  let body = ''
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > maxBytes) throw new Unreachable('The answer is too large')
      body += decoder.decode(chunk, { stream: true })
    }
  } catch (error) {
    throw error instanceof Unreachable ? error : new Unreachable('The answer broke off')
  }
  return body + decoder.decode()
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** What persistence needs. Times are milliseconds. */
export interface PersistenceOptions {
  readonly now: () => number
  readonly random?: () => number
  readonly pause?: ((ms: number) => Promise<void>) | undefined
}

/** Longest pause before the second try. */
const RETRY_PAUSE = 200
/** Failed questions in a row that open the breaker. */
const FAILURES = 5
/** How long an open breaker answers by itself. */
const COOLDOWN = 10_000
/** Questions in flight at once; more wait for nothing and are refused. */
const CONCURRENCY = 32

/**
 * Wraps {@link Ask}: one retry with jitter, a breaker, bounded concurrency.
 *
 * @param ask a question that is safe to repeat
 */
export function persistently(ask: Ask, options: PersistenceOptions): Ask {
  const { now, random = Math.random, pause = sleep } = options
  let failures = 0
  let closedAgainAt = 0
  let inFlight = 0

  return async (url, init) => {
    if (now() < closedAgainAt) throw new Unreachable('Left alone after repeated failures')
    if (inFlight >= CONCURRENCY) throw new Unreachable('Too many questions at once')
    inFlight++
    try {
      const answer = await ask(url, init).catch(async () => {
        await pause(random() * RETRY_PAUSE)
        return ask(url, init)
      })
      failures = 0
      return answer
    } catch (error) {
      // Past the threshold each further failure opens the breaker again: one probe per cooldown.
      if (++failures >= FAILURES) closedAgainAt = now() + COOLDOWN
      throw error
    } finally {
      inFlight--
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
