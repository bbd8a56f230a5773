/**
 * Verifies an access token: form, then signature, then claims. Official SDKs check the signature and
 * that the audience holds the project id, which session JWTs and M2M tokens of the project pass too;
 * the rules here are narrower (see `claims.ts`).
 */
import { compactVerify, errors } from 'jose'
import { type ClaimPolicy, type Judgement, judge, refused } from './claims.ts'
import type { KeySource } from './keys.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { RemoteVerify } from './remote-verify.ts'
import { wellFormed } from './token-form.ts'
import type { Verified } from './verified.ts'
import type { VerifiedTokens } from './verified-tokens.ts'

/** Decides about one token. An outage is a refusal of its own, never an exception. */
export type Verify = (token: string) => Promise<Verified | Refusal>

/** What verification needs. */
export interface VerifyOptions {
  readonly keys: KeySource
  readonly policy: ClaimPolicy
  /** Decides where no key of ours can: about opaque tokens, and while keys cannot be had. */
  readonly remote?: RemoteVerify
  /** Remembers what signatures proved, for this verifier alone; without it each is checked every time. */
  readonly tokens?: VerifiedTokens
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/**
 * Makes the verifier of a project's access tokens.
 *
 * @returns a function from token to caller; refusals are `token_…` (the token is no good) or
 *   `verification_unavailable` (we cannot tell)
 * @see RFC 8725, RFC 9068 §4; https://stytch.com/docs/api/connected-app-access-token-object
 */
export function createVerify(options: VerifyOptions): Verify {
  const { keys, policy, remote, tokens, now = Date.now } = options
  return async (token) => {
    if (remote !== undefined && !token.includes('.')) return remote.opaque(token)
    const known = tokens?.find(token)
    const form = known ?? wellFormed(token)
    if (!form.ok) return form

    const { keyId } = form
    const signer = await keys.find(keyId)
    if (!signer.ok && signer.reason === 'unavailable') {
      return remote?.unsigned(token) ?? refuse('verification_unavailable', 'the signing keys')
    }
    if (!signer.ok) return refuse('token_signature', 'a key of the project', 'another key id')

    const { key } = signer
    if (known?.key === key) return known.judgement.at(now() / 1000)
    const check = () => checked(token, key, policy)
    const judgement = await (tokens?.settle(token, { keyId, key }, check) ?? check())
    return judgement.at(now() / 1000)
  }
}

async function checked(token: string, key: CryptoKey, policy: ClaimPolicy): Promise<Judgement> {
  const payload = await signedPayload(token, key)
  if (!payload.ok) return refused(payload)
  const claims = jsonObject(payload.bytes)
  return claims === undefined
    ? refused(refuse('token_malformed', 'a JSON object as payload'))
    : judge(claims, policy)
}

async function signedPayload(
  token: string,
  key: CryptoKey,
): Promise<{ ok: true; bytes: Uint8Array } | Refusal> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: ['RS256'] })
    return { ok: true, bytes: payload }
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return refuse('token_signature')
    if (error instanceof errors.JOSEError) return refuse('token_malformed')
    throw error
  }
}

function jsonObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
