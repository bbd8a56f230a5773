/**
 * Which revision a request is of, and what 2026-07-28 repeats of a body in headers: what agrees is served,
 * what does not is refused before anything runs, and no header gets a request past what its body needs.
 * Checklist A14, E-J26, E-J36 and E-J41, as far as protocol-eras.test.ts has them not.
 */
import { beforeEach, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import {
  completable,
  definePrompt,
  defineResource,
  defineTool,
  fromJsonSchema,
  inputRequired,
} from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, rpc } from '../support/mcp.ts'
import { initialize, withMeta } from '../support/session-client.ts'
import { take } from '../support/ways.ts'

const META = 'io.modelcontextprotocol/'
const ran: string[] = []
beforeEach(() => {
  ran.length = 0
})

const described = (name: string) => ({ name, title: name, description: 'For tests.' })
const common = { toolset: 'test', risk: 'read', scopes: ['openid'] } as const
const runs = async (what: string) => ({ summary: ran[ran.push(what) - 1] as string })

const mirrored = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    count: { type: 'integer', 'x-mcp-header': 'Count' },
  },
}

const fixture = createFixture({
  tools: [
    defineTool({
      ...described('wipe'),
      ...common,
      risk: 'destructive',
      input: z.strictObject({}),
      run: () => runs('wipe'),
    }),
    defineTool({
      ...described('closed'),
      ...common,
      scopes: ['email'],
      input: z.strictObject({}),
      run: () => runs('closed'),
    }),
    defineTool({
      ...described('placed'),
      ...common,
      input: fromJsonSchema(mirrored as Parameters<typeof fromJsonSchema>[0]),
      run: () => runs('placed'),
    }),
    defineTool({
      ...described('asks'),
      ...common,
      input: z.strictObject({}),
      run: async (_, { ask }) =>
        ask({
          sure: inputRequired.elicit({
            message: 'Sure?',
            requestedSchema: { type: 'object', properties: {} },
          }),
        }),
    }),
  ],
  prompts: [
    definePrompt({
      ...described('é'),
      scopes: ['openid'],
      get: async () => ({
        messages: [{ role: 'user', content: { type: 'text', text: (await runs('é')).summary } }],
      }),
    }),
    definePrompt({
      ...described('closed'),
      scopes: ['email'],
      args: z.object({ name: completable(z.string(), () => [`${ran.push('completion')}`]) }),
      get: async () => ({ messages: [] }),
    }),
  ],
  resources: [
    defineResource({
      ...described('closed'),
      uri: 'test://closed',
      scopes: ['email'],
      read: async () => ({ text: (await runs('resource')).summary }),
    }),
  ],
})

/** As 2026-07-28 writes a name that is not visible ASCII. */
const base64 = (text: string) =>
  `=?base64?${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}?=`

const send = async (
  method: string,
  params = {},
  headers: Record<string, string> = {},
  meta = {},
  scope = 'openid email',
) => {
  const init = rpc('modern', method, params, await fixture.token({ scope }))
  const all = new Headers(init.headers)
  all.delete('Mcp-Name')
  const name =
    (params as { name?: unknown; uri?: unknown }).name ?? (params as { uri?: unknown }).uri
  if (typeof name === 'string' && /^[ -~]*$/.test(name)) all.set('Mcp-Name', name)
  for (const [key, value] of Object.entries(headers)) all.set(key, value)
  const response = await fixture.send('/mcp', { ...withMeta(init, meta), headers: all })
  return { response, status: response.status, ...(await answer(response.clone())) }
}
const wipe = { name: 'wipe', arguments: {} }

