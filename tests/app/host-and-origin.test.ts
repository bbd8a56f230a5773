/** DNS rebinding, foreign pages and the browser clients that are welcome. */
import { describe, expect, test } from 'bun:test'
import { createFixture } from '../support/fixture.ts'
import { rpc } from '../support/mcp.ts'

const UUID = '11111111-2222-4333-8444-555555555555'
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://mcp.example.com',
  ALLOWED_ORIGINS: 'https://app.example.com',
  STYTCH_PROJECT_ID: `project-test-${UUID}`,
  STYTCH_DOMAIN: 'https://login.example.com',
  STYTCH_PUBLIC_TOKEN: `public-token-test-${UUID}`,
}

/** Status of a tools/list without credentials: 401 when host and origin are welcome, else 403. */
async function knock(env: Record<string, string>, headers: Record<string, string>) {
  const { send } = createFixture({ env })
  return send('/mcp', rpc('modern', 'tools/list', {}, undefined, headers))
}

describe('Host', () => {
  test.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])(
    'A12.05, E-H24 a local server is known as %s',
    async (host) => expect((await knock({}, { Host: host })).status).toBe(401),
  )

  test.each([
    'evil.test',
    'evil.test:3000',
    'localhost.evil.test:3000',
    '127.1:3000',
    '0.0.0.0:3000',
    'localhost:3001',
    'localhost',
    'localhost.:3000',
    'a@localhost:3000',
    'localhost:3000, localhost:3000',
    'localhost:3000, evil.test',
    '0x7f.1:3000',
    '2130706433:3000',
    '[::ffff:127.0.0.1]:3000',
  ])('E-H24, A12.04 and not as %s', async (host) => {
    const response = await knock({}, { Host: host })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      error: { code: -32600, message: 'Forbidden' },
    })
  })

  test.each([
    ['mcp.example.com', 401],
    ['mcp.example.com.evil.test', 403],
    ['evilmcp.example.com', 403],
    ['mcp.example.com:9999', 403],
    ['mcp.example.com.', 403],
    ['a@mcp.example.com', 403],
    ['mcp.example.com, mcp.example.com', 403],
    ['mcp.example.com, evil.test', 403],
    ['mcp.example.com:443, evil.test', 403],
    ['localhost:3000', 403],
  ])('E-H21, E-H22 in production %s → %i', async (host, status) => {
    expect((await knock(PRODUCTION, { Host: host })).status).toBe(status)
  })

  test('A12.06 nobody but this machine is listened to, unless told otherwise', () => {
    expect(createFixture().config.listen.host).toBe('127.0.0.1')
  })

  test('a foreign name reaches neither metadata nor pages', async () => {
    const { send } = createFixture()
    for (const path of ['/.well-known/oauth-protected-resource', '/login', '/healthz']) {
      expect((await send(path, { headers: { Host: 'evil.test' } })).status).toBe(403)
    }
  })
})

