/**
 * What was expected and what came, for the developer whose client was just refused. Kept in memory, in
 * development only, and redacted when written: claims that say what kind of token it was, dates as
 * dates, never the token, its signature or a claim that identifies a person.
 */
import type { Config } from '../config.ts'
import type { ErrorCode } from '../errors.ts'
import { type TokenFact, withheld } from '../oauth/token-facts.ts'

/** One refusal, explained. */
export interface Explanation {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly code: ErrorCode
  readonly expected?: string
  readonly actual?: string
  /** Header and claims of the token, as it claimed them; empty when there was no readable token. */
  readonly token: readonly TokenFact[]
}

/** Where explanations wait to be read. */
export interface Explanations {
  add(explanation: Explanation): void
  find(requestId: string): Explanation | undefined
}

/** Path of the page that shows one, by `?id=<request id>`. */
export const EXPLAIN_PATH = '/auth/explain'

/** How many refusals are remembered. */
export const MAX_KEPT = 200

/** Makes an empty store; the oldest explanation makes room for the newest. */
export function createExplanations(): Explanations {
  const kept = new Map<string, Explanation>()
  return {
    add(explanation) {
      kept.set(explanation.requestId, explanation)
      if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value as string)
    },
    find: (requestId) => kept.get(requestId),
  }
}

/** The part of a refusal an explanation keeps. */
interface Refused {
  readonly code: ErrorCode
  readonly expected?: string
  readonly actual?: string
}

/** Rules about a claim that says who it is: what came instead may say so too. */
const ABOUT_WHO = /^(?:sub\b|an organization$)/

/**
 * Makes the function that keeps an explanation and says where to read it.
 *
 * @param now milliseconds since the epoch
 * @returns a function whose result is an absolute URL, or `undefined` when nobody tried to
 *   authenticate: the challenge says all there is to say
 */
export function explainer(config: Config, explanations: Explanations, now: () => number) {
  return (requestId: string, refusal: Refused, token: readonly TokenFact[]): string | undefined => {
    const { code, expected, actual } = refusal
    if (code === 'credentials_missing') return undefined
    const who = ABOUT_WHO.test(expected ?? '')
    explanations.add({
      requestId,
      at: now(),
      code,
      token,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual: who ? withheld(actual) : actual }),
    })
    return `${config.publicUrl}${EXPLAIN_PATH}?id=${requestId}`
  }
}
