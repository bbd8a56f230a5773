/**
 * Most messages are written by the very function that would write them again: what is the same, letter for
 * letter, after it was read and written holds nothing that two readers could disagree on (see
 * `json-scan.ts`), which is quicker to find out than to look for.
 */
import { MAX_DEPTH } from './json-scan.ts'

/** Characters: too few for too many entries, and not much to read twice in vain. */
const LONGEST = 8 * 1024

/**
 * Parses a text in its plainest form.
 *
 * @returns `undefined` for any other text, fit to be parsed or not
 */
export function parsePlain(text: string): object | undefined {
  // Escapes may be of half a surrogate pair; and the name that is no ordinary member must be its own.
  if (text.length > LONGEST || text.includes('\\u') || text.includes('__proto__')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const plain = typeof value === 'object' && value !== null && JSON.stringify(value) === text
    return plain && (isFlat(text) || !isTooDeep(value)) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether fewer brackets open than there may be levels, those in texts counted: nearly always the quickest answer. */
function isFlat(text: string): boolean {
  let left = MAX_DEPTH
  for (const bracket of '{[') {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (--left < 0) return false
    }
  }
  return true
}

function isTooDeep(value: object, depth = 1): boolean {
  if (depth > MAX_DEPTH) return true
  for (const one of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof one === 'object' && one !== null && isTooDeep(one, depth + 1)) return true
  }
  return false
}
