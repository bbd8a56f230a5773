/**
 * Text that others wrote, made safe to hand to a model. What it says is kept as data; what makes it act
 * is taken out: characters nobody sees, characters that reorder or recolour what is around them, and
 * sizes that only hurt. Nothing here tells good text from bad: an instruction in a name stays in the
 * name, and only its place, inside JSON, says what it is.
 *
 * Every pattern runs in linear time: no two neighbouring repetitions can match the same character.
 *
 * @see https://www.unicode.org/reports/tr36/ (Unicode Security Considerations)
 */
import { isObject } from './canonical-json.ts'

/** How one field is treated. */
export interface FieldRule {
  /** Characters at most, the mark of a cut included. */
  readonly max?: number
  /** Whether line ends and tabs are part of the value, as in PEM or HTML; otherwise they become spaces. */
  readonly lines?: boolean
}

/** Names of members and indexes of elements, from the root. */
export type FieldPath = readonly (string | number)[]

/** What {@link inert} may be told. */
export interface InertOptions {
  /** Rule of fields that are not ordinary: names, by default 256 characters in one line. */
  readonly field?: (path: FieldPath) => FieldRule | undefined
  /** Characters of a string, unless its field says otherwise. Default: 256. */
  readonly maxText?: number
  /** Bytes of the whole as JSON in UTF-8. Default: 65,536. */
  readonly maxSize?: number
  /** Levels of arrays and objects. What is deeper becomes an ellipsis. Default: 16. */
  readonly maxDepth?: number
}

/** The whole is larger than a result may be: ask for less, or answer with less. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'

  /** @param limit bytes */
  constructor(readonly limit: number) {
    super(`A result is larger than ${limit} bytes.`)
  }
}

/** Stands where something was cut off. */
export const CUT = '…'

/** Stands where a URL was that runs when it is opened. */
export const REMOVED = '[removed]'

const MAX_TEXT = 256
const MAX_SIZE = 64 * 1024
const MAX_DEPTH = 16

/** Characters read for each one kept: enough when a few are invisible, and bounded when all are. */
const READ_AHEAD = 4

/** Control sequences of terminals, and control strings with what they hold (ECMA-48 §5.4, §5.6). */
const TERMINAL = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]',
    '(?:\\u001b[PX\\]^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u0080-\\u009f]*(?:\\u0007|\\u001b\\\\|\\u009c)',
  ].join('|'),
  'g',
)

/** Whatever moves to another line or column, as the characters of Unicode's line breaking do (UAX #14). */
const SPACING = /\r\n|[\t-\r\u0085\u2028\u2029]/g

/**
 * Controls, lone surrogates, noncharacters, and all that is by definition drawn as nothing: zero-width and
 * bidi characters, variation selectors, tags, fillers. Last, interlinear annotations.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/** The same, where lines and tabs are part of the value. */
const INVISIBLE_IN_LINES =
  /(?![\t\n])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/** Most texts: nothing to take out, nothing to compose. */
const PLAIN = /^[ -~]*$/

/** URLs that are a program or a document of their own. Browsers ignore lines and tabs in a URL. */
const ACTIVE = /^ *(?:javascript:|vbscript:|data:(?:[a-z]+\/|[,;]))/i
const IGNORED_IN_URLS = /[\t\n]/g

/**
 * Copies a value with every string and every name in it made harmless: composed (NFC), without invisible
 * and control characters, and cut to size.
 *
 * @param value JSON; never changed
 * @param options sizes, and fields with rules of their own
 * @returns the copy. Names that become equal are numbered; `__proto__` is left out
 * @throws {TooLarge} when the copy would be larger than `maxSize`
 * @throws {TypeError} for what is not JSON
 */
