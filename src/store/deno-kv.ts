/**
 * A store in Deno KV: that of Deno Deploy, or a server that speaks KV Connect. One that is a local file is for
 * one process: of several that write at once, all but one are told that the database is locked.
 *
 * Deno KV has no operation that reads and writes. What it has is a write that happens only if nobody wrote
 * since, so an operation here is read, then written on that condition, and tried again when somebody else was
 * faster. Nor is it exact about when something expires, so the end is kept beside the value.
 *
 * @see https://docs.deno.com/api/deno/~/Deno.AtomicOperation
 */
import { PATIENCE, StoreUnavailable, within } from './patience.ts'
import type { LastingStore } from './store.ts'

/** The part of `Deno.Kv` a store needs. */
export interface DenoKv {
  /** Must be strongly consistent, as it is unless told otherwise. */
  get(key: string[]): Promise<{ readonly value: unknown; readonly versionstamp: string | null }>
  atomic(): DenoKvWrite
}

/** The part of `Deno.AtomicOperation` a store needs. */
export interface DenoKvWrite {
  check(seen: { key: string[]; versionstamp: string | null }): DenoKvWrite
  set(key: string[], value: unknown, options: { expireIn: number }): DenoKvWrite
  delete(key: string[]): DenoKvWrite
  commit(): Promise<{ readonly ok: boolean }>
}

/** What a Deno KV store may be made with. */
export interface DenoKvStoreOptions {
  /** First part of every key. Servers that share it share everything. Default: `stytch-mcp`. */
  readonly prefix?: string
  /** Milliseconds to wait for an operation, all tries together. Default: 2,000. */
  readonly patience?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

interface Kept {
  readonly value: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** What to do about what was found, and what to answer when it is done. */
interface Decision<T> {
  readonly answer: T
  /** Written, or deleted when it is `null`; when it is absent everything stays. */
  readonly write?: Kept | null
}

/**
 * Makes a store. A value has 64 KiB at most: a longer one is refused by Deno KV with a `TypeError`.
 *
 * Every operation rejects with what Deno KV rejects with, and with {@link StoreUnavailable} when it is not
 * done in time.
 *
 * @param kv from `Deno.openKv()`
 */
export function denoKvStore(kv: DenoKv, options: DenoKvStoreOptions = {}): LastingStore {
  const { prefix = 'stytch-mcp', patience = PATIENCE, now = Date.now } = options
  const inTurn = createTurns()

  /** Decides by what is there, again and again until nobody wrote in between. */
  function operate<T>(name: string, decide: (found: Kept | undefined) => Decision<T>): Promise<T> {
    const key = [prefix, name]
    let over = false
    async function work(): Promise<T> {
      while (!over) {
        const { value, versionstamp } = await kv.get(key)
        const { answer, write } = decide(alive(value as Kept | null, now()))
        if (write === undefined) return answer
        const checked = kv.atomic().check({ key, versionstamp })
        const written =
          write === null
            ? checked.delete(key)
            : checked.set(key, write, { expireIn: Math.max(1, write.expiresAt - now()) })
        if ((await written.commit()).ok) return answer
      }
      throw new StoreUnavailable('It is too late.')
    }
    return inTurn(name, (turn) =>
      within(patience, turn.then(work)).finally(() => {
        over = true
      }),
    )
  }

  return {
    add: (key, value, ttl) =>
      operate<boolean>(key, (found) =>
        found === undefined
          ? { answer: true, write: { value, expiresAt: now() + ttl * 1_000 } }
          : { answer: false },
      ),
    get: (key) => operate(key, (found) => ({ answer: found?.value })),
    take: (key) =>
      operate(key, (found) =>
        found === undefined ? { answer: undefined } : { answer: found.value, write: null },
      ),
    increment: (key, ttl) =>
      operate(key, (found) => {
        const answer = Number(found?.value ?? 0) + 1
        const expiresAt = found?.expiresAt ?? now() + ttl * 1_000
        return { answer, write: { value: String(answer), expiresAt } }
      }),
    touch: (key, ttl) =>
      operate<boolean>(key, (found) =>
        found === undefined
          ? { answer: false }
          : { answer: true, write: { value: found.value, expiresAt: now() + ttl * 1_000 } },
      ),
  }
}

function alive(kept: Kept | null, at: number): Kept | undefined {
  return kept !== null && kept.expiresAt > at ? kept : undefined
}

/**
 * Lets those who want the same key line up, so that only other processes can be faster: of many who try at
 * once, one succeeds and all others try again.
 */
function createTurns() {
  /** Settles, and never fails, when the last in line is done. */
  const lines = new Map<string, Promise<unknown>>()
  return <T>(name: string, begin: (turn: Promise<unknown>) => Promise<T>): Promise<T> => {
    const mine = begin(lines.get(name) ?? Promise.resolve())
    const done = mine
      .catch(() => {})
      .then(() => {
        if (lines.get(name) === done) lines.delete(name)
      })
    lines.set(name, done)
    return mine
  }
}