describe('no header gets a request past what its body needs', () => {
  const completion = {
    ref: { type: 'ref/prompt', name: 'closed' },
    argument: { name: 'name', value: '' },
  }

  test.each<[string, string, Record<string, unknown>, string]>([
    ['a completion with a name', 'completion/complete', completion, 'closed'],
    ['a completion with another name', 'completion/complete', completion, 'x'],
    ['a tool by its name in base64', 'tools/call', { name: 'closed' }, base64('closed')],
    ['a prompt by its name in base64', 'prompts/get', { name: 'closed' }, base64('closed')],
    [
      'a resource by its name in base64',
      'resources/read',
      { uri: 'test://closed' },
      base64('test://closed'),
    ],
    ['a tool by its name with space around', 'tools/call', { name: 'closed' }, ' closed\t'],
  ])('%s is 403 without the scope', async (_, method, params, name) => {
    const { status } = await send(method, params, { 'Mcp-Name': name }, {}, 'openid')
    expect(status).toBe(403)
    expect(ran).toEqual([])
  })

  test('a list with a name is 403 without the baseline', async () => {
    expect((await send('tools/list', {}, { 'Mcp-Name': 'x' }, {}, 'email')).status).toBe(403)
  })

  test('a destructive call by its name in base64 is asked about like any other', async () => {
    const before = fixture.egress.length
    const { result } = await send('tools/call', wipe, { 'Mcp-Name': base64('wipe') })
    expect(result?.isError).toBeUndefined()
    expect(fixture.egress.slice(before).join()).toContain('/introspect')
  })

  test.each([
    ['E-J39 another name', 'closed'],
    ['E-J39 another name in base64', base64('closed')],
    ['E-J39 a name that looks like base64 and is not', '=?base64?%?='],
    ['E-J39 a name in base64 that is not UTF-8', '=?base64?/w==?='],
  ])('%s is −32020 before it is unauthorized', async (_, name) => {
    const { status, error } = await send('tools/call', wipe, { 'Mcp-Name': name }, {}, 'openid')
    expect([status, error?.code]).toEqual([400, -32020])
    expect(ran).toEqual([])
  })
})

describe('A14.10 names in base64', () => {
  test('the name the body has is served', async () => {
    const { result } = await send('prompts/get', { name: 'é' }, { 'Mcp-Name': base64('é') })
    expect(result?.messages).toHaveLength(1)
    expect(ran).toEqual(['é'])
  })

  test.each([
    ['in other letters', base64('wipe').replace('base64', 'BASE64')],
    ['without padding', '=?base64?d2lwZQ?='],
    ['in another alphabet', '=?base64?d2lw_-Q=?='],
    ['with space inside', '=?base64?d2lw ZQ==?='],
    ['of something else', base64('wine')],
  ])('%s: −32020, and nothing runs', async (_, name) => {
    const { status, error } = await send('tools/call', wipe, { 'Mcp-Name': name })
    expect([status, error?.code]).toEqual([400, -32020])
    expect(ran).toEqual([])
  })
})

describe('E-J41 Mcp-Name of other bytes', () => {
  test.each([
    ['8-bit', 'wipe\xe9'],
    ['the body’s name as Latin-1', 'é'],
    ['a control character', 'wi\x01pe'],
    ['a delete', 'wipe\x7f'],
    ['a tab inside', 'wi\tpe'],
  ])('%s is 400 or does not leave the client, and nothing runs', async (_, name) => {
    const params = name === 'é' ? { name: 'é' } : wipe
    const method = name === 'é' ? 'prompts/get' : 'tools/call'
    let headers: Headers | undefined
    try {
      headers = new Headers({ 'Mcp-Name': name })
    } catch {
      // No header can hold it: there is nothing to send.
    }
    if (headers !== undefined) {
      const { status, id, error } = await send(method, params, { 'Mcp-Name': name })
      expect({ status, id, code: error?.code }).toEqual({ status: 400, id: 1, code: -32020 })
      expect(error?.message).not.toContain(name)
    }
    expect(ran).toEqual([])
  })

  test('in 2025 it means nothing', async () => {
    const init = rpc('legacy', 'tools/call', wipe, await fixture.token(), { 'Mcp-Name': '\xe9' })
    expect((await answer(await fixture.send('/mcp', init))).result?.isError).toBeUndefined()
    expect(ran).toEqual(['wipe'])
  })
})

