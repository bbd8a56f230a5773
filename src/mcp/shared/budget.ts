/**
 * How much one person may have kept in the store that all share, where a full one is an outage for everybody.
 * Counted in each process.
 */

/** Counts what is kept. */
export interface Budget {
  /**
   * Whether there is room for it; then it is counted.
   *
   * @param owner any text that names one and no other
   * @param size characters
   * @param lasting whether it is kept for as long as a session, not for minutes
   */
  spend(owner: string, size: number, lasting?: boolean): boolean
}

/** Characters of one owner in a window. */
const LIMIT = 16 * 1024 * 1024
/** Milliseconds. */
const WINDOW = 10 * 60_000
/** Characters that a key and its keeping take. */
const OVERHEAD = 200
/** What lasts counts so many times. */
const LASTING = 16

/**
 * Makes a budget of which nothing is spent.
 *
 * @param now milliseconds since the epoch
 */
export function createBudget(now: () => number, limit = LIMIT): Budget {
  const spent = new Map<string, number>()
  let since = now()
  return {
    spend(owner, size, lasting = false) {
      if (now() - since >= WINDOW) {
        spent.clear()
        since = now()
      }
      const sum = (spent.get(owner) ?? 0) + (size + OVERHEAD) * (lasting ? LASTING : 1)
      if (sum > limit) return false
      spent.set(owner, sum)
      return true
    },
  }
}
