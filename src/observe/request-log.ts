/** Names every request and logs how it ended. The query is left out: it can hold codes and state. */
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
    c.header('X-Request-Id', requestId)
    log(c.res.status >= 500 ? 'error' : 'info', 'request', {
      request_id: requestId,
      method: c.req.method,
      path: c.req.path.slice(0, 200),
      status: c.res.status,
      ms: now() - started,
    })
  }
}
