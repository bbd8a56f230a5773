/**
 * Scopes: what a request needs is decided from the declarations, before anything runs, the same in every
 * era. What runs is counted, never read from an answer. Checklist A9; what follows a refusal is in
 * `step-up.test.ts`, and that a refresh cannot widen what was granted (A9.12) is E-O37 in
 * `tests/local/refresh.test.ts`.
 */
import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { z } from 'zod'
import {
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  type Tool,
} from '../../src/index.ts'
import { holds } from '../../src/mcp/access.ts'
import { createCatalogue } from '../../src/mcp/catalogue.ts'
import { type McpEndpointOptions, mcpEndpoint } from '../../src/mcp/endpoint.ts'
import { createNarrowing } from '../../src/mcp/narrowing.ts'
import { createPlans } from '../../src/mcp/plans.ts'
import { createAudit } from '../../src/observe/audit.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { IMPLIED_SCOPES, SCOPE_DESCRIPTIONS } from '../../src/tools/scopes.ts'
import { createFixture } from '../support/fixture.ts'
import { batch, createGuarded, refusal, refused } from '../support/guarded.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { initialize, openSession, sessionOf } from '../support/session-client.ts'
import { errorOf } from '../support/shelf.ts'
import { recorded } from '../support/trail.ts'

describe('A9.01 undeclared means denied', () => {
  const described = { name: 'x', title: 'x', description: 'x', scopes: [] }
  test.each<[string, () => unknown]>([
    [
      'a tool',
      () =>
        defineTool({
          ...described,
          toolset: 'test',
          risk: 'read',
          input: z.object({}),
          run: async () => ({}),
        }),
    ],
    [
      'a resource',
      () => defineResource({ ...described, uri: 'test://x', read: async () => ({ text: '' }) }),
    ],
    [
      'a template',
      () =>
        defineResourceTemplate({
          ...described,
          uriTemplate: 'test://x/{id}',
          read: async () => ({ text: '' }),
        }),
    ],
    ['a prompt', () => definePrompt({ ...described, get: async () => ({ messages: [] }) })],
  ])('%s without a scope cannot be declared', (_, declare) => {
    expect(declare).toThrow(/declares no scope/)
  })
})

describe('A9.02 names that every object has', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

  test.each(NAMES.flatMap((name) => ERAS.map((era) => [name, era] as const)))(
    '%s is no tool and no prompt in the %s era',
    async (name, era) => {
      const { ran, call, send } = createGuarded()
      const tool = await call(era, name, 'openid')
      expect(tool.status).toBe(200)
      expect((await answer(tool)).error?.code).toBe(-32602)
      const prompt = await send(era, 'prompts/get', { name }, 'openid')
      expect((await answer(prompt)).error?.code).toBe(-32602)
      expect(ran).toEqual([])
    },
  )

  test.each(NAMES)('%s cannot be declared', (name) => {
    const tools = [{ name } as Tool]
    expect(() => createCatalogue({ tools })).toThrow(TypeError)
  })

  test('nor does such a name stand for a scope', () => {
    const catalogue = createCatalogue({}, { manage: ['read'] })
    for (const name of NAMES) {
      expect(holds({ scopes: [name] } as never, ['read'], catalogue)).toBe(false)
      expect(holds({ scopes: ['manage'] } as never, [name], catalogue)).toBe(false)
    }
  })
})

describe('A9.03 without the middleware nobody is anybody', () => {
  const store = memoryStore()
  function unprotected(sessions: boolean, direct: boolean) {
    const ran: string[] = []
    const tool = defineTool({
      name: 'open',
      title: 'open',
      description: 'For tests.',
      toolset: 'test',
      risk: 'read',
      scopes: ['openid'],
      input: z.strictObject({}),
      run: async () => ({ summary: String(ran.push('open')) }),
    })
    const catalogue = createCatalogue({ tools: [tool] })
    const key = new Uint8Array(32)
    const options: McpEndpointOptions = {
      identity: { name: 'test', title: 'Test', version: '1', instructions: '' },
      catalogue,
      narrowed: createNarrowing(catalogue),
      plans: createPlans(store, Date.now),
      store,
      audit: createAudit({ sink: { append: () => {} }, key }),
      requiredScopes: [],
      pageSize: 10,
      maxRevocationLag: 60,
      sessions,
      direct,
      stateKey: key,
      now: Date.now,
      log: () => {},
    }
    const app = new Hono()
    const endpoint = mcpEndpoint(options)
    app.all('/mcp', async (c) => new Response((await endpoint(c.req.raw, undefined)) as string))
    app.onError((_, c) => c.json({}, 500))
    return { app, ran }
  }

  const EITHER = [true, false]
  const each = ERAS.flatMap((era) =>
    EITHER.flatMap((sessions) => EITHER.map((direct) => [era, sessions, direct] as const)),
  )
  test.each(each)(
    '%s era, sessions %p, direct path %p: nothing is answered, and nothing runs',
    async (era, sessions, direct) => {
      const { app, ran } = unprotected(sessions, direct)
      const url = 'http://localhost:3000/mcp'
      for (const request of [
        rpc(era, 'tools/call', { name: 'open', arguments: {} }),
        rpc(era, 'tools/list'),
        rpc(era, 'initialize', initialize()),
      ]) {
        expect((await app.fetch(new Request(url, request))).status).toBeOneOf([400, 500])
      }
      expect(ran).toEqual([])
    },
  )
})

