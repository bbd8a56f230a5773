/**
 * The claim rules of a Stytch session JWT, the token of a person signed in on our own pages. The key,
 * issuer and audience are those of every other token of the project, so the rules mirror `claims.ts`: a
 * token is a session only if it has the mark of one and no mark of another kind (RFC 8725 §3.12).
 */
import {
  type Claims,
  isIdentifier,
  markOfAnotherKind,
  organizationOf,
  SESSION,
  SUBJECT_PREFIX,
} from './claim-values.ts'
import type { Principal } from './principal.ts'
import { type Refusal, refuse } from './refusal.ts'

/** Who is signed in: as much of a {@link Principal} as a session proves. */
export type Person = Pick<Principal, 'issuer' | 'subject' | 'organization'>

/** What a session is measured against. */
export interface SessionPolicy {
  /** Exact issuer strings of the project; all of them mean the same project. */
  readonly issuers: readonly string[]
  readonly projectId: string
  readonly vertical: 'consumer' | 'b2b'
  /** Seconds the two clocks may differ. */
  readonly clockSkew: number
}

/** Marks of access and M2M tokens. */
const GRANTED = ['scope', 'client_id']
const SESSION_ID = /^(?:member-)?session-/

/**
 * Reads who is signed in from the claims of a token whose signature, issuer and times are good.
 *
 * @param now seconds since the epoch
 * @returns the person, or why this is no session of one: `token_kind`, `token_audience`,
 *   `token_expired` or `token_claims`
 */
export function personFromClaims(
  claims: Claims,
  policy: SessionPolicy,
  now: number,
): { readonly ok: true; readonly person: Person } | Refusal {
  const { iss, sub, aud } = claims
  const mark = GRANTED.find((name) => name in claims) ?? markOfAnotherKind(claims)
  if (mark !== undefined) return refuse('token_kind', 'a session JWT', `claim ${mark}`)
  const over = sessionRefusal(claims[SESSION], now - policy.clockSkew)
  if (over !== undefined) return over

  // A session belongs to the project and to nobody else; a second audience is another token's.
  const audience = [aud].flat()
  if (audience.length !== 1 || audience[0] !== policy.projectId) {
    return refuse('token_audience', policy.projectId, aud)
  }

  if (!isIdentifier(sub)) return refuse('token_claims', 'sub', typeof sub)
  const prefix = SUBJECT_PREFIX[policy.vertical]
  if (!sub.startsWith(prefix)) return refuse('token_kind', `sub ${prefix}…`, 'another subject')
  const of = organizationOf(claims)
  if (policy.vertical === 'b2b' && of === undefined) {
    return refuse('token_claims', 'an organization', 'none')
  }
  const person = { issuer: iss as string, subject: sub, ...(of && { organization: of }) }
  return { ok: true, person: Object.freeze(person) }
}

/** A JWT outlives its session by up to five minutes; where Stytch says when the session ends, that counts. */
function sessionRefusal(claim: unknown, now: number): Refusal | undefined {
  if (typeof claim !== 'object' || claim === null)
    return refuse('token_kind', SESSION, typeof claim)
  const { id, expires_at: end } = claim as Claims
  if (!isIdentifier(id) || !SESSION_ID.test(id))
    return refuse('token_kind', 'a session id', typeof id)
  if (end === undefined) return undefined
  const seconds = typeof end === 'string' ? Date.parse(end) / 1000 : Number.NaN
  if (Number.isNaN(seconds)) return refuse('token_claims', 'expires_at of the session', typeof end)
  return seconds > now ? undefined : refuse('token_expired', `a session after ${now}`, end)
}
