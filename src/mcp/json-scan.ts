/**
 * Looks through JSON text once, before it is parsed, for what parsers accept and disagree about: a name
 * twice in one object (some take the first, we the last), numbers beyond the double range, half a
 * surrogate pair, and sizes that only hurt. A gateway in front that reads the same text reads the same
 * message. Whether the text is JSON at all stays the parser's business.
 *
 * @see RFC 7493 (I-JSON) §2.1–2.3
 */

/** What is wrong with a text that may well be JSON. */
export type JsonFlaw = 'depth' | 'entries' | 'number' | 'surrogate' | 'duplicate' | 'prototype'

/** Levels of arrays and objects. */
export const MAX_DEPTH = 64
/** Members of objects and elements of arrays, all together. */
const MAX_ENTRIES = 10_000

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Finds the first flaw of a text.
 *
 * @param text the whole body
 * @returns `undefined` when the text is fit to be parsed, which it may still fail
 */
export function findFlaw(text: string): JsonFlaw | undefined {
  /** Names seen in each open object, by depth. */
  const seen: (Set<string> | undefined)[] = []
  let depth = 0
  let entries = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) {
      const end = endOfString(text, i)
      if (end < 0) return undefined
      const named = isName(text, end)
      const value = unescaped(text.slice(i, end + 1), named)
      if (value === undefined) return undefined
      if (!value.isWellFormed()) return 'surrogate'
      if (named) {
        if (value === '__proto__') return 'prototype'
        seen[depth] ??= new Set()
        const names = seen[depth] as Set<string>
        if (names.has(value)) return 'duplicate'
        names.add(value)
      }
      i = end
    } else if (unit === COMMA) {
      if (++entries > MAX_ENTRIES) return 'entries'
    } else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
      if (++depth > MAX_DEPTH) return 'depth'
      if (++entries > MAX_ENTRIES) return 'entries'
      seen[depth] = undefined
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) {
      depth--
    } else if (unit === MINUS || (unit >= ZERO && unit <= NINE)) {
      const end = endOfNumber(text, i)
      if (!Number.isFinite(Number(text.slice(i, end)))) return 'number'
      i = end - 1
    }
  }
  return undefined
}

/** Index of the closing quote; negative when there is none. */
function endOfString(text: string, open: number): number {
  for (let quote = text.indexOf('"', open + 1); ; quote = text.indexOf('"', quote + 1)) {
    if (quote < 0) return quote
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote
  }
}

/**
 * What a quoted string means: `"na\u006de"` is `name` to whoever reads it. Of a value only escapes of code
 * units matter here, and without any the text of the string, which is valid UTF-8, will do.
 */
function unescaped(quoted: string, named: boolean): string | undefined {
  if (!quoted.includes(named ? '\\' : '\\u')) return named ? quoted.slice(1, -1) : ''
  try {
    return JSON.parse(quoted)
  } catch {
    return undefined
  }
}

/** In JSON, a string followed by a colon is a name, and no other is. */
function isName(text: string, end: number): boolean {
  for (let i = end + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit !== 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d) return unit === COLON
  }
  return false
}

const NUMBER = /[-+.\deE]+/y

function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start
  return start + (NUMBER.exec(text)?.[0].length ?? 1)
}
