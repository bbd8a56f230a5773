/** The trail of a runtime that digests at once: the same lines, written before the call goes on. */
import { describe, expect, test } from 'bun:test'
import {
  type AuditedCall,
  AuditUnavailable,
  createAudit,
  memorySink,
  verifyAudit,
} from '../../src/observe/audit.ts'
import { webPlatform } from '../../src/platform.ts'
import { nativePlatform } from '../../src/runtime/native-platform.ts'
import { KEY, principal } from '../support/audited.ts'
import { createClock } from '../support/clock.ts'

const call = (id: number): AuditedCall => ({
  correlationId: `request-${id}`,
  principal,
  tool: id % 2 === 0 ? 'whoami' : 'tool with "quotes" and a \u202e mark',
  arguments: { id, list: ['x'.repeat(id * 30)] },
  shown: ['id'],
  scopes: Object.freeze(['openid']),
  client: { name: 'client', version: `1.${id}` },
})

const { now } = createClock()

function trail(digests = nativePlatform.digests) {
  const sink = memorySink()
  return { sink, audit: createAudit({ sink, key: KEY, epoch: 'one', now, digests }) }
}

describe('digests at once', () => {
  test('D6.04 make the very lines that WebCrypto’s make, whatever was lost between', async () => {
    const [there, here] = [trail(webPlatform.digests), trail()]
    for (const { sink, audit } of [there, here]) {
      for (let id = 0; id < 12; id++) {
        sink.down = id % 5 === 3
        await audit.outcome(call(id), { outcome: 'ok', durationMs: id })
        if (id % 4 === 0) await audit.intent(call(id)).catch(() => {})
      }
    }
    expect(here.sink.lines.length).toBeGreaterThan(10)
    expect(here.sink.lines).toEqual(there.sink.lines)
    expect(await verifyAudit(here.sink.lines)).toMatchObject({ ok: true, lost: 3 })
  })

  test('have a record written before anyone waits for it', () => {
    const { sink, audit } = trail()
    void audit.outcome(call(1), { outcome: 'ok', durationMs: 1 })
    expect(sink.lines).toHaveLength(1)
  })

  test('D6.04 keep the order when a sink takes its time now and then', async () => {
    const lines: string[] = []
    const audit = createAudit({
      key: KEY,
      digests: nativePlatform.digests,
      sink: {
        append(line) {
          if (lines.length % 3 !== 1) return void lines.push(line)
          return new Promise<void>((resolve) => setImmediate(resolve)).then(
            () => void lines.push(line),
          )
        },
      },
    })
    await Promise.all(
      Array.from({ length: 30 }, (_, id) =>
        audit.outcome(call(id), { outcome: 'ok', durationMs: 1 }),
      ),
    )
    expect(lines.map((line) => JSON.parse(line).correlation_id)).toEqual(
      Array.from({ length: 30 }, (_, id) => `request-${id}`),
    )
    expect(await verifyAudit(lines)).toMatchObject({ ok: true, records: 30, lost: 0 })
  })

  test('D6.02 an intent waits until what was taken is kept, and fails when it is not', async () => {
    const taken: string[] = []
    let kept = 0
    let full = false
    const audit = createAudit({
      key: KEY,
      digests: nativePlatform.digests,
      sink: {
        append: (line) => void taken.push(line),
        flush() {
          if (full) throw new Error('full')
          kept = taken.length
        },
      },
    })
    await audit.outcome(call(1), { outcome: 'ok', durationMs: 1 })
    expect(kept).toBe(0)
    await audit.intent(call(2))
    expect(kept).toBe(2)
    full = true
    await expect(audit.intent(call(3))).rejects.toThrow(AuditUnavailable)
  })
})