describe('A9.04 what includes what is a table', () => {
  test.each(ERAS)('%s era: what includes it will do, at any distance', async (era) => {
    const { ran, call } = createGuarded()
    const granted = ['read:api_keys', 'manage:api_keys:test', 'manage:api_keys']
    for (const scope of granted) {
      expect(await (await call(era, 'keys', `openid ${scope}`)).text()).toContain('Ran.')
    }
    expect(ran).toHaveLength(granted.length)
  })

  test.each([
    'read:api_keys.evil',
    'read:api_keys:test',
    'read:api_key',
    'READ:API_KEYS',
    'read',
    'read:*',
    '*',
    'manage',
    'manage:api_keys:',
    'manage:api_keys:test:more',
    'manage:project_settings',
    'admin:projects',
    'constructor',
  ])('%s does not', async (scope) => {
    const { ran, call } = createGuarded()
    for (const era of ERAS) {
      const response = await call(era, 'keys', `openid ${scope}`)
      expect(await refusal(response)).toEqual(refused('openid read:api_keys'))
    }
    expect(ran).toEqual([])
  })

  test('less does not include more', async () => {
    const { ran, call } = createGuarded()
    const scope = 'openid read:api_keys manage:api_keys:test'
    expect((await call('modern', 'delete_keys', scope)).status).toBe(403)
    expect(ran).toEqual([])
  })

  test('tables with circles end; what is in no table is itself alone', () => {
    const catalogue = createCatalogue({}, { a: ['b'], b: ['c'], c: ['a'] })
    const has = (granted: string, needed: string) =>
      holds({ scopes: [granted] } as never, [needed], catalogue)
    for (const one of 'abc') for (const other of 'abc') expect(has(one, other)).toBe(true)
    expect([has('a', 'd'), has('d', 'a'), has('d', 'd')]).toEqual([false, false, true])
  })

  test('every scope of the table is one a person is told about', () => {
    const named = Object.entries(IMPLIED_SCOPES).flat(2)
    expect(named.filter((scope) => !Object.hasOwn(SCOPE_DESCRIPTIONS, scope))).toEqual([])
  })
})

describe('A9.05 scopes that depend on arguments', () => {
  test.each(ERAS)('%s era: one challenge names all of them; with them it runs', async (era) => {
    const { ran, call } = createGuarded()
    const first = await call(era, 'maybe_secret', 'openid', { secret: true })
    const scope = 'openid read:api_keys manage:api_keys:test'
    expect(await refusal(first)).toEqual(refused(scope))
    expect(ran).toEqual([])
    await (await call(era, 'maybe_secret', scope, { secret: true })).text()
    expect(ran).toEqual(['maybe_secret'])
  })

  test.each(ERAS)('%s era: other arguments need less', async (era) => {
    const { ran, call } = createGuarded()
    const scope = 'openid read:api_keys'
    for (const args of [{}, { secret: false }, { secret: 'true' }, { secret: 1 }]) {
      const response = await call(era, 'maybe_secret', scope, args)
      expect([response.status, args]).toEqual([200, args])
      await response.text()
    }
    expect(ran).toEqual(['maybe_secret', 'maybe_secret'])
    expect((await call(era, 'maybe_secret', scope, { secret: true })).status).toBe(403)
  })

  test.each(ERAS)('%s era: they are asked for once a call, and are on record', async (era) => {
    const { fixture, asked, call } = createGuarded()
    const scope = 'openid read:api_keys manage:api_keys:test'
    const response = await call(era, 'maybe_secret', scope, { secret: true })
    await response.text()
    expect(asked).toEqual(['maybe_secret'])
    const [record] = await recorded(fixture, 1)
    expect(record?.scopes).toEqual(expect.arrayContaining(scope.split(' ')))
  })

  test.each(ERAS)('%s era: nobody knows: 503, and nothing runs or leaks', async (era) => {
    const { fixture, ran, call } = createGuarded()
    for (const name of ['undecided', 'undecided_later']) {
      const response = await call(era, name, 'openid email')
      expect(response.status).toBe(503)
      expect(response.headers.get('www-authenticate')).toBeNull()
      expect(response.headers.get('retry-after')).toBe('5')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
    }
    expect(ran).toEqual([])
    const lines = fixture.lines.filter((line) => line.includes('request refused'))
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toContain('RangeError')
    expect(fixture.lines.join()).not.toContain('canary')
    const records = await recorded(fixture, 2)
    expect(records.map(({ phase, tool }) => `${phase} ${tool}`)).toEqual([
      'denial undecided',
      'denial undecided_later',
    ])
  })

  test('nobody knows of one in a batch: none of it runs', async () => {
    const { ran, fixture } = createGuarded()
    const response = await fixture.send(
      '/mcp',
      await batch(fixture, ['open', 'undecided'], 'openid'),
    )
    expect(response.status).toBe(503)
    expect(ran).toEqual([])
  })
})