describe('A14.11 names and space', () => {
  test('header names ignore case, values are trimmed', async () => {
    const init = rpc('modern', 'tools/call', wipe, await fixture.token())
    const {
      'Mcp-Method': method,
      'Mcp-Name': name,
      ...rest
    } = init.headers as Record<string, string>
    const headers = { ...rest, 'mCP-mETHOD': `  ${method}\t`, 'MCP-NAME': `\t${name} ` }
    expect((await fixture.send('/mcp', { ...init, headers })).status).toBe(200)
    expect(ran).toEqual(['wipe'])
  })

  test.each(['tools/Call', 'tools/call/', 'tools/list'])(
    'A14.08 Mcp-Method %j is not tools/call: −32020',
    async (method) => {
      const { status, error } = await send('tools/call', wipe, { 'Mcp-Method': method })
      expect([status, error?.code]).toEqual([400, -32020])
      expect(ran).toEqual([])
    },
  )

  test.each<[string, Record<string, unknown>]>([
    ['tools/call', wipe],
    ['prompts/get', { name: 'closed' }],
    ['resources/read', { uri: 'test://closed' }],
  ])('A14.09 %s without Mcp-Name: −32020', async (method, params) => {
    const init = rpc('modern', method, params, await fixture.token())
    const headers = new Headers(init.headers)
    headers.delete('Mcp-Name')
    const response = await fixture.send('/mcp', { ...init, headers })
    expect([response.status, (await answer(response)).error?.code]).toEqual([400, -32020])
    expect(ran).toEqual([])
  })
})

describe('A14.12 Mcp-Param headers that a tool declares', () => {
  const call = (args: object, headers: Record<string, string> = {}) =>
    send('tools/call', { name: 'placed', arguments: args }, headers)

  test.each<[string, object, Record<string, string>]>([
    ['nothing to repeat', {}, {}],
    ['null', { region: null }, {}],
    ['repeated', { region: 'eu' }, { 'Mcp-Param-Region': 'eu' }],
    ['repeated in base64', { region: 'é' }, { 'Mcp-Param-Region': base64('é') }],
    ['a number, spelt otherwise', { count: 42 }, { 'Mcp-Param-Count': '42.0' }],
  ])('%s: not refused for its headers', async (_, args, headers) => {
    const { status, error } = await call(args, headers)
    expect([status, error]).toEqual([200, undefined])
  })

  test.each<[string, object, Record<string, string>]>([
    ['missing', { region: 'eu' }, {}],
    ['another value', { region: 'eu' }, { 'Mcp-Param-Region': 'us' }],
    ['another case', { region: 'eu' }, { 'Mcp-Param-Region': 'EU' }],
    ['not base64', { region: 'eu' }, { 'Mcp-Param-Region': '=?base64?%?=' }],
    ['another number', { count: 42 }, { 'Mcp-Param-Count': '43' }],
  ])('%s: −32020, and nothing runs', async (_, args, headers) => {
    const { status, error } = await call(args, headers)
    expect([status, error?.code]).toEqual([400, -32020])
    expect(ran).toEqual([])
  })

  test('A14.13 no tool of ours declares one: arguments stay out of headers and logs', async () => {
    const { ask } = take('modern', { env: { TOOLSETS: 'all' } })
    const { tools = [], ...rest } = (await ask('tools/list')).result ?? {}
    expect(rest).not.toHaveProperty('nextCursor')
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['whoami', 'deleteRedirectURL', 'applyPlan']),
    )
    for (const { name, inputSchema } of tools) {
      expect([name, JSON.stringify(inputSchema)]).toEqual([name, expect.stringContaining('object')])
      expect([name, JSON.stringify(inputSchema).includes('x-mcp-header')]).toEqual([name, false])
    }
  })
})

