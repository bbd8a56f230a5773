/**
 * Names every request and logs how it ended. The query is left out, since it can hold codes and state,
 * and so is the id of a one-time secret.
 */
import type { MiddlewareHandler } from 'hono'
import type { Log } from './log.ts'

/**
 * Gives each request an id (`c.var.requestId`, `X-Request-Id`) and logs one line when it is answered.
 *
 * @param log where to
 * @param now milliseconds since the epoch
 */
export function requestLog(
  log: Log,
  now: () => number,
): MiddlewareHandler<{ Variables: { requestId: string } }> {
  return async (c, next) => {
    const started = now()
    const requestId = crypto.randomUUID()
    c.set('requestId', requestId)
    await next()
    // Not by `c.header`, which would make the response anew.
    c.res.headers.set('X-Request-Id', requestId)
    const { raw: request, path } = c.req
    logRequest(log, { requestId, request, path }, c.res.status, now() - started)
  }
}

/** A request, as its line names it. */
export interface LoggedRequest {
  readonly requestId: string
  readonly request: Request
  /** Decoded. */
  readonly path: string
}

/**
 * Logs that a request was answered.
 *
 * @param ms milliseconds it took
 */
export function logRequest(
  log: Log,
  { requestId, request: { method }, path }: LoggedRequest,
  status: number,
  ms: number,
): void {
  log(status >= 500 ? 'error' : 'info', 'request', {
    request_id: requestId,
    method,
    path: loggable(path).slice(0, 200),
    status,
    ms,
  })
}

/** What follows `/secrets/` opens a secret, also in a link that was copied with something too much. */
const SECRET_LINK = /^[/\\]*secrets(?:[/\\]|%2f|%5c).*/is

function loggable(path: string): string {
  return path.replace(SECRET_LINK, '/secrets/:id')
}
