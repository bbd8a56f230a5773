/**
 * Standard output for a server that says a line or two with every request. Lines are collected for a moment
 * and written together: writing costs what it costs each time, however little is written, and making many
 * lines one after the other takes a fraction of making each between requests.
 */

import type { LateLine } from '../observe/log.ts'

/** Writes lines. */
export interface LineWriter {
  /** Takes a line without its end, and writes it within a moment. */
  print(line: string): void
  /** Takes a line that is made when its turn comes, in order. */
  later(line: LateLine): void
  /** Writes what was taken. */
  flush(): void
}

/** Milliseconds. */
const SOON = 10
/** Characters that are not kept that long, and what a line is taken for that is not made yet. */
const ENOUGH = 64 * 1024
const TYPICAL = 512

/**
 * Makes a writer.
 *
 * @param write writes text before it returns; what it throws, `flush` throws, and the text is gone
 * @param enough characters that are written at once, lines not yet made taken for half a KiB
 */
export function createLineWriter(write: (text: string) => void, enough = ENOUGH): LineWriter {
  let taken: (string | LateLine)[] = []
  let size = 0
  let waiting = false

  function flush(): void {
    if (taken.length === 0) return
    const lines = taken
    taken = []
    size = 0
    const texts = lines.map((line) => (typeof line === 'string' ? line : line.text()))
    write(`${texts.join('\n')}\n`)
  }

  function take(line: string | LateLine, characters: number): void {
    taken.push(line)
    size += characters
    if (size >= enough) flush()
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
  }

  return {
    print: (line) => take(line, line.length),
    later: (line) => take(line, TYPICAL),
    flush,
  }
}
