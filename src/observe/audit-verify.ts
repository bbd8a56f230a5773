/** Reads an audit trail again, and finds the first place where it is not as it was written. */
import { sha256 } from '../digest.ts'
import { AUDIT_EVENT } from './audit-record.ts'

/**
 * What can be wrong with a record: it is no record any more (`unreadable`), its text is not what it was
 * (`edited`), it has been seen (`repeated`), records before it are not there (`missing`), or the one before
 * is not the one it followed (`unlinked`).
 */
export type AuditProblem = 'unreadable' | 'edited' | 'repeated' | 'missing' | 'unlinked'

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
      readonly epoch?: string
      readonly seq?: number
    }

/**
 * Checks a trail from its first record on.
 *
 * What was cut off at the end cannot be seen from what is left: compare the count with a copy. Nor can a
 * trail that was rewritten as a whole; send records to where their writer cannot change them.
 *
 * @param lines of one log, or of several one after the other; other lines than records are passed over,
 *   and processes may have written at the same time
 */
export async function verifyAudit(
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<AuditVerdict> {
  const heads = new Map<string, Head>()
  let number = 0
  let records = 0
  let lost = 0
  for await (const line of lines) {
    number++
    if (!line.includes(MARK)) continue
    const record = await read(line.trimEnd())
    if (typeof record === 'string') return { ok: false, problem: record, line: number }
    const { epoch, seq } = record
    const head = heads.get(epoch) ?? { seq: 0, hash: await sha256(epoch) }
    const problem = follows(record, head)
    if (problem !== undefined) return { ok: false, problem, line: number, epoch, seq }
    heads.set(epoch, record)
    records++
    lost += record.lost
  }
  return { ok: true, records, epochs: heads.size, lost }
}

/** How far an epoch has been read. */
interface Head {
  readonly seq: number
  readonly hash: string
}

interface Link extends Head {
  readonly epoch: string
  readonly previous: string
  readonly lost: number
}

const MARK = `"event":"${AUDIT_EVENT}"`

const RECORD = /^(\{.*),"hash":"([\w-]{43})"\}$/s

function follows({ seq, lost, previous }: Link, head: Head): AuditProblem | undefined {
  if (seq <= head.seq) return 'repeated'
  if (seq !== head.seq + lost + 1) return 'missing'
  return previous === head.hash ? undefined : 'unlinked'
}

async function read(line: string): Promise<Link | AuditProblem> {
  const [, body, hash] = RECORD.exec(line) ?? []
  if (body === undefined || hash === undefined) return 'unreadable'
  if ((await sha256(`${body}}`)) !== hash) return 'edited'
  const link = parsed(line)
  return link === undefined ? 'unreadable' : { ...link, hash }
}

function parsed(line: string): Omit<Link, 'hash'> | undefined {
  try {
    const { epoch, seq, previous, lost = 0 } = JSON.parse(line) as Record<string, unknown>
    return typeof epoch === 'string' &&
      typeof previous === 'string' &&
      isCount(seq) &&
      isCount(lost)
      ? { epoch, seq, previous, lost }
      : undefined
  } catch {
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
