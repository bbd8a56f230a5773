/** Reads an audit trail again, and finds the first place where it is not as it was written. */
import { sha256 } from '../digest.ts'
import { AUDIT_EVENT, MAX_VOUCHED } from './audit-record.ts'

/**
 * What can be wrong with a record: it is no record any more (`unreadable`), its text is not what it was
 * (`edited`), it has been seen (`repeated`), records before it are not there (`missing`), the one before
 * is not the one it followed (`unlinked`), or nothing vouches for it (`unsealed`).
 */
export type AuditProblem =
  | 'unreadable'
  | 'edited'
  | 'repeated'
  | 'missing'
  | 'unlinked'
  | 'unsealed'

/** What was found. */
export type AuditVerdict =
  | {
      readonly ok: true
      readonly records: number
      /** Runs of processes that wrote them. */
      readonly epochs: number
      /** Records that are known to be missing, because the sink did not take them. */
      readonly lost: number
    }
  | {
      readonly ok: false
      readonly problem: AuditProblem
      /** Of the line, from 1. */
      readonly line: number
      /** The first line that it may be instead: one hash vouches for the records of one run from here on. */
      readonly since?: number
      readonly epoch?: string
      readonly seq?: number
    }

/**
 * Checks a trail from its first record on.
 *
 * What was cut off at the end cannot be seen from what is left: compare the count with a copy. Nor can a
 * trail that was rewritten as a whole; send records to where their writer cannot change them. Records written
 * together have one hash, in the last of them: a trail that is being written may end before it comes (`unsealed`).
 *
 * @param lines of one log, or of several one after the other; other lines than records are passed over,
 *   and processes may have written at the same time
 */
export async function verifyAudit(
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<AuditVerdict> {
  const runs = new Map<string, Run>()
  let number = 0
  let records = 0
  let lost = 0
  for await (const given of lines) {
    number++
    if (!given.includes(MARK)) continue
    const line = given.trimEnd()
    const record = read(line)
    if (record === undefined) return { ok: false, problem: 'unreadable', line: number }
    const { epoch, seq } = record
    const run = runs.get(epoch) ?? { seq: 0, hash: await sha256(epoch), open: [] }
    runs.set(epoch, run)
    const problem = await follow(run, record, line, number)
    if (problem !== undefined) {
      const since = problem === 'edited' ? run.open[0]?.number : undefined
      return {
        ok: false,
        problem,
        line: number,
        ...(since !== undefined && { since }),
        epoch,
        seq,
      }
    }
    records++
    lost += record.lost
  }
  for (const [epoch, { open }] of runs) {
    const [first] = open
    if (first === undefined) continue
    return { ok: false, problem: 'unsealed', line: first.number, epoch, seq: first.seq }
  }
  return { ok: true, records, epochs: runs.size, lost }
}

/** How far a run has been read. */
interface Run {
  seq: number
  /** The last that was found. */
  hash: string
  /** Records since. */
  open: Open[]
}

interface Open {
  readonly line: string
  readonly number: number
  readonly seq: number
}

interface Link {
  readonly epoch: string
  readonly seq: number
  readonly lost: number
  /** Of a record that vouches. */
  readonly seal?: Seal
}

interface Seal {
  readonly previous: string
  readonly hash: string
  /** What stands before the hash. */
  readonly body: string
}

const MARK = `"event":"${AUDIT_EVENT}"`

const SEALED = /^(\{.*),"hash":"([\w-]{43})"\}$/s

/** Goes on to a record, unless something is wrong with it. */
async function follow(
  run: Run,
  { seq, lost, seal }: Link,
  line: string,
  number: number,
): Promise<AuditProblem | undefined> {
  const place = inPlace(run.seq, seq, lost)
  if (seal === undefined) {
    if (place !== undefined) return place
    if (run.open.length === MAX_VOUCHED) return 'unsealed'
    run.open.push({ line, number, seq })
  } else {
    const before = run.open.map((one) => `${one.line}\n`).join('')
    const edited = (await sha256(`${before}${seal.body}}`)) !== seal.hash
    // What was taken out from among records with one hash is better called missing.
    if (edited && (before === '' || place === undefined)) return 'edited'
    if (place !== undefined) return place
    if (seal.previous !== run.hash) return 'unlinked'
    run.hash = seal.hash
    run.open = []
  }
  run.seq = seq
  return undefined
}

function inPlace(last: number, seq: number, lost: number): AuditProblem | undefined {
  if (seq <= last) return 'repeated'
  return seq === last + lost + 1 ? undefined : 'missing'
}

function read(line: string): Link | undefined {
  const [, body, hash] = SEALED.exec(line) ?? []
  const record = parsed(line)
  if (record === undefined) return undefined
  const { epoch, seq, previous, lost = 0 } = record
  if (typeof epoch !== 'string' || !isCount(seq) || !isCount(lost)) return undefined
  if (body !== undefined && hash !== undefined) {
    return typeof previous === 'string'
      ? { epoch, seq, lost, seal: { previous, hash, body } }
      : undefined
  }
  return 'hash' in record || 'previous' in record ? undefined : { epoch, seq, lost }
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
