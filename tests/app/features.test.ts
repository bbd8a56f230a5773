/**
 * What tools, resources and prompts can do, in both eras from one declaration, and that scopes are looked
 * at before any of it runs. Rounds of a modern call: checklist E-J46 to E-J54; streams: A15.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import {
  completable,
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  inputRequired,
} from '../../src/index.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { answer, ERAS, type Era, rpc } from '../support/mcp.ts'
import { type Message, readEvents, withMeta } from '../support/session-client.ts'

const PIXEL = 'iVBORw0KGgo='

/** A server that offers one of everything, once for anyone and once behind `email`, and notes what runs. */
function server(options: FixtureOptions = {}) {
  const ran: string[] = []
  const common = { toolset: 'test', risk: 'read', scopes: ['openid'] } as const
  const described = (name: string) => ({ name, title: name, description: 'For tests.' })
  const tools = [
    defineTool({
      ...described('blocks'),
      ...common,
      input: z.strictObject({}),
      run: async () => ({
        summary: 'Blocks.',
        content: [
          { type: 'image', data: PIXEL, mimeType: 'image/png' },
          { type: 'audio', data: PIXEL, mimeType: 'audio/wav' },
          { type: 'resource_link', uri: 'test://open', name: 'open' },
          { type: 'resource', resource: { uri: 'test://inner', text: 'Inside.' } },
        ],
      }),
    }),
    defineTool({
      ...described('talk'),
      ...common,
      input: z.strictObject({}),
      run: async (_, context) => {
        await context.progress(1, 2, 'half')
        await context.log('info', 'quiet')
        await context.log('warning', { loud: 'a\n\nevent: x\ndata: {}' })
        context.disconnect()
        return { summary: 'Said.' }
      },
    }),
    defineTool({
      ...described('announce'),
      ...common,
      input: z.strictObject({}),
      run: async (_, { changes }) => {
        changes.prompts()
        changes.resource('test://other')
        changes.tools()
        changes.resource('test://open')
        return {}
      },
    }),
    ...['remove', 'remove_other'].map((name) =>
      defineTool({
        ...described(name),
        ...common,
        risk: 'destructive',
        input: z.strictObject({ what: z.string(), why: z.string().optional() }),
        run: async ({ what }, { answers, state, ask }) => {
          const { action } = (answers.sure ?? {}) as { action?: string }
          if (action === 'decline' || action === 'cancel') return { summary: 'Kept.' }
          if (action !== 'accept') {
            const requestedSchema = { type: 'object' as const, properties: {} }
            const message = `Remove ${what}?`
            return ask({ sure: inputRequired.elicit({ message, requestedSchema }) }, { what })
          }
          ran.push(`${name} ${what} ${JSON.stringify(state)}`)
          return { summary: 'Removed.' }
        },
      }),
    ),
  ]
  const note = (what: string) => ({ text: ran[ran.push(what) - 1] as string })
  const prompt = (name: string, scopes: string[]) =>
    definePrompt({
      ...described(name),
      scopes,
      args: z.object({
        city: completable(z.string(), (value) => {
          ran.push(`complete ${name}`)
          return ['Oslo', 'Osaka', 'Rome'].filter((city) => city.startsWith(value))
        }),
      }),
      get: async ({ city }) => ({
        messages: [{ role: 'user', content: { type: 'text', ...note(`prompt ${city}`) } }],
      }),
    })
  const template = (name: string, scopes: string[]) =>
    defineResourceTemplate({
      ...described(`${name}_each`),
      uriTemplate: `test://${name}/{id}`,
      scopes,
      complete: {
        id: (value) => {
          ran.push(`complete ${name}`)
          return [`${value}1`, `${value}2`]
        },
      },
      read: async ({ id }) => note(`template ${id}`),
    })
  const resource = (name: string, scopes: string[]) =>
    defineResource({
      ...described(name),
      uri: `test://${name}`,
      mimeType: 'text/plain',
      scopes,
      read: async () => ({ mimeType: 'text/plain', ...note(`resource ${name}`) }),
    })
  const fixture = createFixture({
    tools,
    resources: [
      resource('open', ['openid']),
      resource('closed', ['email']),
      defineResource({
        ...described('bytes'),
        uri: 'test://bytes',
        scopes: ['openid'],
        read: async () => ({ blob: PIXEL }),
      }),
    ],
    templates: [template('open', ['openid']), template('closed', ['email'])],
    prompts: [
      prompt('open', ['openid']),
      prompt('closed', ['email']),
      definePrompt({
        ...described('plain'),
        scopes: ['openid'],
        get: async () => ({
          messages: [{ role: 'assistant', content: { type: 'text', text: 'Hello.' } }],
        }),
      }),
    ],
    ...options,
  })
  return { fixture, ran }
}

