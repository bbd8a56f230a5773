/**
 * Resources a request does not see. An address belongs to one declaration, whoever asks; where that one is
 * hidden there is nothing, though a template that is seen would match the address as well.
 */
import { beforeEach, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineResource, defineResourceTemplate, defineTool } from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { type Answer, answer, rpc } from '../support/mcp.ts'
import { openSession, readEvents } from '../support/session-client.ts'

const ran: string[] = []
beforeEach(() => {
  ran.length = 0
})

const described = (name: string) => ({ name, title: name, description: 'For tests.' })
const contents = (name: string) => async () => ({ text: ran[ran.push(name) - 1] as string })

/** Tells that resources changed, and then that tools did, which every listener hears. */
const tool = (name: string, toolset: string) =>
  defineTool({
    ...described(name),
    toolset,
    risk: 'read',
    scopes: ['openid'],
    input: z.strictObject({ uris: z.array(z.string()).optional() }),
    run: async ({ uris = [] }, { changes }) => {
      for (const uri of uris) changes.resource(uri)
      changes.tools()
      return { summary: 'Done.' }
    },
  })

/** With the tools of books a caller sees no map, though two templates match where maps are. */
const OFFER = {
  tools: [tool('seeBooks', 'books'), tool('seeMaps', 'maps')],
  resources: [
    defineResource({
      ...described('hidden'),
      scopes: ['email'],
      tools: ['seeMaps'],
      uri: 'test://shelf/map',
      read: contents('hidden'),
    }),
    defineResource({
      ...described('alone'),
      scopes: ['openid'],
      tools: ['seeMaps'],
      uri: 'test://alone',
      read: contents('alone'),
    }),
  ],
  templates: [
    defineResourceTemplate({
      ...described('shelf'),
      scopes: ['openid'],
      tools: ['seeBooks'],
      uriTemplate: 'test://shelf/{id}',
      read: contents('shelf'),
    }),
    defineResourceTemplate({
      ...described('hidden-atlas'),
      scopes: ['email'],
      tools: ['seeMaps'],
      uriTemplate: 'test://atlas/{page}',
      read: contents('hidden-atlas'),
    }),
    defineResourceTemplate({
      ...described('atlas'),
      scopes: ['openid'],
      uriTemplate: 'test://atlas/{+any}',
      read: contents('atlas'),
    }),
  ],
}
const NARROW = { 'X-MCP-Toolsets': 'books' }
const HIDDEN = ['test://shelf/map', 'TEST://shelf/map', 'test://shelf/x/../map', 'test://atlas/1']

const ROUTES = ['modern', 'legacy', 'session'].flatMap((way) =>
  ['on', 'off'].map((direct) => [way, direct] as const),
)

describe.each(ROUTES)('%s, direct path %s', (way, direct) => {
  const sessions: Record<string, string> = way === 'session' ? { MCP_SESSIONS: 'memory' } : {}
  const fixture = createFixture({ ...OFFER, env: { MCP_DIRECT: direct, ...sessions } })

  async function read(
    uri: string,
    scope: string,
    headers: Record<string, string> = NARROW,
  ): Promise<Answer & { readonly status: number }> {
    const token = await fixture.token({ scope })
    if (way !== 'session') {
      const era = way === 'modern' ? 'modern' : 'legacy'
      const response = await fixture.send(
        '/mcp',
        rpc(era, 'resources/read', { uri }, token, headers),
      )
      return { status: response.status, ...(await answer(response)) }
    }
    const session = await openSession(fixture, token)
    const response = await session.post('resources/read', { uri }, { headers })
    const answered = { status: response.status, ...(await answer(response)) }
    await (await session.end()).body?.cancel()
    return answered
  }

  test.each(
    HIDDEN.flatMap((uri) => ['openid', 'openid email'].map((scope) => [uri, scope] as const)),
  )('%s with %s is as unknown as what nobody declared, and nothing is read', async (uri, scope) => {
    const hidden = await read(uri, scope)
    const nowhere = await read('test://nowhere', scope)
    expect(nowhere.error).toMatchObject({ code: way === 'modern' ? -32602 : -32002 })
    expect([hidden.status, hidden.error]).toEqual([
      nowhere.status,
      { ...nowhere.error, data: { uri } } as never,
    ])
    expect(ran).toEqual([])
  })

  test.each([
    ['test://shelf/map', 'hidden', {}],
    ['test://atlas/1', 'hidden-atlas', {}],
    ['test://shelf/1', 'shelf', NARROW],
    ['test://atlas/1/2', 'atlas', NARROW],
  ])('%s is there for who sees it: %s', async (uri, expected, headers) => {
    expect((await read(uri, 'openid email', headers)).error).toBeUndefined()
    expect(ran).toEqual([expected])
  })

  test('what is hidden cannot be had by the scopes of what would match', async () => {
    expect((await read('test://shelf/map', 'openid', {})).status).toBe(403)
    expect((await read('test://atlas/1', 'openid', {})).status).toBe(403)
    expect(ran).toEqual([])
  })
})

