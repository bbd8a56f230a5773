/**
 * `subscriptions/listen` as long as its token is good, and no longer; how many streams there may be; and
 * what never comes over any stream of 2026-07-28. Checklist A15, E-S16.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { definePrompt, defineResource, defineTool, inputRequired } from '../../src/index.ts'
import { createCatalogue } from '../../src/mcp/catalogue.ts'
import { createSubscriptions } from '../../src/mcp/listening.ts'
import type { RpcRequest } from '../../src/mcp/message.ts'
import type { Standing } from '../../src/mcp/standing.ts'
import type { Viewer } from '../../src/mcp/visible.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type FixtureOptions, type Mint } from '../support/fixture.ts'
import { answer, rpc } from '../support/mcp.ts'
import { type Message, readEvents, withMeta } from '../support/session-client.ts'

const URI = 'test://one'
const FILTER = {
  toolsListChanged: true,
  promptsListChanged: true,
  resourcesListChanged: true,
  resourceSubscriptions: [URI],
}
const COMPLETE = {
  jsonrpc: '2.0',
  id: 1,
  result: {
    resultType: 'complete',
    _meta: { 'io.modelcontextprotocol/subscriptionId': 1 },
  },
}

/** A server that can be listened to, and everything that happens there. */
function server(options: FixtureOptions = {}) {
  const described = { title: 'Any', description: 'For tests.' }
  const common = { ...described, toolset: 'test', risk: 'read', scopes: ['openid'] } as const
  const announce = defineTool({
    ...common,
    name: 'announce',
    input: z.strictObject({}),
    run: async (_, { changes }) => {
      changes.tools()
      changes.prompts()
      changes.resources()
      changes.resource(URI)
      return {}
    },
  })
  const asking = defineTool({
    ...common,
    name: 'asking',
    input: z.strictObject({}),
    run: async (_, { ask, progress, log }) => {
      await progress(1, 2)
      await log('warning', 'about to ask')
      const requestedSchema = { type: 'object' as const, properties: {} }
      return ask({ sure: inputRequired.elicit({ message: 'Sure?', requestedSchema }) })
    },
  })
  const one = defineResource({
    ...described,
    uri: URI,
    name: 'one',
    scopes: ['openid'],
    read: async () => ({ text: 'Ada Lovelace' }),
  })
  const prompt = definePrompt({
    ...described,
    name: 'plain',
    scopes: ['openid'],
    get: async () => ({ messages: [] }),
  })
  const offer = { tools: [announce, asking], resources: [one], prompts: [prompt] }
  const fixture = createFixture({ ...offer, ...options })
  /** An open stream, acknowledged, and the token it was opened with. */
  async function listen(mint: Mint = {}) {
    const token = await fixture.token(mint)
    const request = rpc('modern', 'subscriptions/listen', { notifications: FILTER }, token)
    const stream = readEvents(await fixture.send('/mcp', request))
    expect((await stream.next())?.method).toBe('notifications/subscriptions/acknowledged')
    return { stream, token }
  }
  const tell = async () => {
    const call = rpc(
      'modern',
      'tools/call',
      { name: 'announce', arguments: {} },
      await fixture.token(),
    )
    await (await fixture.send('/mcp', call)).text()
  }
  const introspections = () => fixture.egress.filter((line) => line.endsWith('/introspect')).length
  return { fixture, listen, tell, introspections }
}

