/** Methods, headers and verbs of `/mcp`, in both eras: one answer each, and no tool behind a wrong one. */
import { beforeEach, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { createProbes } from '../support/probes.ts'

const PRM = '/.well-known/oauth-protected-resource/mcp'
const U0 = `Bearer resource_metadata="http://localhost:3000${PRM}", scope="openid email profile"`

const probes = createProbes()
const fixture = createFixture({ tools: probes.tools })
const token = await fixture.token()
beforeEach(() => Object.assign(probes.calls, { read: 0, write: 0, destructive: 0 }))
const handlerRuns = () => probes.calls.read + probes.calls.write + probes.calls.destructive

describe.each([...ERAS])('%s era', (era) => {
  /** Calls a harmless tool, with a good token unless told otherwise. */
  const call = (headers: Record<string, string> = {}, bearer: string | undefined = token) =>
    fixture.send('/mcp', rpc(era, 'tools/call', { name: 'read', arguments: {} }, bearer, headers))
  /** The same without a token. */
  const anonymous = (headers: Record<string, string> = {}, path = '/mcp') => {
    const request = rpc(era, 'tools/call', { name: 'read', arguments: {} }, undefined, headers)
    return fixture.send(path, request)
  }

  describe('nothing but the Authorization header authenticates', () => {
    test.each<[string, Record<string, string>]>([
      ['E-H11 Proxy-Authorization', { 'Proxy-Authorization': 'Bearer GOOD' }],
      ['E-H11 X-Authorization', { 'X-Authorization': 'Bearer GOOD' }],
      ['E-H11 X-Access-Token', { 'X-Access-Token': 'GOOD' }],
      ['E-H11, A10.10 X-Forwarded-User', { 'X-Forwarded-User': 'admin' }],
      ['A10.10 X-User', { 'X-User': 'admin' }],
      ['A10.10 Mcp-Session-Id', { 'Mcp-Session-Id': 'abc' }],
      ['A10.10 Last-Event-ID', { 'Last-Event-ID': '1' }],
      ['E-H17, A10.10 cookies', { Cookie: 'access_token=GOOD; stytch_session_jwt=GOOD' }],
    ])('%s: U0', async (_, headers) => {
      const filled = Object.entries(headers).map(([k, v]) => [k, v.replaceAll('GOOD', token)])
      const response = await anonymous(Object.fromEntries(filled))
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe(U0)
      expect(handlerRuns()).toBe(0)
    })

    test('A1.14 a token in the query: U0', async () => {
      const response = await anonymous({}, `/mcp?access_token=${token}`)
      expect(response.headers.get('www-authenticate')).toBe(U0)
      expect(handlerRuns()).toBe(0)
    })

    test('E-H16 a token in a form body: U0', async () => {
      const response = await fixture.send('/mcp', {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `access_token=${token}`,
      })
      expect(response.headers.get('www-authenticate')).toBe(U0)
    })
  })

  describe('E-H40, A13.09 Accept', () => {
    test.each([
      'application/json, text/event-stream',
      'text/event-stream,application/json;q=0.9',
      'application/json',
      'application/json;q=0.5',
      '*/*',
      'text/html, */*;q=0.1',
    ])('%s is served', async (accept) => {
      expect((await call({ Accept: accept })).status).toBe(200)
      expect(probes.calls.read).toBe(1)
    })

    test('absent is served', async () => {
      const request = rpc(era, 'tools/call', { name: 'read', arguments: {} }, token)
      const headers = new Headers(request.headers)
      headers.delete('accept')
      expect((await fixture.send('/mcp', { ...request, headers })).status).toBe(200)
    })

    test.each(['text/html', 'application/xml, text/html', '*/*;q=0', 'application/jsonp'])(
      '%s: 406',
      async (accept) => {
        const response = await call({ Accept: accept })
        expect(response.status).toBe(406)
        expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32600 } })
        expect(handlerRuns()).toBe(0)
      },
    )
  })

  describe('A13.06 Content-Type and Content-Encoding', () => {
    test.each([
      'application/json',
      'application/json; charset=utf-8',
      'application/json;charset="UTF-8"',
      'application/json; profile=x',
    ])('%s is read', async (type) => {
      expect((await call({ 'Content-Type': type })).status).toBe(200)
    })

    test.each<[string, Record<string, string>]>([
      ['E-H38 utf-16', { 'Content-Type': 'application/json; charset=utf-16' }],
      ['E-H38 latin', { 'Content-Type': 'application/json; charset="iso-8859-1"' }],
      ['E-H38 two', { 'Content-Type': 'application/json; charset=utf-8; charset=utf-16' }],
      ['E-H38 none', { 'Content-Type': 'application/json; charset=' }],
      ['a repeated type', { 'Content-Type': 'application/json, application/json' }],
      ['text', { 'Content-Type': 'text/plain' }],
      ['a suffix', { 'Content-Type': 'application/problem+json' }],
      ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
      ['gzip', { 'Content-Encoding': 'gzip' }],
      ['br under identity', { 'Content-Encoding': 'identity, br' }],
    ])('%s: 415', async (_, headers) => {
      const response = await call(headers)
      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32600 } })
      expect(handlerRuns()).toBe(0)
    })

    test('identity is no encoding', async () => {
      expect((await call({ 'Content-Encoding': 'identity' })).status).toBe(200)
    })
  })

  test('E-H28 a method override is ignored', async () => {
    for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      expect((await call({ [name]: 'DELETE' })).status).toBe(200)
    }
    expect(probes.calls.read).toBe(3)
    // The query may narrow what a request sees; what it cannot mean is refused, and nothing is done.
    const request = rpc(era, 'tools/call', { name: 'read', arguments: {} }, token)
    expect((await fixture.send('/mcp?_method=DELETE', request)).status).toBe(400)
    expect(probes.calls.read).toBe(3)
  })

  describe('the order of answers', () => {
    test('A1.08 no token wins over media type, size and syntax', async () => {
      const request = rpc(era, 'x', {}, undefined, { 'Content-Type': 'text/plain', Accept: 'x/y' })
      const response = await fixture.send('/mcp', { ...request, body: '{'.repeat(2_000_000) })
      expect(response.status).toBe(401)
    })

    test('media type wins over size, size over syntax', async () => {
      const big = '{'.repeat(2_000_000)
      const text = rpc(era, 'x', {}, token, { 'Content-Type': 'text/plain' })
      expect((await fixture.send('/mcp', { ...text, body: big })).status).toBe(415)
      const json = rpc(era, 'x', {}, token)
      expect((await fixture.send('/mcp', { ...json, body: big })).status).toBe(413)
    })
  })

  describe('notifications', () => {
    const notify = (method: string, params = {}, bearer?: string) => {
      const request = rpc(era, method, params, bearer)
      const { id: _, ...message } = JSON.parse(request.body as string)
      return fixture.send('/mcp', { ...request, body: JSON.stringify(message) })
    }

    test('A10.01 need a token', async () => {
      const response = await notify('notifications/initialized')
      expect(response.headers.get('www-authenticate')).toBe(U0)
    })

    test.each(['notifications/initialized', 'notifications/cancelled', 'notifications/unheard-of'])(
      'A10.01, A10.02 %s: 202, nothing said',
      async (method) => {
        const response = await notify(method, {}, token)
        expect([response.status, await response.text()]).toEqual([202, ''])
      },
    )

    test('A10.02 a tools/call without an id runs nothing', async () => {
      await notify('tools/call', { name: 'destructive', arguments: {} }, token)
      expect(handlerRuns()).toBe(0)
    })
  })

  test('A10.03 nobody cancels anybody’s request', async () => {
    const started = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const slow = defineTool({
      name: 'slow',
      title: 'Slow',
      description: 'Waits.',
      toolset: 'test',
      risk: 'read',
      scopes: ['openid'],
      input: z.strictObject({}),
      output: z.object({ done: z.boolean() }),
      run: async () => {
        started.resolve()
        await release.promise
        return { summary: 'Done.', data: { done: true } }
      },
    })
    const { send, token: mint } = createFixture({ tools: [slow] })
    const [ada, bob] = [await mint(), await mint({ user: 'bob@example.com' })]
    const waiting = send('/mcp', rpc(era, 'tools/call', { name: 'slow', arguments: {} }, ada))
    await started.promise
    for (const bearer of [bob, ada]) {
      const request = rpc(era, 'notifications/cancelled', { requestId: 1 }, bearer)
      const { id: _, ...message } = JSON.parse(request.body as string)
      const response = await send('/mcp', { ...request, body: JSON.stringify(message) })
      expect(response.status).toBe(202)
    }
    release.resolve()
    expect((await answer(await waiting)).result?.structuredContent).toEqual({ done: true })
  })

  test.each<[string, object]>([
    ['a result', { result: {} }],
    ['an error', { error: { code: -1, message: 'x' } }],
    ['a result and a method', { method: 'tools/list', result: {} }],
  ])('A10.08 a posted response, %s: 400', async (_, members) => {
    const request = rpc(era, 'tools/list', {}, token)
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...members })
    const response = await fixture.send('/mcp', { ...request, body })
    expect(response.status).toBe(400)
    expect((await answer(response)).error?.code).toBe(-32600)
  })
})

