/**
 * What the eras do differently on the wire: batches, which only revision 2025-03-26 has; the headers and
 * `_meta` of 2026-07-28; cache hints. Checklist A14, A16 and E-J, as far as mcp.test.ts has them not.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { type Answer, answer, ERAS, rpc } from '../support/mcp.ts'
import { createProbes } from '../support/probes.ts'
import { initialize, openSession, readEvents, withMeta } from '../support/session-client.ts'

const META = 'io.modelcontextprotocol/'

/** Probes, and one more that needs a scope of its own. */
function server(options: FixtureOptions = {}) {
  const { tools, calls } = createProbes()
  const guarded = { runs: 0 }
  const fixture = createFixture({
    tools: [
      ...tools,
      defineTool({
        name: 'guarded',
        title: 'Guarded',
        description: 'Counts its calls.',
        toolset: 'test',
        risk: 'read',
        scopes: ['email'],
        input: z.strictObject({}),
        run: async () => ({ summary: `${++guarded.runs}` }),
      }),
    ],
    ...options,
  })
  return { fixture, calls, guarded }
}

const request = (id: number, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})
const call = (id: number, name: string) => request(id, 'tools/call', { name, arguments: {} })

describe('batches', () => {
  const REVISION = '2025-03-26'
  const post = async (
    { fixture }: ReturnType<typeof server>,
    body: unknown,
    revision: string | undefined,
    scope = 'openid email',
  ) => {
    const init = rpc('legacy', 'ping', {}, await fixture.token({ scope }))
    const headers = new Headers(init.headers)
    if (revision === undefined) headers.delete('MCP-Protocol-Version')
    else headers.set('MCP-Protocol-Version', revision)
    return fixture.send('/mcp', { ...init, headers, body: JSON.stringify(body) })
  }
  /** The answers of a batch, by id. */
  async function answers(response: Response): Promise<Record<string, Answer>> {
    const all = response.headers.get('content-type')?.includes('event-stream')
      ? await readEvents(response).rest()
      : ([await response.json()].flat() as Answer[])
    return Object.fromEntries(all.map((one) => [String(one.id), one as Answer]))
  }

  test.each([
    ['no version header', undefined],
    [`version ${REVISION}`, REVISION],
  ])('E-J05 with %s is processed; every request gets its own answer', async (_, revision) => {
    const one = server()
    const batch = [call(1, 'read'), request(2, 'ping'), call(3, 'nobody'), call(4, 'guarded')]
    const response = await post(one, batch, revision)
    expect(response.status).toBe(200)
    const all = await answers(response)
    expect(Object.keys(all).sort()).toEqual(['1', '2', '3', '4'])
    expect(all[1]?.result?.structuredContent).toEqual({ calls: 1 })
    expect(all[2]?.result).toEqual({})
    expect(all[3]?.error?.code).toBe(-32602)
    expect([one.calls.read, one.guarded.runs]).toEqual([1, 1])
  })

  test('E-J05 of notifications alone is accepted without an answer', async () => {
    const note = { jsonrpc: '2.0', method: 'notifications/initialized' }
    const response = await post(server(), [note, note], REVISION)
    expect([response.status, await response.text()]).toEqual([202, ''])
  })

  test('E-J12 of two requests with one id is refused, and nothing runs', async () => {
    const one = server()
    const response = await post(one, [call(1, 'read'), call(1, 'read')], REVISION)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: -32600 } })
    expect(one.calls.read).toBe(0)
  })

  test('E-J05 with one member whose scope is missing is 403 as a whole, and nothing runs', async () => {
    const one = server()
    const batch = [call(1, 'read'), call(2, 'guarded'), call(3, 'write')]
    const response = await post(one, batch, undefined, 'openid')
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('insufficient_scope')
    expect(one.calls).toEqual({ read: 0, write: 0, destructive: 0 })
    expect(one.guarded.runs).toBe(0)
  })

  const modern = {
    ...call(2, 'read'),
    params: { name: 'read', arguments: {}, _meta: { [`${META}protocolVersion`]: '2026-07-28' } },
  }
  test.each<[string, unknown[]]>([
    ['E-J04 nothing', []],
    ['E-J07 a modern member', [call(1, 'read'), modern]],
    ['initialize', [call(1, 'read'), request(2, 'initialize', initialize())]],
    ['no message', [call(1, 'read'), 5]],
    ['a batch', [[call(1, 'read')]]],
    ['a response', [call(1, 'read'), { jsonrpc: '2.0', id: 2, result: {} }]],
    ['101 members', Array.from({ length: 101 }, (_, id) => call(id, 'read'))],
  ])('%s in a batch makes it 400, and nothing runs', async (_, batch) => {
    const one = server()
    const response = await post(one, batch, undefined)
    expect(response.status).toBe(400)
    expect((await answer(response)).error?.code).toBe(-32600)
    expect(one.calls.read).toBe(0)
  })

  test.each(['2024-11-05', '2025-06-18', '2025-11-25', '2026-07-28', 'bogus'])(
    'E-J05 version %s has no batches: 400',
    async (revision) => {
      const one = server()
      const response = await post(one, [call(1, 'read')], revision)
      expect(response.status).toBe(400)
      expect(one.calls.read).toBe(0)
    },
  )

  test('in a session, too', async () => {
    const one = server({ env: { MCP_SESSIONS: 'memory' } })
    const session = await openSession(one.fixture, await one.fixture.token())
    const headers = { 'MCP-Protocol-Version': REVISION }
    const all = await answers(
      await session.postRaw([call(1, 'read'), request(2, 'ping')], { headers }),
    )
    expect(Object.keys(all).sort()).toEqual(['1', '2'])
    const narrow = { headers, token: await one.fixture.token({ scope: 'openid' }) }
    const refused = await session.postRaw([call(3, 'read'), call(4, 'guarded')], narrow)
    expect(refused.status).toBe(403)
    expect([one.calls.read, one.guarded.runs]).toEqual([1, 0])
  })
})

