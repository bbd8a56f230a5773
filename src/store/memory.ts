/** A store in this process's memory: bounded, and forgotten when the process ends. */
import type { Store } from './store.ts'

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
}: MemoryStoreOptions = {}): Store {
  const kept = new Map<string, Kept>()

  function alive(key: string): Kept | undefined {
    const found = kept.get(key)
    if (found === undefined || found.expiresAt > now()) return found
    kept.delete(key)
    return undefined
  }

  function keep(key: string, value: string, expiresAt: number): void {
    if (kept.size >= capacity && !kept.has(key)) {
      for (const old of kept.keys()) alive(old)
      if (kept.size >= capacity) throw new StoreFull('The store is full.')
    }
    kept.set(key, { value, expiresAt })
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
  }
}
