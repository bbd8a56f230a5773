/** Structured log lines: one JSON object a line, on standard output, no token or secret in any of them. */
import { isoTime } from './iso-time.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Values a log line may carry besides `time`, `level` and `event`; `undefined` members are left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Writes one event. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void

const ORDER: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** A line that is made when its turn comes, which is once. */
export interface LateLine {
  /** Makes it. Never throws. */
  text(): string
}

/** What {@link createLog} needs; everything has a default. */
export interface LogOptions {
  /** Events below this level are dropped. */
  readonly level?: LogLevel
  readonly write?: (line: string) => void
  /** Instead of `write`, for whoever writes many lines together. */
  readonly later?: (line: LateLine) => void
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/**
 * Makes a log.
 *
 * @returns a function that writes `{"time","level","event",…fields}` and a line end
 */
export function createLog(options: LogOptions = {}): Log {
  const { level: least = 'info', now = Date.now, later } = options
  // biome-ignore lint/suspicious/noConsole: standard output is where the log goes on every runtime
  const write = options.write ?? ((line: string) => console.log(line))
  return (level, event, fields) => {
    if (ORDER[level] < ORDER[least]) return
    const line = new Line(now(), level, event, fields)
    if (later === undefined) write(line.text())
    else later(line)
  }
}

class Line implements LateLine {
  constructor(
    private readonly at: number,
    private readonly level: LogLevel,
    private readonly event: string,
    private readonly fields: LogFields | undefined,
  ) {}

  text(): string {
    const { at, level, event, fields } = this
    const more = fields === undefined ? '{}' : JSON.stringify(fields)
    const told = more === '{}' ? '' : `,${more.slice(1, -1)}`
    return `{"time":"${isoTime(at)}","level":"${level}","event":${JSON.stringify(event)}${told}}`
  }
}
