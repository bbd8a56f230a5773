/**
 * Whether a token that was good when it was signed is still good now. A signature proves the past; only
 * Stytch knows whether the person has since disconnected the app or signed out everywhere. How old an
 * answer may be depends on what the call can do.
 */
import { contradiction } from './agreement.ts'
import type { Introspect } from './introspect.ts'
import type { Principal } from './principal.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { UserinfoAnswer } from './userinfo.ts'

/** Refuses a token that Stytch no longer stands by. */
export type EnsureActive = (
  token: string,
  principal: Principal,
  maxAge: number,
) => Promise<Refusal | undefined>

/** What it asks. */
export interface FreshnessOptions {
  readonly introspect: Introspect
  readonly userinfo: (token: string) => Promise<UserinfoAnswer>
}

/**
 * Makes the check.
 *
 * Introspection answers for public clients. Stytch does not let us introspect a confidential client's
 * token, so for those the userinfo endpoint is asked instead: it needs a token that is still active.
 *
 * @returns a function of token, its verified principal and the age in milliseconds an answer may have
 *   (0: ask now). `undefined` when the token is active; else `token_revoked`, `token_unconfirmed` (Stytch
 *   describes another token) or `verification_unavailable`
 */
export function createEnsureActive({ introspect, userinfo }: FreshnessOptions): EnsureActive {
  return async (token, principal, maxAge) => {
    const answer = await introspect(token, { id: principal.clientId }, maxAge)
    switch (answer.state) {
      case 'inactive':
        return refuse('token_revoked', 'active', 'inactive at introspection')
      case 'unavailable':
        return refuse('verification_unavailable', 'an introspection answer')
      case 'active': {
        const member = contradiction(answer.claims, asClaims(principal))
        return member === undefined
          ? undefined
          : refuse('token_unconfirmed', `the same ${member}`, 'another')
      }
      case 'refused':
        return byUserinfo(await userinfo(token), principal)
    }
  }
}

function byUserinfo(answer: UserinfoAnswer, principal: Principal): Refusal | undefined {
  if (!answer.ok) {
    return answer.reason === 'revoked'
      ? refuse('token_revoked', 'active', 'refused at userinfo')
      : refuse('verification_unavailable', 'a userinfo answer')
  }
  return answer.userinfo.sub === principal.subject
    ? undefined
    : refuse('token_unconfirmed', 'the same sub', 'another')
}

function asClaims({ subject, clientId, expiresAt, audience }: Principal) {
  return { sub: subject, client_id: clientId, exp: expiresAt, aud: audience }
}