describe('methods', () => {
  const OTHERS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'PROPFIND', 'FOO']

  test.each(OTHERS)('A10.04, A10.05, A10.07, E-H45 %s with a token: 405', async (method) => {
    const response = await fixture.send('/mcp', {
      method,
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST, OPTIONS')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('www-authenticate')).toBeNull()
  })

  test.each(OTHERS)('A10.07, A1.08 %s without one: U0', async (method) => {
    const response = await fixture.send('/mcp', { method })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(U0)
  })

  test('E-H46 a browser that opens /mcp gets the challenge, no password box, no page', async () => {
    const response = await fixture.send('/mcp', {
      headers: {
        Accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        'Sec-Fetch-Mode': 'navigate',
      },
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(U0)
    expect(response.headers.get('content-type')).toStartWith('application/json')
  })

  test('A10.06 OPTIONS needs no token and dispatches nothing', async () => {
    const preflight = { 'Access-Control-Request-Method': 'POST' }
    const welcome = await fixture.send('/mcp', {
      method: 'OPTIONS',
      headers: { ...preflight, Origin: 'http://localhost:6274' },
    })
    expect([welcome.status, await welcome.text()]).toEqual([204, ''])
    expect(welcome.headers.get('access-control-allow-origin')).toBe('http://localhost:6274')
    const nobody = await fixture.send('/mcp', { method: 'OPTIONS', headers: preflight })
    expect(nobody.status).toBe(204)
    expect(nobody.headers.get('access-control-allow-origin')).toBeNull()
    expect(handlerRuns()).toBe(0)
  })
})

test('E-H36 metadata is for any page', async () => {
  const response = await fixture.send(PRM, { headers: { Origin: 'https://evil.test' } })
  expect(response.status).toBe(200)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
})

test('A10.09 health says nothing about anybody, and metrics are not here', async () => {
  const health = await fixture.send('/healthz')
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }])
  expect((await fixture.send('/metrics')).status).toBe(404)
})

