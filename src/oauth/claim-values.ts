/**
 * What every kind of token of a project is read with. One key signs them all under the same issuers, so
 * what tells the kinds apart is written once, and no verifier knows fewer marks than another.
 */
import type { Principal } from './principal.ts'

/** The claims of a token: the payload of a JWT, or what Stytch answers about a token. */
export type Claims = Readonly<Record<string, unknown>>

/** The claim of the session a token came from. */
export const SESSION = 'https://stytch.com/session'
/** The claim of the organization a member signed in to. */
export const ORGANIZATION = 'https://stytch.com/organization'

/** What the id of a person starts with. */
export const SUBJECT_PREFIX = { consumer: 'user-', b2b: 'member-' } as const

/** Seconds a token's clock and ours may differ. Stytch sets `nbf` to the moment of issue. */
export const CLOCK_SKEW = 60

/** Marks of ID tokens and logout tokens, and last of a token that is bound to a key (RFC 7800). */
const OTHER_KINDS = ['nonce', 'at_hash', 'c_hash', 'events', 'cnf'] as const

/** Longest id; characters. */
const MAX_IDENTIFIER = 255

/** The mark of a kind of token that is good for nothing here, if the claims have one. */
export function markOfAnotherKind(claims: Claims): (typeof OTHER_KINDS)[number] | undefined {
  return OTHER_KINDS.find((name) => name in claims)
}

/**
 * The issuer names of a project: its domain, and the name of the API host. Stytch names itself after the
 * host a token was asked of; either means the same project.
 */
export function issuersOf(stytch: {
  /** An origin. */
  readonly domain: string
  readonly projectId: string
}): readonly [string, string] {
  return [stytch.domain, `stytch.com/${stytch.projectId}`]
}

/** Whether a JSON value is a set of claims: an object. */
export function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the value of a claim can be somebody's id. */
export function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_IDENTIFIER
}

/** The organization the claims name, frozen; undefined when they name none. */
export function organizationOf(claims: Claims): Principal['organization'] {
  const claim = claims[ORGANIZATION]
  if (!isClaims(claim)) return undefined
  const { organization_id: id, slug } = claim
  if (!isIdentifier(id)) return undefined
  return Object.freeze({ id, slug: typeof slug === 'string' ? slug : '' })
}
