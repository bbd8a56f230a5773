/**
 * The signing keys of the Stytch project: RFC 7517 set at `<domain>/.well-known/jwks.json`.
 * Stytch rotates about every six months and serves old and new keys for a month.
 */
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'

/** Finds the key that signed a token. */
export interface KeySource {
  /** Given a token's protected header, its public key. Throws what jose throws. */
  readonly find: JWTVerifyGetKey
}

/** Milliseconds to wait for the key set. */
const TIMEOUT = 3_000

/**
 * The keys of a project, fetched on first need and kept for ten minutes.
 *
 * @param domain the project's domain, an origin
 * @param fetch how to reach it
 */
export function projectKeys(domain: string, fetch: typeof globalThis.fetch): KeySource {
  const url = new URL('/.well-known/jwks.json', domain)
  const find = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT,
    [customFetch]: (input, init) => fetch(input, init),
  })
  return { find }
}

/**
 * Whether a failure says "this key is not in the set" rather than "the set could not be had".
 *
 * @param error what {@link KeySource.find} or the verification threw
 */
export function keyIsUnknown(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey
}
