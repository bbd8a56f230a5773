/**
 * Verification without a key of ours: Stytch says what a token is worth. Used for opaque tokens, and for
 * JWTs while the signing keys cannot be had. The claims of the answer pass the same rules as signed ones.
 */
import { decodeJwt } from 'jose'
import { contradiction } from './agreement.ts'
import { type ClaimPolicy, principalFromClaims } from './claims.ts'
import type { Introspect, IntrospectionClient } from './introspect.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { Verified } from './verified.ts'

/** Verifies by asking. */
export interface RemoteVerify {
  /** A token that is no JWT. */
  opaque(token: string): Promise<Verified | Refusal>
  /** A well formed JWT whose signature cannot be checked now. */
  unsigned(token: string): Promise<Verified | Refusal>
}

/** What it needs. Times are milliseconds. */
export interface RemoteVerifyOptions {
  readonly introspect: Introspect
  readonly policy: ClaimPolicy
  readonly now: () => number
  /** How old an answer may be. */
  readonly maxAge: number
  /** Whom to ask as about tokens that do not say whose they are. Without it those are refused. */
  readonly client?: IntrospectionClient
}

/** Makes the remote verification of a project's tokens. */
export function createRemoteVerify(options: RemoteVerifyOptions): RemoteVerify {
  const { introspect, policy, now, maxAge, client } = options

  async function ask(
    token: string,
    as: IntrospectionClient,
    claimed: Record<string, unknown> | undefined,
  ): Promise<Verified | Refusal> {
    const answer = await introspect(token, as, maxAge)
    if (answer.state === 'inactive') return refuse('token_revoked', 'active', 'inactive')
    if (answer.state !== 'active') {
      return refuse('verification_unavailable', 'an introspection answer', answer.state)
    }
    // A refresh token is active too, and opaque; it is for the token endpoint only.
    const { token_type = 'access_token' } = answer.claims
    if (token_type !== 'access_token') return refuse('token_kind', 'an access token', token_type)
    const member = claimed && contradiction(answer.claims, claimed)
    if (member !== undefined) return refuse('token_unconfirmed', `the same ${member}`, 'another')
    return principalFromClaims(answer.claims, policy, now() / 1000)
  }

  return {
    opaque: async (token) =>
      client === undefined
        ? refuse('token_malformed', 'three canonical base64url parts', 'an opaque token')
        : ask(token, client, undefined),

    async unsigned(token) {
      // Unverified, and used only to say whose token it is at the one address we ask anyway.
      const claimed = payload(token)
      const id = claimed?.client_id
      return typeof id === 'string'
        ? ask(token, { id }, claimed)
        : refuse('token_claims', 'client_id')
    },
  }
}

function payload(token: string): Record<string, unknown> | undefined {
  try {
    return decodeJwt(token)
  } catch {
    return undefined
  }
}
