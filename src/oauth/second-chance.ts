/**
 * A map that stays within its bounds by forgetting what is not used. Entries stand in a queue; when room
 * is needed, the one at the head leaves, unless it was used since its last turn: then it goes to the
 * back. Using an entry costs a look-up and no reordering.
 */

/** Something that can be kept. */
export interface Item {
  /** What it is found by. */
  readonly name: string
  /** Milliseconds since the epoch; from then on it is not found. */
  readonly until: number
  /** How much of the bound it takes. */
  readonly bytes: number
}

/** Times are milliseconds since the epoch. */
export interface SecondChance<T extends Item> {
  /** The entry of that name; this counts as a use. */
  get(name: string, now: number): T | undefined
  /** Whether it is here, over or not; this is no use. */
  has(name: string): boolean
  /**
   * Keeps an item, in place of the one of the same name. When there is no room and everything that
   * could leave is in use, it is the new one that is not kept.
   */
  put(item: T, now: number): void
  delete(name: string): void
  readonly entries: number
  readonly bytes: number
}

/** How much is kept at most. */
export interface Bounds {
  readonly entries: number
  readonly bytes: number
}

/** Second chances given by one `put`, so that none takes long. */
const MOST_CHANCES = 32
/** Entries that are over and leave at a `put`: more than come in, so that they do not pile up. */
const SWEPT = 2

interface Slot<T> {
  readonly item: T
  used: boolean
}

/** Makes an empty one. */
export function createSecondChance<T extends Item>(bounds: Bounds): SecondChance<T> {
  const queue = new Map<string, Slot<T>>()
  let bytes = 0

  function remove(name: string): void {
    const slot = queue.get(name)
    if (slot === undefined) return
    bytes -= slot.item.bytes
    queue.delete(name)
  }

  function head(): Slot<T> | undefined {
    return queue.values().next().value
  }

  function sweep(now: number): void {
    for (let i = 0; i < SWEPT; i++) {
      const first = head()
      if (first === undefined || now < first.item.until) return
      remove(first.item.name)
    }
  }

  /** Whether there is room now. */
  function makeRoom(wanted: number, now: number): boolean {
    let chances = MOST_CHANCES
    while (queue.size >= bounds.entries || bytes + wanted > bounds.bytes) {
      const first = head()
      if (first === undefined) return false
      const { name, until } = first.item
      if (first.used && now < until) {
        if (chances-- === 0) return false
        first.used = false
        queue.delete(name)
        queue.set(name, first)
      } else remove(name)
    }
    return true
  }

  return {
    get(name, now) {
      const slot = queue.get(name)
      if (slot === undefined || now >= slot.item.until) return undefined
      slot.used = true
      return slot.item
    },
    has: (name) => queue.has(name),
    put(item, now) {
      remove(item.name)
      sweep(now)
      if (!makeRoom(item.bytes, now)) return
      queue.set(item.name, { item, used: false })
      bytes += item.bytes
    },
    delete: remove,
    get entries() {
      return queue.size
    },
    get bytes() {
      return bytes
    },
  }
}
