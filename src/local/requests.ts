/**
 * What reached Local Stytch, for tests and the curious. It keeps method, path, status and outcome
 * only: queries, headers and bodies are where tokens, codes and passwords travel, so none are kept.
 */

export interface LoggedRequest {
  readonly request_id: string
  /** ISO 8601, by the project's clock. */
  readonly time: string
  readonly method: string
  readonly path: string
  /** Absent until it is answered; 499 when its sender gave up first. */
  readonly status?: number
  /** `error_type` or OAuth `error` of a refusal. */
  readonly error?: string
  /** What the refusal itself does not say, from a fixed list: why a client metadata document was not used. */
  readonly reason?: string
  /** Kinds of the faults it met, in order. */
  readonly faults?: readonly string[]
}

/** How a request ended. */
export type Outcome = Required<Pick<LoggedRequest, 'status'>> &
  Pick<LoggedRequest, 'error' | 'reason' | 'faults'>

const CAPACITY = 500

/** The last 500 requests, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = []

  /** @returns what to call when the request that arrived has ended */
  open(arrival: LoggedRequest): (outcome: Outcome) => void {
    const entry = { ...arrival, path: redactPath(arrival.path) }
    this.#entries.push(entry)
    if (this.#entries.length > CAPACITY) this.#entries.shift()
    return (outcome) => Object.assign(entry, outcome)
  }

  list(): readonly LoggedRequest[] {
    return this.#entries.map((entry) => ({ ...entry }))
  }

  clear(): void {
    this.#entries = []
  }
}

const PUBLIC_ID = /^(?:project|public-token|connected-app|user)-test-[0-9a-f-]{36}$/
const ROUTE_WORD = /^\.?[a-z][a-z0-9_.-]{0,30}$/

/**
 * Hides path segments that are neither words of a route nor public ids: a lost client may well put a
 * token where a path belongs. Depth is bounded too.
 */
export function redactPath(path: string): string {
  const segments = path.split('/').slice(1, 9)
  const shown = segments.map((segment) =>
    segment === '' || ROUTE_WORD.test(segment) || PUBLIC_ID.test(segment) ? segment : '…',
  )
  return `/${shown.join('/')}`
}
