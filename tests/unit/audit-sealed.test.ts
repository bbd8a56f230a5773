/** Records written together: one hash, in the last of them, vouches for all, and nothing can be done to any unnoticed. */
import { describe, expect, test } from 'bun:test'
import {
  type AuditedCall,
  AuditUnavailable,
  createAudit,
  verifyAudit,
} from '../../src/observe/audit.ts'
import { MAX_VOUCHED } from '../../src/observe/audit-record.ts'
import type { LateLine } from '../../src/observe/log.ts'
import { nativePlatform } from '../../src/runtime/native-platform.ts'
import { findsEveryChange, KEY, lateTrail, principal } from '../support/audited.ts'

const SEED = 641
const ok = { outcome: 'ok', durationMs: 1 } as const
const call = (id: number): AuditedCall => ({
  correlationId: `request-${id}`,
  principal,
  tool: 'setName',
  scopes: ['openid'],
})

/** Writes groups of records of these sizes. */
function written(sizes: readonly number[], epoch = 'one'): string[] {
  const { audit, lines, flush } = lateTrail({ epoch })
  let id = 0
  for (const size of sizes) {
    for (let i = 0; i < size; i++) void audit.outcome(call(id++), ok)
    flush()
  }
  return [...lines]
}

const members = (line: string) => JSON.parse(line) as Record<string, unknown>
const isSealed = (line: string) => 'hash' in members(line) && 'previous' in members(line)
const isOpen = (line: string) => !('hash' in members(line)) && !('previous' in members(line))
/** As someone would who hopes that the next hash vouches for it. */
const unsealed = (line: string) =>
  line.replace(/,"hash":"[^"]*"\}$/, '}').replace(/"previous":"[^"]*",/, '')

describe('records written together', () => {
  test('D6.04 have one hash, in the last; one written alone has its own', async () => {
    const lines = written([3, 1, 2])
    expect(lines.map(isSealed)).toEqual([false, false, true, true, false, true])
    expect(lines.map(isOpen)).toEqual([true, true, false, false, true, false])
    expect(members(lines[3] as string).previous).toBe(members(lines[2] as string).hash)
    expect(members(lines[5] as string).previous).toBe(members(lines[3] as string).hash)
    expect(await verifyAudit(lines)).toEqual({ ok: true, records: 6, epochs: 1, lost: 0 })
  })

  test('the hash is SHA-256 of their lines and of what stands before it', async () => {
    const [first, second] = written([2]) as [string, string]
    const { hash } = members(second)
    const text = `${first}\n${second.replace(/,"hash":"[^"]*"\}$/, '}')}`
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
    expect(hash).toBe(new Uint8Array(bytes).toBase64({ alphabet: 'base64url', omitPadding: true }))
  })

  test('one hash vouches for no more than so many', async () => {
    const { audit, asked, ask } = patientSink()
    for (let id = 0; id < 2 * MAX_VOUCHED; id++) void audit.outcome(call(id), ok)
    expect(asked).toHaveLength(2 * MAX_VOUCHED)
    const lines = ask()
    expect(lines.flatMap((line, at) => (isSealed(line) ? [at] : []))).toEqual([
      MAX_VOUCHED,
      2 * MAX_VOUCHED - 1,
    ])
    expect(await verifyAudit(lines)).toMatchObject({ ok: true })
  })

  test('a record the sink does not take leaves the one before it the last', async () => {
    const { audit, ask, refuse } = patientSink()
    void audit.outcome(call(1), ok)
    void audit.outcome(call(2), ok)
    refuse()
    await expect(audit.intent(call(3))).rejects.toThrow(AuditUnavailable)
    const lines = ask()
    expect(lines.map(isSealed)).toEqual([false, true])
    void audit.outcome(call(4), ok)
    expect(await verifyAudit([...lines, ...ask()])).toEqual({
      ok: true,
      records: 3,
      epochs: 1,
      lost: 1,
    })
  })
})

