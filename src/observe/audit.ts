/**
 * The audit trail: one record of every call and every refusal, in an order that nobody can change
 * unnoticed. A record holds the hash of the one before it, so that whoever edits, drops or reorders one
 * must rewrite all that follow; `verifyAudit` finds where.
 *
 * Calls that cannot be brought back are written down before they happen, and do not happen otherwise.
 * Everything else goes on without a trail, and the next record says how many are lost.
 */
import { sha256 } from '../digest.ts'
import {
  type AuditedCall,
  type AuditedDenial,
  type AuditedOutcome,
  type AuditFacts,
  type AuditPhase,
  auditDigest,
  auditFacts,
  auditLine,
} from './audit-record.ts'
import type { AuditSink } from './audit-sink.ts'
import type { Log } from './log.ts'

export type { AuditedCall, AuditedDenial, AuditedOutcome, ConfirmedBy } from './audit-record.ts'
export { type AuditSink, logSink, type MemorySink, memorySink } from './audit-sink.ts'
export { type AuditProblem, type AuditVerdict, verifyAudit } from './audit-verify.ts'

/** What a trail is made with. */
export interface AuditOptions {
  readonly sink: AuditSink
  /** At least 32 bytes, kept for as long as digests of different days are to be compared. */
  readonly key: Uint8Array
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Names this run of the process. Never the same twice; default: random. */
  readonly epoch?: string
  /** Where an outage of the sink is reported, once. */
  readonly log?: Log
  /** Milliseconds a caller waits for the sink. Default: 2,000. */
  readonly patience?: number
}

/** A trail. */
export interface Audit {
  readonly epoch: string
  /** Whether records wait in such numbers that whoever makes more should wait for theirs. */
  readonly crowded: boolean
  /**
   * Writes down what is about to happen. Await it before anything leaves this server.
   *
   * @throws {AuditUnavailable} when it could not be written in time: refuse the call
   */
  intent(call: AuditedCall): Promise<void>
  /** Writes down how a call ended. Never throws; need not be awaited. */
  outcome(call: AuditedCall, ending: AuditedOutcome): Promise<void>
  /** Writes down a call that was refused before it ran. Never throws; need not be awaited. */
  denial(call: AuditedCall, denial: AuditedDenial): Promise<void>
}

/** The trail cannot be written. */
export class AuditUnavailable extends Error {
  override readonly name = 'AuditUnavailable'
  /** Of the tool error the caller gets. */
  readonly code = 'audit_unavailable'

  constructor() {
    super('The audit trail cannot be written.')
  }
}

const MIN_KEY_BYTES = 32

/** Records that may wait for the sink; more are lost rather than kept in memory. */
export const MAX_WAITING = 1_000

/** Records that may wait before calls are held back until theirs is written. */
const CROWD = 100

/**
 * Makes a trail. Records are written one after the other, in the order of the calls.
 *
 * @throws {RangeError} for a key that is too short
 */
export function createAudit(options: AuditOptions): Audit {
  const { sink, key, now = Date.now, log, patience = 2_000 } = options
  const { epoch = crypto.randomUUID() } = options
  if (key.length < MIN_KEY_BYTES) throw new RangeError('The audit key needs at least 32 bytes.')
  const digest = auditDigest(key)

  let seq = 0
  /** Since the last record the sink took. */
  let lost = 0
  let waiting = 0
  let failing = false
  /** Hash of the last record the sink took. */
  let previous: string | undefined
  /** Settles, and never fails, when the sink is free. */
  let free: Promise<unknown> = Promise.resolve()

  async function write(facts: Promise<AuditFacts>, at: number): Promise<void> {
    const place = { epoch, seq: ++seq, lost, at }
    try {
      const link = { ...place, previous: previous ?? (await sha256(epoch)) }
      const { line, hash } = await auditLine(link, await facts, sha256)
      await sink.append(line)
      previous = hash
      lost -= place.lost
      if (failing) log?.('info', 'audit available')
      failing = false
    } catch (error) {
      lost++
      report(error)
      throw new AuditUnavailable()
    }
  }

  function report(error: unknown): void {
    if (failing) return
    failing = true
    const name = error instanceof Error ? error.name : typeof error
    log?.('error', 'audit unavailable', { error: name })
  }

  /** Queues a record; waits for it, but not for ever. */
  async function append(
    phase: AuditPhase,
    call: AuditedCall,
    ending: Partial<AuditedOutcome & AuditedDenial> = {},
  ): Promise<void> {
    if (waiting >= MAX_WAITING) {
      seq++
      lost++
      report(new AuditUnavailable())
      throw new AuditUnavailable()
    }
    waiting++
    // Taken now: what a tool does to its arguments while it runs is not what it was called with.
    const facts = auditFacts(phase, call, ending, digest)
    // Awaited when its turn comes; until then, a failure has nobody to hear it.
    facts.catch(() => {})
    const at = now()
    const written = free.then(() => write(facts, at)).finally(() => waiting--)
    free = written.catch(() => {})
    await inTime(written, patience, report)
  }

  return {
    epoch,
    get crowded() {
      return waiting >= CROWD
    },
    intent: (call) => append('intent', call),
    outcome: (call, ending) => append('outcome', call, ending).catch(() => {}),
    denial: (call, denial) => append('denial', call, denial).catch(() => {}),
  }
}

/** A sink that hangs must not hang a call: the record stays in its place in the queue, the caller goes on. */
async function inTime(
  written: Promise<void>,
  patience: number,
  report: (error: unknown) => void,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new AuditUnavailable()
      report(error)
      reject(error)
    }, patience)
  })
  try {
    await Promise.race([written, late])
  } finally {
    clearTimeout(timer)
  }
}
