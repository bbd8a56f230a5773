/**
 * An offer with something of everything that a declaration can answer, fail with or ask for, the same every
 * time. What it was called with is written down, so that two servers can be compared by what ran, too.
 */
import {
  fromJsonSchema,
  inputRequired,
  ProtocolError,
  UrlElicitationRequiredError,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import {
  type CallContext,
  completable,
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  type Offer,
  type Tool,
  ToolError,
  type ToolManifest,
} from '../../src/index.ts'

/** A scope only some callers hold. */
export const GUARD = 'read:guarded'

type Manifest = ToolManifest<z.ZodObject, z.ZodObject>

const image = { type: 'image' as const, data: 'aGk=', mimeType: 'image/png' }
const form = inputRequired.elicit({
  message: 'Sure?',
  requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } } },
})

/** The offer. */
export function createOffer(): Required<Offer> & { readonly ran: string[] } {
  const ran: string[] = []
  const seen = (name: string, given: unknown, context: CallContext) => {
    const { capabilities, answers, state, principal, signal } = context
    const { aborted } = signal
    const told = { capabilities, answers, state, subject: principal.subject, aborted }
    ran.push(JSON.stringify([name, given, told, context.sees('echo'), context.sees('guarded')]))
  }
  const tool = (name: string, run: Manifest['run'], more: object = {}): Tool =>
    defineTool({
      name,
      title: name,
      description: `${name}, for tests.`,
      toolset: 'test',
      risk: 'read',
      scopes: ['openid'],
      input: z.looseObject({}),
      ...more,
      run: async (given: never, context: CallContext) => {
        seen(name, given, context)
        return run(given, context) as never
      },
    } as never)
  const answers = (name: string, answer: unknown, more?: object) =>
    tool(name, async () => answer as never, more)
  const throws = (name: string, make: () => unknown) =>
    tool(name, async () => {
      throw make()
    })
  const nested = z.object({ text: z.string(), list: z.array(z.number()).optional() })

  const tools = [
    tool('echo', async (given) => ({ summary: 'Said.', data: { given } as never }), {
      input: z.strictObject({ text: z.string().max(50), times: z.number().int().default(1) }),
      output: z.object({ given: z.looseObject({}) }),
    }),
    answers('nothing', {}),
    answers('data', { data: { text: '<a>![x](y)`', list: [1, 2] } }, { output: nested }),
    answers('unknownMembers', { data: { text: 'a', more: 1 } }, { output: nested }),
    answers('unfit', { summary: 'Unfit.', data: { text: 1 } }, { output: nested }),
    answers('missing', { summary: 'No data.' }, { output: nested }),
    answers('list', { data: [1, 'two', null] }),
    answers('nullData', { data: null }),
    answers('listDeclared', { data: [1] }, { output: z.array(z.number()) }),
    answers(
      'eitherDeclared',
      { data: { text: 'a' } },
      { output: z.union([nested, z.array(nested)]) },
    ),
    answers('images', { summary: 'Look.', content: [image] }),
    answers('annotated', {
      content: [{ type: 'text', text: 'a', annotations: { priority: 1 }, unknown: true }],
    }),
    answers('brokenContent', { content: [{ type: 'text' }] }),
    answers('brokenKind', { content: [{ type: 'film', text: 'a' }] }),
    answers('numberSummary', { summary: 7 }),
    answers('instance', {
      data: new (class {
        a = 1
      })(),
    }),
    throws('toolError', () => new ToolError('not_found', 'There is none.')),
    throws('error', () => new Error('secret text')),
    throws('codedError', () => Object.assign(new Error('secret text'), { code: -32000 })),
    throws('protocolError', () => new ProtocolError(-32602, 'Said by a tool.', { why: 'x' })),
    throws('oddProtocolError', () => new ProtocolError(7, 'Said by a tool.')),
    throws('capability', () => new ProtocolError(-32021, 'Said by a tool.', { x: 1 })),
    throws('urlElicitation', () => new UrlElicitationRequiredError([])),
    tool('asks', (_, { ask, state }) => ask({ form }, state ?? { round: 1 })),
    tool('asksRoots', (_, { ask }) => ask({ roots: inputRequired.listRoots() })),
    tool('asksNothingWell', async () => inputRequired({ inputRequests: { x: {} as never } })),
    tool('logs', async (_, { log, progress, disconnect }) => {
      await progress(1, 2)
      await log('info', 'first')
      disconnect()
      await log('error', { second: true })
      return { summary: 'Logged.' }
    }),
    tool('logsAndFails', async (_, { log }) => {
      await log('warning', 'about to fail')
      throw new ToolError('upstream_error', 'It failed.')
    }),
    answers('guarded', { summary: 'In.' }, { scopes: ['openid', GUARD] }),
    answers(
      'guardedByArguments',
      { summary: 'In.' },
      {
        alsoNeeds: async (args: { guard?: unknown } | undefined) => {
          if (args?.guard === 'unknown') throw new Error('nobody knows')
          return args?.guard === true ? [GUARD] : []
        },
      },
    ),
    answers('writes', { summary: 'Written.' }, { risk: 'write', audited: ['text'] }),
    answers('destroys', { summary: 'Gone.' }, { risk: 'destructive', toolset: 'other' }),
    answers(
      'mirrored',
      { summary: 'Same.' },
      {
        input: fromJsonSchema({
          type: 'object',
          properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
        } as never),
      },
    ),
    answers(
      'either',
      { summary: 'Either.' },
      {
        input: fromJsonSchema({ type: 'object', properties: { n: { type: 'integer' } } } as never),
      },
    ),
  ]

  const args = z.object({
    who: completable(z.string().min(1), (value) => [`${value}a`, `${value}b`]),
    how: completable(z.string(), (value, { chosen }) => [value, chosen.who ?? '']).optional(),
    plain: z.string().optional(),
  })
  const say = (text: string) => ({
    messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
  })
  const prompt = (name: string, get: (given: never, context: CallContext) => unknown, more = {}) =>
    definePrompt({
      name,
      title: name,
      description: `${name}, for tests.`,
      scopes: ['openid'],
      ...more,
      get: async (given: never, context: CallContext) => {
        seen(`prompt ${name}`, given, context)
        return get(given, context) as never
      },
    } as never)
  const prompts = [
    prompt('hello', () => say('Hello.')),
    prompt('greet', ({ who }: { who: string }) => say(`Hello, ${who}.`), { args }),
    prompt('described', () => ({ ...say('Hi.'), description: 'A greeting.' })),
    prompt('odd', () => ({ ...say('Hi.'), resultType: 'complete', _meta: { a: 1 } })),
    prompt('empty', () => ({})),
    prompt('fails', () => {
      throw new ToolError('not_found', 'No such thing.')
    }),
    prompt('breaks', () => {
      throw new Error('secret text')
    }),
    prompt('capable', () => {
      throw new ProtocolError(-32021, 'Said by a prompt.')
    }),
    prompt('url', () => {
      throw new UrlElicitationRequiredError([])
    }),
    prompt('asking', (_, { ask }) => ask({ form })),
    prompt('logging', async (_, { log }) => {
      await log('info', 'one')
      return say('Logged.')
    }),
    prompt('locked', () => say('In.'), { scopes: ['openid', GUARD] }),
    prompt('besideEcho', () => say('Echo.'), { tools: ['echo'] }),
  ]

  const read = (name: string, make: (context: CallContext) => unknown, more: object = {}) =>
    defineResource({
      name,
      title: name,
      description: `${name}, for tests.`,
      uri: `test://${name}`,
      scopes: ['openid'],
      ...more,
      read: async (context: CallContext) => {
        seen(`resource ${name}`, undefined, context)
        return make(context) as never
      },
    })
  const fail = (error: unknown) => () => {
    throw error
  }
  const resources = [
    read('text', () => ({ mimeType: 'text/plain', text: 'Text.' }), { ttlMs: 5_000 }),
    read('blob', () => ({ blob: 'aGk=' })),
    read('missing', fail(new ToolError('not_found', 'It is gone.'))),
    read('forbidden', fail(new ToolError('forbidden', 'Not yours.'))),
    read('broken', fail(new Error('secret text'))),
    read('coded', fail(new ProtocolError(-32002, 'secret text'))),
    read('logging', async ({ log }: CallContext) => {
      await log('info', 'one')
      return { text: 'Logged.' }
    }),
    read('asking', ({ ask }: CallContext) => ask({ form })),
    read('locked', () => ({ text: 'In.' }), { scopes: ['openid', GUARD] }),
    read('besideEcho', () => ({ text: 'Echo.' }), { tools: ['echo'] }),
  ]
  const template = (name: string, uriTemplate: string, more: object = {}) =>
    defineResourceTemplate({
      name,
      title: name,
      description: `${name}, for tests.`,
      uriTemplate,
      scopes: ['openid'],
      ...more,
      read: async (variables, context) => {
        seen(`template ${name}`, variables, context)
        if (variables.id === 'none') throw new ToolError('not_found', 'None.')
        return { text: JSON.stringify(variables) }
      },
    })
  const templates = [
    template('items', 'test://items/{id}', {
      complete: { id: (value: string) => Array.from({ length: 120 }, (_, i) => `${value}${i}`) },
      ttlMs: 1_000,
    }),
    template('pairs', 'test://pairs/{a}/{b}', {
      complete: { a: fail(new ToolError('upstream_unavailable', 'Later.')), b: fail('odd') },
    }),
    // Matches a resource that is there for those alone who may see its tool.
    template('beside', 'test://beside{rest}'),
    template('lockedItems', 'test://locked/{id}', { scopes: ['openid', GUARD] }),
    template('everything', 'test://{id}', { tools: ['echo'] }),
  ]
  return { tools, prompts, resources, templates, ran }
}
