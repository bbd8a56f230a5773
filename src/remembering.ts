/** What is made of texts that are few and come again and again, remembered. */

const REMEMBERED = { texts: 500, characters: 200 }

/**
 * Remembers what is made of short texts. Whoever sends many of them makes it forget, and no more.
 *
 * Of a promise, what it resolves to is remembered, and never the promise: on Workers one may end with the request
 * that made it, while others wait for it.
 *
 * @param make of the text alone; what it throws, or rejects with, is not remembered
 */
export function remembering<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, Made>()

  function keep(text: string, made: Made): Made {
    if (text.length > REMEMBERED.characters) return made
    if (known.size >= REMEMBERED.texts) known.clear()
    known.set(text, made)
    return made
  }

  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = make(text)
    return made instanceof Promise
      ? (made.then((value) => keep(text, value)) as Made)
      : keep(text, made)
  }
}
