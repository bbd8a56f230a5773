/**
 * Nobody passes unnamed: turns a request into its caller, or into the answer it gets instead. Built on
 * Fetch alone; `middleware.ts` is the same for Hono.
 */
import { errorKind } from '../errors.ts'
import type { Log } from '../observe/log.ts'
import { refusalResponse } from './challenge.ts'
import { bearerCredentials } from './credentials.ts'
import type { EnsureActive } from './freshness.ts'
import type { Principal } from './principal.ts'
import type { Refusal } from './refusal.ts'
import { type TokenFact, tokenFacts } from './token-facts.ts'
import type { UserinfoAnswer } from './userinfo.ts'
import type { Verified } from './verified.ts'
import type { Recall, Verify } from './verify.ts'

/** Who sent a request, and what can be asked about them: of this object, not of its methods by themselves. */
export interface Authenticated {
  /** Of the request; appears in answers and log lines. */
  readonly requestId: string
  readonly principal: Principal
  /** Asks Stytch about the caller, with the caller's own token. */
  userinfo(): Promise<UserinfoAnswer>
  /**
   * Asks Stytch whether the token is still good, or repeats an answer not older than so many seconds.
   * Refuses nothing when introspection is off.
   */
  ensureActive(maxAge: number): Promise<Refusal | undefined>
  /** Answers the request as if it had not been let through; asks for the baseline scopes by default. */
  refuse(refusal: Refusal, scopes?: readonly string[]): Response
}

/**
 * Names the caller of a request, whose body is not read.
 *
 * @returns the caller; or 400, 401 or 503 (see `challenge.ts`)
 */
export type Authenticate = (
  request: Request,
  requestId: string,
) => Authenticated | Response | Promise<Authenticated | Response>

/** What authenticating takes. */
export interface AuthenticateOptions {
  readonly verify: Verify
  /** Asked first, about what looks like a token at first sight. */
  readonly recall?: Recall
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

const BEARER = 'Bearer '

/** Makes it. */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { verify, recall, resourceMetadata, baselineScopes, log } = options

  function refused(
    requestId: string,
    token: string,
    refusal: Refusal,
    scopes = baselineScopes,
  ): Response {
    const { level, hint } = errorKind(refusal.code)
    const { code, expected, actual } = refusal
    log(level, 'request refused', { request_id: requestId, code, expected, actual, hint })
    const explanation = options.explain?.(requestId, refusal, tokenFacts(token))
    return refusalResponse(refusal, { resourceMetadata, scopes, requestId, explanation })
  }

  /** A caller. The token stays in here. */
  class Named implements Authenticated {
    readonly #token: string

    constructor(
      readonly requestId: string,
      token: string,
      readonly principal: Principal,
    ) {
      this.#token = token
    }

    userinfo(): Promise<UserinfoAnswer> {
      return options.userinfo(this.#token)
    }

    async ensureActive(maxAge: number): Promise<Refusal | undefined> {
      return options.ensureActive?.(this.#token, this.principal, maxAge * 1_000)
    }

    refuse(refusal: Refusal, scopes?: readonly string[]): Response {
      return refused(this.requestId, this.#token, refusal, scopes)
    }
  }

  async function active(caller: Authenticated, maxAge: number): Promise<Authenticated | Response> {
    const inactive = await caller.ensureActive(maxAge)
    return inactive === undefined ? caller : caller.refuse(inactive)
  }

  function admitted(requestId: string, token: string, verified: Verified | Refusal) {
    if (!verified.ok) return refused(requestId, token, verified)
    const caller = new Named(requestId, token, verified.principal)
    const { alwaysActiveWithin } = options
    return alwaysActiveWithin === undefined ? caller : active(caller, alwaysActiveWithin)
  }

  async function admittedLater(
    requestId: string,
    token: string,
    verified: Promise<Verified | Refusal>,
  ): Promise<Authenticated | Response> {
    return admitted(requestId, token, await verified)
  }

  /** The caller, when the header is plainly a token that is known: nobody reads it twice. */
  function recalled({ headers, url }: Request, requestId: string) {
    const header = headers.get('authorization')
    if (recall === undefined || header?.startsWith(BEARER) !== true || url.includes('?')) return
    const token = header.slice(BEARER.length)
    const verified = recall(token)
    return verified && admitted(requestId, token, verified)
  }

  return (request, requestId) => {
    const known = recalled(request, requestId)
    if (known !== undefined) return known
    const credentials = bearerCredentials(request)
    if (!credentials.ok) return refused(requestId, '', credentials)
    const { token } = credentials
    const verified = verify(token)
    return verified instanceof Promise
      ? admittedLater(requestId, token, verified)
      : admitted(requestId, token, verified)
  }
}
