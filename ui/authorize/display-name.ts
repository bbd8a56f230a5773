/**
 * Makes a name somebody else chose fit to stand in a sentence of ours: one line, no invisible or
 * direction-changing characters, no towers of accents, not longer than a name needs to be.
 */

const MAX_CHARACTERS = 64
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu

/** The name, cleaned; never empty. */
export function displayName(name: string | undefined): string {
  const clean = (name ?? '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(INVISIBLE, '')
    .replace(STACKED_MARKS, '$1')
    .trim()
  const characters = [...clean]
  if (characters.length === 0) return 'An unnamed app'
  if (characters.length <= MAX_CHARACTERS) return clean
  return `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`
}
