/**
 * The phrase a person types to agree to a change: the name of a thing, which somebody may have chosen so
 * that it is misread, or cannot be typed. It is shown harmless, and what is shown is as good as the name.
 */
import { quoted } from './untrusted.ts'

/** Characters shown. */
const MAX = 80

/**
 * How a phrase is shown to whoever types it.
 *
 * @throws {TypeError} when nothing is left to be typed: agreeing must take more than no words
 */
export function shownPhrase(phrase: string): string {
  const shown = quoted(phrase, MAX).slice(1, -1).trim()
  if (shown === '') throw new TypeError('A phrase must have something in it to type.')
  return shown
}

/** Whether a person typed the phrase, letter by letter; space around it does not matter. */
export function isPhrase(typed: string, phrase: string): boolean {
  const text = typed.trim().normalize('NFC')
  return text === shownPhrase(phrase) || text === phrase.trim().normalize('NFC')
}
