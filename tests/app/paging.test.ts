/**
 * Lists in pages, on every way a request can come in and with real clients; and cursors, which are good
 * for who was given them and nobody else. Checklist A16.01 to A16.03, A16.07, E-J58.
 */
import { afterEach, describe, expect, setSystemTime, test } from 'bun:test'
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { z } from 'zod'
import {
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  type Offer,
} from '../../src/index.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { type Arrived, take, WAYS } from '../support/ways.ts'

const described = (name: string) => ({
  name,
  title: name,
  description: 'For tests.',
  scopes: ['openid'],
})

/** Names in no order but their own; an object would sort the numbers. */
const NAMES = ['b', '10', 'a', '9', 'length', 'c', 'B']

/** The same names, seven times over: once for each kind. */
function offer(names: readonly string[] = NAMES): Required<Offer> {
  return {
    tools: names.map((name) =>
      defineTool({
        ...described(name),
        toolset: 'test',
        risk: 'read',
        input: z.strictObject({ of: z.string().describe(name) }),
        run: async () => ({}),
      }),
    ),
    prompts: names.map((name) =>
      definePrompt({ ...described(name), get: async () => ({ messages: [] }) }),
    ),
    resources: names.map((name) =>
      defineResource({
        ...described(name),
        uri: `test:${name}`,
        read: async () => ({ text: name }),
      }),
    ),
    templates: names.map((name) =>
      defineResourceTemplate({
        ...described(name),
        uriTemplate: `test:${name}/{id}`,
        read: async () => ({ text: name }),
      }),
    ),
  }
}

/** Method → member of its result. */
const LISTS = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
} as const
const METHODS = Object.keys(LISTS) as (keyof typeof LISTS)[]

type Ask = (method: string, params?: Record<string, unknown>) => Promise<Arrived>

/** Every page, as a client walks them. */
async function walk(ask: Ask, method: keyof typeof LISTS): Promise<Record<string, unknown>[]> {
  const pages: Record<string, unknown>[] = []
  let cursor: unknown
  do {
    const { result, error } = await ask(method, cursor === undefined ? {} : { cursor })
    if (result === undefined) throw new Error(`${method}: ${JSON.stringify(error)}`)
    pages.push(result)
    cursor = result.nextCursor
  } while (cursor !== undefined)
  return pages
}
const namesOn = (page: Record<string, unknown>, method: keyof typeof LISTS) =>
  (page[LISTS[method]] as { name: string }[]).map(({ name }) => name)

describe.each([...WAYS])('%s', (way) => {
  const { fixture, ask } = take(way, { ...offer(), pageSize: 3 })

  test.each(METHODS)('%s: pages of three, in the order of declaration', async (method) => {
    const pages = await walk(ask, method)
    expect(pages.map((page) => namesOn(page, method))).toEqual([
      ['b', '10', 'a'],
      ['9', 'length', 'c'],
      ['B'],
    ])
    expect(await walk(ask, method)).toHaveLength(3)
  })

  test.each(METHODS)('%s: a page that ends the list has no cursor', async (method) => {
    const { ask } = take(way, { ...offer(), pageSize: NAMES.length })
    const [page, ...more] = await walk(ask, method)
    expect(more).toEqual([])
    expect(page).not.toHaveProperty('nextCursor')
  })

  test.each(METHODS)('E-J58 %s: a cursor of nobody’s is −32602', async (method) => {
    const good = (await ask(method)).result?.nextCursor as string
    const wrong: [string, string][] = [
      ['empty', ''],
      ['a number', '3'],
      ['random', btoa('{"from":3,"of":7}')],
      ['cut off', good.slice(0, -4)],
      ['changed', good.replace(/.(?=.{60}$)/, (c) => (c === 'A' ? 'B' : 'A'))],
      ['doubled', good + good],
      ['half a megabyte', 'x'.repeat(524_288)],
      ['half a megabyte of ours', good.repeat(2_000)],
    ]
    for (const [what, cursor] of wrong) {
      const { status, id, error, result } = await ask(method, { cursor })
      expect(result).toBeUndefined()
      expect({ what, status, id, code: error?.code }).toEqual({
        what,
        status: 200,
        id: 1,
        code: -32602,
      })
      expect(error?.message).not.toContain(cursor || 'undefined')
    }
  })

  test('E-J58 a cursor of a megabyte is 413, like every such body', async () => {
    expect((await ask('tools/list', { cursor: 'x'.repeat(1_048_576) })).status).toBe(413)
  })

  test('E-J58, A16.03 a cursor of another person, client or list is −32602', async () => {
    const client_id = 'connected-app-test-other'
    await fixture.knob('clients', { client_id, redirect_uris: ['https://x.test/cb'] })
    const cursor = (await ask('tools/list')).result?.nextCursor
    expect((await ask('tools/list', { cursor })).result?.tools).toHaveLength(3)
    const narrow = await ask('tools/list', { cursor }, { scope: 'openid' })
    expect(narrow.result?.tools).toHaveLength(3)

    const others = [
      await ask('tools/list', { cursor }, { user: 'bob@example.com' }),
      await ask('tools/list', { cursor }, { client_id }),
      await ask('prompts/list', { cursor }),
      await ask('resources/list', { cursor }),
      await ask('resources/templates/list', { cursor }),
    ]
    expect(others.map(({ error }) => error?.code)).toEqual(Array(5).fill(-32602))
  })

  test('E-J58 a cursor is good in every process with the key, and in no other', async () => {
    const env = { MCP_STATE_KEY: 'k'.repeat(32) }
    const cursor = (await take(way, { ...offer(), pageSize: 3, env }).ask('tools/list')).result
      ?.nextCursor
    const same = take(way, { ...offer(), pageSize: 3, env })
    expect((await same.ask('tools/list', { cursor })).result?.tools).toHaveLength(3)
    const other = take(way, { ...offer(), pageSize: 3 })
    expect((await other.ask('tools/list', { cursor })).error?.code).toBe(-32602)
  })

  test('E-J58 a cursor of a list that has changed since is −32602: its places are others', async () => {
    const env = { MCP_STATE_KEY: 'k'.repeat(32) }
    const before = take(way, { ...offer(), pageSize: 3, env })
    const cursor = (await before.ask('tools/list')).result?.nextCursor
    const after = take(way, { ...offer([...NAMES, 'new']), pageSize: 3, env })
    expect((await after.ask('tools/list', { cursor })).error?.code).toBe(-32602)
  })
})

