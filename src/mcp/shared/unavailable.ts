/** What is said of sessions while the store that would know about them cannot be asked. */
import type { Log } from '../../observe/log.ts'
import type { LastingStore } from '../../store/store.ts'

/** The store failed; what it said stays here. */
export class SessionsUnavailable extends Error {
  override readonly name = 'SessionsUnavailable'
}

/**
 * What the store comes to.
 *
 * @throws {SessionsUnavailable} when it fails
 */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch {
    throw new SessionsUnavailable('The store that sessions are kept in failed.')
  }
}

/** The same store; the log is told once that it fails, and once that it is back. */
export function withOutages(store: LastingStore, log: Log): LastingStore {
  let failing = false

  async function told<T>(answer: Promise<T>): Promise<T> {
    try {
      const value = await answer
      if (failing) log('info', 'shared sessions available')
      failing = false
      return value
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error
      if (!failing) log('error', 'shared sessions unavailable', { error: name })
      failing = true
      throw error
    }
  }

  return {
    add: (key, value, ttl) => told(store.add(key, value, ttl)),
    get: (key) => told(store.get(key)),
    take: (key) => told(store.take(key)),
    increment: (key, ttl) => told(store.increment(key, ttl)),
    touch: (key, ttl) => told(store.touch(key, ttl)),
  }
}
