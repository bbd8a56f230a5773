/**
 * The claim rules of a Stytch access token. One signing key per project also signs session JWTs, M2M
 * tokens and ID tokens with the same issuer, and most of them with the same audience; so a good
 * signature, issuer and audience prove little. A token is an access token of a Connected App only if it
 * has every mark of one and no mark of another kind (RFC 8725 §3.12).
 */

import { remembering } from '../remembering.ts'
import { clientIsAllowed } from './allowed-clients.ts'
import {
  type Claims,
  isIdentifier,
  markOfAnotherKind,
  ORGANIZATION,
  organizationOf,
  SESSION,
  SUBJECT_PREFIX,
} from './claim-values.ts'
import type { Principal } from './principal.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { Verified } from './verified.ts'

/** What a token is measured against. */
export interface ClaimPolicy {
  /** Exact issuer strings of the project. */
  readonly issuers: readonly string[]
  readonly projectId: string
  /** RFC 8707 identifier of this server. */
  readonly resource: string
  /**
   * Which audience proves that a token is meant for this server: the Stytch project (what Stytch issues),
   * or this very resource.
   */
  readonly audience: 'project' | 'resource'
  /** Clients that may call; empty means all. See {@link clientIsAllowed} for the forms. */
  readonly allowedClients: readonly string[]
  /** `jti` of tokens that may not be used, whoever holds them. */
  readonly deniedTokens: ReadonlySet<string>
  readonly vertical: 'consumer' | 'b2b'
  /** Seconds the two clocks may differ. */
  readonly clockSkew: number
}

/** What the rules say of a token's claims: now, and again later without reading them anew. */
export interface Judgement {
  /** `exp`, seconds since the epoch. Absent when the claims are refused whatever the time is. */
  readonly expiresAt?: number
  /**
   * @param now seconds since the epoch
   * @returns who is calling, or the first rule that refuses
   */
  readonly at: (now: number) => Verified | Refusal
}

type Rule = (claims: Claims, policy: ClaimPolicy, now: number) => Refusal | undefined