test.each([
  { 'X-Forwarded-Host': 'evil.test', 'X-Forwarded-Proto': 'ftp', 'X-Forwarded-Port': '1' },
  { Forwarded: 'host=evil.test;proto=http' },
  { 'X-Original-URL': '/admin', 'X-Rewrite-URL': '/admin' },
  { 'X-Real-IP': '127.0.0.1', Via: '1.1 evil.test' },
] as Record<string, string>[])(
  'E-H26, A12.12 proxy headers change nothing: %p',
  async (headers) => {
    const challenge = await fixture.send('/mcp', { headers })
    expect(challenge.status).toBe(401)
    expect(challenge.headers.get('www-authenticate')).toBe(U0)
    const plain = await fixture.send(PRM)
    const proxied = await fixture.send(PRM, { headers })
    expect(await proxied.bytes()).toEqual(await plain.bytes())
  },
)

test.each([
  '//mcp',
  '/MCP',
  '/%6dcp',
  '/mcp%2f',
  '/mcp%2F',
  '/mcp;x',
  '/mcp%00',
  '/mcp%20',
  '/mcp//',
  '/mcp/x',
])('E-H27 %s is not here, whoever asks', async (path) => {
  const request = rpc('modern', 'tools/call', { name: 'read', arguments: {} }, token)
  expect((await fixture.send(`http://localhost:3000${path}`, request)).status).toBe(404)
  expect(handlerRuns()).toBe(0)
})
