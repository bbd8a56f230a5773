/** What the audit trail says of one tool call: gathered while it runs, written when it ends. */
import type { Audit, AuditedCall, AuditedOutcome, ConfirmedBy } from '../observe/audit.ts'
import { type Tool, ToolError } from './tool.ts'

/** What a running call tells its record. */
export interface CallRecord {
  /**
   * A person agreed.
   *
   * @param how by answering a question, or by approving a plan
   * @param correlationId of the request that asked, or planned
   */
  confirmed(how: 'question' | 'plan', correlationId: string): void
  /** The call does what this tool is for, with these arguments, which fit: its own, or another's plan. */
  standsFor(tool: Pick<Tool, 'name' | 'scopes' | 'audited'>, args: unknown): void
  /** Stytch answered a request, and called it so. */
  upstream(requestId: string): void
  /**
   * Writes down that something is about to be done that cannot be brought back.
   *
   * @throws {ToolError} `audit_unavailable` when it cannot be written: then it must not be done
   */
  intent(): Promise<void>
}

/** A record that can be closed. */
export interface OpenRecord extends CallRecord {
  /** Writes down how the call ended. Never throws; need not be awaited. */
  close(ending: Pick<AuditedOutcome, 'outcome' | 'error' | 'reason' | 'decision'>): Promise<void>
}

/** Codes that say a tool did not let the caller. */
const DENIALS = ['forbidden', 'rate_limited']

/**
 * Opens the record of a call.
 *
 * @param question what answering a question is called in the era of the call
 */
export function openRecord(
  audit: Audit,
  call: AuditedCall,
  question: ConfirmedBy & ('mrtr' | 'elicitation'),
): OpenRecord {
  const started = performance.now()
  const upstream: string[] = []
  let known = call

  return {
    confirmed(how, correlationId) {
      known = { ...known, correlationId, confirmation: how === 'plan' ? 'plan' : question }
    },
    standsFor({ name, scopes, audited = [] }, args) {
      known = { ...known, tool: name, arguments: args, shown: audited, scopes }
    },
    upstream(requestId) {
      upstream.push(requestId)
    },
    async intent() {
      try {
        await audit.intent(known)
      } catch {
        throw new ToolError(
          'audit_unavailable',
          'The audit trail of this server cannot be written, so nothing that cannot be undone is done. Tell its operator.',
        )
      }
    },
    close: (ending) =>
      audit.outcome(known, { ...ending, upstream, durationMs: performance.now() - started }),
  }
}

/** How a call that threw ended. */
export function endingOf(error: unknown): Parameters<OpenRecord['close']>[0] {
  if (!(error instanceof ToolError)) return { outcome: 'error', error: 'internal_error' }
  const { code } = error
  if (code === 'cancelled') return { outcome: 'cancelled', error: code }
  if (code === 'outcome_unknown') return { outcome: 'unknown', error: code }
  return DENIALS.includes(code)
    ? { outcome: 'error', error: code, decision: 'denied', reason: code }
    : { outcome: 'error', error: code }
}