const MAX_AUDIENCES = 16
/** Seconds. Stytch's default is one hour; a day leaves room for a deliberate choice. */
const MAX_LIFETIME = 24 * 60 * 60
/** RFC 6749 §3.3: scope tokens separated by single spaces. */
const SCOPE = /^([\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*)?$/

/**
 * Applies every rule to the claims of a token whose signature is good.
 *
 * @param claims payload of the token
 * @param policy what it is measured against
 * @param now seconds since the epoch
 * @returns who is calling, or the first rule that refuses
 */
export function principalFromClaims(
  claims: Claims,
  policy: ClaimPolicy,
  now: number,
): Verified | Refusal {
  return judge(claims, policy).at(now)
}

/**
 * Applies the rules that always say the same, and leaves the others to the moment of asking.
 *
 * @param claims payload of a token whose signature is good
 * @param policy what it is measured against
 */
export function judge(claims: Claims, policy: ClaimPolicy): Judgement {
  const refusal = firstRefusal(LASTING, claims, policy, 0)
  if (refusal !== undefined) return refused(refusal)
  const { exp, iat, nbf, jti } = claims
  const passing = { exp, iat, nbf, jti }
  const verified = Object.freeze({ ok: true as const, principal: principal(claims) })
  return {
    expiresAt: exp as number,
    at: (now) => firstRefusal(PASSING, passing, policy, now) ?? verified,
  }
}

/** The judgement that is this refusal at any time. */
export function refused(refusal: Refusal): Judgement {
  Object.freeze(refusal)
  return { at: () => refusal }
}

function firstRefusal(
  rules: readonly Rule[],
  claims: Claims,
  policy: ClaimPolicy,
  now: number,
): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(claims, policy, now)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

const issuer: Rule = ({ iss }, { issuers }) =>
  issuers.includes(iss as string) ? undefined : refuse('token_issuer', issuers.join(' or '), iss)

const audience: Rule = ({ aud }, { projectId, resource, audience: mode }) => {
  const entries = typeof aud === 'string' ? [aud] : aud
  const wellTyped =
    Array.isArray(entries) &&
    entries.length > 0 &&
    entries.length <= MAX_AUDIENCES &&
    entries.every((entry) => typeof entry === 'string')
  if (!wellTyped) return refuse('token_audience', 'a list of strings', aud)
  const proof = mode === 'resource' ? resource : projectId
  if (!entries.includes(proof)) return refuse('token_audience', proof, aud)
  // A token bound to a URL (RFC 8707) belongs to that resource, whatever else its audience holds.
  const urls = entries.filter((entry) => URL.canParse(entry))
  if (urls.length > 0 && !urls.includes(resource)) return refuse('token_audience', resource, aud)
  return undefined
}

const otherKinds: Rule = (claims) => {
  const { sub, client_id, scope } = claims
  if (typeof sub === 'string' && sub.startsWith('m2m-client-')) {
    return refuse('token_kind', 'a person', 'an M2M token')
  }
  // Stytch may mark an access token with the session it came from; only a session JWT lacks these two.
  if (client_id === undefined && scope === undefined) {
    return refuse(
      'token_kind',
      'client_id and scope',
      SESSION in claims ? 'a session JWT' : 'neither',
    )
  }
  const mark = markOfAnotherKind(claims)
  if (mark === undefined) return undefined
  // RFC 9449 §7.2: a key-bound token without its proof is stolen goods, and we cannot check proofs.
  const expected = mark === 'cnf' ? 'a bearer token' : 'an access token'
  return refuse('token_kind', expected, `claim ${mark}`)
}

const subject: Rule = (claims, { vertical }) => {
  const { sub } = claims
  const prefix = SUBJECT_PREFIX[vertical]
  if (!isIdentifier(sub)) return refuse('token_claims', 'sub', sub)
  if (!sub.startsWith(prefix)) return refuse('token_kind', `sub ${prefix}…`, sub)
  if (vertical === 'b2b' && organizationOf(claims) === undefined) {
    return refuse('token_claims', 'an organization', claims[ORGANIZATION])
  }
  return undefined
}

const client: Rule = ({ client_id }, { allowedClients }) => {
  if (!isIdentifier(client_id)) return refuse('token_claims', 'client_id', client_id)
  return allowedClients.length === 0 || clientIsAllowed(client_id, allowedClients)
    ? undefined
    : refuse('token_client', 'an allowed client', client_id)
}

const denied: Rule = ({ jti }, { deniedTokens }) =>
  typeof jti === 'string' && deniedTokens.has(jti) ? refuse('token_denied') : undefined

const scopes: Rule = ({ scope }) =>
  typeof scope === 'string' && SCOPE.test(scope) ? undefined : refuse('token_claims', 'scope')

const dates: Rule = ({ exp, iat, nbf }) =>
  seconds(exp) && seconds(iat) && (nbf === undefined || seconds(nbf)) && exp > iat
    ? undefined
    : refuse('token_claims', 'exp, iat and nbf as dates in order', { exp, iat, nbf })

/** Comes after {@link dates}. */
const times: Rule = (claims, { clockSkew }, now) => {
  const { exp, iat, nbf = iat } = claims as { exp: number; iat: number; nbf?: number }
  if (now >= exp + clockSkew) return refuse('token_expired', `exp after ${now}`, exp)
  const starts = Math.max(iat, nbf)
  if (starts > now + clockSkew) return refuse('token_not_yet_valid', `valid by ${now}`, starts)
  if (exp - iat > MAX_LIFETIME) {
    return refuse('token_lifetime', `at most ${MAX_LIFETIME} seconds`, `${exp - iat} seconds`)
  }
  return undefined
}

/** Whose it is, for whom, of what kind; then whether it is whole. */
const LASTING: readonly Rule[] = [issuer, otherKinds, audience, subject, client, scopes, dates]
/** Whether it is still good. Read `exp`, `iat`, `nbf` and `jti` only. */
const PASSING: readonly Rule[] = [times, denied]

/** The same in most tokens. What is found out about a list is found out once for all who have it. */
const only = remembering((one) => Object.freeze([one]))
const scopeList = remembering((scope) => Object.freeze(scope === '' ? [] : scope.split(' ')))

/** Made for every new token, so of little but itself. */
function principal(claims: Claims): Principal {
  const { iss, sub, client_id, aud, scope, iat, exp, jti } = claims as unknown as Checked
  const organization = organizationOf(claims)
  const audiences = typeof aud === 'string' ? [aud] : aud
  const known: { -readonly [Name in keyof Principal]: Principal[Name] } = {
    issuer: iss,
    subject: sub,
    kind: sub.startsWith('member-') ? 'member' : 'user',
    clientId: client_id,
    audience: audiences.length === 1 ? only(audiences[0] as string) : Object.freeze([...audiences]),
    scopes: scopeList(scope),
    issuedAt: iat,
    expiresAt: exp,
  }
  if (organization !== undefined) known.organization = organization
  if (typeof jti === 'string') known.tokenId = jti
  return Object.freeze(known)
}

/** Claims that passed every rule. */
interface Checked {
  readonly iss: string
  readonly sub: string
  readonly client_id: string
  readonly aud: string | readonly string[]
  readonly scope: string
  readonly iat: number
  readonly exp: number
  readonly jti?: unknown
}

/** A NumericDate (RFC 7519 §2) that arithmetic can be trusted with. */
function seconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}