test.each(ERAS)(
  'A9.06 %s era: the challenge names what this takes, not what is held nor what there is',
  async (era) => {
    const { call } = createGuarded()
    const response = await call(era, 'both', 'openid profile read:api_keys')
    expect(await refusal(response)).toEqual(refused('openid email profile'))
  },
)

describe('A9.07 the body decides', () => {
  const params = (name: string) => ({ name, arguments: {} })

  test.each([
    ['mail', 'open'],
    ['open', 'mail'],
  ])('2026: Mcp-Name %s over a call of %s is a mismatch, whatever is held', async (said, meant) => {
    const { fixture, ran } = createGuarded()
    for (const scope of ['openid', 'openid email']) {
      const headers = { 'Mcp-Name': said }
      const token = await fixture.token({ scope })
      const request = rpc('modern', 'tools/call', params(meant), token, headers)
      const response = await fixture.send('/mcp', request)
      expect(response.status).toBe(400)
      expect((await answer(response)).error?.code).toBe(-32020)
    }
    expect(ran).toEqual([])
  })

  test('2025: the header is nothing', async () => {
    const { fixture, ran } = createGuarded()
    const headers = { 'Mcp-Name': 'open', 'Mcp-Method': 'ping' }
    const token = await fixture.token({ scope: 'openid' })
    const request = rpc('legacy', 'tools/call', params('mail'), token, headers)
    expect((await fixture.send('/mcp', request)).status).toBe(403)
    expect(ran).toEqual([])
  })
})

describe('A9.08 every kind of thing, the same in every era', () => {
  const ref = { type: 'ref/resource', uri: 'test://mails/{id}' }
  const argument = { name: 'id', value: '1' }
  const GUARDED: [string, string, object][] = [
    ['a tool', 'tools/call', { name: 'mail', arguments: {} }],
    ['a resource', 'resources/read', { uri: 'test://mail' }],
    ['a resource, spelled otherwise', 'resources/read', { uri: 'TEST://mail' }],
    ['a resource of a template', 'resources/read', { uri: 'test://mails/1' }],
    ['one of a template, spelled otherwise', 'resources/read', { uri: 'Test://mails/a/../1' }],
    ['a prompt', 'prompts/get', { name: 'mail' }],
    ['a completion', 'completion/complete', { ref, argument }],
    [
      'a completion that names something else as well',
      'completion/complete',
      { ref: { ...ref, name: 'open' }, argument },
    ],
  ]

  test.each(GUARDED)('%s', async (_, method, params) => {
    const { fixture, ran, send } = createGuarded({ env: { MCP_SESSIONS: 'memory' } })
    const session = await openSession(fixture, await fixture.token())
    const token = await fixture.token({ scope: 'openid' })
    const stateless = createGuarded()
    const responses = [
      await stateless.send('legacy', method, params, 'openid'),
      await send('modern', method, params, 'openid'),
      await session.post(method, params as never, { token }),
    ]
    for (const response of responses) {
      expect(await refusal(response)).toEqual(refused('openid email'))
    }
    expect([...ran, ...stateless.ran]).toEqual([])
  })

  test('E-S10 what was held when a session was opened is not what is held now', async () => {
    const { fixture, ran } = createGuarded({ env: { MCP_SESSIONS: 'memory' } })
    const session = await openSession(fixture, await fixture.token({ scope: 'openid email' }))
    const token = await fixture.token({ scope: 'openid' })
    const params = { name: 'mail', arguments: {} }
    expect((await session.post('tools/call', params, { token })).status).toBe(403)
    expect(ran).toEqual([])
  })
})

