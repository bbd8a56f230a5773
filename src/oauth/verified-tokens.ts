/**
 * What the signature of a token has proved, remembered so that it is checked once and not with every
 * request.
 *
 * Only what cannot change is remembered, and only under the very key it was found out with: the key is
 * still asked for every time, so a set that was fetched anew, another key under the same id or a key
 * that left ends what was known, and what we could not decide is never remembered. Dates and barred ids
 * are looked at with every use (see {@link Judgement}).
 *
 * Entries are found by the text of the token, compared as a whole, and not by its digest. Measured with tokens of
 * 1.3 KiB, 16 at a time, µs of CPU beyond having the text, on Bun 1.4, Node 20 and Deno 2.9:
 *
 *     Map by the text                        0.7     2.7     0.5
 *     Map by SHA-256 of WebCrypto             13      29      18
 *     the signature checked                   39      78     340
 *
 * So a digest would give back a third of what is saved on Bun and Node. The text is in this process's memory
 * only, believed for a minute and dropped as others come, and in no log.
 */
import type { Judgement } from './claims.ts'
import { createSecondChance, type Item } from './second-chance.ts'
import { SeenLately } from './seen-lately.ts'
import { type Entry, TextTable } from './text-table.ts'
import type { WellFormed } from './token-form.ts'

/** What is known of a token. */
export interface KnownToken extends WellFormed {
  /** The key its signature was checked with; under another one nothing is known. */
  readonly key: CryptoKey
  readonly judgement: Judgement
}

/** A memory for one verifier: its claim policy is part of what is remembered. */
export interface VerifiedTokens {
  /** What is known of a token, if that is still fresh. */
  find(token: string): KnownToken | undefined
  /**
   * Checks a token that is not known under this key: once, however many ask at the same time, unless far too
   * many other checks are under way.
   *
   * @param token a text that holds on to no longer one
   * @param check checks signature and claims; when it rejects, so does this, and nothing is remembered
   */
  settle(token: string, signer: Signer, check: () => Promise<Judgement>): Promise<Judgement>
  /** Forgets a token, also one that is being checked. */
  forget(token: string): void
  /** How much is remembered now. */
  load(): { readonly entries: number; readonly bytes: number }
}

const KIB = 1024
const MIB = 1024 * KIB
/** Milliseconds a good signature is believed; less when the token expires before. */
const GOOD_AGE = 60_000
/** Milliseconds a refusal is repeated that no time can mend. */
const REFUSED_AGE = 10_000

/** Tokens seen twice. Those seen once are kept apart, so that a flood of them pushes none of these out. */
const REGULARS = { entries: 8_000, bytes: 32 * MIB }
/**
 * Few: what a flood leaves behind is cheap to clear away only while it is young. One that comes again after so many
 * others is checked once more, and is a regular from there on.
 */
const NEWCOMERS = { entries: 32, bytes: MIB }
/** Anybody can make these. */
const REFUSED = { entries: 1_000, bytes: 4 * MIB }
/** The most that is ever remembered, together. */
export const MOST_REMEMBERED: { readonly entries: number; readonly bytes: number } = Object.freeze({
  entries: REGULARS.entries + NEWCOMERS.entries + REFUSED.entries,
  bytes: REGULARS.bytes + NEWCOMERS.bytes + REFUSED.bytes,
})

interface Remembered extends Item, KnownToken {}

/** The key a token is checked with. */
interface Signer {
  readonly keyId: string
  readonly key: CryptoKey
}

/** A check under way. */
interface Check extends Entry {
  readonly key: CryptoKey
  end?: Promise<Judgement>
  /** Whether others find it, who ask for the same; its answer is remembered. */
  shared: boolean
}

/** Checks under way. Of many more, some are on their own: not shared, and not remembered. */
const USUAL_CHECKS = 1_024

/**
 * What an entry takes: the token, what was read from it (never longer than it), and their objects. With
 * tokens of 1.3 KiB this says 4.6 KiB; measured were 4.4 on Bun, 2.7 on Node and 2.5 on Deno.
 */
const bytesOf = (token: string) => 2 * token.length + 2 * KIB

/**
 * Makes an empty memory.
 *
 * @param options.now milliseconds since the epoch
 */
export function createVerifiedTokens({ now }: { readonly now: () => number }): VerifiedTokens {
  const regulars = createSecondChance<Remembered>(REGULARS)
  const newcomers = createSecondChance<Remembered>(NEWCOMERS)
  const refused = createSecondChance<Remembered>(REFUSED)
  const all = [regulars, newcomers, refused]
  const seen = new SeenLately()
  const running = new TextTable<Check>(USUAL_CHECKS)

  function remember(token: string, keyId: string, key: CryptoKey, judgement: Judgement): void {
    const at = now()
    const regular = regulars.has(token)
    for (const part of all) part.delete(token)
    const { expiresAt } = judgement
    const until =
      expiresAt === undefined ? at + REFUSED_AGE : Math.min(at + GOOD_AGE, expiresAt * 1_000)
    if (until <= at) return
    const part =
      expiresAt === undefined ? refused : regular || seen.again(token) ? regulars : newcomers
    part.put({ ok: true, name: token, keyId, key, judgement, until, bytes: bytesOf(token) }, at)
  }

  /** From here on nobody finds it. */
  function alone(check: Check): void {
    if (check.shared) running.remove(check)
    check.shared = false
  }

  /** Whoever was forgotten or overtaken by another key meanwhile keeps its answer to itself. */
  async function settled(
    token: string,
    { keyId, key }: Signer,
    mine: Check,
    checking: Promise<Judgement>,
  ): Promise<Judgement> {
    try {
      const judgement = await checking
      if (mine.shared) remember(token, keyId, key, judgement)
      return judgement
    } finally {
      alone(mine)
    }
  }

  return {
    find(token) {
      const at = now()
      const regular = regulars.get(token, at)
      if (regular !== undefined) return regular
      const newcomer = newcomers.get(token, at)
      if (newcomer === undefined) return refused.get(token, at)
      newcomers.delete(token)
      regulars.put(newcomer, at)
      return newcomer
    },

    settle(token, signer, check) {
      const other = running.get(token)
      if (other?.end !== undefined && other.key === signer.key) return other.end
      // Under another key, it is on its own from here on.
      if (other !== undefined) alone(other)
      const mine: Check = { name: token, key: signer.key, shared: false }
      mine.shared = running.add(mine)
      mine.end = settled(token, signer, mine, check())
      return mine.end
    },

    forget(token) {
      const checked = running.get(token)
      if (checked !== undefined) alone(checked)
      for (const part of all) part.delete(token)
    },

    load: () => ({
      entries: all.reduce((sum, { entries }) => sum + entries, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    }),
  }
}