describe.each([...ERAS])('%s era', (era) => {
  test('lists say the same every time, and to everybody', async () => {
    const { fixture } = server()
    const list = async (mint = {}) => {
      const response = await fixture.send(
        '/mcp',
        rpc(era, 'tools/list', {}, await fixture.token(mint)),
      )
      return (await answer(response)).result?.tools
    }
    const first = await list()
    expect(first?.map(({ name }) => name)).toEqual(['read', 'write', 'destructive', 'guarded'])
    expect(await list()).toEqual(first)
    expect(await list({ user: 'bob@example.com', scope: 'openid' })).toEqual(first)
  })

  test('E-J12 the same id twice in flight: both are answered', async () => {
    const { fixture, calls } = server()
    const token = await fixture.token()
    const send = async () =>
      answer(
        await fixture.send('/mcp', rpc(era, 'tools/call', { name: 'read', arguments: {} }, token)),
      )
    const both = await Promise.all([send(), send()])
    expect(both.map(({ id }) => id)).toEqual([1, 1])
    expect(both.map(({ result }) => result?.structuredContent?.calls).sort()).toEqual([1, 2])
    expect(calls.read).toBe(2)
  })

  test.each([-1, 0, 9_007_199_254_740_991, 'a', ''])('E-J11 id %j is echoed', async (id) => {
    const { fixture } = server()
    const init = rpc(era, 'tools/list', {}, await fixture.token())
    const body = JSON.stringify({ ...JSON.parse(init.body as string), id })
    expect((await answer(await fixture.send('/mcp', { ...init, body }))).id).toBe(id)
  })

  test.each(['rpc.x', 'tools/list/', 'TOOLS/LIST', 'tools', 'constructor', '__proto__'])(
    'E-J25 method %j is unknown',
    async (method) => {
      const { fixture } = server()
      const response = await fixture.send('/mcp', rpc(era, method, {}, await fixture.token()))
      expect(response.status).toBe(era === 'modern' ? 404 : 200)
      expect((await answer(response)).error?.code).toBe(-32601)
    },
  )

  test('E-J23 an unknown notification is accepted', async () => {
    const { fixture } = server()
    const init = rpc(era, 'notifications/nothing', {}, await fixture.token())
    const { id: _, ...note } = JSON.parse(init.body as string)
    const response = await fixture.send('/mcp', { ...init, body: JSON.stringify(note) })
    expect(response.status).toBe(202)
  })

  test.each<[string, Record<string, string>]>([
    ['E-J32 a version list', { 'MCP-Protocol-Version': '2025-11-25, 2025-11-25' }],
    ['E-J31 a version that never was', { 'MCP-Protocol-Version': 'bogus' }],
  ])('%s is 400, and nothing runs', async (_, headers) => {
    const { fixture, calls } = server()
    const init = rpc(
      era,
      'tools/call',
      { name: 'read', arguments: {} },
      await fixture.token(),
      headers,
    )
    expect((await fixture.send('/mcp', init)).status).toBe(400)
    expect(calls.read).toBe(0)
  })

  test('E-J43 an unknown Mcp-Param header is ignored', async () => {
    const { fixture } = server()
    const headers = { 'Mcp-Param-Zzz': 'x' }
    const init = rpc(
      era,
      'tools/call',
      { name: 'read', arguments: {} },
      await fixture.token(),
      headers,
    )
    expect((await answer(await fixture.send('/mcp', init))).result?.isError).toBeUndefined()
  })
})

