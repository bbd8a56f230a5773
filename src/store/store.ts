/**
 * The few things that outlive a request: what may be used once, and what is counted. One small interface,
 * so that a process of its own keeps them in memory and several share an engine they already run.
 */

/** Texts under keys, each for a time. Every operation is atomic. Times are seconds. */
export interface Store {
  /**
   * Keeps a value, unless the key is taken.
   *
   * @returns whether it was kept
   */
  add(key: string, value: string, ttl: number): Promise<boolean>
  /** The value, as long as it lives. */
  get(key: string): Promise<string | undefined>
  /** The value, for the one caller who takes it first. */
  take(key: string): Promise<string | undefined>
  /**
   * Counts one more.
   *
   * @param ttl of the count, from its first increment
   * @returns the count, this one included
   */
  increment(key: string, ttl: number): Promise<number>
}

/** A store for what lasts as long as it is used, as sessions do that several processes share. */
export interface LastingStore extends Store {
  /**
   * Lets a key live on, from now.
   *
   * @param ttl in place of what was left
   * @returns whether it was there
   */
  touch(key: string, ttl: number): Promise<boolean>
}

/** Whether a store can do that. */
export function keepsLasting(store: Store): store is LastingStore {
  return 'touch' in store
}