test.each(['', 'memory'])(
  'A9.09 a batch needs the union; one scope missing and none of it runs (sessions: %j)',
  async (sessions) => {
    const { fixture, ran } = createGuarded({ env: { MCP_SESSIONS: sessions } })
    const names = ['open', 'mail', 'keys', 'both']
    const send = async (scope: string) => {
      const request = await batch(fixture, names, scope)
      const id = sessions && (await openSession(fixture, await fixture.token())).id
      const headers = { ...(request.headers as object), ...(id && { 'Mcp-Session-Id': id }) }
      return fixture.send('/mcp', { ...request, headers })
    }
    const all = 'openid email read:api_keys profile'
    for (const scope of ['openid', 'openid email profile', 'openid read:api_keys']) {
      expect(await refusal(await send(scope))).toEqual(refused(all))
    }
    expect(ran).toEqual([])
    await (await send(all)).text()
    expect(ran.toSorted()).toEqual(names.toSorted())
  },
)

test.each(ERAS)('A9.10 %s era: what is listed does not depend on what is held', async (era) => {
  const { send } = createGuarded()
  for (const method of ['tools/list', 'prompts/list', 'resources/list']) {
    const [little, much] = await Promise.all(
      ['openid', 'openid email profile manage:api_keys'].map(async (scope) =>
        answer(await send(era, method, {}, scope)),
      ),
    )
    expect(little?.result).toEqual(much?.result as never)
    const entries = Object.values(little?.result ?? {}).find(Array.isArray)
    expect(entries?.length).toBeGreaterThan(1)
  }
})

describe('A9.11 a scope is not a role', () => {
  test.each(ERAS)('%s era: a role that is missing is the tool’s answer', async (era) => {
    const { fixture, call } = createGuarded()
    const response = await call(era, 'role', 'openid')
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([200, null])
    expect(errorOf(await answer(response))).toBe('forbidden')
    const [record] = await recorded(fixture, 1)
    expect(record).toMatchObject({ tool: 'role', decision: 'denied', reason: 'forbidden' })
  })

  test.each(ERAS)('%s era: someone who may not manage, with the scope to', async (era) => {
    const fixture = createFixture()
    const call = async (user: string) => {
      const token = await fixture.token({ user, scope: 'openid manage:project_settings' })
      const args = { project_slug: 'local-stytch', environment_slug: 'test' }
      const params = { name: 'getAllRedirectURLs', arguments: args }
      return answer(await fixture.send('/mcp', rpc(era, 'tools/call', params, token)))
    }
    const before = fixture.egress.length
    expect(errorOf(await call('bob@example.com'))).toBe('forbidden')
    expect(fixture.egress.slice(before).filter((line) => line.includes('/pwa/'))).toEqual([])
    expect((await call('ada@example.com')).result?.isError).toBeUndefined()
  })
})

describe('A9.15 the baseline, whatever is asked', () => {
  const METHODS = [
    'server/discover',
    'initialize',
    'ping',
    'tools/list',
    'tools/call',
    'prompts/list',
    'prompts/get',
    'resources/list',
    'resources/templates/list',
    'resources/read',
    'resources/subscribe',
    'completion/complete',
    'logging/setLevel',
    'subscriptions/listen',
    'notifications/initialized',
    'notifications/cancelled',
    'no/such/method',
    '__proto__',
  ]

  test.each(METHODS.flatMap((method) => ERAS.map((era) => [method, era] as const)))(
    '%s in the %s era',
    async (method, era) => {
      const { ran, send } = createGuarded()
      const params = method === 'initialize' && era === 'legacy' ? initialize() : {}
      expect(await refusal(await send(era, method, params, 'email'))).toEqual(refused('openid'))
      expect(ran).toEqual([])
    },
  )

  test('a notification, a batch, and every verb of a session', async () => {
    const { fixture } = createGuarded({ env: { MCP_SESSIONS: 'memory' } })
    const { id } = await openSession(fixture, await fixture.token())
    const session = sessionOf(fixture, await fixture.token({ scope: 'email' }), id)
    const batched = { 'MCP-Protocol-Version': '2025-03-26' }
    for (const response of [
      await session.postRaw({ jsonrpc: '2.0', method: 'notifications/cancelled' }),
      await session.postRaw([{ jsonrpc: '2.0', id: 1, method: 'ping' }], { headers: batched }),
      await session.postRaw({ jsonrpc: '2.0', id: 0, result: {} }),
      await session.get(),
      await session.end(),
    ]) {
      expect(await refusal(response)).toEqual(refused('openid'))
    }
  })

  test('what the baseline is missing is asked for together with the rest', async () => {
    const { call } = createGuarded()
    const response = await call('modern', 'mail', 'profile')
    expect(await refusal(response)).toEqual(refused('openid email'))
  })
})

test.each(ERAS)('A9.17 %s era: scopes nobody knows are ignored', async (era) => {
  const { ran, call } = createGuarded()
  const strange = ['x', 'https://example.com/scope', '__proto__', 'full_access', 'a'.repeat(300)]
  const response = await call(era, 'open', `openid ${strange.join(' ')}`)
  expect(response.status).toBe(200)
  await response.text()
  expect(ran).toEqual(['open'])
})