describe('a stream whose token', () => {
  test('A15.03 was revoked gets no event; it ends in an orderly way', async () => {
    const { fixture, listen, tell } = server({ env: { MAX_REVOCATION_LAG: '0' } })
    const { stream, token } = await listen()
    const other = await listen({ user: 'bob@example.com' })
    await tell()
    expect((await stream.next())?.method).toBe('notifications/tools/list_changed')
    await fixture.knob('grants/revoke', { token })
    await tell()
    const rest = await stream.rest()
    expect(rest.at(-1)).toEqual(COMPLETE as never)
    // Of the first announcement, which came before.
    expect(rest.length).toBeLessThanOrEqual(4)
    const heard = []
    while (heard.length < 8) heard.push(await other.stream.next())
    expect(heard.every((message) => message?.method !== undefined)).toBe(true)
    await other.stream.drop()
  })

  test('A15.03 was revoked opens no other stream', async () => {
    const { fixture } = server()
    const token = await fixture.token()
    await fixture.knob('grants/revoke', { token })
    const request = rpc('modern', 'subscriptions/listen', { notifications: FILTER }, token)
    const response = await fixture.send('/mcp', request)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('A15.03 is asked about once in MAX_REVOCATION_LAG seconds, not for every event', async () => {
    const clock = createClock()
    const { fixture, listen, tell, introspections } = server({ now: clock.now })
    const { maxRevocationLag } = fixture.config.tokens
    const { stream } = await listen({ expires_in: 86_400 })
    const listened = introspections()
    for (let each = 0; each < 3; each++) {
      await tell()
      for (let event = 0; event < 4; event++) await stream.next()
    }
    expect(introspections()).toBe(listened)
    clock.advance(maxRevocationLag)
    await tell()
    for (let event = 0; event < 4; event++) await stream.next()
    expect(introspections()).toBe(listened + 1)
    await stream.drop()
  })

  test('A15.03 cannot be asked about opens, and gets no event', async () => {
    const { fixture, tell } = server({ pause: async () => {} })
    await fixture.knob('faults', { faults: [{ at: 'introspect', kind: 'status', status: 500 }] })
    const request = rpc(
      'modern',
      'subscriptions/listen',
      { notifications: FILTER },
      await fixture.token(),
    )
    const response = await fixture.send('/mcp', request)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    await tell()
    let text = ''
    while (!text.includes(': waiting')) {
      text += new TextDecoder().decode((await reader.read()).value)
    }
    expect(text).toContain('acknowledged')
    expect(text).not.toContain('changed"')
    await reader.cancel()
  })

  test('E-S16, A15.03 runs out ends at that moment, with nothing to tell', async () => {
    const { fixture, listen } = server()
    // In whole seconds: one may be over as soon as it began.
    const { stream, token } = await listen({ expires_in: 2 })
    const { exp } = JSON.parse(atob(token.split('.')[1] as string))
    expect(await stream.rest()).toEqual([COMPLETE] as never)
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000)
    expect(Date.now()).toBeLessThan(exp * 1_000 + 2_000)
    expect(fixture.lines.join()).not.toContain('request failed')
  })

  test('E-S16 ran out an instant ago is acknowledged before it ends', async () => {
    const clock = createClock()
    const { fixture } = server({ now: clock.now, env: { INTROSPECTION: 'off' } })
    const token = await fixture.token({ expires_in: 600 })
    // Within the difference clocks may have.
    clock.advance(601)
    const request = rpc('modern', 'subscriptions/listen', { notifications: FILTER }, token)
    const messages = await readEvents(await fixture.send('/mcp', request)).rest()
    expect(messages.map(({ method, id }) => method ?? id)).toEqual([
      'notifications/subscriptions/acknowledged',
      1,
    ])
  })
})

describe('how many streams there may be', () => {
  const catalogue = createCatalogue({ tools: [] })
  const standing: Standing = { remaining: () => 60_000, ask: async () => ({ state: 'stands' }) }
  const request: RpcRequest = { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen' }
  const person = (subject: string, more = {}) =>
    ({ principal: { issuer: 'i', subject, ...more }, visible: { catalogue, scope: '' } }) as Viewer
  const serve = async () =>
    new Response(new ReadableStream(), { headers: { 'Content-Type': 'text/event-stream' } })

  test('A15.06 so many of all persons together; a place is free again when a stream ends', async () => {
    const { open } = createSubscriptions(catalogue, { perOwner: 2, all: 3 })
    const of = (subject: string) => open(request, person(subject), standing, serve)
    const [first] = [await of('a'), await of('a'), await of('b')]
    const refused = await of('c')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await refused.json()).toMatchObject({ id: 1, error: { code: -32600 } })
    await first?.body?.cancel()
    expect((await of('c')).status).toBe(200)
    expect((await of('b')).status).toBe(429)
  })

  test('A15.06 a person is one caller, whatever client they use; in another organization, another', async () => {
    const { open } = createSubscriptions(catalogue, { perOwner: 1, all: 9 })
    const statusOf = async (more: object) =>
      (await open(request, person('a', more), standing, serve)).status
    expect(await statusOf({ clientId: 'one' })).toBe(200)
    expect(await statusOf({ clientId: 'other' })).toBe(429)
    expect(await statusOf({ organization: { id: 'o', slug: 'o' } })).toBe(200)
    expect(await statusOf({ issuer: 'other' })).toBe(200)
  })

  test('A15.06 1,024 of all persons together, when nothing else is said', async () => {
    const { open } = createSubscriptions(catalogue)
    const of = (each: number) => open(request, person(`user-${each}`), standing, serve)
    const all = await Promise.all(Array.from({ length: 1_030 }, (_, each) => of(each)))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1_024)
    expect(all.filter(({ status }) => status === 429)).toHaveLength(6)
  })

  test.each<[string, () => Promise<Response>]>([
    ['is refused', async () => Response.json({}, { status: 400 })],
    ['fails', () => Promise.reject(new Error('broken'))],
  ])('A15.06 a stream that %s takes no place', async (_, serve) => {
    const { open } = createSubscriptions(catalogue, { perOwner: 1, all: 1 })
    for (let each = 0; each < 3; each++) {
      const response = await open(request, person('a'), standing, serve).catch(() => undefined)
      expect(response?.status).not.toBe(429)
    }
  })

  test('A15.06 closing ends them all, and all places are free', async () => {
    const { open, close } = createSubscriptions(catalogue, { perOwner: 9, all: 3 })
    const of = () => open(request, person('a'), standing, serve)
    const streams = await Promise.all([of(), of(), of()])
    close()
    for (const stream of streams)
      expect(await readEvents(stream).rest()).toEqual([COMPLETE] as never)
    expect((await of()).status).toBe(200)
  })
})

