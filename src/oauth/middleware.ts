/**
 * `stytchAuth()`: nobody passes unnamed. Turns the decisions of this folder into HTTP, for Hono.
 */
import type { MiddlewareHandler } from 'hono'
import { errorKind } from '../errors.ts'
import type { Log } from '../observe/log.ts'
import { refusalResponse } from './challenge.ts'
import { bearerCredentials } from './credentials.ts'
import type { Principal } from './principal.ts'
import type { Refusal } from './refusal.ts'
import type { UserinfoAnswer } from './userinfo.ts'
import type { Verify } from './verify.ts'

/** What {@link stytchAuth} leaves for the handlers behind it. */
export interface AuthVariables {
  /** Set by an earlier middleware; appears in answers and log lines. */
  requestId: string
  principal: Principal
  /** Asks Stytch about the caller, with the caller's own token. */
  userinfo: () => Promise<UserinfoAnswer>
  /** Answers this request with a refusal, as the middleware itself would. */
  refuse: (refusal: Refusal, scopes: readonly string[]) => Response
}

/** What the middleware needs. */
export interface StytchAuthOptions {
  readonly verify: Verify
  readonly userinfo: (token: string) => Promise<UserinfoAnswer>
  /** Absolute URL of the protected resource metadata document. */
  readonly resourceMetadata: string
  /** Scopes a client should ask for when it has no token yet. */
  readonly baselineScopes: readonly string[]
  readonly log: Log
}

/**
 * Requires a verified Stytch access token on every request.
 *
 * @returns middleware that answers 400, 401 or 503 (see `challenge.ts`) or sets `c.var.principal` and
 *   calls the next handler. The request's body is not read.
 */
export function stytchAuth(options: StytchAuthOptions): MiddlewareHandler<{
  Variables: AuthVariables
}> {
  const { verify, userinfo, resourceMetadata, baselineScopes, log } = options

  return async (c, next) => {
    const requestId = c.get('requestId')
    const answer = (refusal: Refusal, scopes: readonly string[]) => {
      const { level, hint } = errorKind(refusal.code)
      const { code, expected, actual } = refusal
      log(level, 'request refused', { request_id: requestId, code, expected, actual, hint })
      return refusalResponse(refusal, { resourceMetadata, scopes, requestId })
    }

    const credentials = bearerCredentials(c.req.raw)
    if (!credentials.ok) return answer(credentials, baselineScopes)
    const verified = await verify(credentials.token)
    if (!verified.ok) return answer(verified, baselineScopes)

    c.set('principal', verified.principal)
    c.set('userinfo', () => userinfo(credentials.token))
    c.set('refuse', answer)
    await next()
  }
}
