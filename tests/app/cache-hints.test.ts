/**
 * How long 2026-07-28 clients may keep what they were told, and who else may see it: nobody. Checklist
 * A16, with the pages of lists in paging.test.ts.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import {
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  inputRequired,
} from '../../src/index.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { withMeta } from '../support/session-client.ts'
import { take } from '../support/ways.ts'

const described = (name: string) => ({
  name,
  title: name,
  description: 'For tests.',
  scopes: ['openid'],
})
const question = {
  sure: inputRequired.elicit({
    message: 'Sure?',
    requestedSchema: { type: 'object' as const, properties: {} },
  }),
}
const icon = { src: 'https://icons.test/one.png', mimeType: 'image/png', sizes: ['48x48'] }

const OFFER = {
  tools: [
    defineTool({
      ...described('asks'),
      toolset: 'test',
      risk: 'read',
      input: z.strictObject({}),
      icons: [icon],
      run: async (_, { answers, ask }) => (answers.sure ? { summary: 'Done.' } : ask(question)),
    }),
  ],
  prompts: [
    definePrompt({
      ...described('asks'),
      icons: [icon],
      get: async (_, { answers, ask }) => (answers.sure ? { messages: [] } : ask(question)),
    }),
  ],
  resources: [
    defineResource({
      ...described('person'),
      uri: 'test:person',
      icons: [icon],
      read: async () => ({ text: 'Ada' }),
    }),
    defineResource({
      ...described('manual'),
      uri: 'test:manual',
      scopes: ['email'],
      ttlMs: 300_000,
      read: async () => ({ text: 'Read me.' }),
    }),
  ],
  templates: [
    defineResourceTemplate({
      ...described('pages'),
      uriTemplate: 'test:pages/{page}',
      icons: [icon],
      ttlMs: 1_000,
      read: async ({ page }) => ({ text: `${page}` }),
    }),
  ],
}

const { fixture, ask } = take('modern', OFFER)

test.each<[string, object, number]>([
  ['server/discover', {}, 60_000],
  ['tools/list', {}, 60_000],
  ['prompts/list', {}, 60_000],
  ['resources/list', {}, 60_000],
  ['resources/templates/list', {}, 60_000],
  ['resources/read', { uri: 'test:person' }, 0],
  ['resources/read', { uri: 'test:manual' }, 300_000],
  ['resources/read', { uri: 'test:pages/1' }, 1_000],
])(
  'A16.01, A16.02, A16.07 %s %j may be kept by its caller for %d ms',
  async (method, params, ttl) => {
    const { result } = await ask(method, params as Record<string, unknown>)
    expect(result).toMatchObject({ resultType: 'complete', ttlMs: ttl, cacheScope: 'private' })
  },
)

test('A16.02 no list is public: two people’s lists are each their own', async () => {
  for (const mint of [{}, { user: 'bob@example.com', scope: 'openid' }]) {
    expect((await ask('tools/list', {}, mint)).result?.cacheScope).toBe('private')
  }
})

describe('A16.04 questions, and what follows them, carry no hints', () => {
  const able = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
  const send = async (method: string, params: Record<string, unknown>) =>
    answer(
      await fixture.send(
        '/mcp',
        withMeta(rpc('modern', method, params, await fixture.token()), able),
      ),
    )

  test.each(['tools/call', 'prompts/get'])('%s', async (method) => {
    const { result } = await send(method, { name: 'asks' })
    expect(result?.resultType).toBe('input_required')
    const inputResponses = { sure: { action: 'accept', content: {} } }
    const { requestState } = result as { requestState: string }
    const done = await send(method, { name: 'asks', requestState, inputResponses })
    expect(done.result?.resultType).toBe('complete')
    for (const one of [result, done.result]) {
      expect(one).not.toHaveProperty('ttlMs')
      expect(one).not.toHaveProperty('cacheScope')
    }
  })
})

test('A16.05 what was read with a scope is refused without it, however long it may be kept', async () => {
  const manual = { uri: 'test:manual' }
  expect((await ask('resources/read', manual)).status).toBe(200)
  expect((await ask('resources/read', manual, { scope: 'openid' })).status).toBe(403)
})

test.each([-1, 1.5, Number.NaN, '60'])('a resource cannot be kept for %p ms', (ttlMs) => {
  expect(() => defineResource({ ...OFFER.resources[0], ttlMs } as never)).toThrow('ttlMs')
  expect(() => defineResourceTemplate({ ...OFFER.templates[0], ttlMs } as never)).toThrow('ttlMs')
})

describe.each([...ERAS])('%s era', (era) => {
  test.each([
    ['a list', 'tools/list', {}, 'openid'],
    ['a call', 'tools/call', { name: 'asks' }, 'openid'],
    ['a resource that may be kept', 'resources/read', { uri: 'test:manual' }, 'email openid'],
    ['a refusal', 'resources/read', { uri: 'test:manual' }, 'openid'],
    ['an error', 'resources/read', { uri: 'test:nothing' }, 'openid'],
    ['an unknown method', 'nothing', {}, 'openid'],
  ])('A16.06 %s is not stored on the way', async (_, method, params, scope) => {
    const request = rpc(era, method, params, await fixture.token({ scope }))
    const response = await fixture.send('/mcp', request)
    expect(response.headers.get('cache-control')).toBe('no-store')
    await response.body?.cancel()
  })
})

describe('icons', () => {
  const LISTS = [
    ['tools/list', 'tools'],
    ['prompts/list', 'prompts'],
    ['resources/list', 'resources'],
    ['resources/templates/list', 'resourceTemplates'],
  ] as const

  test.each(LISTS)('are listed by %s, in 2025-11-25 and 2026-07-28', async (method, member) => {
    for (const era of ERAS) {
      const { result } = await take(era, OFFER).ask(method)
      const [first] = (result as Record<string, unknown[]>)[member] ?? []
      expect(first).toMatchObject({ icons: [icon] })
    }
  })

  test.each(['2024-11-05', '2025-03-26', '2025-06-18'])('do no harm in %s', async (version) => {
    const headers = { 'MCP-Protocol-Version': version }
    for (const [method, member] of LISTS) {
      const init = rpc('legacy', method, {}, await fixture.token(), headers)
      const { result } = await answer(await fixture.send('/mcp', init))
      expect(result?.[member]).toBeArray()
    }
  })

  test('what has none lists none, and nothing else of a declaration is listed', async () => {
    const { result } = await ask('resources/list')
    const { resources } = result as { resources: unknown[] }
    expect(resources[1]).toEqual({
      uri: 'test:manual',
      name: 'manual',
      title: 'manual',
      description: 'For tests.',
    })
  })
})

test('a resource is declared by its normal form, which is the one it is read by', () => {
  for (const uri of ['TEST:person', 'https://mcp.test', 'test://a/../b', 'https://mcp.test/ ']) {
    expect(() => defineResource({ ...OFFER.resources[0], uri } as never)).toThrow('must be written')
  }
})
