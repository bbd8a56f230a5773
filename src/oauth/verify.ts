/**
 * Verifies an access token: form, then signature, then claims. Official SDKs check the signature and
 * that the audience holds the project id, which session JWTs and M2M tokens of the project pass too;
 * the rules here are narrower (see `claims.ts`).
 */
import { compactVerify, errors } from 'jose'
import { type Claims, isClaims } from './claim-values.ts'
import { type ClaimPolicy, type Judgement, judge, refused } from './claims.ts'
import type { KeyAnswer, KeySource } from './keys.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { RemoteVerify } from './remote-verify.ts'
import { wellFormed } from './token-form.ts'
import type { Verified } from './verified.ts'
import type { VerifiedTokens } from './verified-tokens.ts'

/**
 * Decides about one token: at once when it is known and its key is. An outage is a refusal of its own,
 * never an exception.
 */
export type Verify = (token: string) => Verified | Refusal | Promise<Verified | Refusal>

/** Says what is known of a token already, if anything: to whoever has not even looked at its form. */
export type Recall = (token: string) => Verified | Refusal | undefined

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

/** Both: what is known of a token, and what can be found out. */
export interface Verifier {
  readonly verify: Verify
  readonly recall: Recall
}

/**
 * Makes the verifier of a project's access tokens.
 *
 * @returns functions from token to caller; refusals are `token_…` (the token is no good) or
 *   `verification_unavailable` (we cannot tell)
 * @see RFC 8725, RFC 9068 §4; https://stytch.com/docs/api/connected-app-access-token-object
 */
export function createVerifier(options: VerifyOptions): Verifier {
  const { keys, policy, remote, tokens, now = Date.now } = options

  async function settled(token: string, keyId: string, asked: KeyAnswer | Promise<KeyAnswer>) {
    const signer = asked instanceof Promise ? await asked : asked
    if (!signer.ok && signer.reason === 'unavailable') {
      return remote?.unsigned(token) ?? refuse('verification_unavailable', 'the signing keys')
    }
    if (!signer.ok) return refuse('token_signature', 'a key of the project', 'another key id')

    const { key } = signer
    // Whoever did not wait for the key has looked already.
    const known = asked instanceof Promise ? tokens?.find(token) : undefined
    if (known?.key === key) return known.judgement.at(now() / 1000)
    const check = () => checked(token, key, policy)
    const judgement = await (tokens?.settle(token, { keyId, key }, check) ?? check())
    return judgement.at(now() / 1000)
  }

  function recall(token: string): Verified | Refusal | undefined {
    const known = tokens?.find(token)
    const signer = known && keys.find(known.keyId)
    return signer !== undefined && 'ok' in signer && signer.ok && signer.key === known?.key
      ? known.judgement.at(now() / 1000)
      : undefined
  }

  return {
    recall,
    verify(token) {
      if (remote !== undefined && !token.includes('.')) return remote.opaque(token)
      const known = recall(token)
      if (known !== undefined) return known
      const form = wellFormed(token)
      return form.ok ? settled(token, form.keyId, keys.find(form.keyId)) : form
    },
  }
}

const ALGORITHMS = { algorithms: ['RS256'] }

async function checked(token: string, key: CryptoKey, policy: ClaimPolicy): Promise<Judgement> {
  let payload: Uint8Array
  try {
    payload = (await compactVerify(token, key, ALGORITHMS)).payload
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      return refused(refuse('token_signature'))
    }
    if (error instanceof errors.JOSEError) return refused(refuse('token_malformed'))
    throw error
  }
  const claims = claimsIn(payload)
  return claims === undefined
    ? refused(refuse('token_malformed', 'a JSON object as payload'))
    : judge(claims, policy)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function claimsIn(bytes: Uint8Array): Claims | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes))
    return isClaims(value) ? value : undefined
  } catch {
    return undefined
  }
}
