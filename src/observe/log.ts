/** Structured log lines: one JSON object a line, on standard output, no token or secret in any of them. */
import { isoTime } from './iso-time.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Values a log line may carry; `undefined` members are left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Writes one event. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void

const ORDER: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** What {@link createLog} needs; everything has a default. */
export interface LogOptions {
  /** Events below this level are dropped. */
  readonly level?: LogLevel
  readonly write?: (line: string) => void
  /** Instead of `write`, for whoever writes many lines together: makes a line when its turn comes. */
  readonly later?: (line: () => string) => void
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
  return (level, event, fields = {}) => {
    if (ORDER[level] < ORDER[least]) return
    const at = now()
    const line = () => JSON.stringify({ time: isoTime(at), level, event, ...fields })
    if (later === undefined) write(line())
    else later(line)
  }
}
