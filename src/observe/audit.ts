/**
 * The audit trail: one record of every call and of every refusal of a known caller, in an order that
 * nobody can change unnoticed. A record holds the hash of the one before it (of records written together, the
 * last does, for all of them), so that whoever edits, drops or reorders one must rewrite all that follow;
 * `verifyAudit` finds where.
 *
 * Calls that cannot be brought back are written down before they happen, and do not happen otherwise.
 * Everything else goes on without a trail, and the next record says how many are lost.
 */
import { type Digests, webDigests } from '../digest.ts'
import { remembering } from '../remembering.ts'
import { lateRecords } from './audit-late.ts'
import {
  type AuditEnding,
  type AuditedCall,
  type AuditedDenial,
  type AuditedOutcome,
  type AuditLine,
  type AuditPhase,
  auditedArguments,
  auditFacts,
  auditLine,
  trailFacts,
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
  /** Default: WebCrypto's. */
  readonly digests?: Digests
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
  /** Writes down how a call ended. Never throws; need not be awaited, and is nothing to await once it is done. */
  outcome(call: AuditedCall, ending: AuditedOutcome): Promise<void> | undefined
  /** Writes down a call that was refused before it ran. Never throws; need not be awaited. */
  denial(call: AuditedCall, denial: AuditedDenial): Promise<void> | undefined
}

/** Waits for a record where records pile up: the trail is slower than calls can be, and must not lose any. */
export async function inStep(audit: Audit, record: Promise<void> | undefined): Promise<void> {
  if (audit.crowded) await record
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
  const { sink, key, now = Date.now, log, patience = 2_000, digests = webDigests } = options
  const { epoch = crypto.randomUUID() } = options
  if (key.length < MIN_KEY_BYTES) throw new RangeError('The audit key needs at least 32 bytes.')
  // Most calls have few arguments, and the same.
  const digest = remembering(digests.hmac(key))
  const trail = trailFacts(epoch)
  /** Records can be made later only where a digest never makes the next one wait. */
  const handOver =
    sink.later && typeof digests.sha256(epoch) === 'string'
      ? lateRecords({ later: sink.later.bind(sink), epoch, digests, digest })
      : undefined

  let seq = 0
  /** Since the last record the sink took. */
  let lost = 0
  let waiting = 0
  let failing = false
  /** Hash of the last record the sink took. */
  let previous: string | undefined

  /** Settles, and never fails, when the sink is free. */
  let free: Promise<unknown> = Promise.resolve()

  /** Puts a record in its place. At once where digests are, and so is the sink. */
  function write(facts: string, at: number): Promise<void> | undefined {
    const place = { trail, seq: ++seq, lost, at }
    const keep = ({ line, hash }: AuditLine): Promise<void> | undefined => {
      const keeping = sink.append(line)
      const done = () => {
        previous = hash
        lost -= place.lost
        recovered()
      }
      if (keeping !== undefined) return keeping.then(done)
      done()
      return undefined
    }
    const link = (to: string) => auditLine(place, to, facts, digests.sha256)
    const before = previous ?? digests.sha256(epoch)
    const linked = typeof before === 'string' ? link(before) : before.then(link)
    return linked instanceof Promise ? linked.then(keep) : keep(linked)
  }

  /** Puts a record in its place, to be made when the sink asks for it. */
  function writeLater(
    hand: NonNullable<typeof handOver>,
    phase: AuditPhase,
    call: AuditedCall,
    ending: AuditEnding,
  ): void {
    const place = { trail, seq: ++seq, lost, at: now() }
    try {
      hand(place, phase, call, ending)
    } catch (error) {
      lose(error)
    }
    lost -= place.lost
    recovered()
  }

  function recovered(): void {
    if (failing) log?.('info', 'audit available')
    failing = false
  }

  /** A record is lost: nobody has it. */
  function lose(error: unknown): never {
    lost++
    report(error)
    throw new AuditUnavailable()
  }

  function report(error: unknown): void {
    if (failing) return
    failing = true
    const name = error instanceof Error ? error.name : typeof error
    log?.('error', 'audit unavailable', { error: name })
  }

  /**
   * Writes a record, after those that wait.
   *
   * @returns `undefined` when it is written; otherwise settles when it is, or when nobody should wait for
   *   it any longer
   */
  function append(
    phase: AuditPhase,
    call: AuditedCall,
    ending: AuditEnding,
  ): Promise<void> | undefined {
    if (handOver !== undefined) {
      writeLater(handOver, phase, call, ending)
      return undefined
    }
    if (waiting >= MAX_WAITING) {
      seq++
      lose(new AuditUnavailable())
    }
    const at = now()
    let facts: string | Promise<string>
    try {
      facts = auditFacts(phase, call, auditedArguments(call), ending, digest)
    } catch (error) {
      facts = Promise.reject(error)
    }
    if (waiting === 0 && typeof facts === 'string') {
      try {
        const written = write(facts, at)
        return written && queued(written)
      } catch (error) {
        lose(error)
      }
    }
    // Awaited when its turn comes; until then, a failure has nobody to hear it.
    const known = Promise.resolve(facts)
    known.catch(() => {})
    return queued(
      free.then(async () => {
        const ready = await known.catch((error) => {
          seq++
          throw error
        })
        await write(ready, at)
      }),
    )
  }

  function queued(writing: Promise<void>): Promise<void> {
    waiting++
    const written = writing.catch(lose).finally(() => waiting--)
    free = written.catch(() => {})
    return inTime(written, patience, report)
  }

  /** Waits until all that the sink took is kept. */
  async function kept(): Promise<void> {
    try {
      const keeping = sink.flush?.()
      if (keeping !== undefined) await inTime(keeping, patience, report)
    } catch (error) {
      report(error)
      throw new AuditUnavailable()
    }
  }

  /** What becomes of a record that nobody needs to be sure of. */
  function quietly(
    phase: AuditPhase,
    call: AuditedCall,
    ending: AuditEnding,
  ): Promise<void> | undefined {
    try {
      return append(phase, call, ending)?.catch(() => {})
    } catch {
      // It was reported, and is counted by the next record.
      return undefined
    }
  }

  return {
    epoch,
    get crowded() {
      return waiting >= CROWD
    },
    async intent(call) {
      await append('intent', call, {})
      await kept()
    },
    outcome: (call, ending) => quietly('outcome', call, ending),
    denial: (call, denial) => quietly('denial', call, denial),
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
