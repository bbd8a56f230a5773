/**
 * Where keys come from, and what happens when they do not. Introspection is off: only a signature can
 * decide here. Time is simulated; every outage is one Local Stytch really has.
 */
import { beforeEach, describe, expect, test } from 'bun:test'
import { ERAS } from '../support/mcp.ts'
import { type Simulation, simulate } from '../support/simulation.ts'

const TEN_MINUTES = 600
const STALE_MAX = 3600

let server: Simulation
beforeEach(() => start())
function start(env: Record<string, string> = {}) {
  server = simulate({ INTROSPECTION: 'off', ...env })
}

const fetches = () => server.asked('/jwks.json')
const fault = (...faults: object[]) =>
  server.fault(...faults.map((one) => ({ at: 'jwks', ...one })))
const call = (token: string) => server.call('read', token)
const status = async (token: string) => (await call(token)).status
const mint: Simulation['mint'] = (more) => server.mint(more)

/** A token signed by nobody's key, under a key id never seen. */
const strange = () => mint({ header: { kid: `jwk-test-${crypto.randomUUID()}` } })

describe('freshness', () => {
  test('A7.02 one fetch for many verifications, another after ten minutes', async () => {
    const token = await mint()
    for (let i = 0; i < 20; i++) expect(await status(token)).toBe(200)
    expect(fetches()).toBe(1)
    server.clock.advance(TEN_MINUTES - 1)
    expect(await status(token)).toBe(200)
    expect(fetches()).toBe(1)
    server.clock.advance(2)
    expect(await status(token)).toBe(200)
    expect(fetches()).toBe(2)
  })

  test.each([
    ['max-age=120', 120],
    ['public, max-age=5', 60],
    ['max-age=86400', TEN_MINUTES],
  ])('A7.02 %s means %i seconds', async (header, seconds) => {
    await fault({ kind: 'headers', headers: { 'cache-control': header } })
    const token = await mint()
    await status(token)
    server.clock.advance(seconds - 1)
    await status(token)
    expect(fetches()).toBe(1)
    server.clock.advance(2)
    await status(token)
    expect(fetches()).toBe(2)
  })

  test('A7.03 a hundred at once, cold: one fetch', async () => {
    const token = await mint()
    const answers = await Promise.all(Array.from({ length: 100 }, () => status(token)))
    expect(new Set(answers)).toEqual(new Set([200]))
    expect(fetches()).toBe(1)
  })
})

describe('a key id we do not know', () => {
  test('A7.04, E-T06 a thousand made-up ids cost one more fetch, then one per cooldown', async () => {
    expect(await status(await mint())).toBe(200)
    const made = await Promise.all(Array.from({ length: 20 }, strange))
    for (let i = 0; i < 1000; i++) expect(await status(made[i % 20] as string)).toBe(401)
    expect(fetches()).toBe(2)
    server.clock.advance(29)
    await status(made[0] as string)
    expect(fetches()).toBe(2)
    server.clock.advance(2)
    await status(made[0] as string)
    expect(fetches()).toBe(3)
  })

  test('A7.07 while the set cannot be had: 503, without traffic inside the backoff', async () => {
    expect(await status(await mint())).toBe(200)
    await fault({ kind: 'status', status: 500 })
    const response = await call(await strange())
    expect(response.status).toBe(503)
    expect(response.headers.get('www-authenticate')).toBeNull()
    const before = fetches()
    for (let i = 0; i < 50; i++) expect(await status(await strange())).toBe(503)
    expect(fetches()).toBe(before)
  })

  test('a key rotated in since is found at once', async () => {
    expect(await status(await mint())).toBe(200)
    await server.fixture.knob('keys/rotate', { keep_old: true })
    expect(await status(await mint())).toBe(200)
    expect(fetches()).toBe(2)
  })
})

