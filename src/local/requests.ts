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
  readonly status: number
  /** `error_type` or OAuth `error` of a refusal. */
  readonly error?: string
}

const CAPACITY = 500

/** The last 500 requests, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = []

  add(entry: LoggedRequest): void {
    this.#entries.push({ ...entry, path: redactPath(entry.path) })
    if (this.#entries.length > CAPACITY) this.#entries.shift()
  }

  list(): readonly LoggedRequest[] {
    return [...this.#entries]
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
