/** What is found of a trail that somebody changed: where, and what. Trails with a hash in each record. */
import { describe, expect, test } from 'bun:test'
import { createAudit, memorySink, verifyAudit } from '../../src/observe/audit.ts'
import { findsEveryChange, KEY, principal } from '../support/audited.ts'

const SEED = 604

describe('verifyAudit', () => {
  async function written(count: number, epoch?: string): Promise<string[]> {
    const sink = memorySink()
    const audit = createAudit({ sink, key: KEY, ...(epoch !== undefined && { epoch }) })
    for (let i = 0; i < count; i++) {
      const call = { correlationId: `request-${i}`, principal, tool: 'whoami', scopes: ['openid'] }
      await audit.outcome(call, { outcome: 'ok', durationMs: 12.4 })
    }
    return [...sink.lines]
  }

  test('D6.04 passes over other lines, and follows processes that wrote at the same time', async () => {
    const [a, b] = [await written(3), await written(3)]
    const log = [
      '{"time":"…","level":"info","event":"request"}',
      'no JSON at all "audit"',
      ...a.flatMap((line, i) => [line, b[i] as string]),
    ]
    expect(await verifyAudit(log)).toEqual({ ok: true, records: 6, epochs: 2, lost: 0 })
    async function* streamed() {
      for (const line of log) yield `${line}\r\n`
    }
    expect(await verifyAudit(streamed())).toEqual({ ok: true, records: 6, epochs: 2, lost: 0 })
    expect(await verifyAudit([])).toEqual({ ok: true, records: 0, epochs: 0, lost: 0 })
  })

  /** Rewrites a record and its own hash, as someone would who knows how. */
  async function forged(line: string, from: string, to: string): Promise<string> {
    const body = line.replace(/,"hash":"[^"]*"\}$/, '}').replace(from, to)
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
    const hash = new Uint8Array(bytes).toBase64({ alphabet: 'base64url', omitPadding: true })
    return `${body.slice(0, -1)},"hash":"${hash}"}`
  }

  const rows: readonly [string, (lines: string[]) => unknown, object][] = [
    [
      'an edited record',
      (l) => l.splice(2, 1, l[2]?.replace('request-2', 'request-9') as string),
      { problem: 'edited', line: 3 },
    ],
    [
      'the last record, edited',
      (l) => l.splice(4, 1, l[4]?.replace('"ok"', '"error"') as string),
      { problem: 'edited', line: 5 },
    ],
    ['white space put in', (l) => l.splice(1, 1, l[1]?.replace(',', ', ') as string), { line: 2 }],
    ['a missing record', (l) => l.splice(1, 1), { problem: 'missing', line: 2, seq: 3 }],
    ['a missing first record', (l) => l.shift(), { problem: 'missing', line: 1, seq: 2 }],
    [
      'records that changed places',
      (l) => l.splice(1, 2, l[2] as string, l[1] as string),
      {
        problem: 'missing',
        line: 2,
      },
    ],
    [
      'a record twice',
      (l) => l.splice(3, 0, l[2] as string),
      { problem: 'repeated', line: 4, seq: 3 },
    ],
    [
      'half a record',
      (l) => l.splice(3, 1, l[3]?.slice(0, -20) as string),
      {
        problem: 'unreadable',
        line: 4,
      },
    ],
    [
      'a record with a hash of its own',
      async (l) => l.splice(1, 1, await forged(l[1] as string, 'request-1', 'request-8')),
      { problem: 'unlinked', line: 3, seq: 3 },
    ],
    [
      'a missing record declared lost',
      async (l) => l.splice(1, 2, await forged(l[2] as string, '"seq":3', '"seq":3,"lost":1')),
      { problem: 'unlinked', line: 2, seq: 3 },
    ],
    [
      'a sequence that is no number',
      async (l) => l.splice(0, 1, await forged(l[0] as string, '"seq":1', '"seq":"1"')),
      { problem: 'unreadable', line: 1 },
    ],
  ]

  test.each(rows)('D6.04 finds %s', async (_, tamper, found) => {
    const lines = await written(5)
    expect(await verifyAudit(lines)).toMatchObject({ ok: true, records: 5 })
    await tamper(lines)
    expect(await verifyAudit(lines)).toMatchObject({ ok: false, ...found })
  })

  test('D6.04 finds a record moved from another epoch', async () => {
    const [a, b] = [await written(2, 'a'), await written(2, 'b')]
    const moved = await forged(b[1] as string, '"epoch":"b"', '"epoch":"a"')
    expect(await verifyAudit([a[0] as string, moved])).toMatchObject({
      problem: 'unlinked',
      epoch: 'a',
      seq: 2,
    })
  })

  test('D6.04 finds any change of any character of any record', async () => {
    const lines = await written(4)
    await findsEveryChange(lines, SEED)
  })
})
