/**
 * Standard output for a server that says a line or two with every request. Lines are collected for a moment
 * and written together: writing costs what it costs each time, however little is written.
 */

/** Writes lines. */
export interface LineWriter {
  /** Takes a line without its end, and writes it within a moment. */
  print(line: string): void
  /** Writes what was taken. */
  flush(): void
}

/** Milliseconds. */
const SOON = 10
/** Characters that are not kept that long. */
const ENOUGH = 64 * 1024

/**
 * Makes a writer.
 *
 * @param write writes text before it returns; what it throws, `flush` throws, and the text is gone
 */
export function createLineWriter(write: (text: string) => void): LineWriter {
  let taken = ''
  let waiting = false

  function flush(): void {
    if (taken === '') return
    const text = taken
    taken = ''
    write(text)
  }
  return {
    print(line) {
      taken += `${line}\n`
      if (taken.length >= ENOUGH) flush()
      if (waiting) return
      waiting = true
      setTimeout(() => {
        waiting = false
        try {
          flush()
        } catch {
          // Nobody waits for these lines, and there is nowhere else to say so.
        }
      }, SOON)
    },
    flush,
  }
}
