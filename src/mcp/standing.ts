/** Whether the token a stream was opened with is still good: what its signature said, and what Stytch says. */
import type { Principal } from '../oauth/principal.ts'
import type { Refusal } from '../oauth/refusal.ts'

/** The standing of one token. */
export interface Standing {
  /** Milliseconds until the token ends; zero or less once it has. */
  remaining(): number
  /** Asks Stytch, unless it said yes not long ago. */
  ask(): Promise<Verdict>
}

/** What is known of a token; `unknown` when Stytch cannot be asked. */
export type Verdict =
  | { readonly state: 'stands' }
  | { readonly state: 'unknown' }
  | { readonly state: 'lost'; readonly refusal: Refusal }

/** What a standing is known by. */
export interface StandingOptions {
  readonly principal: Principal
  /** Given an age in seconds an answer may have. Nothing is ever refused when introspection is off. */
  readonly ensureActive: (maxAge: number) => Promise<Refusal | undefined>
  /** Seconds a revoked token may go unnoticed. */
  readonly maxRevocationLag: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Seconds an answer may be old when it comes, so that the streams of one token share it. */
const SHARED = 1

/** Makes the standing of a token; nothing is asked yet. */
export function createStanding(options: StandingOptions): Standing {
  const { principal, ensureActive, maxRevocationLag, now } = options
  const shared = Math.min(SHARED, maxRevocationLag)
  let confirmedAt = Number.NEGATIVE_INFINITY

  return {
    remaining: () => principal.expiresAt * 1_000 - now(),
    async ask() {
      if (now() - confirmedAt < maxRevocationLag * 1_000) return { state: 'stands' }
      const asOf = now() - shared * 1_000
      const refusal = await ensureActive(shared)
      if (refusal === undefined) {
        confirmedAt = asOf
        return { state: 'stands' }
      }
      return refusal.code === 'verification_unavailable'
        ? { state: 'unknown' }
        : { state: 'lost', refusal }
    },
  }
}
