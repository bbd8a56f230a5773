/**
 * The token cache through the whole server: what is checked how often, and that whoever could not pass
 * without it cannot pass with it. Signature checks are counted at WebCrypto; time is simulated.
 */
import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import { ERAS } from '../support/mcp.ts'
import { type Simulation, simulate } from '../support/simulation.ts'

const TEN_MINUTES = 600

let server: Simulation
const signatures = spyOn(crypto.subtle, 'verify')
beforeEach(() => start())
afterEach(() => signatures.mockClear())
function start(env: Record<string, string> = {}) {
  server = simulate(env)
}

const status = (token: string, name = 'read') => server.status(name, token)
const mint: Simulation['mint'] = (more) => server.mint(more)
/** Signature checks since the last time this was asked. */
function checks(): number {
  const count = signatures.mock.calls.length
  signatures.mockClear()
  return count
}

describe.each([
  ['on', 1, 2],
  ['off', 20, 40],
])('TOKEN_CACHE=%s', (value, within, after) => {
  test(`A6.20 a token used twenty times is checked ${within} times, and a minute later again`, async () => {
    start({ TOKEN_CACHE: value })
    const token = await mint()
    checks()
    for (let i = 0; i < 20; i++) expect(await status(token)).toBe(200)
    expect(checks()).toBe(within)
    server.clock.advance(60)
    for (let i = 0; i < 20; i++) expect(await status(token)).toBe(200)
    expect(within + checks()).toBe(after)
  })
})

test.each([...ERAS])('%s: fifty first uses at once: one check', async (era) => {
  const token = await mint()
  checks()
  const answers = Array.from({ length: 50 }, () => server.status('read', token, era))
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]))
  expect(checks()).toBe(1)
})

test('a bad signature is checked once in ten seconds, and says nothing of the good token', async () => {
  const token = await mint()
  const [header, payload] = token.split('.')
  const forged = [header, payload, (await mint({ key: 'foreign' })).split('.')[2]].join('.')
  expect(await status(token)).toBe(200)
  checks()
  for (let i = 0; i < 20; i++)
    expect([await status(forged), await status(token)]).toEqual([401, 200])
  expect(checks()).toBe(1)
  server.clock.advance(10)
  expect(await status(forged)).toBe(401)
  expect(checks()).toBe(1)
})

describe('time goes on for a token that is known', () => {
  test('E-T21 exp, reached between two uses', async () => {
    const token = await mint({ expires_in: 30 })
    expect(await status(token)).toBe(200)
    // Two clocks may differ by a minute.
    for (const [seconds, expected] of [
      [29, 200],
      [30, 200],
      [30, 200],
      [2, 401],
    ] as const) {
      server.clock.advance(seconds)
      expect(await status(token)).toBe(expected)
      if (expected === 200) expect(await status(token)).toBe(200)
    }
    expect(server.fixture.lines.join('\n')).toContain('"code":"token_expired"')
  })

  test('E-T21 exp, reached while what is known is still fresh', async () => {
    const token = await mint({ expires_in: -50 })
    expect(await status(token)).toBe(200)
    server.clock.advance(11)
    expect(await status(token)).toBe(401)
  })

  test('E-T25 nbf: refused before, accepted after, checked once', async () => {
    const nbf = Math.floor(server.clock.now() / 1000) + 90
    const token = await mint({ claims: { nbf } })
    checks()
    expect(await status(token)).toBe(401)
    server.clock.advance(31)
    expect(await status(token)).toBe(200)
    expect(checks()).toBe(1)
  })
})

describe('rotation', () => {
  test('A7.09 under load: the old key opens nothing once it left, the new one at once', async () => {
    const old = await mint()
    expect(await status(old)).toBe(200)
    await server.fixture.knob('keys/rotate', { keep_old: false })
    const fresh = await mint()
    const hundred = (token: string) => Promise.all(Array.from({ length: 100 }, () => status(token)))

    // Known and fresh, until somebody shows a key id that is new.
    const [before, first] = await Promise.all([hundred(old), hundred(fresh)])
    expect(new Set(first)).toEqual(new Set([200]))
    expect(before.filter((one) => one !== 200 && one !== 401)).toEqual([])
    const ran = server.calls.read
    const [after, then] = await Promise.all([hundred(old), hundred(fresh)])
    expect(new Set(after)).toEqual(new Set([401]))
    expect(new Set(then)).toEqual(new Set([200]))
    expect(server.calls.read).toBe(ran + 100)
  })

  test('A7.04 a forged token under the new key id does not keep its real ones out', async () => {
    expect(await status(await mint())).toBe(200)
    await server.fixture.knob('keys/rotate', { keep_old: true })
    const [fresh, other] = [await mint(), await mint({ user: 'bob@example.com' })]
    const forged = [...fresh.split('.').slice(0, 2), other.split('.')[2]].join('.')
    expect(await status(forged)).toBe(401)
    expect([await status(fresh), await status(other), await status(forged)]).toEqual([
      200, 200, 401,
    ])
  })

  test('A7.06 stale keys end for a known token as for any other', async () => {
    start({ JWKS_STALE_MAX: '30', INTROSPECTION: 'off' })
    const token = await mint()
    expect(await status(token)).toBe(200)
    await server.fixture.knob('faults', { faults: [{ at: 'jwks', kind: 'status', status: 500 }] })
    server.clock.advance(TEN_MINUTES + 29)
    expect(await status(token)).toBe(200)
    server.clock.advance(2)
    expect(await status(token)).toBe(503)
  })
})

describe('a token that Stytch no longer stands by', () => {
  test('A8.04 is stopped as without a cache, and nothing is left of it in memory', async () => {
    const token = await mint()
    expect([await status(token), await status(token, 'destructive')]).toEqual([200, 200])
    await server.fixture.knob('grants/revoke', { token })
    checks()
    expect(await status(token, 'destructive')).toBe(401)
    expect(checks()).toBe(0)
    // Reads trust the signature, which is therefore checked anew.
    expect(await status(token)).toBe(200)
    expect(checks()).toBe(1)
  })

  test('A8.04 INTROSPECTION=always: reads stop within the lag', async () => {
    start({ INTROSPECTION: 'always', MAX_REVOCATION_LAG: '5' })
    const token = await mint()
    expect(await status(token)).toBe(200)
    await server.fixture.knob('grants/revoke', { token })
    server.clock.advance(5)
    for (let i = 0; i < 3; i++) expect(await status(token)).toBe(401)
  })
})

test('a barred id is refused however often it comes', async () => {
  start({ DENIED_TOKEN_IDS: 'stolen' })
  const [barred, other] = [
    await mint({ claims: { jti: 'stolen' } }),
    await mint({ claims: { jti: 'kept' } }),
  ]
  checks()
  for (let i = 0; i < 5; i++)
    expect([await status(barred), await status(other)]).toEqual([401, 200])
  expect(checks()).toBe(2)
  expect(server.calls.read).toBe(5)
})