describe('Origin', () => {
  test.each([
    ['E-H29 foreign', 'https://evil.test'],
    ['E-H30 null', 'null'],
    ['E-H32 another scheme', 'http://app.example.com'],
    ['E-H32 another port', 'https://app.example.com:444'],
    ['E-H33 a list', 'https://app.example.com, https://evil.test'],
    ['A12.03 a suffix', 'https://app.example.com.evil.test'],
    ['A12.03 a prefix', 'https://evilapp.example.com'],
    ['A12.03 a path', 'https://app.example.com/'],
    ['A12.03 capitals', 'HTTPS://app.example.com'],
    ['a loopback page, in production', 'http://localhost:6274'],
  ])('A12.01 %s is refused before authorization', async (_, origin) => {
    const response = await knock(PRODUCTION, { Host: 'mcp.example.com', Origin: origin })
    expect(response.status).toBe(403)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(await response.json()).toMatchObject({ error: { code: -32600 } })
  })

  test.each([
    [PRODUCTION, 'https://app.example.com'],
    [PRODUCTION, 'https://mcp.example.com'],
    [{}, 'http://localhost:6274'],
    [{}, 'http://127.0.0.1:8080'],
  ])('A2.11, A12.09 a welcome page can read the challenge (%#)', async (env, origin) => {
    const host = env === PRODUCTION ? 'mcp.example.com' : 'localhost:3000'
    const response = await knock(env, { Host: host, Origin: origin })
    expect(response.status).toBe(401)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('vary')).toContain('Origin')
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('A12.10, E-H35 a preflight allows what clients send and nothing else', async () => {
    const { send } = createFixture()
    const response = await send('/mcp', {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost:6274',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization, x-evil',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toBe('POST')
    expect(response.headers.get('access-control-max-age')).toBe('600')
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase()
    expect(allowed).toContain('authorization')
    expect(allowed).toContain('mcp-protocol-version')
    expect(allowed).not.toContain('x-evil')
  })

  test('A12.08 a page may send and read what a client needs, and never credentials', async () => {
    const { send } = createFixture()
    const { headers } = await send('/mcp', {
      method: 'OPTIONS',
      headers: { Origin: 'http://localhost:6274', 'Access-Control-Request-Method': 'POST' },
    })
    const list = (name: string) => headers.get(name)?.toLowerCase().split(',') ?? []
    for (const name of ['authorization', 'content-type', 'accept', 'mcp-protocol-version']) {
      expect(list('access-control-allow-headers')).toContain(name)
    }
    for (const name of ['mcp-method', 'mcp-name', 'mcp-session-id', 'last-event-id']) {
      expect(list('access-control-allow-headers')).toContain(name)
    }
    for (const name of ['www-authenticate', 'mcp-session-id', 'retry-after', 'x-request-id']) {
      expect(list('access-control-expose-headers')).toContain(name)
    }
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:6274')
  })

  test.each([
    ['an allowed page', { Origin: 'https://app.example.com' }, 'true'],
    ['a foreign page', { Origin: 'https://evil.test' }, null],
    ['the null origin', { Origin: 'null' }, null],
    ['nobody', {}, null],
  ] as [string, Record<string, string>, string | null][])(
    'A12.11 %s that asks for the private network',
    async (_, origin, answer) => {
      const { send } = createFixture({ env: PRODUCTION })
      const response = await send('/mcp', {
        method: 'OPTIONS',
        headers: {
          Host: 'mcp.example.com',
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Private-Network': 'true',
          ...origin,
        },
      })
      expect(response.headers.get('access-control-allow-private-network')).toBe(answer)
    },
  )

  test('A12.11 is not offered unasked', async () => {
    const { send } = createFixture()
    const headers = { Origin: 'http://localhost:6274', 'Access-Control-Request-Method': 'POST' }
    const response = await send('/mcp', { method: 'OPTIONS', headers })
    expect(response.headers.get('access-control-allow-private-network')).toBeNull()
  })

  test('A12.07, A12.09 an allowed page can read every refusal, whatever its status', async () => {
    const down = createFixture({
      upstream: async () => new Response('down', { status: 502 }),
      pause: async () => {},
    })
    const fixture = createFixture()
    const token = await fixture.token()
    const Origin = 'http://localhost:6274'
    const refusals: [number, Response][] = [
      [400, await fixture.send('/mcp', rpc('modern', 'x', {}, 'a b', { Origin }))],
      [401, await fixture.send('/mcp', rpc('modern', 'x', {}, 'abc', { Origin }))],
      [404, await fixture.send('/mcp', rpc('modern', 'x', {}, token, { Origin }))],
      [405, await fixture.send('/mcp', { headers: { Origin, Authorization: `Bearer ${token}` } })],
      [406, await fixture.send('/mcp', rpc('modern', 'x', {}, token, { Origin, Accept: 'x/y' }))],
      [503, await down.send('/mcp', rpc('modern', 'x', {}, await down.token(), { Origin }))],
    ]
    for (const [status, { status: actual, headers }] of refusals) {
      const seen = [actual, headers.get('access-control-allow-origin'), headers.get('vary')]
      expect(seen).toEqual([status, Origin, expect.stringContaining('Origin')])
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  test.each(['legacy', 'modern'] as const)('A12.02 no Origin, %s: served', async (era) => {
    const { send, token } = createFixture()
    expect((await send('/mcp', rpc(era, 'tools/list', {}, await token()))).status).toBe(200)
  })

  test.each([
    ['an answer', '/mcp', 200],
    ['an answer to a path that is looked at twice', '/mcp?tools=%77hoami', 200],
    ['a refusal', '/mcp?tools=nobody', 400],
  ])('A12.09 no Origin: a cache must not give %s to a page', async (_, path, status) => {
    const { send, token } = createFixture()
    const response = await send(path, rpc('modern', 'tools/list', {}, await token()))
    expect([response.status, response.headers.get('vary')]).toEqual([status, 'Origin'])
  })

  test('A12.10 with sessions, pages may open streams and end sessions too', async () => {
    const { send } = createFixture({ env: { MCP_SESSIONS: 'memory' } })
    const response = await send('/mcp', {
      method: 'OPTIONS',
      headers: { Origin: 'http://localhost:6274', 'Access-Control-Request-Method': 'DELETE' },
    })
    expect(response.headers.get('access-control-allow-methods')).toBe('POST,GET,DELETE')
  })

  test('E-H34 a foreign preflight learns nothing', async () => {
    const { send } = createFixture({ env: PRODUCTION })
    const response = await send('/mcp', {
      method: 'OPTIONS',
      headers: { Host: 'mcp.example.com', Origin: 'https://evil.test' },
    })
    expect(response.status).toBe(403)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})
