/**
 * Finds entries by texts as long as tokens, which come and go all the time. A map would do, but for two things:
 * it reads the whole of a text to hash it, and the tables it grows out of live on, with what they held, until the
 * whole heap is collected. For the checks under way alone that took a quarter of a verification on Bun.
 */

/** An entry of a table, and of no other. */
export interface Entry {
  readonly name: string
  /** Another in the same place; the table's alone. */
  next?: Entry | undefined
}

/** Characters read: the end of a token is that of its signature, which tells tokens apart. */
const READ = 8

/**
 * Entries in one place. By chance there are more in not one of a million; whoever makes up tokens can choose
 * their ends, and must not make looking for one take longer than that.
 */
export const MOST_IN_PLACE = 8

/** A table that never grows. */
export class TextTable<T extends Entry> {
  readonly #places: (Entry | undefined)[]
  #size = 0

  /** @param expected how many entries there may be */
  constructor(expected: number) {
    const places = 2 ** Math.ceil(Math.log2(2 * expected))
    this.#places = Array.from({ length: places }, () => undefined)
  }

  get size(): number {
    return this.#size
  }

  get(name: string): T | undefined {
    let entry = this.#places[this.#placeOf(name)]
    while (entry !== undefined && entry.name !== name) entry = entry.next
    return entry as T | undefined
  }

  /**
   * Takes an entry in. None of its name is here.
   *
   * @returns whether there was room in its place
   */
  add(entry: T): boolean {
    const place = this.#placeOf(entry.name)
    const first = this.#places[place]
    let others = 0
    for (let other = first; other !== undefined; other = other.next) others++
    if (others >= MOST_IN_PLACE) return false
    entry.next = first
    this.#places[place] = entry
    this.#size++
    return true
  }

  /** Lets an entry go that is here. */
  remove(entry: T): void {
    const place = this.#placeOf(entry.name)
    const first = this.#places[place]
    if (first === entry) {
      this.#places[place] = entry.next
    } else {
      let before = first
      while (before !== undefined && before.next !== entry) before = before.next
      if (before === undefined) return
      before.next = entry.next
    }
    entry.next = undefined
    this.#size--
  }

  #placeOf(name: string): number {
    return endOf(name) & (this.#places.length - 1)
  }
}

/**
 * A number for how a text ends.
 *
 * @returns 32 bits, of which any few tell texts apart
 */
export function endOf(text: string): number {
  let hash = text.length
  for (let at = Math.max(0, text.length - READ); at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
