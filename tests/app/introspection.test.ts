/**
 * Whether a token still stands: introspection, its cache, its outages and its lies, graded by what the
 * called tool can do. The clock is simulated; Stytch is Local Stytch with faults.
 */
import { beforeEach, describe, expect, test } from 'bun:test'
import { SEED_CLIENT_ID } from '../../src/local/index.ts'
import { createFixture } from '../support/fixture.ts'
import { ERAS, type Era, rpc } from '../support/mcp.ts'
import { createProbes } from '../support/probes.ts'
import { type Simulation, simulate } from '../support/simulation.ts'

const LAG = 60

let server: Simulation
beforeEach(() => start())
function start(env: Record<string, string> = {}) {
  server = simulate(env)
}

const asked = (path: string) => server.asked(path)
const introspections = () => asked('/introspect')
const fault: Simulation['fault'] = (...faults) => server.fault(...faults)
const mint: Simulation['mint'] = (more) => server.mint(more)
const revoke = (token: string) => server.fixture.knob('grants/revoke', { token })
const call: Simulation['call'] = (...args) => server.call(...args)
const status = (name: string, token: string, era?: Era) => server.status(name, token, era)

/** Registers a client that has a secret, which this server does not know. */
async function confidentialClient(): Promise<string> {
  const response = await server.fixture.local.fetch(
    new Request(`${server.fixture.local.url}/v1/oauth2/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Confidential',
        redirect_uris: ['https://app.example.com/cb'],
        token_endpoint_auth_method: 'client_secret_post',
      }),
    }),
  )
  return ((await response.json()) as { client_id: string }).client_id
}

describe.each([...ERAS])('%s era: freshness is graded by risk', (era) => {
  test('A8.04 reads trust the signature; writes ask once per lag; destructive calls ask each time', async () => {
    const token = await mint()
    for (let i = 0; i < 3; i++) expect(await status('read', token, era)).toBe(200)
    expect(introspections()).toBe(0)
    for (let i = 0; i < 3; i++) expect(await status('write', token, era)).toBe(200)
    expect(introspections()).toBe(1)
    server.clock.advance(LAG)
    expect(await status('write', token, era)).toBe(200)
    expect(introspections()).toBe(2)
    for (let i = 0; i < 3; i++) expect(await status('destructive', token, era)).toBe(200)
    expect(introspections()).toBe(5)
  })

  test('A8.04 a revoked token stops destructive calls at once and writes within the lag', async () => {
    const token = await mint()
    expect(await status('write', token, era)).toBe(200)
    await revoke(token)

    let stoppedAfter = 0
    while ((await status('write', token, era)) === 200) {
      server.clock.advance(1)
      stoppedAfter++
      if (stoppedAfter > LAG) break
    }
    expect(stoppedAfter).toBe(LAG)

    const other = await mint()
    expect(await status('destructive', other, era)).toBe(200)
    await revoke(other)
    const response = await call('destructive', other, era)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain(
      'error="invalid_token", error_description="The access token was revoked"',
    )
    expect(server.calls.destructive).toBe(1)
  })

  test('an outage of introspection stops what needs it and nothing else', async () => {
    const token = await mint()
    await fault({ at: 'introspect', kind: 'status', status: 500 })
    expect(await status('read', token, era)).toBe(200)
    for (const name of ['write', 'destructive']) {
      const response = await call(name, token, era)
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('5')
      expect(response.headers.get('www-authenticate')).toBeNull()
    }
    expect(server.calls).toEqual({ read: 1, write: 0, destructive: 0 })
    await fault()
    server.clock.advance(11)
    expect(await status('write', token, era)).toBe(200)
  })
})

describe.each([...ERAS])('%s era: ten minutes without introspection', (era) => {
  test('no false 401, no 500, and no revoked token beyond the lag', async () => {
    const kept = await mint()
    const revoked = await mint()
    expect(await status('write', kept, era)).toBe(200)
    expect(await status('write', revoked, era)).toBe(200)
    await fault({ at: 'introspect', kind: 'status', status: 502 })
    await revoke(revoked)

    const seen: Record<string, number> = {}
    for (let second = 0; second < 600; second += 10) {
      for (const name of ['read', 'write', 'destructive']) {
        const outcome = `${name} ${await status(name, kept, era)}`
        seen[outcome] = (seen[outcome] ?? 0) + 1
      }
      const late = await status('write', revoked, era)
      expect([second < LAG ? 200 : 503, second]).toEqual([late, second])
      expect(await status('destructive', revoked, era)).toBe(503)
      server.clock.advance(10)
    }
    expect(seen).toEqual({ 'read 200': 60, 'write 200': 6, 'write 503': 54, 'destructive 503': 60 })

    await fault()
    server.clock.advance(11)
    expect(await status('write', kept, era)).toBe(200)
    expect(await status('write', revoked, era)).toBe(401)
  })
})

describe('the answer', () => {
  const LIES: [string, object, number][] = [
    ['A8.01, E-T54 active that is a string', { active: 'true' }, 401],
    ['A8.01 active that is a number', { active: 1 }, 401],
    ['A8.01 no active', { active: null }, 401],
    ['A8.02, E-T54 another subject', { sub: 'user-test-somebody-else' }, 401],
    ['A8.02 no subject', { sub: null }, 401],
    ['A8.02 another client', { client_id: 'connected-app-test-other' }, 401],
    ['A8.02 another audience', { aud: ['project-test-other'] }, 401],
    ['A8.02 another expiry', { exp: 1 }, 401],
    ['A8.02 a refresh token', { token_type: 'refresh_token' }, 401],
  ]
  test.each(LIES)('%s', async (_, body, expected) => {
    await fault({ at: 'introspect', kind: 'lie', body })
    expect(await status('write', await mint())).toBe(expected)
    expect(server.calls.write).toBe(0)
  })

  test('A8.02 a contradiction is an error in the log', async () => {
    await fault({ at: 'introspect', kind: 'lie', body: { sub: 'user-test-somebody-else' } })
    await call('write', await mint())
    const line = server.fixture.lines.find((one) => one.includes('token_unconfirmed')) as string
    expect(JSON.parse(line).level).toBe('error')
  })

  test.each([
    ['E-T54 HTML', { kind: 'garbage' }],
    ['E-T54 ten megabytes', { kind: 'huge' }],
    ['half a document', { kind: 'truncated' }],
    ['a broken connection', { kind: 'drop' }],
    ['A8.06 a redirect', { kind: 'redirect', location: 'http://localhost:9/steal' }],
    ['too many requests', { kind: 'status', status: 429, retry_after: 60 }],
  ])('%s is no answer: 503', async (_, one) => {
    await fault({ at: 'introspect', ...one })
    expect(await status('write', await mint())).toBe(503)
    expect(server.fixture.egress.join()).not.toContain(':9/')
  })

  test('A8.03, A8.06 silence is no answer either', async () => {
    await fault({ at: 'introspect', kind: 'hang' })
    expect(await status('write', await mint())).toBe(503)
  }, 15_000)

  test('one failure is retried', async () => {
    await fault({ at: 'introspect', kind: 'status', status: 502, times: 1 })
    expect(await status('write', await mint())).toBe(200)
    expect(introspections()).toBe(2)
  })

  test('A8.04 an inactive answer is repeated for ten seconds', async () => {
    const token = await mint()
    await revoke(token)
    for (let i = 0; i < 5; i++) expect(await status('destructive', token)).toBe(401)
    expect(introspections()).toBe(1)
    server.clock.advance(10)
    expect(await status('destructive', token)).toBe(401)
    expect(introspections()).toBe(2)
  })

  test('A8.06 the token travels in the form of a POST to Stytch, and in no log', async () => {
    const seen: Request[] = []
    const own = createFixture({
      tools: createProbes().tools,
      upstream: (request, next) => {
        if (request.url.endsWith('/introspect')) seen.push(request.clone())
        return next(request)
      },
    })
    const token = await own.token()
    const write = rpc('modern', 'tools/call', { name: 'write', arguments: {} }, token)
    expect((await own.send('/mcp', write)).status).toBe(200)

    const [request] = seen as [Request]
    expect(`${request.method} ${request.url}`).toBe(
      'POST http://localhost:3001/v1/oauth2/introspect',
    )
    expect(request.headers.get('content-type')).toStartWith('application/x-www-form-urlencoded')
    expect(new URLSearchParams(await request.text()).get('token')).toBe(token)
    expect(own.lines.filter((line) => line.includes(token.split('.')[1] as string))).toEqual([])
  })
})

describe('A8.08 amplification', () => {
  test('E-R07 fifty writes at once with one token: one question', async () => {
    const token = await mint()
    const answers = await Promise.all(Array.from({ length: 50 }, () => status('write', token)))
    expect(new Set(answers)).toEqual(new Set([200]))
    expect(introspections()).toBe(1)
  })

  test('after five failures Stytch is left alone for ten seconds, then asked once', async () => {
    await fault({ at: 'introspect', kind: 'status', status: 500 })
    const token = await mint()
    for (let i = 0; i < 20; i++) expect(await status('write', token)).toBe(503)
    // Five questions, each tried twice.
    expect(introspections()).toBe(10)
    server.clock.advance(10)
    for (let i = 0; i < 5; i++) expect(await status('write', token)).toBe(503)
    expect(introspections()).toBe(12)
  })
})

describe('A8.05 a confidential client', () => {
  test('its token cannot be introspected by us; userinfo answers instead', async () => {
    const token = await mint({ client_id: await confidentialClient() })
    expect(await status('write', token)).toBe(200)
    expect([introspections(), asked('/userinfo')]).toEqual([1, 1])
    await revoke(token)
    expect(await status('destructive', token)).toBe(401)
    await fault({ at: 'userinfo', kind: 'status', status: 500 })
    expect(await status('destructive', await mint({ client_id: await confidentialClient() }))).toBe(
      503,
    )
  })

  test('userinfo about somebody else is not an answer', async () => {
    const token = await mint({ client_id: await confidentialClient() })
    await fault({ at: 'userinfo', kind: 'lie', body: { sub: 'user-test-somebody-else' } })
    expect(await status('write', token)).toBe(401)
  })
})

describe('INTROSPECTION', () => {
  test('off: nobody is asked', async () => {
    start({ INTROSPECTION: 'off' })
    const token = await mint()
    for (const name of ['read', 'write', 'destructive']) expect(await status(name, token)).toBe(200)
    expect(introspections()).toBe(0)
  })

  test('always: reads too, within the lag; an outage stops them', async () => {
    start({ INTROSPECTION: 'always' })
    const token = await mint()
    for (let i = 0; i < 3; i++) expect(await status('read', token)).toBe(200)
    expect(introspections()).toBe(1)
    await revoke(token)
    server.clock.advance(LAG)
    expect(await status('read', token)).toBe(401)
    await fault({ at: 'introspect', kind: 'status', status: 500 })
    expect(await status('read', await mint())).toBe(503)
  })

  test('MAX_REVOCATION_LAG=0: every write asks', async () => {
    start({ MAX_REVOCATION_LAG: '0' })
    const token = await mint()
    for (let i = 0; i < 3; i++) expect(await status('write', token)).toBe(200)
    expect(introspections()).toBe(3)
  })

  test('fallback: while keys cannot be had, introspection decides', async () => {
    await fault({ at: 'jwks', kind: 'status', status: 500 })
    const token = await mint()
    expect(await status('read', token)).toBe(200)
    expect(await status('read', await mint({ key: 'foreign', registered: false }))).toBe(401)
    expect(await status('read', await mint({ expires_in: -120 }))).toBe(401)
    expect(server.calls.read).toBe(1)
  })

  test.each([
    ['of a client Stytch knows is inactive', SEED_CLIENT_ID, 401],
    ['of a client Stytch does not know cannot be decided', 'connected-app-test-unknown', 503],
  ])('fallback: a forged token %s', async (_, client_id, expected) => {
    await fault({ at: 'jwks', kind: 'status', status: 500 })
    const [header, , signature] = (await mint()).split('.')
    const forged = btoa(JSON.stringify({ sub: 'user-test-admin', client_id })).replace(/=+$/, '')
    expect(await status('read', [header, forged, signature].join('.'))).toBe(expected)
    expect(server.calls.read).toBe(0)
  })

  test('fallback: keys and introspection both gone is 503', async () => {
    await fault(
      { at: 'jwks', kind: 'status', status: 500 },
      { at: 'introspect', kind: 'status', status: 500 },
    )
    expect(await status('read', await mint())).toBe(503)
  })
})

describe('an opaque token', () => {
  test('is refused without a word to Stytch when nobody is named to ask as', async () => {
    expect(await status('read', 'opaque-token')).toBe(401)
    expect(server.fixture.egress).toEqual([])
  })

  test('is introspected as the configured client', async () => {
    const active = { active: true, token_type: 'access_token' }
    start({ INTROSPECTION_CLIENT_ID: SEED_CLIENT_ID })
    const { iss, sub, aud, client_id, scope, exp, iat } = claims(await mint())
    await fault({
      at: 'introspect',
      kind: 'lie',
      body: { ...active, iss, sub, aud, client_id, scope, exp, iat },
      times: 1,
    })
    expect(await status('read', 'opaque-token')).toBe(200)
    expect(await status('read', 'another-opaque-token')).toBe(401)
  })

  test('A5.10 a refresh token is active and still no access token', async () => {
    start({ INTROSPECTION_CLIENT_ID: SEED_CLIENT_ID })
    const { iss, sub, aud, client_id, scope, exp, iat } = claims(await mint())
    const body = {
      active: true,
      token_type: 'refresh_token',
      iss,
      sub,
      aud,
      client_id,
      scope,
      exp,
      iat,
    }
    await fault({ at: 'introspect', kind: 'lie', body })
    expect(await status('read', 'refresh-token')).toBe(401)
  })

  test('A8.07 active says nothing about the audience: the claim rules still apply', async () => {
    start({ INTROSPECTION_CLIENT_ID: SEED_CLIENT_ID })
    const { iss, sub, client_id, scope, exp, iat } = claims(await mint())
    const body = { active: true, iss, sub, aud: ['project-test-other'], client_id, scope, exp, iat }
    await fault({ at: 'introspect', kind: 'lie', body })
    expect(await status('read', 'opaque-token')).toBe(401)
  })
})

function claims(token: string): Record<string, unknown> {
  const payload = (token.split('.')[1] as string).replaceAll('-', '+').replaceAll('_', '/')
  return JSON.parse(atob(payload))
}
