/**
 * Identifiers and bearer values shaped like Stytch's: `kind-test-<uuid>` for things that may be
 * shown, 256 random bits for things that may not.
 */
import { base64url } from 'jose'

/** An identifier in a Stytch test environment, for example `user-test-3f0c…`. */
export type TestId<Kind extends string> = `${Kind}-test-${string}`

/** @returns a fresh identifier, `<kind>-test-<uuid>` */
export function newId<Kind extends string>(kind: Kind): TestId<Kind> {
  return `${kind}-test-${crypto.randomUUID()}`
}

/** @returns an unguessable value for codes, session tokens, refresh tokens and client secrets */
export function newSecretValue(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
}