test('A15.08 events say what changed, and nothing about it or anybody', async () => {
  const { listen, tell } = server()
  const { stream } = await listen()
  await tell()
  const events: (Message | undefined)[] = []
  while (events.length < 4) events.push(await stream.next())
  const _meta = { 'io.modelcontextprotocol/subscriptionId': 1 }
  const event = (what: string, more = {}) => ({
    jsonrpc: '2.0',
    method: `notifications/${what}`,
    params: { ...more, _meta },
  })
  expect(events).toEqual([
    event('tools/list_changed'),
    event('prompts/list_changed'),
    event('resources/list_changed'),
    event('resources/updated', { uri: URI }),
  ] as never)
  await stream.drop()
})

test('A15.10 the server asks nothing over a stream: a question is an answer', async () => {
  const { fixture, listen, tell } = server()
  const { stream } = await listen()
  const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
  const params = { name: 'asking', arguments: {} }
  const request = withMeta(rpc('modern', 'tools/call', params, await fixture.token()), {
    ...capabilities,
    progressToken: 'p',
    'io.modelcontextprotocol/logLevel': 'debug',
  })
  const called = await readEvents(await fixture.send('/mcp', request)).rest()
  await tell()
  const listened: Message[] = []
  while (listened.length < 4) listened.push((await stream.next()) as Message)
  await stream.drop()
  expect(called.at(-1)?.result).toMatchObject({ resultType: 'input_required' })
  expect(called.length).toBeGreaterThan(2)
  const requests = [...called, ...listened].filter((one) => one.method && one.id !== undefined)
  expect(requests).toEqual([])
})

test('A15.04 a stream the client hung up on leaves its place', async () => {
  const { fixture, listen } = server()
  const streams = []
  for (let each = 0; each < 5; each++) streams.push((await listen()).stream)
  const request = async () =>
    rpc('modern', 'subscriptions/listen', { notifications: FILTER }, await fixture.token())
  expect((await fixture.send('/mcp', await request())).status).toBe(429)
  await streams.pop()?.drop()
  streams.push((await listen()).stream)
  for (const stream of streams) await stream.drop()
})

test('A11.11 nothing depends on an earlier request: another process answers the same', async () => {
  const one = server()
  const local = one.fixture.local
  const two = server({
    upstream: (request) => {
      const { pathname, search } = new URL(request.url)
      return local.fetch(new Request(new URL(pathname + search, local.url), request)) as never
    },
  })
  const token = await one.fixture.token()
  const ask = async ({ fixture }: typeof one, method: string) =>
    answer(await fixture.send('/mcp', rpc('modern', method, {}, token)))
  for (const method of ['tools/list', 'resources/list', 'server/discover']) {
    const [first, ...others] = [
      await ask(two, method),
      await ask(one, method),
      await ask(two, method),
    ]
    expect(first?.result).toBeDefined()
    for (const other of others) expect(other).toEqual(first as never)
  }
})
