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
  standsFor(tool: Pick<Tool, 'name' | 'audited'>, args: unknown): void
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
  close(
    ending: Pick<AuditedOutcome, 'outcome' | 'error' | 'reason' | 'decision'>,
  ): Promise<void> | undefined
}

/** What a record calls an operation: a tool by its name, and everything else by its method as well. */
export function operationName(method: string, name: unknown): string {
  if (typeof name !== 'string') return method
  return method === 'tools/call' ? name : `${method} ${name}`
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
  return new Open(audit, call, question)
}

const NONE: readonly string[] = []

class Open implements OpenRecord {
  readonly #started = performance.now()
  readonly #audit: Audit
  readonly #question: ConfirmedBy
  #known: AuditedCall
  #upstream = NONE

  constructor(audit: Audit, call: AuditedCall, question: ConfirmedBy) {
    this.#audit = audit
    this.#known = call
    this.#question = question
  }

  confirmed(how: 'question' | 'plan', correlationId: string): void {
    const confirmation = how === 'plan' ? how : this.#question
    this.#known = { ...this.#known, correlationId, confirmation }
  }

  standsFor({ name, audited }: Pick<Tool, 'name' | 'audited'>, args: unknown): void {
    const known = this.#known
    if (known.tool === name && known.arguments === args && audited === undefined) return
    this.#known = { ...known, tool: name, arguments: args, shown: audited ?? [] }
  }

  upstream(requestId: string): void {
    this.#upstream = [...this.#upstream, requestId]
  }

  async intent(): Promise<void> {
    try {
      await this.#audit.intent(this.#known)
    } catch {
      throw new ToolError(
        'audit_unavailable',
        'The audit trail of this server cannot be written, so nothing that cannot be undone is done. Tell its operator.',
      )
    }
  }

  close(ending: Parameters<OpenRecord['close']>[0]): Promise<void> | undefined {
    const { outcome, error, reason, decision } = ending
    const durationMs = performance.now() - this.#started
    const upstream = this.#upstream
    return this.#audit.outcome(this.#known, {
      outcome,
      error,
      reason,
      decision,
      upstream,
      durationMs,
    })
  }
}

/**
 * How a call that threw ended.
 *
 * @param aborted whether nobody waited for it any more: then whatever is under way fails
 */
export function endingOf(error: unknown, aborted: boolean): Parameters<OpenRecord['close']>[0] {
  if (!(error instanceof ToolError)) {
    return aborted
      ? { outcome: 'cancelled', error: 'cancelled' }
      : { outcome: 'error', error: 'internal_error' }
  }
  const { code } = error
  if (code === 'cancelled') return { outcome: 'cancelled', error: code }
  if (code === 'outcome_unknown') return { outcome: 'unknown', error: code }
  return DENIALS.includes(code)
    ? { outcome: 'error', error: code, decision: 'denied', reason: code }
    : { outcome: 'error', error: code }
}
