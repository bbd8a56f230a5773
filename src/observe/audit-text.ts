/** Texts as records have them: JSON, without what could act, without tokens, and no longer than they need be. */
import { inert } from '../mcp/untrusted.ts'
import { remembering } from '../remembering.ts'
import { withoutTokens } from './without-tokens.ts'

/** Characters of a text. */
const MAX_TEXT = 256

/** Characters of a text the client made up. */
const MAX_UNVERIFIED = 128

/** Request ids and scopes written of one call. */
const MAX_LISTED = 32

/** Most texts: ids, names and codes, of which nothing would be taken. */
const HARMLESS = /^(?!.*(?:eyj|secret-|script:|data:))[\w.:/-]*$/i

/** A text as JSON, safe to be written. */
export function textOf(text: string, maxText = MAX_TEXT): string {
  return text.length <= maxText && HARMLESS.test(text)
    ? `"${text}"`
    : JSON.stringify(withoutTokens(inert(text, { maxText })))
}

/** The same of what a client made up, and sends again and again. */
export const unverifiedText = remembering((text) => textOf(text, MAX_UNVERIFIED))

/** Lists of scopes are those of declarations, nearly always. */
const lists = new WeakMap<readonly string[], string>()

/** Texts as a JSON array, the first few of them. */
export function listOf(texts: readonly string[]): string {
  if (texts.length === 0) return '[]'
  const known = lists.get(texts)
  if (known !== undefined) return known
  const list = `[${texts
    .slice(0, MAX_LISTED)
    .map((text) => textOf(text))
    .join()}]`
  if (Object.isFrozen(texts)) lists.set(texts, list)
  return list
}
