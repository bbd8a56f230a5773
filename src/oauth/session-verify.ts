/**
 * Verifies a Stytch session JWT, by which a person signed in on our own pages proves who they are. It
 * is the mirror of `verify.ts`: what opens `/mcp` is refused here, and what is accepted here never opens
 * `/mcp`, although one key signs both.
 */
import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Config } from '../config.ts'
import { CLOCK_SKEW, issuersOf } from './claim-values.ts'
import type { KeySource } from './keys.ts'
import { type Refusal, refuse } from './refusal.ts'
import { type Person, personFromClaims, type SessionPolicy } from './session-claims.ts'
import { wellFormed } from './token-form.ts'

/** Decides about one token. An outage is a refusal of its own, never an exception. */
export type VerifySession = (
  token: string,
) => Promise<{ readonly ok: true; readonly person: Person } | Refusal>

/** What verification needs. */
export interface VerifySessionOptions {
  readonly keys: KeySource
  readonly policy: SessionPolicy
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** Seconds. Stytch makes session JWTs for five minutes; none is good an hour after it was made. */
const MAX_AGE = 60 * 60

/** What sessions of the configured project are measured against. */
export function sessionPolicy({ stytch }: Config): SessionPolicy {
  const { projectId, vertical } = stytch
  return { issuers: issuersOf(stytch), projectId, vertical, clockSkew: CLOCK_SKEW }
}

/**
 * Makes the verifier of a project's session JWTs.
 *
 * @returns a function from token to person; refusals are `token_…` (the token is no good) or
 *   `verification_unavailable` (we cannot tell). Whether Stytch has ended the session since the token
 *   was made is not asked.
 * @see RFC 8725; https://stytch.com/docs/guides/sessions/using-jwts
 */
export function createVerifySession(options: VerifySessionOptions): VerifySession {
  const { keys, policy, now = Date.now } = options
  return async (token) => {
    const form = wellFormed(token)
    if (!form.ok) return form
    const signer = await keys.find(form.keyId)
    if (!signer.ok) {
      return signer.reason === 'unavailable'
        ? refuse('verification_unavailable', 'the signing keys')
        : refuse('token_signature', 'a key of the project', 'another key id')
    }
    const signed = await signedClaims(token, signer.key, policy, now())
    return signed.ok ? personFromClaims(signed.claims, policy, now() / 1000) : signed
  }
}

async function signedClaims(
  token: string,
  key: CryptoKey,
  { issuers, projectId, clockSkew }: SessionPolicy,
  now: number,
): Promise<{ ok: true; claims: JWTPayload } | Refusal> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      issuer: [...issuers],
      audience: projectId,
      requiredClaims: ['exp'],
      maxTokenAge: MAX_AGE,
      clockTolerance: clockSkew,
      currentDate: new Date(now),
    })
    return { ok: true, claims: payload }
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return refuse('token_signature')
    if (error instanceof errors.JWTExpired) return refuse('token_expired')
    if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error)
    if (error instanceof errors.JOSEError) return refuse('token_malformed')
    throw error
  }
}

function claimRefusal({ claim, reason }: errors.JWTClaimValidationFailed): Refusal {
  if (claim === 'iss') return refuse('token_issuer', 'an issuer of the project')
  if (claim === 'aud') return refuse('token_audience', 'the project')
  // A date that is there and well typed can only fail by lying in the future.
  if (reason === 'check_failed') return refuse('token_not_yet_valid', claim)
  return refuse('token_claims', claim, reason)
}
