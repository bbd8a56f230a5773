/**
 * Answers a request that may not proceed: RFC 6750 §3 challenges with RFC 9728 §5.1 metadata.
 * An outage carries no challenge: signing in again cannot mend it.
 */
import { errorKind } from '../errors.ts'
import type { Refusal } from './refusal.ts'

/** What a challenge points at. */
export interface ChallengeContext {
  /** Absolute URL of the protected resource metadata document. */
  readonly resourceMetadata: string
  /** Scopes to ask for: the baseline, or all scopes of the refused operation. */
  readonly scopes: readonly string[]
  readonly requestId: string
  /** Where a developer can read what was wrong; absent in production. */
  readonly explanation?: string | undefined
}

/** Seconds a client should wait: for Stytch to come back, or for a person to have made up their mind. */
const RETRY_AFTER: Partial<Record<number, string>> = { 429: '60', 503: '5' }

/** `error` in the body, where there is no challenge to repeat. */
const UNCHALLENGED: Partial<Record<number, string>> = { 403: 'forbidden', 429: 'rate_limited' }

/**
 * The `WWW-Authenticate` value for a refusal: one `Bearer` challenge, parameters in the order that
 * clients with regular-expression parsers read correctly.
 *
 * @param refusal why the request may not proceed
 * @param context what the challenge points at
 * @returns the header value, or `undefined` when no challenge is due
 * @see RFC 6750 §3, RFC 9728 §5.1
 */
export function challenge(refusal: Refusal, context: ChallengeContext): string | undefined {
  const { challenge: error, sentence } = errorKind(refusal.code)
  if (error === undefined) return undefined

  const parameters = [`resource_metadata="${context.resourceMetadata}"`]
  if (error !== 'invalid_request') parameters.push(`scope="${context.scopes.join(' ')}"`)
  if (error !== 'none') parameters.push(`error="${error}"`, `error_description="${sentence}"`)
  return `Bearer ${parameters.join(', ')}`
}

/**
 * The whole answer to a refused request.
 *
 * @param refusal why the request may not proceed
 * @param context what the challenge points at
 * @returns 400, 401, 403, 429 or 503 with a JSON body that says no more than the table in `errors.ts`
 */
export function refusalResponse(refusal: Refusal, context: ChallengeContext): Response {
  const { status, challenge: error, sentence } = errorKind(refusal.code)
  const headers = new Headers({ 'Cache-Control': 'no-store' })
  const value = challenge(refusal, context)
  if (value !== undefined) headers.set('WWW-Authenticate', value)
  const wait = RETRY_AFTER[status]
  if (wait !== undefined) headers.set('Retry-After', wait)

  const body =
    error === 'none'
      ? { message: sentence }
      : {
          error: error ?? UNCHALLENGED[status] ?? 'temporarily_unavailable',
          error_description: sentence,
          ...(error === 'insufficient_scope' ? { scope: context.scopes.join(' ') } : {}),
        }
  const { requestId, explanation } = context
  return Response.json(
    { ...body, request_id: requestId, ...(explanation === undefined ? {} : { explanation }) },
    { status, headers },
  )
}
