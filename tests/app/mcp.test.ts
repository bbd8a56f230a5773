/** The endpoint on the wire: both eras from one catalogue, and every malformed message a clear error. */
import { describe, expect, test } from 'bun:test'
import { createFixture } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'

const fixture = createFixture()
const token = await fixture.token()

describe.each([...ERAS])('%s era', (era) => {
  const ask = async (method: string, params = {}) =>
    answer(await fixture.send('/mcp', rpc(era, method, params, token)))

  test('lists whoami with its whole declaration', async () => {
    const { result } = await ask('tools/list')
    expect(result?.tools?.[0]).toMatchObject({
      name: 'whoami',
      title: 'Who am I',
      annotations: {
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
      inputSchema: { type: 'object', additionalProperties: false },
      outputSchema: { type: 'object', required: expect.arrayContaining(['subject', 'scopes']) },
    })
  })

  test('whoami tells who the caller is', async () => {
    const { result } = await ask('tools/call', { name: 'whoami', arguments: {} })
    const facts = result?.structuredContent
    expect(facts).toEqual({
      subject: expect.stringMatching(/^user-test-/),
      kind: 'user',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      email_verified: true,
      scopes: ['openid', 'email', 'profile'],
      client_id: expect.stringMatching(/^connected-app-test-/),
      issuer: 'http://localhost:3001',
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    })
    expect(JSON.parse(result?.content?.[1]?.text as string)).toEqual(facts)
  })

  test('whoami tells no more than the scopes allow', async () => {
    const narrow = await fixture.token({ scope: 'openid' })
    const request = rpc(era, 'tools/call', { name: 'whoami', arguments: {} }, narrow)
    const { result } = await answer(await fixture.send('/mcp', request))
    expect(Object.keys(result?.structuredContent ?? {})).not.toContain('email')
    expect(Object.keys(result?.structuredContent ?? {})).not.toContain('name')
  })

  test.each([
    ['Stytch no longer accepts the token', 401, 'token_revoked'],
    ['Stytch is down', 500, 'upstream_unavailable'],
  ])('whoami says so when %s', async (_, status, code) => {
    const down = createFixture({
      upstream: (request, next) =>
        request.url.endsWith('/userinfo')
          ? Promise.resolve(Response.json({}, { status }))
          : next(request),
    })
    const request = rpc(era, 'tools/call', { name: 'whoami', arguments: {} }, await down.token())
    const response = await down.send('/mcp', request)
    expect(response.status).toBe(200)
    const { result } = await answer(response)
    expect(result?.isError).toBe(true)
    expect(JSON.parse(result?.content?.[0]?.text as string).error.code).toBe(code)
  })

  test('whoami does not speak for somebody else', async () => {
    const lying = createFixture({
      upstream: (request, next) =>
        request.url.endsWith('/userinfo')
          ? Promise.resolve(Response.json({ sub: 'user-test-other', email: 'eve@example.com' }))
          : next(request),
    })
    const request = rpc(era, 'tools/call', { name: 'whoami', arguments: {} }, await lying.token())
    const text = await (await lying.send('/mcp', request)).text()
    expect(text).toContain('upstream_error')
    expect(text).not.toContain('eve@example.com')
  })

  test('E-G01 an argument too many is a tool error', async () => {
    const { result, error } = await ask('tools/call', { name: 'whoami', arguments: { x: 1 } })
    expect(result?.isError === true || error?.code === -32602).toBe(true)
  })

  test.each(['nobody', 'WHOAMI', 'who ami', '__proto__', 'constructor'])(
    'E-J18, E-J19 tool %j is unknown',
    async (name) => {
      const { error } = await ask('tools/call', { name, arguments: {} })
      expect(error?.code).toBe(-32602)
    },
  )

  test('E-J25 an unknown method', async () => {
    const response = await fixture.send('/mcp', rpc(era, 'foo/bar', {}, token))
    expect(response.status).toBe(era === 'modern' ? 404 : 200)
    expect((await answer(response)).error?.code).toBe(-32601)
  })

  test('A16.06 answers are not stored', async () => {
    const response = await fixture.send('/mcp', rpc(era, 'tools/list', {}, token))
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('mcp-session-id')).toBeNull()
  })

  describe('a body that is no message', () => {
    const send = (body: BodyInit, headers = {}) =>
      fixture.send('/mcp', { ...rpc(era, 'tools/list', {}, token, headers), body })
    const text = new TextEncoder()

    test.each<[string, BodyInit]>([
      ['E-J01 empty', ''],
      ['E-J01 cut off', '{'],
      ['E-J01 two values', '{}{}'],
      ['E-J03 a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, ...text.encode('{}')])],
      ['E-J03 not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
      ['E-J27 65 levels', '['.repeat(65) + ']'.repeat(65)],
      ['E-J27 100 000 levels', '['.repeat(100_000)],
    ])('%s: −32700', async (_, body) => {
      const response = await send(body)
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        jsonrpc: '2.0',
        error: { code: -32700, message: expect.any(String) },
      })
    })

    test.each<[string, unknown, string | number | null]>([
      ['E-J02 a number', 5, null],
      ['E-J02 null', null, null],
      ['E-J04 an empty batch', [], null],
      ['E-J05 a batch', [{ jsonrpc: '2.0', id: 1, method: 'ping' }], null],
      ['E-J10 a null id', { jsonrpc: '2.0', id: null, method: 'ping' }, null],
      ['E-J10 a fractional id', { jsonrpc: '2.0', id: 1.5, method: 'ping' }, null],
      ['E-J11 an endless id', { jsonrpc: '2.0', id: 'x'.repeat(10_240), method: 'ping' }, null],
      ['E-J13 no jsonrpc', { id: 7, method: 'ping' }, 7],
      ['E-J13 jsonrpc 1.0', { jsonrpc: '1.0', id: 7, method: 'ping' }, 7],
      ['E-J14 no method', { jsonrpc: '2.0', id: 'a' }, 'a'],
      ['E-J14 a method that is a number', { jsonrpc: '2.0', id: 7, method: 1 }, 7],
      ['E-J15 params that are a list', { jsonrpc: '2.0', id: 7, method: 'ping', params: [] }, 7],
      ['E-J24 a response nobody asked for', { jsonrpc: '2.0', id: 7, result: {} }, 7],
    ])('%s: −32600', async (_, body, id) => {
      const response = await send(JSON.stringify(body))
      expect(response.status).toBe(400)
      const { error, ...rest } = (await response.json()) as { error: { code: number } }
      expect(error.code).toBe(-32600)
      expect(rest).toEqual(id === null ? { jsonrpc: '2.0' } : { jsonrpc: '2.0', id })
    })

    test.each(['text/plain', 'application/json-patch+json', 'application/x-www-form-urlencoded'])(
      'A13.06 as %s: 415',
      async (type) => expect((await send('{}', { 'Content-Type': type })).status).toBe(415),
    )

    test('A13.01 two megabytes without a length: 413', async () => {
      const chunk = new Uint8Array(64 * 1024).fill(0x20)
      let sent = 0
      const body = new ReadableStream({
        pull: (controller) => (sent++ < 32 ? controller.enqueue(chunk) : controller.close()),
      })
      expect((await send(body as unknown as BodyInit)).status).toBe(413)
      expect(sent).toBeLessThan(24)
    })
  })
})

