/** Lists as environment variables hold them. */

/** Entries of a comma-separated variable. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}
