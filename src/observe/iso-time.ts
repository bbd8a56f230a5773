/** Times as lines say them. Many lines are of one millisecond, and writing a date takes longer than the rest. */

let last = Number.NaN
let text = ''

/**
 * @param at milliseconds since the epoch
 * @returns as `Date.prototype.toISOString`
 */
export function isoTime(at: number): string {
  if (at !== last) {
    text = new Date(at).toISOString()
    last = at
  }
  return text
}
