/** What is made of texts that are few and come again and again, remembered. */

const REMEMBERED = { texts: 500, characters: 200 }

/**
 * Remembers what is made of short texts. Whoever sends many of them makes it forget, and no more.
 *
 * @param make of the text alone; what it throws, or rejects with, is not remembered
 */
export function remembering<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, Made>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = make(text)
    if (text.length <= REMEMBERED.characters) {
      if (known.size >= REMEMBERED.texts) known.clear()
      known.set(text, made)
      if (made instanceof Promise) made.catch(() => known.delete(text))
    }
    return made
  }
}
