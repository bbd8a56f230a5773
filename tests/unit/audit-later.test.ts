/** A trail whose sink makes many records together: the same records, made when their turn comes. */
import { describe, expect, test } from 'bun:test'
import {
  type AuditedCall,
  AuditUnavailable,
  createAudit,
  memorySink,
  verifyAudit,
} from '../../src/observe/audit.ts'
import { webPlatform } from '../../src/platform.ts'
import { KEY, lateTrail, principal } from '../support/audited.ts'
import { createClock } from '../support/clock.ts'

const ok = { outcome: 'ok', durationMs: 1 } as const
const call = (id: number, args: unknown = { id }): AuditedCall => ({
  correlationId: `request-${id}`,
  principal,
  tool: 'setName',
  arguments: args,
  shown: ['id'],
  scopes: ['openid'],
  client: { name: 'client', version: `1.${id}` },
})

const { now } = createClock()

const trail = (write?: (text: string) => void) => lateTrail({ now, ...(write && { write }) })

/** Without what says how it hangs together with others. */
function apart(line: string) {
  const { previous: _, hash: __, ...record } = JSON.parse(line)
  return record
}

describe('records made later', () => {
  test('D6.04 say what those say that are made at once, in their order', async () => {
    const { audit, lines, flush } = trail()
    const sink = memorySink()
    const atOnce = createAudit({ sink, key: KEY, epoch: 'one', now, digests: webPlatform.digests })
    for (const one of [audit, atOnce]) {
      for (let id = 0; id < 20; id++) {
        await one.outcome(call(id), { ...ok, upstream: id % 2 === 0 ? [] : [`at-stytch-${id}`] })
        await one.denial(call(id), { reason: 'insufficient_scope', missing: ['email'] })
      }
      await one.intent(call(20))
    }
    flush()
    expect(lines.map(apart)).toEqual(sink.lines.map(apart))
    expect(await verifyAudit(lines)).toMatchObject({ ok: true, records: 41, lost: 0 })
  })

  test('say what the arguments were when the call ended, whatever became of them since', async () => {
    const { audit, lines, flush } = trail()
    const args = { id: 1 }
    void audit.outcome(call(1, args), ok)
    args.id = 2
    void audit.outcome(call(1, { id: 1 }), ok)
    flush()
    const [first, second] = lines.map((line) => JSON.parse(line))
    expect(first.arguments).toEqual({ id: 1 })
    expect(first.arguments_digest).toBe(second.arguments_digest)
  })

  test('D6.02 an intent is written, with all before it, before anyone goes on', async () => {
    const { audit, lines, print } = trail()
    void audit.outcome(call(1), ok)
    print('{"event":"request"}')
    expect(lines).toEqual([])
    await audit.intent(call(2))
    expect(lines.map((line) => JSON.parse(line).phase)).toEqual(['outcome', undefined, 'intent'])
  })

  test('an intent that cannot be written stops the call', async () => {
    const { audit } = trail(() => {
      throw new Error('full')
    })
    await expect(audit.intent(call(1))).rejects.toThrow(AuditUnavailable)
  })

  test('what cannot be written down is counted, and the trail goes on', async () => {
    const { audit, lines, flush } = trail()
    void audit.outcome(call(1), ok)
    void audit.outcome(call(2, { id: 1n }), ok)
    await expect(audit.intent(call(3, { id: 1n }))).rejects.toThrow(AuditUnavailable)
    void audit.outcome(call(4), ok)
    flush()
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual([1, 4])
    expect(await verifyAudit(lines)).toMatchObject({ ok: true, records: 2, lost: 2 })
  })

  test('are made at once all the same where digests take their time', async () => {
    const taken: string[] = []
    const audit = createAudit({
      key: KEY,
      digests: webPlatform.digests,
      sink: {
        append: (line) => void taken.push(line),
        later: () => {
          throw new Error('not to be asked')
        },
      },
    })
    await audit.outcome(call(1), ok)
    expect(taken).toHaveLength(1)
  })
})
