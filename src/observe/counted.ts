/**
 * Numbers that go up by one, as text. V8 keeps the texts of the numbers it wrote last, on a heap that is seldom
 * collected: of a count, one for every call, and none is ever asked for again.
 */

const ENDS = Array.from({ length: 100 }, (_, end) => `${end}`.padStart(2, '0'))

let last = Number.NaN
let text = ''

/**
 * @param count a whole number, at least 0
 * @returns its decimal digits
 */
export function counted(count: number): string {
  if (count < 100) return `${count}`
  const hundreds = Math.floor(count / 100)
  if (hundreds !== last) {
    text = `${hundreds}`
    last = hundreds
  }
  return text + ENDS[count % 100]
}
