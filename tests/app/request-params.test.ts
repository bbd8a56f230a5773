/**
 * Parameters that are not those of their method, and names that name nothing: answered with the request's
 * id, in words of our own, on every way a request can come in; and nothing runs. Checklist E-J21, E-J26,
 * E-J37, E-J57, E-J59, E-J60, A14.18.
 */
import { beforeEach, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import {
  completable,
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
} from '../../src/index.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { initialize, openSession, withMeta } from '../support/session-client.ts'
import { take, WAYS } from '../support/ways.ts'

const ran: string[] = []
beforeEach(() => {
  ran.length = 0
})

const described = (name: string) => ({ name, title: name, description: 'For tests.' })
const SECRET = 'postgres://root:hunter2@db.internal'
const OFFER = {
  tools: [
    defineTool({
      ...described('count'),
      toolset: 'test',
      risk: 'read',
      scopes: ['openid'],
      input: z.strictObject({ times: z.int().optional() }),
      run: async () => ({ summary: `${ran.push('tool')}` }),
    }),
  ],
  prompts: [
    definePrompt({
      ...described('greet'),
      scopes: ['openid'],
      args: z.object({
        name: completable(z.string().max(40), () => [`${ran.push('completion')}`]),
        place: z.string().optional(),
      }),
      get: async () => {
        ran.push('prompt')
        return { messages: [] }
      },
    }),
    definePrompt({
      ...described('fails'),
      scopes: ['openid'],
      args: z.object({
        name: completable(z.string(), () => {
          throw Object.assign(new Error(SECRET), { code: -7 })
        }),
      }),
      get: async () => {
        throw new Error(SECRET)
      },
    }),
  ],
  resources: [
    defineResource({
      ...described('open'),
      uri: 'test://open',
      scopes: ['openid'],
      read: async () => ({ text: `${ran.push('resource')}` }),
    }),
    defineResource({
      ...described('closed'),
      uri: 'test://closed',
      scopes: ['email'],
      read: async () => ({ text: `${ran.push('resource')}` }),
    }),
    defineResource({
      ...described('fails'),
      uri: 'test://fails',
      scopes: ['openid'],
      read: async () => {
        throw new DOMException(SECRET, 'TimeoutError')
      },
    }),
  ],
  templates: [
    defineResourceTemplate({
      ...described('each'),
      uriTemplate: 'test://each/{id}',
      scopes: ['openid'],
      complete: { id: () => [`${ran.push('completion')}`] },
      read: async () => ({ text: `${ran.push('template')}` }),
    }),
  ],
}

/** What tells whose words an error is in, or repeats what it was sent. */
const FOREIGN = /zod|invalid_type|expected|received|unrecognized|Invalid input|xyzzy|hunter2/i

const completion = (more: object) => ({
  ref: { type: 'ref/prompt', name: 'greet' },
  argument: { name: 'name', value: 'x' },
  ...more,
})

describe.each([...WAYS])('%s', (way) => {
  const { fixture, ask } = take(way, OFFER)
  const modern = way === 'modern'

  test('what the others break is good', async () => {
    expect((await ask('tools/call', { name: 'count' })).result?.content).toHaveLength(1)
    const greet = { name: 'greet', arguments: { name: 'Ada' } }
    expect((await ask('prompts/get', greet)).result?.messages).toEqual([])
    expect((await ask('completion/complete', completion({}))).result?.completion).toBeDefined()
    expect((await ask('resources/read', { uri: 'test://open' })).result?.contents).toHaveLength(1)
    expect((await ask('resources/read', { uri: 'test://each/1' })).result?.contents).toHaveLength(1)
    expect(ran).toEqual(['tool', 'prompt', 'completion', 'resource', 'template'])
  })

  test.each<[string, string, Record<string, unknown>]>([
    ['E-J21 a tool by number', 'tools/call', { name: 7 }],
    ['E-J21 no tool', 'tools/call', {}],
    ['E-J21 arguments that are a list', 'tools/call', { name: 'count', arguments: [] }],
    ['E-J21 arguments that are text', 'tools/call', { name: 'count', arguments: 'xyzzy' }],
    ['E-J21 arguments that are null', 'tools/call', { name: 'count', arguments: null }],
    ['E-J21 a prompt by number', 'prompts/get', { name: 7 }],
    ['E-J21 no prompt', 'prompts/get', {}],
    [
      'E-J21 a prompt’s argument that is a number',
      'prompts/get',
      { name: 'greet', arguments: { name: 7 } },
    ],
    [
      'E-J21 a prompt’s arguments that are a list',
      'prompts/get',
      { name: 'greet', arguments: ['xyzzy'] },
    ],
    ['E-J21 a prompt without what it needs', 'prompts/get', { name: 'greet', arguments: {} }],
    [
      'E-J21 a prompt’s argument its schema refuses',
      'prompts/get',
      { name: 'greet', arguments: { name: 'xyzzy'.repeat(10) } },
    ],
    ['E-J21 a resource by number', 'resources/read', { uri: 7 }],
    ['E-J21 no resource', 'resources/read', {}],
    ['E-J59 an endless URI', 'resources/read', { uri: `test://${'x'.repeat(10_000)}` }],
    ['E-J60 a completion of nothing', 'completion/complete', completion({ ref: undefined })],
    ['E-J60 a completion of text', 'completion/complete', completion({ ref: 'xyzzy' })],
    [
      'E-J60 a completion of an unknown kind',
      'completion/complete',
      completion({ ref: { type: 'ref/xyzzy', name: 'greet' } }),
    ],
    ['E-J60 no argument', 'completion/complete', completion({ argument: undefined })],
    ['E-J60 an argument by number', 'completion/complete', completion({ argument: { name: 7 } })],
    [
      'E-J60 100 KiB to complete',
      'completion/complete',
      completion({ argument: { name: 'name', value: 'x'.repeat(102_400) } }),
    ],
    [
      'E-J60 100 KiB beside what to complete',
      'completion/complete',
      completion({ context: { arguments: { place: 'x'.repeat(102_400) } } }),
    ],
    [
      'E-J60 a context of numbers',
      'completion/complete',
      completion({ context: { arguments: { place: 7 } } }),
    ],
    ['E-J58 a cursor by number', 'tools/list', { cursor: 7 }],
    ['E-J58 a cursor that is null', 'resources/list', { cursor: null }],
    ['E-J19 an unknown tool', 'tools/call', { name: 'xyzzy' }],
    ['E-J18 a tool every object has', 'tools/call', { name: 'constructor' }],
    ['E-J19 an unknown prompt', 'prompts/get', { name: 'xyzzy' }],
    ['E-J18 a prompt every object has', 'prompts/get', { name: '__proto__' }],
    [
      'E-J60 a completion of an unknown prompt',
      'completion/complete',
      completion({ ref: { type: 'ref/prompt', name: 'xyzzy' } }),
    ],
    [
      'E-J60 a completion of an unknown template',
      'completion/complete',
      completion({ ref: { type: 'ref/resource', uri: 'xyzzy://{id}' } }),
    ],
  ])('%s is −32602', async (_, method, params) => {
    const { status, id, error, result } = await ask(method, params)
    expect(result).toBeUndefined()
    expect({ status, id, code: error?.code }).toEqual({ status: 200, id: 1, code: -32602 })
    expect(JSON.stringify(error)).not.toMatch(FOREIGN)
    expect(ran).toEqual([])
  })

  test.each(['test://nothing', 'test://each/1/2', 'file:///etc/passwd', 'ui://../../x'])(
    'E-J59 there is no %s',
    async (uri) => {
      await ask('ping')
      const before = fixture.egress.length
      const { status, id, error } = await ask('resources/read', { uri })
      expect({ status, id }).toEqual({ status: 200, id: 1 })
      // Clients recognise it by `data.uri`, whatever the code.
      expect(error).toEqual({
        code: modern ? -32602 : -32002,
        message: 'Resource not found',
        data: { uri },
      })
      expect(fixture.egress.slice(before).filter((line) => !line.includes('jwks'))).toEqual([])
      expect(ran).toEqual([])
    },
  )

  test('E-J59 what may not be read is refused as ever, and what is not there is the same for all', async () => {
    const narrow = { scope: 'openid' }
    const closed = await ask('resources/read', { uri: 'test://closed' }, narrow)
    expect(closed.status).toBe(403)
    const nothing = await ask('resources/read', { uri: 'test://closed/1' }, narrow)
    expect(nothing).toEqual(await ask('resources/read', { uri: 'test://closed/1' }))
    expect(ran).toEqual([])
  })

  test('E-J59 a URI is the resource its normal form names, with that resource’s scopes', async () => {
    const uri = 'test://open/../closed'
    const { status, result } = await ask('resources/read', { uri }, { scope: 'openid' })
    expect([status === 200, result]).toEqual([true, undefined])
    expect(ran).toEqual([])
  })

  test('E-J21 arguments that break the tool’s own schema are the tool’s error', async () => {
    const { result } = await ask('tools/call', { name: 'count', arguments: { times: 'often' } })
    expect(result?.isError).toBe(true)
    expect(ran).toEqual([])
  })

  test.each<[string, string, Record<string, unknown>]>([
    ['prompt', 'prompts/get', { name: 'fails', arguments: { name: 'x' } }],
    ['resource', 'resources/read', { uri: 'test://fails' }],
    [
      'completion',
      'completion/complete',
      completion({ ref: { type: 'ref/prompt', name: 'fails' } }),
    ],
  ])('what a %s that failed says stays here', async (_, method, params) => {
    const { id, error } = await ask(method, params)
    expect(id).toBe(1)
    expect(error).toEqual({ code: -32603, message: 'Something went wrong on this server' })
    expect(fixture.lines.join('\n')).toContain('mcp request failed')
    expect(fixture.lines.join('\n')).not.toContain('hunter2')
  })
})

describe('2025', () => {
  const ways = WAYS.filter((way) => way !== 'modern')

  test.each([...ways])('%s: E-J57 logging/setLevel to “root” is −32602', async (way) => {
    const { ask } = take(way, OFFER)
    expect((await ask('logging/setLevel', { level: 'warning' })).result).toEqual({})
    for (const level of ['root', 7, null, undefined]) {
      const { status, id, error } = await ask('logging/setLevel', { level })
      expect({ status, id, code: error?.code }).toEqual({ status: 200, id: 1, code: -32602 })
      expect(JSON.stringify(error)).not.toMatch(FOREIGN)
    }
  })

  test.each(['resources/subscribe', 'resources/unsubscribe'])(
    '%s in a session: a URI that is a number is −32602',
    async (method) => {
      expect((await take('session', OFFER).ask(method, { uri: 7 })).error?.code).toBe(-32602)
    },
  )

  test('E-J59 in a session there is nothing to hear from what is not there', async () => {
    const { ask } = take('session', OFFER)
    const uri = 'test://nothing'
    expect((await ask('resources/subscribe', { uri })).error).toMatchObject({
      code: -32002,
      data: { uri },
    })
    expect((await ask('resources/subscribe', { uri: 'test://open' })).result).toEqual({})
  })

  test.each<[string, Record<string, unknown>]>([
    ['a version that is a number', { protocolVersion: 5 }],
    ['no version', { protocolVersion: undefined }],
    ['no capabilities', { capabilities: undefined }],
    ['a client without a name', { clientInfo: {} }],
  ])('E-J37 initialize with %s is −32602, and opens no session', async (_, changed) => {
    for (const MCP_SESSIONS of ['off', 'memory']) {
      const { fixture } = take('legacy', { ...OFFER, env: { MCP_SESSIONS } })
      const params = { ...initialize(), ...changed }
      const init = rpc('legacy', 'initialize', params, await fixture.token())
      const response = await fixture.send('/mcp', init)
      expect([response.status, response.headers.get('mcp-session-id')]).toEqual([200, null])
      expect(await answer(response)).toMatchObject({ id: 1, error: { code: -32602 } })
    }
  })
})

describe.each([...ERAS])('%s era', (era) => {
  const { fixture } = take(era, OFFER)
  const call = { name: 'count', arguments: {} }
  const inBand = era === 'legacy' ? 200 : 400
  const post = async (change: (init: RequestInit) => RequestInit) =>
    fixture.send('/mcp', change(rpc(era, 'tools/call', call, await fixture.token())))
  const withParams = (change: (params: Record<string, unknown>) => unknown) => {
    return (init: RequestInit) => {
      const body = JSON.parse(init.body as string)
      return { ...init, body: JSON.stringify({ ...body, params: change(body.params) }) }
    }
  }

  test.each<[string, (init: RequestInit) => RequestInit]>([
    ['a progress token that is an object', (init) => withMeta(init, { progressToken: {} })],
    ['a progress token that is a fraction', (init) => withMeta(init, { progressToken: 1.5 })],
    ['a progress token that is null', (init) => withMeta(init, { progressToken: null })],
    [
      'a progress token of half a megabyte',
      (init) => withMeta(init, { progressToken: 'x'.repeat(524_288) }),
    ],
    [
      'a log level that is none',
      (init) => withMeta(init, { 'io.modelcontextprotocol/logLevel': 'root' }),
    ],
    [
      'a task that is a number',
      (init) => withMeta(init, { 'io.modelcontextprotocol/related-task': 7 }),
    ],
    ['_meta that is a number', withParams((params) => ({ ...params, _meta: 5 }))],
    ['_meta that is a list', withParams((params) => ({ ...params, _meta: [] }))],
    ['_meta that is null', withParams((params) => ({ ...params, _meta: null }))],
  ])('E-J57 %s is −32602', async (_, change) => {
    const response = await post(change)
    expect(response.status).toBe(inBand)
    const { id, error } = await answer(response)
    expect({ id, code: error?.code }).toEqual({ id: 1, code: -32602 })
    expect(error?.message).not.toMatch(FOREIGN)
    expect(ran).toEqual([])
  })

  test('E-J57 a body with a progress token of a megabyte is 413', async () => {
    const response = await post((init) => withMeta(init, { progressToken: 'x'.repeat(1_048_576) }))
    expect(response.status).toBe(413)
    expect(ran).toEqual([])
  })

  test('E-J57 a notification whose _meta is malformed is 400', async () => {
    const response = await post((init) => {
      const { id: _, ...note } = JSON.parse(init.body as string)
      const method = 'notifications/cancelled'
      return { ...init, body: JSON.stringify({ ...note, method, params: { _meta: 5 } }) }
    })
    expect(response.status).toBe(400)
    expect(await response.json()).not.toHaveProperty('id')
  })

  test.each([0, -3, 'token', ''])('E-J57 progress token %j is good', async (progressToken) => {
    const response = await post((init) => withMeta(init, { progressToken }))
    expect((await answer(response)).result?.isError).toBeUndefined()
    expect(ran).toEqual(['tool'])
  })
})

test('E-J57 in a session, malformed _meta is answered before the transport sees it', async () => {
  const { fixture } = take('session', OFFER)
  const session = await openSession(fixture, await fixture.token())
  const params = { name: 'count', _meta: { progressToken: {} } }
  const response = await session.postRaw({ jsonrpc: '2.0', id: 7, method: 'tools/call', params })
  expect(response.status).toBe(200)
  expect(await answer(response)).toMatchObject({ id: 7, error: { code: -32602 } })
  expect(ran).toEqual([])
})

test('A13.06, A13.09 in a session, media types are read whatever their case', async () => {
  const { fixture } = take('session', OFFER)
  const session = await openSession(fixture, await fixture.token())
  const headers = {
    'Content-Type': 'Application/JSON',
    Accept: 'Application/JSON, Text/Event-Stream',
  }
  const response = await session.post('tools/call', { name: 'count' }, { headers })
  expect(response.status).toBe(200)
  expect((await answer(response)).result?.content).toHaveLength(1)
})

describe('what a server does not serve is unknown, not malformed', () => {
  const bare = { tools: OFFER.tools }

  test.each(['prompts/get', 'prompts/list', 'resources/read', 'completion/complete'])(
    '%s where there is none: −32601',
    async (method) => {
      const modern = await take('modern', bare).ask(method, { name: 7 })
      expect([modern.status, modern.error?.code]).toEqual([404, -32601])
      expect((await take('legacy', bare).ask(method, { name: 7 })).error?.code).toBe(-32601)
    },
  )

  test('a server that completes nothing does not say it does', async () => {
    const { result } = await take('modern', bare).ask('server/discover')
    expect(result?.capabilities).not.toHaveProperty('completions')
    const { result: whole } = await take('modern', OFFER).ask('server/discover')
    expect(whole?.capabilities).toHaveProperty('completions')
  })

  test('resources/subscribe without sessions: −32601', async () => {
    const { error } = await take('legacy', OFFER).ask('resources/subscribe', { uri: 7 })
    expect(error?.code).toBe(-32601)
  })
})