/** A sink that takes lines and asks for them when it is told to. */
function patientSink() {
  const asked: LateLine[] = []
  let refusing = false
  const audit = createAudit({
    key: KEY,
    digests: nativePlatform.digests,
    sink: {
      append: () => {
        throw new Error('not to be asked')
      },
      later(line) {
        if (refusing) {
          refusing = false
          throw new Error('full')
        }
        asked.push(line)
      },
    },
  })
  return {
    audit,
    asked,
    refuse: () => {
      refusing = true
    },
    ask: () => asked.splice(0).map((line) => line.text()),
  }
}

describe('verifyAudit, of records written together', () => {
  test('D6.04 follows processes that wrote at the same time', async () => {
    const [a, b] = [written([2, 3], 'a'), written([4, 1], 'b')]
    const log = a.flatMap((line, at) => [line, '{"event":"request"}', b[at] as string])
    expect(await verifyAudit(log)).toEqual({ ok: true, records: 10, epochs: 2, lost: 0 })
  })

  const edited = (line: string | undefined) => line?.replace('request-', 'request-9') as string
  const rows: readonly [string, (lines: string[]) => unknown, object][] = [
    [
      'an edited record',
      (l) => l.splice(4, 1, edited(l[4])),
      { problem: 'edited', line: 6, since: 4 },
    ],
    [
      'the one with the hash, edited',
      (l) => l.splice(5, 1, edited(l[5])),
      { problem: 'edited', line: 6, since: 4 },
    ],
    ['a missing record', (l) => l.splice(3, 1), { problem: 'missing', line: 4, seq: 5 }],
    [
      'one missing right before the hash',
      (l) => l.splice(4, 1),
      { problem: 'missing', line: 5, seq: 6 },
    ],
    [
      'the one with the hash, missing',
      (l) => l.splice(2, 1),
      { problem: 'missing', line: 3, seq: 4 },
    ],
    [
      'records that changed places',
      (l) => l.splice(3, 2, l[4] as string, l[3] as string),
      { problem: 'missing', line: 4, seq: 5 },
    ],
    [
      'a record twice',
      (l) => l.splice(4, 0, l[3] as string),
      { problem: 'repeated', line: 5, seq: 4 },
    ],
    [
      'a hash that was taken off, with more after it',
      (l) => l.splice(2, 1, unsealed(l[2] as string)),
      { problem: 'edited', line: 6, since: 1 },
    ],
    [
      'a hash that was taken off at the end',
      (l) => l.splice(5, 1, unsealed(l[5] as string)),
      { problem: 'unsealed', line: 4, seq: 4 },
    ],
    ['a trail cut off before its hash', (l) => l.pop(), { problem: 'unsealed', line: 4, seq: 4 }],
    [
      'a record added at the end',
      (l) => l.push(unsealed(l[5] as string).replace('"seq":6', '"seq":7')),
      { problem: 'unsealed', line: 7, seq: 7 },
    ],
    [
      'a hash without what it follows',
      (l) => l.splice(2, 1, (l[2] as string).replace(/"previous":"[^"]*",/, '')),
      { problem: 'unreadable', line: 3 },
    ],
    [
      'what it follows without a hash',
      (l) => l.splice(2, 1, (l[2] as string).replace(/,"hash":"[^"]*"\}$/, '}')),
      { problem: 'unreadable', line: 3 },
    ],
    [
      'more records than one hash vouches for',
      (l) => {
        const one = unsealed(l[5] as string)
        const more = Array.from({ length: MAX_VOUCHED + 1 }, (_, i) =>
          one.replace('"seq":6', `"seq":${7 + i}`),
        )
        l.push(...more)
      },
      { problem: 'unsealed', line: 7 + MAX_VOUCHED },
    ],
  ]

  test.each(rows)('D6.04 finds %s', async (_, tamper, found) => {
    const lines = written([3, 3])
    expect(await verifyAudit(lines)).toMatchObject({ ok: true, records: 6 })
    tamper(lines)
    expect(await verifyAudit(lines)).toMatchObject({ ok: false, ...found })
  })

  test('D6.04 finds any change of any character of any record', async () => {
    const lines = written([2, 3])
    await findsEveryChange(lines, SEED)
  })
})
