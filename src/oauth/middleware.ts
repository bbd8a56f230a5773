/**
 * `stytchAuth()`: nobody passes unnamed. Turns the decisions of this folder into HTTP, for Hono.
 */
import type { MiddlewareHandler } from 'hono'
import { errorKind } from '../errors.ts'
import type { Log } from '../observe/log.ts'
import { refusalResponse } from './challenge.ts'
import { bearerCredentials } from './credentials.ts'
import type { EnsureActive } from './freshness.ts'
import type { Principal } from './principal.ts'
import type { Refusal } from './refusal.ts'
import { type TokenFact, tokenFacts } from './token-facts.ts'
import type { UserinfoAnswer } from './userinfo.ts'
import type { Verify } from './verify.ts'

/** What {@link stytchAuth} leaves for the handlers behind it. */
export interface AuthVariables {
  /** Set by an earlier middleware; appears in answers and log lines. */
  requestId: string
  principal: Principal
  /** Asks Stytch about the caller, with the caller's own token. */
  userinfo: () => Promise<UserinfoAnswer>
  /**
   * Asks Stytch whether the token is still good, or repeats an answer not older than so many seconds.
   * Refuses nothing when introspection is off.
   */
  ensureActive: (maxAge: number) => Promise<Refusal | undefined>
  /** Answers this request as the middleware itself would; asks for the baseline scopes by default. */
  refuse: (refusal: Refusal, scopes?: readonly string[]) => Response
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
  readonly ensureActive?: EnsureActive
  /** Seconds an answer of introspection may be old on *every* request; absent where only some ask. */
  readonly alwaysActiveWithin?: number
  /** Told of every refusal, in development. Returns where to read about it, if anywhere. */
  readonly explain?: (
    requestId: string,
    refusal: Refusal,
    token: readonly TokenFact[],
  ) => string | undefined
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
    const credentials = bearerCredentials(c.req.raw)
    const token = credentials.ok ? credentials.token : ''

    const answer = (refusal: Refusal, scopes = baselineScopes) => {
      const { level, hint } = errorKind(refusal.code)
      const { code, expected, actual } = refusal
      log(level, 'request refused', { request_id: requestId, code, expected, actual, hint })
      const explanation = options.explain?.(requestId, refusal, tokenFacts(token))
      return refusalResponse(refusal, { resourceMetadata, scopes, requestId, explanation })
    }

    if (!credentials.ok) return answer(credentials)
    const verified = await verify(token)
    if (!verified.ok) return answer(verified)
    const { principal } = verified

    const ensureActive = async (maxAge: number) =>
      options.ensureActive?.(token, principal, maxAge * 1_000)
    if (options.alwaysActiveWithin !== undefined) {
      const inactive = await ensureActive(options.alwaysActiveWithin)
      if (inactive !== undefined) return answer(inactive)
    }

    c.set('principal', principal)
    c.set('userinfo', () => userinfo(token))
    c.set('ensureActive', ensureActive)
    c.set('refuse', answer)
    await next()
  }
}