describe('which revision a request is of', () => {
  const raw = async (
    body: Record<string, unknown>,
    version: string | undefined,
    more: Record<string, string> = {},
  ) => {
    const init = rpc('legacy', 'ping', {}, await fixture.token(), more)
    const headers = new Headers(init.headers)
    if (version === undefined) headers.delete('MCP-Protocol-Version')
    else headers.set('MCP-Protocol-Version', version)
    const response = await fixture.send('/mcp', {
      ...init,
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
    })
    return { status: response.status, ...(await answer(response)) }
  }
  const envelope = (version: unknown, more: object = { [`${META}clientCapabilities`]: {} }) => ({
    _meta: { [`${META}protocolVersion`]: version, ...more },
  })
  const modern = { 'Mcp-Method': 'tools/list' }

  test.each([
    ['A14.01 no header is the 2025 era', undefined, 200, undefined],
    ['A14.02 a header that names no revision is 400', '1999-01-01', 400, -32600],
    ['A14.02 a header of 2026-07-28 without _meta is 400', '2026-07-28', 400, -32602],
    ['A14.17 two versions in a header are 400', '2025-11-25, 2025-06-18', 400, -32600],
  ])('%s', async (_, version, status, code) => {
    const { status: got, error } = await raw({ method: 'tools/list' }, version)
    expect([got, error?.code]).toEqual([status, code])
  })

  test.each([
    ['A14.01 no header beside a modern _meta', undefined],
    ['A14.03 another header than _meta', '2025-11-25'],
    ['A14.17 the header twice', '2026-07-28, 2026-07-28'],
  ])('%s is −32020', async (_, version) => {
    const body = { method: 'tools/list', params: envelope('2026-07-28') }
    const { status, id, error } = await raw(body, version, modern)
    expect({ status, id, code: error?.code }).toEqual({ status: 400, id: 1, code: -32020 })
  })

  test.each([
    ['no capabilities', envelope('2026-07-28', { [`${META}clientCapabilities`]: null })],
    ['capabilities left out', envelope('2026-07-28', {})],
    ['a version that is a number', envelope(20260728)],
    ['a version that is null', envelope(null)],
  ])('A14.05 %s is −32602 and 400', async (_, params) => {
    const { status, id, error } = await raw({ method: 'tools/list', params }, '2026-07-28', modern)
    expect({ status, id, code: error?.code }).toEqual({ status: 400, id: 1, code: -32602 })
  })

  test.each([
    'initialize',
    'ping',
    'logging/setLevel',
    'resources/subscribe',
    'resources/unsubscribe',
  ])('E-J26, A14.06 %s of 2026-07-28 is unknown: 404', async (method) => {
    for (const params of [{}, initialize(), { level: 'root' }, { uri: 7 }]) {
      const { status, error } = await send(method, params)
      expect([status, error?.code]).toEqual([404, -32601])
    }
  })

  test('A14.07 a capability this request did not declare is −32021, whatever another did', async () => {
    const asks = { name: 'asks', arguments: {} }
    const able = { [`${META}clientCapabilities`]: { elicitation: {} } }
    expect((await send('tools/call', asks, {}, able)).result?.resultType).toBe('input_required')
    const { status, error } = await send('tools/call', asks)
    expect([status, error?.code]).toEqual([400, -32021])
    expect(error?.data).toMatchObject({ requiredCapabilities: { elicitation: {} } })
  })

  test('A14.14 server/discover tells versions it serves, to those who may ask', async () => {
    const { result } = await send('server/discover')
    expect(result?.supportedVersions).toEqual(['2026-07-28'])
    const { headers, ...init } = rpc('modern', 'server/discover')
    expect((await fixture.send('/mcp', { ...init, headers: headers ?? {} })).status).toBe(401)
  })

  test('A14.15 initialize without a modern _meta is the 2025 era', async () => {
    const body = { method: 'initialize', params: initialize() }
    expect((await raw(body, undefined)).result?.protocolVersion).toBe('2025-11-25')
  })

  test('A14.16, E-J36 initialize with a modern header is −32020', async () => {
    const { status, error } = await raw(
      { method: 'initialize', params: initialize() },
      '2026-07-28',
    )
    expect([status, error?.code]).toEqual([400, -32020])
  })

  test.each<[string, object]>([
    ['server/discover', {}],
    ['tools/list', {}],
    ['tools/call', { name: 'placed', arguments: {} }],
    ['prompts/list', {}],
    ['prompts/get', { name: 'closed', arguments: { name: 'x' } }],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['resources/read', { uri: 'test://closed' }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'closed' }, argument: { name: 'name', value: '' } },
    ],
  ])('A14.19 %s says resultType in 2026-07-28 and not before', async (method, params) => {
    expect((await send(method, params)).result?.resultType).toBe('complete')
    if (method === 'server/discover') return
    const { result } = await answer(
      await fixture.send('/mcp', rpc('legacy', method, params as never, await fixture.token())),
    )
    expect(result).toBeDefined()
    for (const modern of ['resultType', 'ttlMs', 'cacheScope']) {
      expect(result).not.toHaveProperty(modern)
    }
  })
})