const ref = {
  prompt: (name: string) => ({
    ref: { type: 'ref/prompt', name },
    argument: { name: 'city', value: 'Os' },
  }),
  template: (name: string) => ({
    ref: { type: 'ref/resource', uri: `test://${name}/{id}` },
    argument: { name: 'id', value: '4' },
  }),
}

describe.each([...ERAS])('%s era', (era) => {
  const { fixture, ran } = server()
  const send = async (method: string, params = {}, meta = {}, scope = 'openid email') =>
    fixture.send('/mcp', withMeta(rpc(era, method, params, await fixture.token({ scope })), meta))
  const ask = async (method: string, params = {}) => answer(await send(method, params))
  /** All messages of a call. */
  const messages = async (name: string, meta = {}): Promise<Message[]> =>
    readEvents(await send('tools/call', { name, arguments: {} }, meta)).rest()

  test('content blocks of every kind, without an output schema', async () => {
    const { result } = await ask('tools/call', { name: 'blocks', arguments: {} })
    expect(result?.content as unknown).toEqual([
      { type: 'text', text: 'Blocks.' },
      { type: 'image', data: PIXEL, mimeType: 'image/png' },
      { type: 'audio', data: PIXEL, mimeType: 'audio/wav' },
      { type: 'resource_link', uri: 'test://open', name: 'open' },
      { type: 'resource', resource: { uri: 'test://inner', text: 'Inside.' } },
    ])
    expect(result).not.toHaveProperty('structuredContent')
    const { result: list } = await ask('tools/list')
    expect(list?.tools?.find(({ name }) => name === 'blocks')).not.toHaveProperty('outputSchema')
  })

  test('progress is told to who asks, before the result', async () => {
    const [progress, ...rest] = await messages('talk', { progressToken: 7 })
    expect(progress).toMatchObject({
      method: 'notifications/progress',
      params: { progressToken: 7, progress: 1, total: 2, message: 'half' },
    })
    expect(rest.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: 'Said.' }] } })
  })

  test('nobody is told who did not ask', async () => {
    const response = await send('tools/call', { name: 'talk', arguments: {} })
    const text = await response.text()
    expect(text).toContain('Said.')
    expect(text).not.toContain('notifications/progress')
    if (era === 'modern') expect(text).not.toContain('notifications/message')
  })

  test('resources: listed as declared, read as text and as bytes', async () => {
    const { result } = await ask('resources/list')
    expect(result?.resources).toEqual([
      expect.objectContaining({ uri: 'test://open', name: 'open', mimeType: 'text/plain' }),
      expect.objectContaining({ uri: 'test://closed', name: 'closed' }),
      expect.objectContaining({ uri: 'test://bytes', name: 'bytes' }),
    ])
    expect(JSON.stringify(result)).not.toContain('scopes')
    expect((await ask('resources/read', { uri: 'test://open' })).result?.contents).toEqual([
      { uri: 'test://open', mimeType: 'text/plain', text: 'resource open' },
    ])
    expect((await ask('resources/read', { uri: 'test://bytes' })).result?.contents).toEqual([
      { uri: 'test://bytes', blob: PIXEL },
    ])
  })

  test('templates: listed, and read with their variables', async () => {
    const { result } = await ask('resources/templates/list')
    expect(result?.resourceTemplates).toEqual([
      expect.objectContaining({ uriTemplate: 'test://open/{id}', name: 'open_each' }),
      expect.objectContaining({ uriTemplate: 'test://closed/{id}' }),
    ])
    expect((await ask('resources/read', { uri: 'test://open/42' })).result?.contents).toEqual([
      { uri: 'test://open/42', text: 'template 42' },
    ])
  })

  test.each([
    'test://nothing',
    'test://open/1/2',
    'file:///etc/passwd',
    'ui://../../x',
    'http://169.254.169.254/latest',
    '__proto__',
  ])('E-J59, A14.18 resource %j is unknown, and nothing is fetched', async (uri) => {
    const before = fixture.egress.length
    const { error } = await ask('resources/read', { uri })
    expect(error?.code).toBe(era === 'modern' ? -32602 : -32002)
    expect(fixture.egress.slice(before).filter((line) => !line.includes('jwks'))).toEqual([])
  })

  test('prompts: listed, and got with and without arguments', async () => {
    const { result } = await ask('prompts/list')
    expect(result?.prompts).toMatchObject([
      { name: 'open', title: 'open', arguments: [{ name: 'city', required: true }] },
      { name: 'closed' },
      { name: 'plain' },
    ])
    const open = await ask('prompts/get', { name: 'open', arguments: { city: 'Oslo' } })
    expect(open.result?.messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'prompt Oslo' } },
    ])
    expect((await ask('prompts/get', { name: 'plain' })).result?.messages).toHaveLength(1)
  })

  test.each([
    ['unknown', { name: 'nothing' }],
    ['__proto__', { name: '__proto__' }],
    ['lacks its arguments', { name: 'open', arguments: {} }],
  ])('a prompt that is or that %s is −32602', async (_, params) => {
    expect((await ask('prompts/get', params)).error?.code).toBe(-32602)
  })

  test('completion suggests for prompts and templates', async () => {
    const prompt = await ask('completion/complete', ref.prompt('open'))
    expect(prompt.result?.completion).toMatchObject({ values: ['Oslo', 'Osaka'] })
    const template = await ask('completion/complete', ref.template('open'))
    expect(template.result?.completion).toMatchObject({ values: ['41', '42'] })
  })

  test.each([
    ['an unknown prompt', ref.prompt('nothing')],
    ['an unknown template', ref.template('nothing')],
  ])('completion for %s is −32602', async (_, params) => {
    expect((await ask('completion/complete', params)).error?.code).toBe(-32602)
  })

  test.each<[string, string, Record<string, unknown>]>([
    ['a prompt with a number', 'prompts/get', { name: 'open', arguments: { city: 1 } }],
    ['a completion of nothing', 'completion/complete', { argument: { name: 'x', value: '' } }],
    ['a resource without a URI', 'resources/read', {}],
  ])('%s is refused, and nothing runs', async (_, method, params) => {
    const before = ran.length
    expect((await ask(method, params)).error?.code).toBe(-32602)
    expect(ran.length).toBe(before)
  })

  test.each<[string, string, Record<string, unknown>]>([
    ['resource', 'resources/read', { uri: 'test://closed' }],
    ['template', 'resources/read', { uri: 'test://closed/1' }],
    ['prompt', 'prompts/get', { name: 'closed', arguments: { city: 'Oslo' } }],
    ['prompt without its arguments', 'prompts/get', { name: 'closed' }],
    ['completion of a prompt', 'completion/complete', ref.prompt('closed')],
    ['completion of a template', 'completion/complete', ref.template('closed')],
  ])('a %s whose scope is not held is 403, and nothing runs', async (_, method, params) => {
    const before = ran.length
    const response = await send(method, params, {}, 'openid')
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    expect(response.headers.get('www-authenticate')).toMatch(/scope="[^"]*\bemail\b/)
    expect(ran.length).toBe(before)
  })
})

