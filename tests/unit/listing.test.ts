/** What lists hold: what the SDK would, of what the request may see; cursors are good in that view only. */
import { describe, expect, test } from 'bun:test'
import { McpServer, PerRequestHTTPServerTransport } from '@modelcontextprotocol/server'
import { z } from 'zod'
import {
  completable,
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  fromJsonSchema,
} from '../../src/index.ts'
import { type Catalogue, createCatalogue } from '../../src/mcp/catalogue.ts'
import { createCursors } from '../../src/mcp/cursor.ts'
import { GuardedServer } from '../../src/mcp/guarded-server.ts'
import { createLists } from '../../src/mcp/listing.ts'
import {
  registerPrompt,
  registerResource,
  registerTemplate,
  registerTool,
} from '../../src/mcp/register.ts'
import type { Visible } from '../../src/mcp/visible.ts'
import type { Principal } from '../../src/oauth/principal.ts'

const described = (name: string) => ({
  name,
  title: `Title of ${name}`,
  description: `Describes ${name}.`,
  scopes: ['openid'],
})
const common = { toolset: 'test', risk: 'read' } as const
const icons = [{ src: 'https://icons.test/one.png' }]

/** One of everything that looks different in a list. */
const catalogue = createCatalogue({
  tools: [
    defineTool({
      ...described('plain'),
      ...common,
      input: z.strictObject({}),
      run: async () => ({}),
    }),
    defineTool({
      ...described('described'),
      ...common,
      icons,
      input: z.strictObject({ n: z.int().min(1).describe('How many') }),
      output: z.object({ list: z.array(z.string()) }),
      run: async () => ({}) as never,
    }),
    defineTool({
      ...described('either'),
      ...common,
      input: z.object({}),
      output: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
      run: async () => ({}) as never,
    }),
    defineTool({
      ...described('scalar'),
      ...common,
      input: fromJsonSchema({ type: 'object', properties: { x: { type: 'string' } } }),
      output: z.array(z.number()),
      run: async () => ({}) as never,
    }),
  ],
  prompts: [
    definePrompt({ ...described('bare'), icons, get: async () => ({ messages: [] }) }),
    definePrompt({
      ...described('asked'),
      args: z.object({
        city: completable(z.string().describe('Where'), () => []),
        year: z.string().optional(),
      }),
      get: async () => ({ messages: [] }),
    }),
  ],
  resources: [
    defineResource({ ...described('text'), uri: 'test:text', read: async () => ({ text: '' }) }),
    defineResource({
      ...described('image'),
      uri: 'test:image',
      mimeType: 'image/png',
      icons,
      ttlMs: 5,
      read: async () => ({ blob: '' }),
    }),
  ],
  templates: [
    defineResourceTemplate({
      ...described('each'),
      uriTemplate: 'test:each/{id}',
      icons,
      complete: { id: () => [] },
      read: async () => ({ text: '' }),
    }),
  ],
})

const METHODS = [
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
] as const
const REVISION = '2026-07-28'
const IDENTITY = { name: 'test', version: '1.0.0' }
const ADA: Principal = {
  issuer: 'https://issuer.test',
  subject: 'user-test-ada',
  kind: 'user',
  clientId: 'connected-app-test-one',
  audience: [],
  scopes: ['openid'],
  issuedAt: 0,
  expiresAt: 0,
}

/** Nothing of it runs here. */
const RUNNING = {} as Parameters<typeof registerTool>[2]

function declare<Server extends McpServer>(server: Server): Server {
  for (const tool of catalogue.tools.values()) registerTool(server, tool, RUNNING)
  for (const prompt of catalogue.prompts.values()) registerPrompt(server, prompt, RUNNING)
  for (const resource of catalogue.resources.values()) registerResource(server, resource, RUNNING)
  for (const template of catalogue.templates) registerTemplate(server, template, RUNNING)
  return server
}

interface Page {
  readonly result?: Record<string, unknown> & { readonly nextCursor?: string }
  readonly error?: { readonly code: number; readonly message: string }
}