describe('Stytch does not answer', () => {
  const OUTAGES: [string, object][] = [
    ['500', { kind: 'status', status: 500 }],
    ['429', { kind: 'status', status: 429, retry_after: 30 }],
    ['404', { kind: 'status', status: 404 }],
    ['a redirect', { kind: 'redirect', location: 'http://localhost:9/jwks.json' }],
    ['HTML', { kind: 'garbage' }],
    ['half a document', { kind: 'truncated' }],
    ['ten megabytes', { kind: 'huge' }],
    ['no keys', { kind: 'empty' }],
    ['a private key', { kind: 'private' }],
    ['two keys with one id', { kind: 'duplicate-kid' }],
  ]

  test.each(OUTAGES)(
    'A7.01, A7.08, A7.10, A7.11, E-T53 %s: the last good set goes on',
    async (_, one) => {
      const token = await mint()
      expect(await status(token)).toBe(200)
      await fault(one)
      server.clock.advance(TEN_MINUTES + 1)
      expect(await status(token)).toBe(200)
      expect(fetches()).toBe(2)
      expect(server.fixture.lines.join()).toContain('signing keys unavailable')
      expect(server.fixture.egress.join()).not.toContain(':9/')
    },
  )

  test.each(OUTAGES)('A1.07 %s from the start: 503', async (_, one) => {
    await fault(one)
    expect(await status(await mint())).toBe(503)
    expect(server.calls.read).toBe(0)
  })

  test('A7.01 silence is an outage too', async () => {
    await fault({ kind: 'hang' })
    expect(await status(await mint())).toBe(503)
  }, 10_000)

  test('A7.05 one fetch per backoff window: 1, 2, 4 … 30 seconds', async () => {
    await fault({ kind: 'status', status: 500 })
    const token = await mint()
    const at: number[] = []
    for (let second = 0; second < 120; second++) {
      const before = fetches()
      for (let i = 0; i < 5; i++) expect(await status(token)).toBe(503)
      if (fetches() > before) at.push(second)
      expect(fetches() - before).toBeLessThanOrEqual(1)
      server.clock.advance(1)
    }
    expect(at).toEqual([0, 1, 3, 7, 15, 31, 61, 91])
  })

  test('A7.06, E-T51 known keys are accepted for JWKS_STALE_MAX and not a second longer', async () => {
    expect(await status(await mint())).toBe(200)
    await fault({ kind: 'status', status: 503 })
    server.clock.advance(TEN_MINUTES + STALE_MAX - 1)
    expect(await status(await mint())).toBe(200)
    server.clock.advance(2)
    expect(await status(await mint())).toBe(503)
  })

  test('JWKS_STALE_MAX=0 trusts no stale key', async () => {
    start({ JWKS_STALE_MAX: '0' })
    expect(await status(await mint())).toBe(200)
    await fault({ kind: 'status', status: 503 })
    server.clock.advance(TEN_MINUTES + 1)
    expect(await status(await mint())).toBe(503)
  })

  test('A7.12 /readyz says so, /healthz does not care', async () => {
    await fault({ kind: 'status', status: 500 })
    expect((await server.fixture.send('/readyz')).status).toBe(503)
    expect((await server.fixture.send('/healthz')).status).toBe(200)
    await fault()
    server.clock.advance(1)
    expect((await server.fixture.send('/readyz')).status).toBe(200)
    await fault({ kind: 'status', status: 500 })
    server.clock.advance(TEN_MINUTES + STALE_MAX + 1)
    expect((await server.fixture.send('/readyz')).status).toBe(503)
  })

  test('recovery needs nobody', async () => {
    await fault({ kind: 'status', status: 500 })
    const token = await mint()
    expect(await status(token)).toBe(503)
    await fault()
    server.clock.advance(1)
    expect(await status(token)).toBe(200)
  })
})

describe('keys that are not for this', () => {
  test.each([
    ['E-T55 RSA of 1024 bits', 'small-key', 'small'],
    ['A6.02 a key for encryption', 'enc-use', 'current'],
    ['A6.02 an elliptic curve key', 'ec', 'ec'],
  ])('%s: not used, whatever it signed', async (_, kind, key) => {
    await fault({ kind })
    const answers = [await status(await mint()), await status(await mint({ key }))]
    for (const answer of answers) expect([401, 503]).toContain(answer)
    expect(server.calls.read).toBe(0)
  })
})

describe('rotation', () => {
  test('A7.09 a key that left a fresh set signs nothing any more', async () => {
    const old = await mint()
    expect(await status(old)).toBe(200)
    await server.fixture.knob('keys/rotate', { keep_old: false })
    expect(await status(old)).toBe(200)
    server.clock.advance(TEN_MINUTES + 1)
    const response = await call(old)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('under load nobody is signed out', async () => {
    const tokens = [await mint()]
    const answers: number[] = []
    const load = async () => {
      for (let i = 0; i < 40; i++) answers.push(await status(tokens[i % tokens.length] as string))
    }
    for (let round = 0; round < 3; round++) {
      const running = Promise.all(Array.from({ length: 8 }, load))
      await server.fixture.knob('keys/rotate', { keep_old: true })
      tokens.push(await mint())
      await running
      server.clock.advance(60)
    }
    expect(answers).toHaveLength(960)
    expect(new Set(answers)).toEqual(new Set([200]))
  })

  test('a set read before the rotation and delivered after it signs nobody out', async () => {
    expect(await status(await mint())).toBe(200)
    server.clock.advance(TEN_MINUTES + 1)
    await fault({ kind: 'hang', after_work: true, times: 1 })
    const waiting = status(await mint())
    await server.fixture.knob('keys/rotate', { keep_old: true })
    const fresh = await mint()
    await fault()
    expect(await waiting).toBe(200)
    // The old set arrived; the new key is asked for once more and found.
    expect(await status(fresh)).toBe(200)
  })
})

describe('ten minutes of outage', () => {
  test.each([...ERAS])('%s: no false 401, no 500, nothing bad accepted', async (era) => {
    const good = await mint()
    const bad = [await mint({ key: 'foreign' }), await mint({ expires_in: -120 })]
    const send = (token: string) => server.status('read', token, era)
    expect(await send(good)).toBe(200)
    server.clock.advance(TEN_MINUTES - 5)
    await fault({ kind: 'status', status: 502 })

    const seen: Record<string, number> = {}
    for (let second = 0; second < TEN_MINUTES; second += 5) {
      for (const token of [good, ...bad]) {
        const name = `${token === good ? 'good' : 'bad'} ${await send(token)}`
        seen[name] = (seen[name] ?? 0) + 1
      }
      server.clock.advance(5)
    }
    expect(seen).toEqual({ 'good 200': 120, 'bad 401': 240 })
    expect(server.calls.read).toBe(121)
  })
})