describe('log messages', () => {
  const { fixture } = server()
  const logged = async (era: Era, meta = {}) => {
    const request = rpc(era, 'tools/call', { name: 'talk', arguments: {} }, await fixture.token())
    const response = await fixture.send('/mcp', withMeta(request, meta))
    if (!response.headers.get('content-type')?.includes('event-stream')) return []
    return (await readEvents(response).rest()).filter(
      ({ method }) => method === 'notifications/message',
    )
  }

  test.each([
    ['not asked for', {}, []],
    ['from debug', { 'io.modelcontextprotocol/logLevel': 'debug' }, ['info', 'warning']],
    ['from warning', { 'io.modelcontextprotocol/logLevel': 'warning' }, ['warning']],
    ['from error', { 'io.modelcontextprotocol/logLevel': 'error' }, []],
  ])('2026: %s', async (_, meta, levels) => {
    expect((await logged('modern', meta)).map(({ params }) => params?.level)).toEqual(levels)
  })

  test('A15.09, E-S23 what is logged cannot make events', async () => {
    const [message] = await logged('modern', { 'io.modelcontextprotocol/logLevel': 'warning' })
    expect(message?.params?.data).toEqual({ loud: 'a\n\nevent: x\ndata: {}' })
  })
})

describe('rounds of a modern call', () => {
  const CLIENT = 'connected-app-test-other'
  const CAPABILITIES = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
  const accept = { sure: { action: 'accept', content: {} } }
  const target = { name: 'remove', arguments: { what: 'x', why: 'old' } }

  function rounds(options: FixtureOptions = {}) {
    const { fixture, ran } = server(options)
    const call = async (
      params: object,
      mint = {},
      meta: Record<string, unknown> = CAPABILITIES,
    ) => {
      const token = await fixture.token(mint)
      return answer(
        await fixture.send(
          '/mcp',
          withMeta(rpc('modern', 'tools/call', { ...target, ...params }, token), meta),
        ),
      )
    }
    /** The state of a first round. */
    const asked = async () => (await call({})).result?.requestState as string
    return { fixture, ran, call, asked }
  }
  const question = expect.objectContaining({
    resultType: 'input_required',
    requestState: expect.any(String),
    inputRequests: { sure: expect.objectContaining({ method: 'elicitation/create' }) },
  })

  test('asks, and runs once answered; A16.04 the question carries no hints', async () => {
    const { ran, call } = rounds()
    const { result } = await call({})
    expect(result).toEqual(question)
    expect(result).not.toHaveProperty('ttlMs')
    expect(result).not.toHaveProperty('cacheScope')
    expect(ran).toEqual([])
    const done = await call({ requestState: result?.requestState, inputResponses: accept })
    expect(done.result).toMatchObject({ resultType: 'complete', content: [{ text: 'Removed.' }] })
    expect(ran).toEqual(['remove x {"what":"x"}'])
  })

  test('the order of arguments is nobody’s business', async () => {
    const { ran, call, asked } = rounds()
    const requestState = await asked()
    const reordered = { arguments: { why: 'old', what: 'x' }, requestState }
    await call({ ...reordered, inputResponses: accept })
    expect(ran).toHaveLength(1)
  })

  test('E-J47 answers without a state were not asked for', async () => {
    const { ran, call } = rounds()
    expect((await call({ inputResponses: accept })).result).toEqual(question)
    expect(ran).toEqual([])
  })

  test.each<[string, (state: string) => unknown]>([
    ['random', () => 'x'.repeat(120)],
    ['empty', () => ''],
    ['cut off', (state) => state.slice(0, -4)],
    ['changed', (state) => state.replace(/.(?=.{10}$)/, (c) => (c === 'A' ? 'B' : 'A'))],
    ['doubled', (state) => `${state}.${state}`],
    ['null', () => null],
    ['a number', () => 7],
    ['an object', () => ({})],
    ['half a megabyte', () => 'x'.repeat(512 * 1024)],
  ])('E-J48 a state that is %s is −32602', async (_, forged) => {
    const { ran, call, asked } = rounds()
    const requestState = forged(await asked())
    const { error } = await call({ requestState, inputResponses: accept })
    expect(error?.code).toBe(-32602)
    expect(ran).toEqual([])
  })

  test('E-J48 a state sealed with another key is −32602', async () => {
    const requestState = await rounds().asked()
    const { ran, call } = rounds()
    expect((await call({ requestState, inputResponses: accept })).error?.code).toBe(-32602)
    expect(ran).toEqual([])
  })

  test('a state sealed by another process with the same key is good', async () => {
    const env = { MCP_STATE_KEY: 'k'.repeat(32) }
    const requestState = await rounds({ env }).asked()
    const { ran, call } = rounds({ env })
    await call({ requestState, inputResponses: accept })
    expect(ran).toHaveLength(1)
  })

  test.each([
    ['person', { user: 'bob@example.com' }],
    ['client', { client_id: CLIENT }],
  ])('E-J50 a state of another %s is −32602', async (_, mint) => {
    const { fixture, ran, call, asked } = rounds()
    await fixture.knob('clients', { client_id: CLIENT, redirect_uris: ['https://x.test/cb'] })
    const requestState = await asked()
    const { error } = await call({ requestState, inputResponses: accept }, mint)
    expect(error?.code).toBe(-32602)
    expect(ran).toEqual([])
  })

  test.each([
    ['another argument', { arguments: { what: 'y', why: 'old' } }],
    ['an argument fewer', { arguments: { what: 'x' } }],
    ['another tool', { name: 'remove_other' }],
  ])('E-J51 the state of a call is no answer for %s', async (_, changed) => {
    const { ran, call, asked } = rounds()
    const requestState = await asked()
    const { result } = await call({ ...changed, requestState, inputResponses: accept })
    expect(result).toEqual(question)
    expect(ran).toEqual([])
  })

  test.each([
    ['declined', { sure: { action: 'decline' } }, 'Kept.'],
    ['cancelled', { sure: { action: 'cancel' } }, 'Kept.'],
    ['something else', { sure: { action: 'maybe' } }, undefined],
    ['missing', {}, undefined],
    ['under another name', { other: accept.sure }, undefined],
  ])('E-J54 an answer that is %s changes nothing', async (_, inputResponses, text) => {
    const { ran, call, asked } = rounds()
    const { result, error } = await call({ requestState: await asked(), inputResponses })
    if (text !== undefined) expect(result?.content?.[0]?.text).toBe(text)
    else expect(error?.code ?? result?.resultType).toBeOneOf([-32602, 'input_required'])
    expect(ran).toEqual([])
  })

  test('E-J46 a client that cannot ask is told which capability is missing', async () => {
    const { ran, call } = rounds()
    const { error } = await call({}, {}, {})
    expect(error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { elicitation: expect.any(Object) } },
    })
    expect(ran).toEqual([])
  })

  test('2025 without sessions: a question nobody can be asked fails, and nothing runs', async () => {
    const { fixture, ran } = rounds()
    const request = rpc('legacy', 'tools/call', target, await fixture.token())
    const { result, error } = await answer(await fixture.send('/mcp', request))
    expect(result?.isError === true || error !== undefined).toBe(true)
    expect(ran).toEqual([])
  })
})

