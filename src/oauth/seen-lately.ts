/**
 * Texts that were seen lately, by a number each: too little to know a text by, and enough to guess that it will
 * come again. Nothing is held on to.
 */
import { endOf } from './text-table.ts'

/** Numbers kept; a power of two. A text takes the place of another. */
const PLACES = 8_192

/** A memory of them. */
export class SeenLately {
  readonly #marks = new Uint32Array(PLACES)

  /** Whether a text was here before, as far as can be told. From now on it was. */
  again(text: string): boolean {
    const mark = endOf(text) || 1
    const place = mark % PLACES
    const seen = this.#marks[place] === mark
    this.#marks[place] = mark
    return seen
  }
}
