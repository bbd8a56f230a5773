import { describe, expect, test } from 'bun:test'
import {
  type AuditedCall,
  type AuditedOutcome,
  type AuditSink,
  AuditUnavailable,
  createAudit,
  logSink,
  MAX_WAITING,
  memorySink,
  verifyAudit,
} from '../../src/observe/audit.ts'
import { BLOTTED } from '../../src/observe/without-tokens.ts'
import { KEY } from '../support/audited.ts'
import { createClock } from '../support/clock.ts'

const principal = {
  issuer: 'https://stytch.test/project-test-1',
  subject: 'member-test-1',
  organization: { id: 'organization-test-1', slug: 'acme' },
  clientId: 'connected-app-test-1',
}

const call: AuditedCall = {
  correlationId: 'request-1',
  principal,
  tool: 'deleteRedirectURL',
  arguments: { url: 'https://app.test/cb', project: 'p', secret: 'hunter2' },
  shown: ['url', 'absent'],
  scopes: ['manage:project_settings'],
  confirmation: 'plan',
}

const ok: AuditedOutcome = { outcome: 'ok', durationMs: 12.4 }

function trail(options: Partial<Parameters<typeof createAudit>[0]> = {}) {
  const sink = memorySink()
  const clock = createClock()
  const events: string[] = []
  const log = (_: string, event: string) => void events.push(event)
  return {
    sink,
    clock,
    events,
    audit: createAudit({ sink, key: KEY, now: clock.now, log, ...options }),
    records: () => sink.lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

describe('a record', () => {
  test('D6.01 says who did what with which right, and how it ended', async () => {
    const { audit, clock, records } = trail()
    await audit.outcome(call, {
      ...ok,
      upstream: ['request-id-test-1'],
    })
    expect(records()).toEqual([
      {
        time: new Date(clock.now()).toISOString(),
        level: 'info',
        event: 'audit',
        epoch: audit.epoch,
        seq: 1,
        previous: expect.stringMatching(/^[\w-]{43}$/),
        phase: 'outcome',
        correlation_id: 'request-1',
        iss: 'https://stytch.test/project-test-1',
        sub: 'member-test-1',
        org: 'organization-test-1',
        client_id: 'connected-app-test-1',
        tool: 'deleteRedirectURL',
        arguments_digest: expect.stringMatching(/^[\w-]{43}$/),
        arguments: { url: 'https://app.test/cb' },
        scopes: ['manage:project_settings'],
        decision: 'allowed',
        confirmation: 'plan',
        upstream: ['request-id-test-1'],
        outcome: 'ok',
        duration_ms: 12,
        hash: expect.stringMatching(/^[\w-]{43}$/),
      },
    ])
  })

  test('D6.01 of a call a tool refused says why', async () => {
    const { audit, records } = trail()
    await audit.outcome(call, {
      outcome: 'error',
      error: 'forbidden',
      decision: 'denied',
      reason: 'role',
      durationMs: 1,
    })
    expect(records()).toMatchObject([
      {
        phase: 'outcome',
        decision: 'denied',
        reason: 'role',
        outcome: 'error',
        error: 'forbidden',
      },
    ])
  })

  test('A9.13 of a step-up names the missing scopes; of a refused token, nobody', async () => {
    const { audit, records } = trail()
    await audit.denial(call, { reason: 'insufficient_scope', missing: ['manage:rbac'] })
    await audit.denial(
      { correlationId: 'request-2', tool: 'tools/call', scopes: [] },
      { reason: 'token_expired' },
    )
    const [stepUp, refused] = records()
    expect(stepUp).toMatchObject({
      phase: 'denial',
      decision: 'denied',
      reason: 'insufficient_scope',
      missing_scopes: ['manage:rbac'],
      sub: 'member-test-1',
      correlation_id: 'request-1',
    })
    expect(refused).toMatchObject({ decision: 'denied', reason: 'token_expired' })
    for (const name of ['iss', 'sub', 'org', 'client_id', 'arguments_digest', 'outcome']) {
      expect(refused).not.toHaveProperty(name)
    }
  })

  test('D3.16 of a round that asked and of the call it allowed share a correlation id', async () => {
    const { audit, records } = trail()
    await audit.outcome({ ...call, confirmation: 'none' }, ok)
    await audit.intent({ ...call, confirmation: 'elicitation' })
    await audit.outcome({ ...call, confirmation: 'elicitation' }, ok)
    expect(records().map((r) => [r.phase, r.correlation_id, r.confirmation])).toEqual([
      ['outcome', 'request-1', 'none'],
      ['intent', 'request-1', 'elicitation'],
      ['outcome', 'request-1', 'elicitation'],
    ])
  })

  test('D6.03 holds a keyed digest of the arguments, not the arguments', async () => {
    const digests = async (key: Uint8Array, args: unknown) => {
      const { audit, sink } = trail({ key })
      await audit.outcome({ ...call, arguments: args }, ok)
      return JSON.parse(sink.lines[0] as string).arguments_digest
    }
    const digest = await digests(KEY, { a: 1, b: 'x' })
    const key = await crypto.subtle.importKey(
      'raw',
      KEY,
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    )
    const bytes = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('{"a":1,"b":"x"}'))
    expect(digest).toBe(
      new Uint8Array(bytes).toBase64({ alphabet: 'base64url', omitPadding: true }),
    )
    expect(await digests(KEY, { b: 'x', a: 1 })).toBe(digest)
    expect(await digests(KEY, { a: 1, b: 'y' })).not.toBe(digest)
    expect(await digests(new Uint8Array(32).fill(8), { a: 1, b: 'x' })).not.toBe(digest)
  })

  test('D6.03 the arguments are those at the time of the call', async () => {
    const { audit, records } = trail()
    const args = { url: 'before' }
    const written = audit.outcome({ ...call, arguments: args }, ok)
    args.url = 'after'
    await written
    expect(records()[0]?.arguments).toEqual({ url: 'before' })
  })

  const canary = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl'
  test('A17.01 holds no token or secret, wherever one is put', async () => {
    const { audit, sink } = trail()
    const secrets = [
      canary,
      'secret-test-Q2FuYXJ5Q2FuYXJ5Q2FuYXJ5Q2Fu=',
      `Bearer ${'c'.repeat(40)}`,
    ]
    for (const secret of secrets) {
      await audit.outcome(
        {
          ...call,
          tool: `${secret}`,
          arguments: { url: `https://x/?t=${secret}`, list: [{ [secret]: secret }], other: secret },
          shown: ['url', 'list'],
          client: { name: secret, version: secret, userAgent: `curl ${secret}` },
        },
        { ...ok, upstream: [secret], error: secret, reason: secret },
      )
    }
    expect(sink.lines).toHaveLength(secrets.length)
    const all = sink.lines.join('\n')
    for (const trace of ['eyJ', 'canary', 'Q2FuYXJ5', 'cccc', 'hunter2']) {
      expect(all).not.toContain(trace)
    }
    expect(all.split(BLOTTED).length).toBeGreaterThan(20)
  })

  test('D6.03 a shown argument is one the call has, and small', async () => {
    const { audit, records } = trail()
    await audit.outcome(
      {
        ...call,
        arguments: { url: 'x'.repeat(300), list: Array(50).fill('x'.repeat(200)), n: 5 },
        shown: ['url', 'list', 'n', 'toString', '__proto__'],
      },
      ok,
    )
    expect(records()[0]?.arguments).toEqual({ url: `${'x'.repeat(255)}…`, list: '…', n: 5 })
  })

  test('D6.05 A17.02 what a client says of itself is marked, cut and on one line', async () => {
    const { audit, sink, records } = trail()
    await audit.denial(
      {
        ...call,
        tool: 'a\n{"event":"audit"}',
        client: {
          name: 'A\u202e\u001b[31m\nB',
          version: 'v'.repeat(500),
          userAgent: 'x\r\n\u2028y',
        },
      },
      { reason: 'insufficient_scope' },
    )
    expect(sink.lines).toHaveLength(1)
    for (const unsafe of ['\n', '\r', '\u2028', '\u001b', '\\u001b', '\u202e']) {
      expect(sink.lines[0]).not.toContain(unsafe)
    }
    expect(records()[0]).toMatchObject({
      tool: 'a {"event":"audit"}',
      unverified: { client_name: 'A B', client_version: `${'v'.repeat(127)}…`, user_agent: 'x  y' },
    })
    expect(await verifyAudit(sink.lines)).toMatchObject({ ok: true, records: 1 })
  })

  test('no more of any list is written than it takes to understand a call', async () => {
    const { audit, records } = trail()
    const many = Array.from({ length: 100 }, (_, i) => `s${i}`)
    await audit.outcome({ ...call, scopes: many }, { ...ok, upstream: many })
    expect(records()[0]?.scopes).toHaveLength(32)
    expect(records()[0]?.upstream).toHaveLength(32)
  })
})

describe('the order of records', () => {
  test('D6.06 the sequence rises when the clock goes back', async () => {
    const { audit, clock, sink, records } = trail()
    await audit.outcome(call, ok)
    clock.advance(-3_600)
    await audit.outcome(call, ok)
    const [first, second] = records()
    expect([first?.seq, second?.seq]).toEqual([1, 2])
    expect(Date.parse(second?.time as string)).toBeLessThan(Date.parse(first?.time as string))
    expect(await verifyAudit(sink.lines)).toMatchObject({ ok: true })
  })

  test('D6.06 a restart begins another epoch', async () => {
    const sink = memorySink()
    const epochs = new Set<string>()
    for (let run = 0; run < 3; run++) {
      const audit = createAudit({ sink, key: KEY })
      epochs.add(audit.epoch)
      await audit.outcome(call, ok)
      await audit.outcome(call, ok)
    }
    expect(epochs.size).toBe(3)
    expect(await verifyAudit(sink.lines)).toEqual({ ok: true, records: 6, epochs: 3, lost: 0 })
  })

  test('D6.04 parallel calls are written in their order, one after the other', async () => {
    const lines: string[] = []
    let busy = 0
    const sink: AuditSink = {
      async append(line) {
        expect(++busy).toBe(1)
        // Later records would overtake if they could.
        for (let turns = 20 - (lines.length % 20); turns > 0; turns--) await Promise.resolve()
        lines.push(line)
        busy--
      },
    }
    const { audit } = trail({ sink })
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        const numbered = { ...call, correlationId: `request-${i}` }
        return i % 3 === 0 ? audit.intent(numbered) : audit.outcome(numbered, ok)
      }),
    )
    expect(lines.map((line) => JSON.parse(line).correlation_id)).toEqual(
      Array.from({ length: 60 }, (_, i) => `request-${i}`),
    )
    expect(await verifyAudit(lines)).toEqual({ ok: true, records: 60, epochs: 1, lost: 0 })
  })

  test('the key must be long enough', () => {
    expect(() => createAudit({ sink: memorySink(), key: new Uint8Array(31) })).toThrow(RangeError)
  })
})

