/**
 * A log that several processes write and read: entries under numbers, in a store. A number is counted first
 * and its entry kept after, so one can stay empty when its writer ends in between. Whoever wants to read on
 * closes it; a writer that was only slow takes another number, and nothing is lost or out of order.
 */
import type { Store } from '../../store/store.ts'

/** One log. Everything rejects with what the store rejects with. */
export interface SharedLog {
  /**
   * Writes an entry at the end. Entries of one process come in the order in which they were given.
   *
   * @returns its number; the first is 1
   */
  append(entry: object): Promise<number>
  /** The entry of a number, as JSON; `undefined` when it is not there yet, or no longer. */
  at(number: number): Promise<string | undefined>
  /** The highest number there is; 0 when there is none. */
  last(): Promise<number>
  /** Closes a number whose entry is not there. */
  close(number: number): Promise<void>
  /** Whether there is no room any more for what was written under this number. */
  isDropped(number: number, last: number): boolean
  /** Calls back whenever this process has written, until what is returned is called. */
  onAppend(callback: () => void): () => void
}

/** What a log is made with. Times are seconds. */
export interface SharedLogOptions {
  readonly store: Store
  /** Before all its keys; no other log's name begins with it. */
  readonly name: string
  /** Of an entry. */
  readonly ttl: number
  /** Of the log: nobody writes to it later than this after its first entry. */
  readonly lifetime: number
  /** Entries it holds; the oldest make room. */
  readonly capacity: number
}

/** What is read where there is nothing to read. */
const CLOSED = '{}'
/** Numbers that may be closed before their writer gives up. */
const TRIES = 5

/** Opens a log; nothing is asked of the store before it is used. */
export function sharedLog(options: SharedLogOptions): SharedLog {
  const { store, name, ttl, lifetime, capacity } = options
  const key = (number: number) => `${name}:${number}`
  const callbacks = new Set<() => void>()
  /** Settles, and never fails, when the last entry so far is written. */
  let turn: Promise<unknown> = Promise.resolve()

  async function write(text: string): Promise<number> {
    for (let each = 0; each < TRIES; each++) {
      const number = await store.increment(name, lifetime)
      if (!(await store.add(key(number), text, ttl))) continue
      if (number > capacity) store.take(key(number - capacity)).catch(() => {})
      for (const call of callbacks) call()
      return number
    }
    throw new Error('The number was closed again and again.')
  }

  return {
    append(entry) {
      const text = JSON.stringify(entry)
      const written = turn.then(() => write(text))
      turn = written.catch(() => {})
      return written
    },
    at: (number) => store.get(key(number)),
    last: async () => Number((await store.get(name)) ?? 0),
    async close(number) {
      await store.add(key(number), CLOSED, ttl)
    },
    isDropped: (number, last) => number <= last - capacity,
    onAppend(callback) {
      callbacks.add(callback)
      return () => callbacks.delete(callback)
    },
  }
}