/** Calls the tool that tells of changes. */
async function touch(fixture: ReturnType<typeof createFixture>, uris: readonly string[]) {
  const call = { name: 'seeBooks', arguments: { uris } }
  const response = await fixture.send(
    '/mcp',
    rpc('modern', 'tools/call', call, await fixture.token()),
  )
  expect((await answer(response)).error).toBeUndefined()
}

describe('subscriptions/listen', () => {
  const WANTED = [...HIDDEN, 'test://alone', 'test://shelf/1', 'TEST://shelf/2', 'test://nowhere']

  async function listen(scope: string, headers: Record<string, string>) {
    const fixture = createFixture(OFFER)
    const notifications = { toolsListChanged: true, resourceSubscriptions: WANTED }
    const token = await fixture.token({ scope })
    const request = rpc('modern', 'subscriptions/listen', { notifications }, token, headers)
    const stream = readEvents(await fixture.send('/mcp', request))
    const { params } = (await stream.next()) as { params: { notifications: object } }
    return { fixture, stream, honoured: params.notifications }
  }

  test.each<[string, Record<string, string>, readonly string[]]>([
    ['openid email', NARROW, ['test://shelf/1', 'test://shelf/2']],
    ['openid', NARROW, ['test://shelf/1', 'test://shelf/2']],
    ['openid', {}, ['test://alone', 'test://shelf/1', 'test://shelf/2']],
    [
      'openid email',
      {},
      [
        ...HIDDEN.map((uri) => new URL(uri).href),
        'test://alone',
        'test://shelf/1',
        'test://shelf/2',
      ],
    ],
  ])('with %s and %j: what can be read, and nothing else', async (scope, headers, expected) => {
    const { stream, honoured } = await listen(scope, headers)
    expect(honoured).toEqual({ toolsListChanged: true, resourceSubscriptions: expected } as never)
    await stream.drop()
  })

  test('nothing is heard of what is hidden, and changes are heard however it was spelt', async () => {
    const { fixture, stream } = await listen('openid email', NARROW)
    await touch(fixture, ['test://shelf/map', 'test://atlas/1', 'test://alone', 'test://shelf/2'])
    const heard = [await stream.next(), await stream.next()]
    expect(heard.map((one) => one?.params?.uri ?? one?.method)).toEqual([
      'test://shelf/2',
      'notifications/tools/list_changed',
    ])
    await stream.drop()
  })
})

describe('resources/subscribe', () => {
  test('in a session, what the request sees can be watched, however it is spelt', async () => {
    const fixture = createFixture({ ...OFFER, env: { MCP_SESSIONS: 'memory' } })
    const session = await openSession(fixture, await fixture.token())
    const stream = readEvents(await session.get())
    const ask = async (method: string, uri: string, headers: Record<string, string> = NARROW) =>
      answer(await session.post(method, { uri }, { headers }))
    expect((await ask('resources/subscribe', 'test://alone')).error?.code).toBe(-32002)
    expect((await ask('resources/subscribe', 'TEST://shelf/1')).result).toEqual({})
    await touch(fixture, ['test://alone', 'test://shelf/1'])
    expect((await stream.next())?.params).toEqual({ uri: 'test://shelf/1' })
    expect((await stream.next())?.method).toBe('notifications/tools/list_changed')

    expect((await ask('resources/unsubscribe', 'test://shelf/x/../1')).result).toEqual({})
    expect((await ask('resources/subscribe', 'test://alone', {})).result).toEqual({})
    await touch(fixture, ['test://alone', 'test://shelf/1'])
    expect((await stream.next())?.params).toEqual({ uri: 'test://alone' })
    expect((await stream.next())?.method).toBe('notifications/tools/list_changed')
    await stream.drop()
  })
})