describe('when the sink is down', () => {
  test('D6.02 an intent fails, everything else goes on, and one line says so', async () => {
    const { audit, sink, events } = trail()
    sink.down = true
    await expect(audit.intent(call)).rejects.toThrow(AuditUnavailable)
    await expect(audit.intent(call)).rejects.toMatchObject({ code: 'audit_unavailable' })
    await audit.outcome(call, ok)
    await audit.denial(call, { reason: 'insufficient_scope' })
    expect(sink.lines).toEqual([])
    expect(events).toEqual(['audit unavailable'])
  })

  test('D6.04 what is lost is counted by the next record, and the chain holds', async () => {
    const { audit, sink, events, records } = trail()
    for (const down of [true, false, false, true, true, false, true, false]) {
      sink.down = down
      await audit.outcome(call, ok)
    }
    expect(records().map(({ seq, lost }) => [seq, lost])).toEqual([
      [2, 1],
      [3, undefined],
      [6, 2],
      [8, 1],
    ])
    expect(events).toEqual(
      Array.from({ length: 3 }, () => ['audit unavailable', 'audit available']).flat(),
    )
    expect(await verifyAudit(sink.lines)).toEqual({ ok: true, records: 4, epochs: 1, lost: 4 })
  })

  test('D6.02 arguments that cannot be written refuse an intent and harm nothing else', async () => {
    const { audit, sink } = trail()
    const bad = { ...call, arguments: { n: 1n } }
    await expect(audit.intent(bad)).rejects.toThrow(AuditUnavailable)
    await audit.outcome(bad, ok)
    await audit.outcome(call, ok)
    expect(await verifyAudit(sink.lines)).toEqual({ ok: true, records: 1, epochs: 1, lost: 2 })
  })

  test('D6.02 a sink that hangs refuses intents and delays nothing else for long', async () => {
    const lines: string[] = []
    let resume = () => {}
    const stuck = new Promise<void>((resolve) => {
      resume = resolve
    })
    const sink: AuditSink = {
      async append(line) {
        await stuck
        lines.push(line)
      },
    }
    const { audit, events } = trail({ sink, patience: 5 })
    await expect(audit.intent(call)).rejects.toThrow(AuditUnavailable)
    await audit.outcome(call, ok)
    expect(lines).toEqual([])
    expect(events).toEqual(['audit unavailable'])
    resume()
    await audit.outcome(call, ok)
    expect(await verifyAudit(lines)).toEqual({ ok: true, records: 3, epochs: 1, lost: 0 })
  })

  test('D6.02 no more records wait than memory is meant for; the rest are counted', async () => {
    const lines: string[] = []
    let resume = () => {}
    const stuck = new Promise<void>((resolve) => {
      resume = resolve
    })
    const sink: AuditSink = {
      async append(line) {
        await stuck
        lines.push(line)
      },
    }
    const { audit } = trail({ sink, patience: 60_000 })
    const all = Array.from({ length: MAX_WAITING }, () => audit.outcome(call, ok))
    await audit.outcome(call, ok)
    await expect(audit.intent(call)).rejects.toThrow(AuditUnavailable)
    resume()
    await Promise.all(all)
    await audit.intent(call)
    expect(await verifyAudit(lines)).toEqual({
      ok: true,
      records: MAX_WAITING + 1,
      epochs: 1,
      lost: 2,
    })
  })
})

describe('logSink', () => {
  test('writes one JSON line a record, and passes a failure on', async () => {
    const lines: string[] = []
    const { audit } = trail({ sink: logSink((line) => void lines.push(line)) })
    await audit.outcome(call, ok)
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] as string)).toMatchObject({ event: 'audit', seq: 1 })

    const failing = trail({ sink: logSink(async () => Promise.reject(new Error('full'))) })
    await expect(failing.audit.intent(call)).rejects.toThrow(AuditUnavailable)
  })
})
