/**
 * What a request asks to see: it can take away from what the operator offers, and never add to it. What is
 * taken away is not listed, cannot be called, and does not say that it was ever there.
 */
import { beforeEach, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import {
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
} from '../../src/index.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { answer, ERAS, type Era, rpc } from '../support/mcp.ts'
import { openSession, readEvents } from '../support/session-client.ts'
import { planOf } from '../support/shelf.ts'

const ran: string[] = []
beforeEach(() => {
  ran.length = 0
})

const described = (name: string) => ({ name, title: name, description: 'For tests.' })
const common = { scopes: ['openid'], input: z.strictObject({}) }
const run = (name: string) => async () => ({ summary: ran[ran.push(name) - 1] as string })
const tool = (name: string, toolset: string, risk: 'read' | 'write' | 'destructive') =>
  defineTool({ ...described(name), ...common, toolset, risk, run: run(name) })

/** Two toolsets, each with something of every kind beside it. */
const OFFER = {
  tools: [
    tool('seeBooks', 'books', 'read'),
    tool('addBook', 'books', 'write'),
    tool('burnBook', 'books', 'destructive'),
    tool('seeMaps', 'maps', 'read'),
    tool('drawMap', 'maps', 'write'),
  ],
  resources: [
    defineResource({
      ...described('books'),
      scopes: ['openid'],
      tools: ['seeBooks'],
      uri: 'test://books',
      read: async () => ({ text: ran[ran.push('books') - 1] as string }),
    }),
    defineResource({
      ...described('manual'),
      scopes: ['openid'],
      uri: 'test://manual',
      read: async () => ({ text: 'Read it.' }),
    }),
  ],
  templates: [
    defineResourceTemplate({
      ...described('map'),
      scopes: ['openid'],
      tools: ['seeMaps'],
      uriTemplate: 'test://maps/{id}',
      complete: { id: () => [`${ran.push('completion')}`] },
      read: async () => ({ text: ran[ran.push('map') - 1] as string }),
    }),
  ],
  prompts: [
    definePrompt({
      ...described('tidy'),
      scopes: ['openid'],
      tools: ['seeBooks', 'burnBook'],
      get: async () => {
        ran.push('tidy')
        return { messages: [] }
      },
    }),
  ],
}
const ALL = ['seeBooks', 'addBook', 'burnBook', 'seeMaps', 'drawMap']

type Headers = Record<string, string>

/** Sends one request to `/mcp` with a query. */
async function send(
  fixture: Fixture,
  era: Era,
  query: string,
  method: string,
  params: Record<string, unknown> = {},
  headers: Headers = {},
) {
  const request = rpc(era, method, params, await fixture.token(), headers)
  const response = await fixture.send(`/mcp${query}`, request)
  return { status: response.status, ...(await answer(response)) }
}

describe.each([...ERAS])('%s era', (era) => {
  const fixture = createFixture(OFFER)
  const ask = (query: string, method: string, params = {}, headers: Headers = {}) =>
    send(fixture, era, query, method, params, headers)
  const listed = async (query: string, headers: Headers = {}) =>
    (await ask(query, 'tools/list', {}, headers)).result?.tools?.map(({ name }) => name)

  test.each<[string, string, Headers, readonly string[]]>([
    ['nothing asked', '', {}, ALL],
    ['a toolset', '?toolsets=maps', {}, ['seeMaps', 'drawMap']],
    ['all toolsets, in another order', '?toolsets=maps,books', {}, ALL],
    ['a toolset twice', '?toolsets=maps,maps', {}, ['seeMaps', 'drawMap']],
    ['with spaces', '?toolsets=%20maps%20', {}, ['seeMaps', 'drawMap']],
    ['tools, in another order', '?tools=drawMap,seeBooks', {}, ['seeBooks', 'drawMap']],
    ['tools of a toolset', '?toolsets=books&tools=seeBooks,seeMaps', {}, ['seeBooks']],
    ['no tool of a toolset', '?toolsets=maps&tools=seeBooks', {}, []],
    ['readonly', '?readonly', {}, ['seeBooks', 'seeMaps']],
    ['readonly=true', '?readonly=true', {}, ['seeBooks', 'seeMaps']],
    ['readonly=1', '?readonly=1', {}, ['seeBooks', 'seeMaps']],
    ['readonly=false', '?readonly=false', {}, ALL],
    ['readonly said both ways', '?readonly=false&readonly=true', {}, ['seeBooks', 'seeMaps']],
    ['tools twice', '?tools=seeBooks&tools=seeBooks,seeMaps', {}, ['seeBooks']],
    ['tools twice, with nothing in both', '?tools=seeBooks&tools=seeMaps', {}, []],
    ['toolsets twice', '?toolsets=books&toolsets=maps', {}, []],
    ['toolsets in a header', '', { 'X-MCP-Toolsets': 'maps' }, ['seeMaps', 'drawMap']],
    ['tools in a header', '', { 'x-mcp-tools': 'seeMaps, addBook' }, ['addBook', 'seeMaps']],
    ['readonly in a header', '', { 'X-MCP-Readonly': 'true' }, ['seeBooks', 'seeMaps']],
    ['readonly in a header without value', '', { 'X-MCP-Readonly': '' }, ['seeBooks', 'seeMaps']],
    ['query and header', '?toolsets=books', { 'X-MCP-Readonly': 'true' }, ['seeBooks']],
    [
      'a header that wants back',
      '?toolsets=books',
      { 'X-MCP-Toolsets': 'books,maps' },
      ALL.slice(0, 3),
    ],
    ['a header that wants else', '?toolsets=books', { 'X-MCP-Toolsets': 'maps' }, []],
    [
      'a header that wants to write',
      '?readonly',
      { 'X-MCP-Readonly': 'false' },
      ['seeBooks', 'seeMaps'],
    ],
  ])('%s: what is left, in the order of declaration', async (_, query, headers, expected) => {
    expect(await listed(query, headers)).toEqual([...expected])
  })

  test.each<[string, string, Headers]>([
    ['an unknown parameter', '?toolset=maps', {}],
    ['a parameter in other letters', '?ReadOnly', {}],
    ['a parameter every object has', '?__proto__=x', {}],
    ['a known one beside an unknown', '?toolsets=maps&x=1', {}],
    ['an unknown toolset', '?toolsets=maps,charts', {}],
    ['a toolset in other letters', '?toolsets=Maps', {}],
    ['a toolset every object has', '?toolsets=constructor', {}],
    ['no toolset', '?toolsets=', {}],
    ['a list with a hole', '?toolsets=maps,,books', {}],
    ['an unknown tool', '?tools=seeMaps,seeStars', {}],
    ['a toolset for a tool', '?tools=maps', {}],
    ['no tool', '?tools=', {}],
    ['a tool with a wildcard', '?tools=see*', {}],
    ['a list that is too long', `?tools=${'seeMaps,'.repeat(300)}seeMaps`, {}],
    ['readonly=yes', '?readonly=yes', {}],
    ['an unknown toolset in a header', '', { 'X-MCP-Toolsets': 'charts' }],
    ['an empty header of tools', '', { 'X-MCP-Tools': '' }],
    ['a header with an unknown tool beside a good query', '?readonly', { 'X-MCP-Tools': 'x' }],
    ['readonly=no in a header', '', { 'X-MCP-Readonly': 'no' }],
  ])('%s is 400, says no name, and nothing runs', async (_, query, headers) => {
    const call = { name: 'seeMaps', arguments: {} }
    const { status, error } = await ask(query, 'tools/call', call, headers)
    expect([status, error?.code]).toEqual([400, -32600])
    expect(error?.message).not.toMatch(/charts|seeStars|seeMaps|books|constructor|yes/i)
    expect(ran).toEqual([])
  })

  test('a refusal comes after sign-in: without a token it is 401', async () => {
    expect((await fixture.send('/mcp?x=1', rpc(era, 'tools/list'))).status).toBe(401)
  })

  test.each([
    ['readonly', '?readonly', 'addBook'],
    ['readonly', '?readonly', 'burnBook'],
    ['another toolset', '?toolsets=maps', 'seeBooks'],
    ['other tools', '?tools=seeMaps', 'drawMap'],
  ])('%s: a tool that is not seen is as unknown as one that is not', async (_, query, name) => {
    const hidden = await ask(query, 'tools/call', { name, arguments: {} })
    const unknown = await ask(query, 'tools/call', { name: 'noSuchTool', arguments: {} })
    expect(hidden.status).toBe(200)
    expect(hidden.error).toEqual({ code: -32602, message: 'Unknown tool' })
    expect(unknown.error).toEqual(hidden.error)
    expect(ran).toEqual([])
    await ask('', 'tools/call', { name, arguments: {} })
    expect(ran).toEqual([name])
  })

  describe('what goes with tools goes with them', () => {
    const kinds = async (query: string) => {
      const { result: resources } = await ask(query, 'resources/list')
      const { result: templates } = await ask(query, 'resources/templates/list')
      const { result: prompts } = await ask(query, 'prompts/list')
      return [resources?.resources, templates?.resourceTemplates, prompts?.prompts].map((list) =>
        (list as { name: string }[]).map(({ name }) => name),
      )
    }

    test.each<[string, string[][]]>([
      ['', [['books', 'manual'], ['map'], ['tidy']]],
      ['?toolsets=books', [['books', 'manual'], [], ['tidy']]],
      ['?toolsets=maps', [['manual'], ['map'], []]],
      ['?readonly', [['books', 'manual'], ['map'], []]],
      ['?tools=burnBook', [['manual'], [], []]],
    ])('%j', async (query, expected) => {
      expect(await kinds(query)).toEqual(expected)
    })

    const missing = era === 'modern' ? -32602 : -32002
    test.each<[string, string, Record<string, unknown>, number]>([
      ['?toolsets=maps', 'resources/read', { uri: 'test://books' }, missing],
      ['?toolsets=books', 'resources/read', { uri: 'test://maps/1' }, missing],
      ['?toolsets=maps', 'prompts/get', { name: 'tidy' }, -32602],
      [
        '?toolsets=books',
        'completion/complete',
        {
          ref: { type: 'ref/resource', uri: 'test://maps/{id}' },
          argument: { name: 'id', value: '' },
        },
        -32602,
      ],
    ])(
      '%s %s of what is not seen: unknown, and nothing runs',
      async (query, method, params, code) => {
        expect((await ask(query, method, params)).error?.code).toBe(code)
        expect(ran).toEqual([])
        expect((await ask('', method, params)).error).toBeUndefined()
        expect(ran).toHaveLength(1)
      },
    )
  })
})

describe('the operator’s ceiling', () => {
  const names = async (env: Record<string, string>, query = '', headers: Headers = {}) => {
    const { status, result, error } = await send(
      createFixture({ env }),
      'modern',
      query,
      'tools/list',
      {},
      headers,
    )
    return { status, code: error?.code, names: result?.tools?.map(({ name }) => name) }
  }

  test('TOOLSETS says what there is, and no request gets more', async () => {
    const env = { TOOLSETS: 'identity,redirect_urls' }
    const { names: all } = await names(env)
    expect(all).toContain('deleteRedirectURL')
    expect(all).not.toContain('listProjects')
    expect(await names(env, '?toolsets=projects')).toMatchObject({ status: 400, code: -32600 })
    expect(await names(env, '?tools=listProjects')).toMatchObject({ status: 400, code: -32600 })
    expect(await names(env, '', { 'X-MCP-Toolsets': 'identity,projects' })).toMatchObject({
      status: 400,
    })
  })

  test('READ_ONLY leaves what only looks, whatever a request says', async () => {
    const env = { READ_ONLY: 'true', TOOLSETS: 'all' }
    const { names: all = [] } = await names(env)
    expect(all).toContain('getAllRedirectURLs')
    expect(all.filter((name) => /^(create|update|delete|set|apply)/.test(String(name)))).toEqual([])
    expect((await names(env, '?readonly=false')).names).toEqual(all)
    expect((await names(env, '', { 'X-MCP-Readonly': 'false' })).names).toEqual(all)
    expect((await names(env, '?tools=deleteRedirectURL')).status).toBe(400)
  })

  test('what was taken away cannot be called', async () => {
    const env = { TOOLSETS: 'identity' }
    const call = { name: 'listProjects', arguments: {} }
    const fixture = createFixture({ env })
    const before = fixture.egress.length
    const { error } = await send(fixture, 'modern', '', 'tools/call', call)
    expect(error).toEqual({ code: -32602, message: 'Unknown tool' })
    expect(fixture.egress.slice(before).filter((line) => line.includes('/pwa/'))).toEqual([])
  })

  test('applyPlan goes with the tools it may be needed for', async () => {
    expect((await names({}, '?tools=deleteRedirectURL')).names).toEqual([
      'deleteRedirectURL',
      'applyPlan',
    ])
    expect((await names({}, '?toolsets=identity')).names).toEqual(['whoami'])
    expect((await names({}, '?toolsets=redirect_urls&readonly')).names).not.toContain('applyPlan')
  })

  test('a plan does not bring back a tool the request does not see', async () => {
    const fixture = createFixture()
    const scope = 'openid read:project_settings manage:project_settings'
    const token = await fixture.token({ scope })
    const target = {
      project_slug: 'local-stytch',
      environment_slug: 'test',
      url: 'http://localhost:3000/authenticate',
    }
    const call = async (query: string, name: string, args: object) =>
      answer(
        await fixture.send(
          `/mcp${query}`,
          rpc('legacy', 'tools/call', { name, arguments: args }, token),
        ),
      )
    const planned = await call('', 'deleteRedirectURL', target)
    const { plan_id, confirm_phrase } = planOf(planned)
    const deletes = () => fixture.egress.filter((line) => line.startsWith('DELETE '))

    const elsewhere = await call('?toolsets=secrets', 'applyPlan', { plan_id, confirm_phrase })
    expect(elsewhere.result?.isError).toBe(true)
    expect(elsewhere.result?.content?.[0]?.text).toContain('"not_found"')
    expect(deletes()).toEqual([])
    const here = await call('?tools=deleteRedirectURL', 'applyPlan', { plan_id, confirm_phrase })
    expect(here.result?.isError).toBeUndefined()
    expect(deletes()).toHaveLength(1)
  })
})

describe('every request for itself', () => {
  test('in a session, the second request sees what the second request asks', async () => {
    const fixture = createFixture({ ...OFFER, env: { MCP_SESSIONS: 'memory' } })
    const session = await openSession(fixture, await fixture.token())
    const listed = async (headers: Headers) =>
      (await answer(await session.post('tools/list', {}, { headers }))).result?.tools?.map(
        ({ name }) => name,
      )
    expect(await listed({ 'X-MCP-Toolsets': 'maps' })).toEqual(['seeMaps', 'drawMap'])
    expect(await listed({})).toEqual(ALL)
    expect(await listed({ 'X-MCP-Readonly': 'true' })).toEqual(['seeBooks', 'seeMaps'])

    const call = { name: 'burnBook', arguments: {} }
    const narrow = { headers: { 'X-MCP-Readonly': 'true' } }
    const refused = await answer(await session.post('tools/call', call, narrow))
    expect(refused.error?.code).toBe(-32602)
    expect(ran).toEqual([])
    await (await session.post('tools/call', call)).text()
    expect(ran).toEqual(['burnBook'])
    const wrong = { headers: { 'X-MCP-Toolsets': 'charts' } }
    expect((await session.post('tools/list', {}, wrong)).status).toBe(400)
    await (await session.end()).body?.cancel()
  })

  test('it holds for each member of a batch', async () => {
    const fixture = createFixture(OFFER)
    const token = await fixture.token()
    const headers = { 'MCP-Protocol-Version': '2025-03-26' }
    const request = rpc('legacy', 'ping', {}, token, headers)
    const member = (id: number, method: string, params = {}) => ({
      jsonrpc: '2.0',
      id,
      method,
      params,
    })
    const body = JSON.stringify([
      member(1, 'tools/list'),
      member(2, 'tools/call', { name: 'drawMap', arguments: {} }),
      member(3, 'tools/call', { name: 'seeMaps', arguments: {} }),
    ])
    const response = await fixture.send('/mcp?toolsets=maps&readonly', { ...request, body })
    const answers = new Map((await readEvents(response).rest()).map((one) => [one.id, one]))
    expect(answers.get(1)?.result?.tools).toMatchObject([{ name: 'seeMaps' }])
    expect(answers.get(2)?.error?.code).toBe(-32602)
    expect(answers.get(3)?.result?.content).toMatchObject([{ text: 'seeMaps' }])
    expect(ran).toEqual(['seeMaps'])
  })

  test('the cursor of one view is none of another', async () => {
    const fixture = createFixture({ ...OFFER, pageSize: 1 })
    const first = await send(fixture, 'modern', '?toolsets=maps', 'tools/list')
    const cursor = first.result?.nextCursor
    const again = await send(fixture, 'modern', '?toolsets=maps', 'tools/list', { cursor })
    expect(again.result?.tools).toMatchObject([{ name: 'drawMap' }])
    // The same tools, asked for in another way, are the same view.
    const tools = '?tools=drawMap,seeMaps'
    const same = await send(fixture, 'modern', tools, 'tools/list', { cursor })
    expect(same.result?.tools).toMatchObject([{ name: 'drawMap' }])
    // Of other tools, though they are as many; and of more.
    for (const query of ['?tools=drawMap,seeBooks', '']) {
      const other = await send(fixture, 'modern', query, 'tools/list', { cursor })
      expect(other.error?.code).toBe(-32602)
    }
  })
})

test('a web page may send the headers: preflights name them', async () => {
  const fixture = createFixture(OFFER)
  const response = await fixture.send('/mcp', {
    method: 'OPTIONS',
    headers: {
      Origin: 'http://localhost:6274',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'x-mcp-readonly,x-mcp-tools,x-mcp-toolsets',
    },
  })
  const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(/, ?/)
  expect(allowed).toEqual(
    expect.arrayContaining(['x-mcp-toolsets', 'x-mcp-tools', 'x-mcp-readonly']),
  )
})