describe('2025', () => {
  test.each(['1.0.0', '2026-07-28', '2099-01-01'])(
    'E-J37 initialize with %j is answered with the latest revision of the era',
    async (protocolVersion) => {
      const { fixture } = server()
      const params = { ...initialize(), protocolVersion }
      const init = rpc('legacy', 'initialize', params, await fixture.token())
      const { result } = await answer(await fixture.send('/mcp', init))
      expect(result?.protocolVersion).toBe('2025-11-25')
    },
  )

  test('E-J30 without a version header is served', async () => {
    const { fixture } = server()
    const { headers, ...init } = rpc('legacy', 'ping', {}, await fixture.token())
    const unversioned = new Headers(headers)
    unversioned.delete('MCP-Protocol-Version')
    const response = await fixture.send('/mcp', { ...init, headers: unversioned })
    expect((await answer(response)).result).toEqual({})
  })

  test.each(['Mcp-Method', 'Mcp-Name'])(
    'E-J38, E-J39 %s means nothing; the body decides',
    async (name) => {
      const { fixture, calls } = server()
      const params = { name: 'read', arguments: {} }
      const init = rpc('legacy', 'tools/call', params, await fixture.token(), {
        [name]: 'destructive',
      })
      expect((await answer(await fixture.send('/mcp', init))).result).toBeDefined()
      expect(calls).toEqual({ read: 1, write: 0, destructive: 0 })
    },
  )
})

describe('2026', () => {
  const send = async (method: string, params = {}, meta = {}, headers = {}) => {
    const { fixture, calls } = server()
    const init = rpc('modern', method, params, await fixture.token(), headers)
    const response = await fixture.send('/mcp', withMeta(init, meta))
    return { response, calls, ...(await answer(response)) }
  }
  const read = { name: 'read', arguments: {} }

  test.each(['server/discover', 'tools/list'])(
    'A16.01, A16.02 %s may be kept by its caller, and nobody else',
    async (method) => {
      const { result } = await send(method)
      expect(result?.resultType).toBe('complete')
      expect(result?.cacheScope).toBe('private')
      expect(result?.ttlMs).toSatisfy((ttl: unknown) => Number.isInteger(ttl) && Number(ttl) >= 0)
      expect(Number(result?.ttlMs)).toBeLessThanOrEqual(60_000)
    },
  )

  test('A16.01 a call carries no hints', async () => {
    const { result } = await send('tools/call', read)
    expect(result).not.toHaveProperty('cacheScope')
    expect(result?.resultType).toBe('complete')
  })

  test.each(['ping', 'logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'])(
    'E-J26 %s is gone: 404',
    async (method) => {
      const { response, error } = await send(method)
      expect([response.status, error?.code]).toEqual([404, -32601])
    },
  )

  test.each([
    ['E-J35 a revision of the other era', '2025-11-25'],
    ['A14.04 a revision that never was', '2099-01-01'],
  ])('%s in both places is −32022', async (_, version) => {
    const { response, error, calls } = await send(
      'tools/call',
      read,
      { [`${META}protocolVersion`]: version },
      { 'MCP-Protocol-Version': version },
    )
    expect([response.status, error?.code]).toEqual([400, -32022])
    expect(error?.data).toMatchObject({ supported: ['2026-07-28'], requested: version })
    expect(calls.read).toBe(0)
  })

  test.each<[string, Record<string, unknown>]>([
    ['no capabilities', { [`${META}clientCapabilities`]: undefined }],
    ['capabilities that are a list', { [`${META}clientCapabilities`]: [] }],
    ['capabilities that are text', { [`${META}clientCapabilities`]: 'all' }],
  ])('E-J44 %s is −32602, and nothing runs', async (_, meta) => {
    const { response, error, calls } = await send('tools/call', read, meta)
    expect([response.status, error?.code]).toEqual([400, -32602])
    expect(calls.read).toBe(0)
  })

  test('E-J45 a client need not name itself', async () => {
    const { result } = await send('tools/call', read, { [`${META}clientInfo`]: undefined })
    expect(result?.structuredContent).toEqual({ calls: 1 })
  })

  test.each<[string, Record<string, string>]>([
    ['E-J38 no method', { 'Mcp-Method': '' }],
    ['E-J38 the method in capitals', { 'Mcp-Method': 'TOOLS/CALL' }],
    ['E-J39 no name', { 'Mcp-Name': '' }],
    ['E-J39 a safer name', { 'Mcp-Name': 'read' }],
    ['E-J39 the name in capitals', { 'Mcp-Name': 'DESTRUCTIVE' }],
  ])('%s in the header is −32020, and nothing runs', async (_, headers) => {
    const params = { name: 'destructive', arguments: {} }
    const { response, error, calls } = await send('tools/call', params, {}, headers)
    expect([response.status, error?.code]).toEqual([400, -32020])
    expect(calls).toEqual({ read: 0, write: 0, destructive: 0 })
  })
})