describe('time', () => {
  afterEach(() => {
    setSystemTime()
  })

  test('E-J58 a cursor lives for an hour', async () => {
    const { ask } = take('modern', { ...offer(), pageSize: 3 })
    const cursor = (await ask('tools/list')).result?.nextCursor
    setSystemTime(Date.now() + 3_590_000)
    expect((await ask('tools/list', { cursor })).result?.tools).toHaveLength(3)
    setSystemTime(Date.now() + 20_000)
    expect((await ask('tools/list', { cursor })).error?.code).toBe(-32602)
  })
})

test.each(['constructor', '__proto__', 'toString'])('nothing can be named %s', (name) => {
  const { tools, prompts, templates } = offer(['good'])
  for (const offered of [
    { tools: tools.map((tool) => ({ ...tool, name })) },
    { prompts: prompts.map((prompt) => ({ ...prompt, name })) },
    { templates: templates.map((template) => ({ ...template, name })) },
  ]) {
    expect(() => createFixture(offered)).toThrow('cannot be named')
  }
})

describe('page size', () => {
  const many = (count: number) =>
    offer(Array.from({ length: count }, (_, at) => `tool-${at}`)).tools

  test('a hundred, unless it is said', async () => {
    const { ask } = take('modern', { tools: many(101) })
    const pages = await walk(ask, 'tools/list')
    expect(pages.map((page) => namesOn(page, 'tools/list').length)).toEqual([100, 1])
    expect(await walk(take('modern', { tools: many(100) }).ask, 'tools/list')).toHaveLength(1)
  })

  test.each([0, -1, 1.5, Number.NaN])('%d is refused at the start', (pageSize) => {
    expect(() => createFixture({ pageSize })).toThrow('A page holds at least one entry.')
  })
})

test.each(METHODS)('A16.01, A16.03, A16.07 %s: the same hints on every page', async (method) => {
  const pages = await walk(take('modern', { ...offer(), pageSize: 3 }).ask, method)
  expect(pages.map(({ ttlMs, cacheScope }) => ({ ttlMs, cacheScope }))).toEqual(
    Array(3).fill({ ttlMs: 60_000, cacheScope: 'private' }),
  )
})

describe('real clients', () => {
  const URL_ = new URL('http://localhost:3000/mcp')
  const through = async (fixture: Fixture) => {
    const token = await fixture.token()
    return (input: RequestInfo | URL, init?: RequestInit) => {
      const headers = new Headers(init?.headers)
      headers.set('Authorization', `Bearer ${token}`)
      return fixture.send(String(input), { ...init, headers })
    }
  }
  const INFO = { name: 'test', version: '1.0.0' }

  test.each(['off', 'memory'])('v1, sessions %s: page by page', async (MCP_SESSIONS) => {
    const fixture = createFixture({ ...offer(), pageSize: 3, env: { MCP_SESSIONS } })
    const client = new LegacyClient(INFO)
    await client.connect(new LegacyTransport(URL_, { fetch: await through(fixture) }))
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor })
      names.push(...page.tools.map(({ name }) => name))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(names).toEqual(NAMES)
    expect((await client.listPrompts()).nextCursor).toBeString()
    expect((await client.listResources()).nextCursor).toBeString()
    expect((await client.listResourceTemplates()).nextCursor).toBeString()
    await client.close()
  })

  test('v2: all at once, and page by page', async () => {
    const fixture = createFixture({ ...offer(), pageSize: 3 })
    const client = new ModernClient(INFO, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new ModernTransport(URL_, { fetch: await through(fixture) }))
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
    const named = (list: readonly { name: string }[]) => list.map(({ name }) => name)
    expect(named((await client.listTools()).tools)).toEqual(NAMES)
    expect(named((await client.listPrompts()).prompts)).toEqual(NAMES)
    expect(named((await client.listResources()).resources)).toEqual(NAMES)
    expect(named((await client.listResourceTemplates()).resourceTemplates)).toEqual(NAMES)

    const { result } = await take('modern', { ...offer(), pageSize: 3 }).ask('tools/list')
    const foreign = client.listTools({ cursor: result?.nextCursor as string })
    expect(await foreign.catch(({ code }) => code)).toBe(-32602)
    await client.close()
  })
})
