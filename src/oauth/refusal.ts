/** The value a decision returns when a request may not proceed. Only the middleware makes it a `Response`. */
import type { ErrorCode } from '../errors.ts'

/** Why a request may not proceed. */
export interface Refusal {
  readonly ok: false
  readonly code: ErrorCode
  /** For the log: what was expected and what came. Never holds a token or a part of one. */
  readonly expected?: string
  readonly actual?: string
}

/**
 * Makes a refusal.
 *
 * @param code why, from the table in `errors.ts`
 * @param expected what the rule asks for, for the log
 * @param actual what came instead; capped at 200 characters, control characters dropped
 */
export function refuse(code: ErrorCode, expected?: string, actual?: unknown): Refusal {
  return {
    ok: false,
    code,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual: printable(actual) }),
  }
}

function printable(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)
}
