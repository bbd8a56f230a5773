/**
 * Records that are made when the sink asks for them, many together. A hash for each would take longer than many
 * a call: of those made together the last has one, and vouches for all.
 */
import type { Digests } from '../digest.ts'
import {
  type AuditEnding,
  type AuditedArguments,
  type AuditedCall,
  type AuditLine,
  type AuditPhase,
  type AuditPlace,
  auditedArguments,
  auditFacts,
  auditLine,
  MAX_VOUCHED,
  vouchedLine,
} from './audit-record.ts'
import type { LateLine } from './log.ts'

/** What late records are made with. */
export interface LateRecordsOptions {
  /** The sink's. */
  readonly later: (line: LateLine) => void
  readonly epoch: string
  /** Whose digests are there at once. */
  readonly digests: Digests
  /** Of a text, keyed; there at once too. */
  readonly digest: (text: string) => string | Promise<string>
}

/**
 * Prepares to hand records over.
 *
 * @returns hands over one, in its place; throws what the sink throws, or `TypeError` for arguments that are not
 *   JSON. Arguments are written down at once, since what runs meanwhile may change them
 */
export function lateRecords(
  options: LateRecordsOptions,
): (place: AuditPlace, phase: AuditPhase, call: AuditedCall, ending: AuditEnding) => void {
  const { later, epoch, digests, digest } = options
  const sha256 = digests.sha256 as (text: string) => string
  let previous = sha256(epoch)
  /** Lines since the last hash. Joined, which is quicker than to add one to the others again and again. */
  let since: string[] = []
  /** The last record the sink has and has not asked for, or is about to have. */
  let newest: LateRecord | undefined

  class LateRecord implements LateLine {
    constructor(
      private readonly place: AuditPlace,
      private readonly phase: AuditPhase,
      private readonly call: AuditedCall,
      private readonly args: AuditedArguments,
      private readonly ending: AuditEnding,
    ) {}

    text(): string {
      const { place, phase, call, args, ending } = this
      const facts = auditFacts(phase, call, args, ending, digest) as string
      const isLast = this === newest
      // Nobody holds on to a call that is written down.
      if (isLast) newest = undefined
      return isLast || since.length === MAX_VOUCHED
        ? vouching(place, facts)
        : vouchedFor(place, facts)
    }
  }

  function vouchedFor(place: AuditPlace, facts: string): string {
    const line = vouchedLine(place, facts)
    since.push(line)
    return line
  }

  function vouching(place: AuditPlace, facts: string): string {
    const hash = (text: string) => sha256([...since, text].join('\n'))
    const made = auditLine(place, previous, facts, hash) as AuditLine
    previous = made.hash
    since = []
    return made.line
  }

  return (place, phase, call, ending) => {
    const record = new LateRecord(place, phase, call, auditedArguments(call), ending)
    const before = newest
    newest = record
    try {
      later(record)
    } catch (error) {
      newest = before
      throw error
    }
  }
}