describe('subscriptions/listen', () => {
  const ID = 'io.modelcontextprotocol/subscriptionId'
  const { fixture } = server()
  const listen = async (params: object) =>
    fixture.send(
      '/mcp',
      rpc('modern', 'subscriptions/listen', params as never, await fixture.token()),
    )

  test('A15.01, A15.02 acknowledged first; then what was asked for, and nothing else', async () => {
    const notifications = { toolsListChanged: true, resourceSubscriptions: ['test://open'] }
    const stream = readEvents(await listen({ notifications }))
    expect(await stream.next()).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications, _meta: { [ID]: 1 } },
    })
    const params = { name: 'announce', arguments: {} }
    await (
      await fixture.send('/mcp', rpc('modern', 'tools/call', params, await fixture.token()))
    ).text()
    expect([await stream.next(), await stream.next()]).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/tools/list_changed',
        params: { _meta: { [ID]: 1 } },
      },
      {
        jsonrpc: '2.0',
        method: 'notifications/resources/updated',
        params: { uri: 'test://open', _meta: { [ID]: 1 } },
      },
    ] as never)
    await stream.drop()
  })

  test('a change that a 2025 call announced is heard as well', async () => {
    const stream = readEvents(await listen({ notifications: { promptsListChanged: true } }))
    await stream.next()
    const request = rpc('legacy', 'tools/call', { name: 'announce', arguments: {} })
    const token = await fixture.token()
    const headers = { ...(request.headers as object), Authorization: `Bearer ${token}` }
    await (await fixture.send('/mcp', { ...request, headers })).text()
    expect((await stream.next())?.method).toBe('notifications/prompts/list_changed')
    await stream.drop()
  })

  test.each([
    ['no filter', {}],
    ['a filter that is a list', { notifications: [] }],
    ['a filter that is text', { notifications: 'all' }],
    ['URIs that are no list', { notifications: { resourceSubscriptions: 'test://open' } }],
    ['65 URIs', { notifications: { resourceSubscriptions: Array(65).fill('test://open') } }],
  ])('E-S14 %s is −32602', async (_, params) => {
    const response = await listen(params)
    if (response.headers.get('content-type')?.includes('event-stream')) {
      await response.body?.cancel()
      throw new Error('A stream was opened')
    }
    expect((await answer(response)).error?.code).toBe(-32602)
  })

  test('E-S15, A15.02 what the caller may not read is not listened to', async () => {
    const token = await fixture.token({ scope: 'openid' })
    const uris = ['test://open', 'test://closed', 'test://closed/1', 'test://nothing']
    const params = { notifications: { resourceSubscriptions: uris } }
    const response = await fixture.send(
      '/mcp',
      rpc('modern', 'subscriptions/listen', params, token),
    )
    const stream = readEvents(response)
    expect((await stream.next())?.params?.notifications).toEqual({
      resourceSubscriptions: ['test://open'],
    })
    await stream.drop()
  })

  test('A15.07 the stream is not buffered and not stored', async () => {
    const response = await listen({ notifications: { toolsListChanged: true } })
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('cache-control')).toContain('no-store')
    await response.body?.cancel()
  })

  test('E-S17, A15.06 five for each caller', async () => {
    const { fixture } = server()
    const token = await fixture.token()
    const params = { notifications: { toolsListChanged: true } }
    const all = []
    for (let each = 0; each < 6; each++) {
      all.push(await fixture.send('/mcp', rpc('modern', 'subscriptions/listen', params, token)))
    }
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
    await all[0]?.body?.cancel()
    const again = await fixture.send('/mcp', rpc('modern', 'subscriptions/listen', params, token))
    expect(again.status).toBe(200)
    await Promise.all([...all.slice(1), again].map(({ body }) => body?.cancel()))
  })

  test('E-S16, A15.03 no event reaches a token that ran out', async () => {
    const clock = createClock()
    const { fixture } = server({ now: clock.now })
    const params = { notifications: { toolsListChanged: true } }
    const token = await fixture.token({ expires_in: 600 })
    const stream = readEvents(
      await fixture.send('/mcp', rpc('modern', 'subscriptions/listen', params, token)),
    )
    await stream.next()
    clock.advance(601)
    const call = rpc(
      'modern',
      'tools/call',
      { name: 'announce', arguments: {} },
      await fixture.token(),
    )
    await (await fixture.send('/mcp', call)).text()
    const last = await stream.next()
    expect(last).toMatchObject({ id: 1, result: { resultType: 'complete' } })
    expect(await stream.next()).toBeUndefined()
  })
})
