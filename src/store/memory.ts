/** A store in this process's memory: bounded, and forgotten when the process ends. */
import type { LastingStore } from './store.ts'

/** What a memory store is made with. */
export interface MemoryStoreOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Keys at most. When it is full of living ones, nothing new is kept: adding fails. */
  readonly capacity?: number
}

interface Kept {
  readonly value: string
  readonly expiresAt: number
}

/** Refusing is safe where forgetting is not: an evicted nonce could be used again. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull'
}

/**
 * Makes an empty store.
 *
 * @throws {StoreFull} from `add` and `increment`, when `capacity` keys are alive
 */
export function memoryStore({
  now = Date.now,
  capacity = 100_000,
}: MemoryStoreOptions = {}): LastingStore {
  const kept = new Map<string, Kept>()
  /** No key that is there expires before. */
  let soonest = Number.POSITIVE_INFINITY

  /** Looks through all keys, but only when one of them can have expired: a full store is asked often. */
  function sweep(at: number): void {
    if (at < soonest) return
    soonest = Number.POSITIVE_INFINITY
    for (const [key, { expiresAt }] of kept) {
      if (expiresAt <= at) kept.delete(key)
      else soonest = Math.min(soonest, expiresAt)
    }
  }

  function alive(key: string): Kept | undefined {
    const found = kept.get(key)
    if (found === undefined || found.expiresAt > now()) return found
    kept.delete(key)
    return undefined
  }

  function keep(key: string, value: string, expiresAt: number): void {
    if (kept.size >= capacity && !kept.has(key)) {
      sweep(now())
      if (kept.size >= capacity) throw new StoreFull('The store is full.')
    }
    kept.set(key, { value, expiresAt })
    soonest = Math.min(soonest, expiresAt)
  }

  return {
    async add(key, value, ttl) {
      if (alive(key) !== undefined) return false
      keep(key, value, now() + ttl * 1000)
      return true
    },
    async get(key) {
      return alive(key)?.value
    },
    async take(key) {
      const found = alive(key)
      kept.delete(key)
      return found?.value
    },
    async increment(key, ttl) {
      const found = alive(key)
      const count = Number(found?.value ?? 0) + 1
      keep(key, String(count), found?.expiresAt ?? now() + ttl * 1000)
      return count
    },
    async touch(key, ttl) {
      const found = alive(key)
      if (found !== undefined) keep(key, found.value, now() + ttl * 1000)
      return found !== undefined
    },
  }
}
