/**
 * The signing keys of the Stytch project, fetched from `<domain>/.well-known/jwks.json` and kept.
 *
 * Three things can go wrong, and each has its own answer. A key id we do not know: ask once, then not
 * again for a while, so that made-up ids cost no traffic. Stytch does not answer: go on with the last
 * good set for a bounded time, since Stytch serves old and new keys side by side for a month when it
 * rotates. The set is no good: as if Stytch had not answered. What cannot be decided is said to be
 * undecided, never to be a bad token.
 */
import type { Log } from '../observe/log.ts'
import { type KeySet, readKeySet } from './key-set.ts'
import { createAsk } from './upstream.ts'

/** The answer to "which key is this". */
export type KeyAnswer =
  | { readonly ok: true; readonly key: CryptoKey }
  /** `unknown`: the current set does not hold it. `unavailable`: no current set can be had. */
  | { readonly ok: false; readonly reason: 'unknown' | 'unavailable' }

/** Where verification gets its keys. */
export interface KeySource {
  /** Answers at once when it need not ask. */
  find(keyId: string): KeyAnswer | Promise<KeyAnswer>
  /** Whether a token could be verified now; fetches the set if there is none. */
  ready(): Promise<boolean>
}

/** What the key store needs. Times are milliseconds. */
export interface KeyStoreOptions {
  /** The project's domain, an origin. */
  readonly domain: string
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  readonly log: Log
  /** How long a set outlives its freshness while no new one can be had. */
  readonly staleMax: number
}

const SECOND = 1_000
const TIMEOUT = 3 * SECOND
const MAX_BYTES = 64 * 1024
/** Freshness of a set; a shorter `max-age` is honoured down to the floor. */
const FRESH = 600 * SECOND
const FRESH_FLOOR = 60 * SECOND
/** After asking for an unknown key id in vain. */
const UNKNOWN_COOLDOWN = 30 * SECOND
/** After a failure: doubles from the first to the last. */
const BACKOFF_FIRST = SECOND
const BACKOFF_LAST = 30 * SECOND

interface Held {
  readonly keys: KeySet
  /** Its key ids, to notice a change. */
  readonly fingerprint: string
  readonly freshUntil: number
}

/**
 * Makes the key store of a project. Nothing is fetched before the first question.
 */
export function createKeyStore(options: KeyStoreOptions): KeySource {
  const { fetch, now, log, staleMax } = options
  const ask = createAsk({ fetch, timeout: TIMEOUT, maxBytes: MAX_BYTES })
  const url = new URL('/.well-known/jwks.json', options.domain)

  let held: Held | undefined
  let inFlight: Promise<boolean> | undefined
  let failures = 0
  let retryAt = 0
  let unknownUntil = 0

  /** One fetch for however many wait for it. Resolves to whether the set is now current. */
  function refresh(): Promise<boolean> {
    if (inFlight === undefined && now() < retryAt) return Promise.resolve(false)
    inFlight ??= load().finally(() => {
      inFlight = undefined
    })
    return inFlight
  }

  async function load(): Promise<boolean> {
    try {
      const { status, headers, document } = await ask(url)
      if (status !== 200) throw new Error(`Answered ${status}`)
      const keys = await readKeySet(document)
      const fingerprint = [...keys.keys()].sort().join()
      const rotated = held !== undefined && held.fingerprint !== fingerprint
      const fresh = Math.max(FRESH_FLOOR, Math.min(FRESH, maxAge(headers) ?? FRESH))
      held = { keys, fingerprint, freshUntil: now() + fresh }
      failures = 0
      retryAt = 0
      if (rotated) log('info', 'signing keys changed', { keys: keys.size })
      return true
    } catch (error) {
      retryAt = now() + Math.min(BACKOFF_LAST, BACKOFF_FIRST * 2 ** failures++)
      log('error', 'signing keys unavailable', { reason: (error as Error).message, failures })
      return false
    }
  }

  function find(keyId: string): KeyAnswer | Promise<KeyAnswer> {
    const fresh = held !== undefined && now() < held.freshUntil
    const known = held?.keys.get(keyId)
    if (fresh && known !== undefined) return { ok: true, key: known }
    if (fresh && now() < unknownUntil) return { ok: false, reason: 'unknown' }
    return lookUp(keyId, known)
  }

  async function lookUp(keyId: string, known: CryptoKey | undefined): Promise<KeyAnswer> {
    if (await refresh()) {
      const key = held?.keys.get(keyId)
      if (key !== undefined) return { ok: true, key }
      unknownUntil = now() + UNKNOWN_COOLDOWN
      return { ok: false, reason: 'unknown' }
    }
    const bearable = held !== undefined && now() < held.freshUntil + staleMax
    return known !== undefined && bearable
      ? { ok: true, key: known }
      : { ok: false, reason: 'unavailable' }
  }

  return {
    find,
    async ready() {
      if (held !== undefined && now() < held.freshUntil) return true
      return (await refresh()) || (held !== undefined && now() < held.freshUntil + staleMax)
    },
  }
}

/** Seconds of `max-age`, as milliseconds. */
function maxAge(headers: Headers): number | undefined {
  const seconds = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(headers.get('cache-control') ?? '')?.[1]
  return seconds === undefined ? undefined : Number(seconds) * SECOND
}
