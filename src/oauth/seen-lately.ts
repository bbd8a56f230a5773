/**
 * Texts that were seen lately, by three bits each (a Bloom filter): too little to know a text by, and enough to guess
 * that it will come again. Nothing is held on to. There are two generations: when the younger has seen enough, it
 * becomes the older, and the older is forgotten.
 */
import { endOf } from './text-table.ts'

/** Texts of a generation. */
const GENERATION = 8_192
/** A power of two. With sixteen bits for each, one text in a hundred is taken for another, at most. */
const BITS = 16 * GENERATION
const MARKS = 3

/** A memory of them. */
export class SeenLately {
  #younger = new Uint32Array(BITS / 32)
  #older = new Uint32Array(BITS / 32)
  #count = 0

  /** Whether a text was here before, as far as can be told. From now on it was, for so many others at least. */
  again(text: string): boolean {
    const hash = endOf(text)
    if (isMarked(this.#younger, hash) || isMarked(this.#older, hash)) return true
    mark(this.#younger, hash)
    this.#count++
    if (this.#count === GENERATION) this.#age()
    return false
  }

  #age(): void {
    const forgotten = this.#older
    forgotten.fill(0)
    this.#older = this.#younger
    this.#younger = forgotten
    this.#count = 0
  }
}

/** The place of one of the bits of a text: its first, and steps of its own from there. */
function placeOf(hash: number, which: number): number {
  const step = (hash >>> 17) | (hash << 15) | 1
  return (hash + Math.imul(which, step)) & (BITS - 1)
}

function isMarked(bits: Uint32Array, hash: number): boolean {
  for (let which = 0; which < MARKS; which++) {
    const place = placeOf(hash, which)
    if (((bits[place >>> 5] as number) & (1 << (place & 31))) === 0) return false
  }
  return true
}

function mark(bits: Uint32Array, hash: number): void {
  for (let which = 0; which < MARKS; which++) {
    const place = placeOf(hash, which)
    bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31))
  }
}
