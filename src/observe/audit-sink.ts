/** Where the records of the audit trail go. */
import type { LateLine } from './log.ts'

/** Takes records, one line each, in order: the next comes when the last is kept. */
export interface AuditSink {
  /**
   * Keeps a line, which has no line end yet.
   *
   * @throws when the line is not kept; a line that was kept after all breaks the count of lost ones
   */
  append(line: string): void | Promise<void>
  /**
   * Takes a line that is yet to be made, for a sink that makes many together: asks for each once, in order, and
   * when it asks for one, for all it has, which it keeps together: only the last of them may have a hash. Whoever
   * has this takes records by no other way.
   */
  later?(line: LateLine): void
  /**
   * Resolves when all that was taken is kept, for a sink that takes lines before it keeps them.
   *
   * @throws when it is not
   */
  flush?(): void | Promise<void>
}

/**
 * A sink that writes where the log goes. Records are told from other lines by `"event":"audit"`.
 *
 * @param write takes one line, and adds its end; awaited
 */
export function logSink(write: (line: string) => void | Promise<void> = standardOutput): AuditSink {
  return { append: write }
}

/** A sink whose lines can be read, and which can be made to fail. */
export interface MemorySink extends AuditSink {
  readonly lines: readonly string[]
  /** While true, nothing is kept. */
  down: boolean
}

/** Makes an empty sink. */
export function memorySink(): MemorySink {
  const lines: string[] = []
  const sink: MemorySink = {
    lines,
    down: false,
    append(line) {
      if (sink.down) throw new Error('The sink is down.')
      lines.push(line)
    },
  }
  return sink
}

function standardOutput(line: string): void {
  // biome-ignore lint/suspicious/noConsole: standard output is where the log goes on every runtime
  console.log(line)
}