/** One request, to a server that serves no other. */
async function ask(
  server: McpServer,
  method: string,
  params: object = {},
  caller?: object,
): Promise<Page> {
  const transport = new PerRequestHTTPServerTransport({
    classification: { era: 'modern', revision: REVISION },
  })
  await server.connect(transport)
  const meta = 'io.modelcontextprotocol/'
  const _meta = { [`${meta}protocolVersion`]: REVISION, [`${meta}clientCapabilities`]: {} }
  const message = { jsonrpc: '2.0' as const, id: 1, method, params: { ...params, _meta } }
  const authInfo = { token: '', clientId: '', scopes: [], extra: { caller } }
  const response = await transport.handleMessage(message, caller && { authInfo })
  return response.json() as Promise<Page>
}

const everything: Visible = { catalogue, scope: '' }
const only = (names: string[], scope = names.join()): Visible => ({
  catalogue: {
    ...catalogue,
    tools: new Map([...catalogue.tools].filter(([name]) => names.includes(name))),
  } as Catalogue,
  scope,
})

/** Servers that share their lists and their key, as those of one process do. */
function servers(pageSize: number) {
  const options = { supportedProtocolVersions: [REVISION] }
  const lists = createLists((more) => declare(new McpServer(IDENTITY, more)), {
    cursors: createCursors(new Uint8Array(32).fill(7)),
    pageSize,
  })
  return (method: string, params: object = {}, visible = everything, principal = ADA) => {
    const server = declare(new GuardedServer(IDENTITY, options, () => {}))
    lists.serve(server)
    return ask(server, method, params, { principal, visible })
  }
}

test.each(METHODS)('%s holds what the SDK would say, word for word', async (method) => {
  const options = { supportedProtocolVersions: [REVISION] }
  const sdk = await ask(declare(new McpServer(IDENTITY, options)), method)
  expect(sdk.result).toBeDefined()
  expect((await servers(100)(method)).result).toEqual(sdk.result as never)
})

describe('what a request may see', () => {
  const named = ({ result }: Page) =>
    (result as { tools: { name: string }[] }).tools.map(({ name }) => name)

  test('is what is listed, in the same order, and paged by itself', async () => {
    const list = servers(2)
    const view = only(['plain', 'either', 'scalar'])
    const first = await list('tools/list', {}, view)
    expect(named(first)).toEqual(['plain', 'either'])
    const cursor = first.result?.nextCursor
    const second = await list('tools/list', { cursor }, view)
    expect(named(second)).toEqual(['scalar'])
    expect(second.result).not.toHaveProperty('nextCursor')
    expect(named(await list('tools/list', {}, only([])))).toEqual([])
  })

  test('E-J58 is where its cursors are good, and nowhere else', async () => {
    const list = servers(2)
    const view = only(['plain', 'either', 'scalar'])
    const cursor = (await list('tools/list', {}, view)).result?.nextCursor
    const others = [
      everything,
      only(['plain', 'either', 'scalar'], 'by another name'),
      only(['plain', 'described', 'scalar']),
    ]
    for (const other of others) {
      expect((await list('tools/list', { cursor }, other)).error?.code).toBe(-32602)
    }
  })

  test('is all it can name', async () => {
    const call = { name: 'plain', arguments: {} }
    const { error } = await servers(2)('tools/call', call, only(['scalar']))
    expect(error).toEqual({ code: -32602, message: 'Unknown tool' })
  })

  test('is nothing, when nobody said what', async () => {
    const server = declare(
      new GuardedServer(IDENTITY, { supportedProtocolVersions: [REVISION] }, () => {}),
    )
    const { error } = await ask(server, 'tools/call', { name: 'plain' })
    expect(error?.code).toBe(-32602)
  })
})

test.each<[string, Partial<Principal>]>([
  ['issuer', { issuer: 'https://other.test' }],
  ['person', { subject: 'user-test-bob' }],
  ['organization', { organization: { id: 'organization-test-other', slug: 'other' } }],
  ['client', { clientId: 'connected-app-test-other' }],
])('E-J58, A16.03 a cursor of another %s is −32602', async (_, changed) => {
  const list = servers(2)
  const cursor = (await list('tools/list')).result?.nextCursor
  const { error } = await list('tools/list', { cursor }, everything, { ...ADA, ...changed })
  expect(error?.code).toBe(-32602)
  expect((await list('tools/list', { cursor })).result).toBeDefined()
})
