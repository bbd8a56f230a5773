/** {@link Authenticate} as middleware for Hono: nobody passes unnamed. */
import type { MiddlewareHandler } from 'hono'
import type { Authenticate, Authenticated } from './authenticate.ts'
import type { Principal } from './principal.ts'

/** What the middleware leaves for the handlers behind it. */
export interface AuthVariables {
  /** As an earlier middleware set it, or new; appears in answers and log lines. */
  requestId: string
  /** Who is calling. */
  principal: Principal
  /** The principal, and what can be asked about them. */
  caller: Authenticated
}

/** Middleware behind which `c.var.principal` is a verified caller. */
export type AuthMiddleware = MiddlewareHandler<{ Variables: AuthVariables }>

/**
 * Makes the middleware.
 *
 * @returns middleware that gives the answer of whoever is refused, or sets {@link AuthVariables} and
 *   calls the next handler. The request's body is not read.
 */
export function named(authenticate: Authenticate): AuthMiddleware {
  return async (c, next) => {
    const given: unknown = c.get('requestId')
    const requestId = typeof given === 'string' ? given : crypto.randomUUID()
    const caller = await authenticate(c.req.raw, requestId)
    if (caller instanceof Response) return caller
    c.set('requestId', requestId)
    c.set('principal', caller.principal)
    c.set('caller', caller)
    await next()
  }
}
