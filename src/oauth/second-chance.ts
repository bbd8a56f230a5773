/**
 * A table that stays within its bounds by forgetting what is not used. Entries stand in a queue; when room
 * is needed, the one at the head leaves, unless it was used since its last turn: then it goes to the
 * back. Using an entry costs a look-up and no reordering.
 */

import { type Entry, TextTable } from './text-table.ts'

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
   * could leave is in use, or many have the same end, it is the new one that is not kept.
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

/** What stands in a queue holds those beside it. */
class Link {
  before: Link = this
  after: Link = this

  /** Stands in front of another. */
  join(other: Link): void {
    this.before = other.before
    this.after = other
    other.before.after = this
    other.before = this
  }

  /** Holds on to nobody afterwards, so that one who lives on in memory keeps nobody else there. */
  leave(): void {
    this.before.after = this.after
    this.after.before = this.before
    this.before = this
    this.after = this
  }
}

class Place<T extends Item> extends Link implements Entry {
  readonly name: string
  next: Entry | undefined
  used = false

  constructor(readonly item: T) {
    super()
    this.name = item.name
  }
}

/** Makes an empty one. */
export function createSecondChance<T extends Item>(bounds: Bounds): SecondChance<T> {
  const places = new TextTable<Place<T>>(bounds.entries)
  /** Stands between the last and the first. */
  const end = new Link()
  let bytes = 0

  function first(): Place<T> | undefined {
    return end.after === end ? undefined : (end.after as Place<T>)
  }

  function remove(name: string): void {
    const place = places.get(name)
    if (place === undefined) return
    place.leave()
    places.remove(place)
    bytes -= place.item.bytes
  }

  function sweep(now: number): void {
    for (let i = 0; i < SWEPT; i++) {
      const item = first()?.item
      if (item === undefined || now < item.until) return
      remove(item.name)
    }
  }

  /** Whether there is room now. */
  function makeRoom(wanted: number, now: number): boolean {
    let chances = MOST_CHANCES
    while (places.size >= bounds.entries || bytes + wanted > bounds.bytes) {
      const oldest = first()
      if (oldest === undefined) return false
      const { name, until } = oldest.item
      if (oldest.used && now < until) {
        if (chances-- === 0) return false
        oldest.used = false
        oldest.leave()
        oldest.join(end)
      } else remove(name)
    }
    return true
  }

  return {
    get(name, now) {
      const place = places.get(name)
      if (place === undefined || now >= place.item.until) return undefined
      place.used = true
      return place.item
    },
    has: (name) => places.get(name) !== undefined,
    put(item, now) {
      remove(item.name)
      sweep(now)
      if (!makeRoom(item.bytes, now)) return
      const place = new Place(item)
      if (!places.add(place)) return
      place.join(end)
      bytes += item.bytes
    },
    delete: remove,
    get entries() {
      return places.size
    },
    get bytes() {
      return bytes
    },
  }
}
