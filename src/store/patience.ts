/**
 * Waiting for an engine, but not for ever: whoever asks a store has somebody waiting as well, and an answer
 * that does not come is refused like one that says no.
 */
import type { Store } from './store.ts'

/** Milliseconds an engine may take for one operation. */
export const PATIENCE = 2_000

/** An engine cannot be reached, or says nothing. Whether it did what it was asked is not known. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

/**
 * What the work comes to, if it does in time. What it comes to later is ignored.
 *
 * @param milliseconds to wait
 * @throws {StoreUnavailable} when the time is over, and what the work throws until then
 */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const says = `The store said nothing for ${milliseconds} ms.`
    timer = setTimeout(() => reject(new StoreUnavailable(says)), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * The same store, whose every failure is a {@link StoreUnavailable}, for whoever must tell it from others.
 * What went wrong is its cause.
 */
export function orUnavailable(store: Store): Store {
  async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer
    } catch (cause) {
      if (cause instanceof StoreUnavailable) throw cause
      throw new StoreUnavailable('The store failed.', { cause })
    }
  }
  return {
    add: (key, value, ttl) => asked(store.add(key, value, ttl)),
    get: (key) => asked(store.get(key)),
    take: (key) => asked(store.take(key)),
    increment: (key, ttl) => asked(store.increment(key, ttl)),
  }
}