export function inert<Value>(value: Value, options: InertOptions = {}): Value {
  const { field, maxText = MAX_TEXT, maxSize = MAX_SIZE, maxDepth = MAX_DEPTH } = options
  let size = 0

  function counted(bytes: number): void {
    size += bytes
    if (size > maxSize) throw new TooLarge(maxSize)
  }

  function text(given: string, { max = maxText, lines = false }: FieldRule = {}): string {
    const clean = harmless(given, max, lines)
    counted(bytesOf(clean))
    return clean
  }

  function list(given: readonly unknown[], path: FieldPath): unknown[] {
    counted(2)
    return Array.from(given, (element, index) => {
      counted(index === 0 ? 0 : 1)
      return copy(element ?? null, [...path, index])
    })
  }

  function members(given: Readonly<Record<string, unknown>>, path: FieldPath): object {
    counted(2)
    const names = harmlessNames(Object.keys(given).filter((name) => given[name] !== undefined))
    const copied = Array.from(names, ([to, from], index) => {
      counted(bytesOf(to) + (index === 0 ? 1 : 2))
      return [to, copy(given[from], [...path, from])] as const
    })
    // Defines every member, so that no name reaches a prototype.
    return Object.fromEntries(copied)
  }

  function copy(given: unknown, path: FieldPath): unknown {
    if (typeof given === 'string') return text(given, field?.(path))
    if (given === null || typeof given === 'boolean' || Number.isFinite(given)) {
      counted(String(given).length)
      return given
    }
    const nested = Array.isArray(given) || isObject(given)
    if (!nested) throw new TypeError('A value is not JSON.')
    if (path.length >= maxDepth) return text(CUT)
    return Array.isArray(given) ? list(given, path) : members(given, path)
  }

  return copy(value, []) as Value
}

/**
 * A text in a sentence of ours: harmless, in one line, between quotation marks it cannot close, and
 * without what would make a link, an image or an element of it where sentences are read as Markdown.
 *
 * @param max characters between the marks
 */
export function quoted(value: string, max = 80): string {
  const clean = clear(value.slice(0, max * READ_AHEAD), false)
    .replace(QUOTES, "'")
    .replace(ANGLES, (angle) => (angle === '<' ? '‹' : '›'))
    .replace(BACKSLASHES, '/')
    .replace(LINKS, '$& ')
  return `"${capped(clean, max, value.length > max * READ_AHEAD)}"`
}

/** Double quotation marks, whatever the language, and the marks of code. */
const QUOTES = /["«»“-‟″‶〝-〟＂`]/g
const ANGLES = /[<>]/g
const BACKSLASHES = /\\/g
/** What a link's text ends with, or an image begins with. */
const LINKS = /\](?=[[(])|!(?=\[)/g

/**
 * JSON for clients that show it as Markdown or HTML: the same value to whoever parses it, and nothing in
 * it that becomes a link, an image, code or an element.
 *
 * @param value JSON
 */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(ACTIVATING, (found) =>
    found.replace(/[<`!(]/, (mark) => `\\u00${mark.charCodeAt(0).toString(16)}`),
  )
}

/** None of these stands between values in JSON, so all are within strings, where escapes may be. */
const ACTIVATING = /[<`]|!\[|\]\(/g

function harmless(text: string, max: number, lines: boolean): string {
  // Cut first: normalising can make a text three times as long, and reading it costs what it is long.
  const head = text.slice(0, max * READ_AHEAD)
  const clean = clear(head, lines)
  if (ACTIVE.test(lines ? clean.slice(0, max).replace(IGNORED_IN_URLS, '') : clean)) return REMOVED
  return capped(clean, max, head.length < text.length)
}

function clear(text: string, lines: boolean): string {
  if (PLAIN.test(text)) return text
  return text
    .replace(TERMINAL, '')
    .replace(SPACING, (found) => (!lines ? ' ' : found === '\t' ? found : '\n'))
    .replace(lines ? INVISIBLE_IN_LINES : INVISIBLE, '')
    .normalize('NFC')
}

/** @param cut whether something is missing already */
function capped(text: string, max: number, cut: boolean): string {
  if (!cut && text.length <= max) return text
  const characters = [...text]
  if (!cut && characters.length <= max) return text
  return `${characters.slice(0, max - 1).join('')}${CUT}`
}

/** Harmless name → name. A name that needed no change is never given to another member. */
function harmlessNames(names: readonly string[]): Map<string, string> {
  const usable = names.filter((name) => name !== '__proto__')
  const taken = new Set(usable)
  const found = new Map<string, string>()
  const repeated = new Map<string, number>()
  for (const name of usable) {
    const clean = harmless(name, MAX_TEXT, false)
    let free = clean
    while (free !== name && (taken.has(free) || found.has(free) || free === '__proto__')) {
      const next = (repeated.get(clean) ?? 1) + 1
      repeated.set(clean, next)
      free = `${clean} (${next})`
    }
    found.set(free, name)
  }
  return found
}

const encoder = new TextEncoder()

/** Of a text as JSON in UTF-8: plain texts are as long in one as in the other. */
function bytesOf(text: string): number {
  const json = JSON.stringify(text)
  return PLAIN.test(text) ? json.length : encoder.encode(json).length
}
