/** Text of one line: names, and what becomes a header of a mail, where a line end begins another one. */

/**
 * Whether a text is one line that can be written anywhere: without controls, the line ends of Unicode
 * (UAX #14, BK) and halves of surrogate pairs. Nothing at all is one, too.
 */
export function isOneLine(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text)
}