describe('what the eras do differently', () => {
  test('2025: initialize, initialized, ping', async () => {
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    }
    const { result } = await answer(
      await fixture.send('/mcp', rpc('legacy', 'initialize', params, token)),
    )
    expect(result).toMatchObject({
      protocolVersion: '2025-06-18',
      serverInfo: { name: 'stytch-mcp', title: 'Stytch MCP Server' },
      instructions: expect.stringContaining('whoami'),
    })
    const note = rpc('legacy', 'x', {}, token)
    const accepted = await fixture.send('/mcp', {
      ...note,
      body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
    })
    expect([accepted.status, await accepted.text()]).toEqual([202, ''])
    expect(
      (await answer(await fixture.send('/mcp', rpc('legacy', 'ping', {}, token)))).result,
    ).toEqual({})
  })

  test('2025: a client that reads only JSON gets JSON', async () => {
    const request = rpc('legacy', 'tools/list', {}, token, { Accept: 'application/json' })
    const response = await fixture.send('/mcp', request)
    expect(response.headers.get('content-type')).toStartWith('application/json')
    expect((await answer(response)).result?.tools?.[0]).toMatchObject({ name: 'whoami' })
  })

  test('E-J31 an unknown revision is 400, not the 404 that means a lost session', async () => {
    const request = rpc('legacy', 'ping', {}, token, { 'MCP-Protocol-Version': 'bogus' })
    expect((await fixture.send('/mcp', request)).status).toBe(400)
  })

  test('2026: server/discover', async () => {
    const { result } = await answer(
      await fixture.send('/mcp', rpc('modern', 'server/discover', {}, token)),
    )
    expect(result).toMatchObject({ supportedVersions: ['2026-07-28'] })
  })

  test.each([
    ['E-J30 no version header', { 'MCP-Protocol-Version': '' }],
    ['E-J33 another version', { 'MCP-Protocol-Version': '2025-11-25' }],
    ['E-J38 another method', { 'Mcp-Method': 'tools/list' }],
    ['E-J39 another name', { 'Mcp-Name': 'safe_read' }],
  ])('2026: %s in the header is −32020', async (_, headers) => {
    const request = rpc('modern', 'tools/call', { name: 'whoami', arguments: {} }, token, headers)
    const response = await fixture.send('/mcp', request)
    expect(response.status).toBe(400)
    expect((await answer(response)).error?.code).toBe(-32020)
  })
})
