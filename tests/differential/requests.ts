/** Requests of both eras, made up: most of them in order, the others broken in one place or two. */
import fc from 'fast-check'
import type { Era } from '../support/mcp.ts'
import { createOffer } from './offer.ts'

/** One request, before it is known with which token and which cursors. */
export interface Made {
  readonly era: Era
  readonly query: string
  readonly token: TokenKind
  /** `null` takes a header away. */
  readonly headers: Readonly<Record<string, string | null>>
  readonly body: string
}

export type TokenKind = 'full' | 'plain' | 'other' | 'unscoped' | 'none' | 'garbage'

/** What stands in a body where a good cursor of its list is to be. */
export const CURSOR = 'A-CURSOR-OF-THIS-LIST'

const META = 'io.modelcontextprotocol/'
const REVISION: Record<Era, string> = { legacy: '2025-11-25', modern: '2026-07-28' }

const { tools, prompts, resources } = createOffer()
const ODD_NAMES = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'nobody',
  '',
  'Echo',
  ' echo',
]
const toolNames = tools.map(({ name }) => name)
const promptNames = prompts.map(({ name }) => name)
const uris = [
  ...resources.map(({ uri }) => uri),
  'test://items/1',
  'test://items/none',
  'test://items/a%2Fb',
  'test://pairs/1/2',
  'test://pairs/1',
  'test://locked/1',
  'test://whatever',
  'TEST://text',
  'test://text#part',
  'no uri',
  'test://',
  'https://example.com/',
]

const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 24) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd })
const anything = fc.jsonValue({ maxDepth: 2 })
const named = (names: readonly string[]) =>
  mostly<unknown>(
    fc.constantFrom(...names),
    fc.oneof(fc.constantFrom<unknown>(...ODD_NAMES), anything),
  )
const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'grapheme', maxLength: 6 }))

const toolArguments = mostly<unknown>(
  fc.record(
    {
      text,
      times: fc.integer(),
      guard: fc.constantFrom<unknown>(true, false, 'unknown', 1),
      region: fc.constantFrom('eu', 'us'),
      n: fc.constantFrom<unknown>(1, 'one'),
    },
    { requiredKeys: [] },
  ),
  anything,
)
const echoArguments = mostly<unknown>(
  fc.record({ text, times: fc.integer() }, { requiredKeys: ['text'] }),
  anything,
  3,
)
const call = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(
      { name: named(toolNames), arguments: toolArguments },
      { requiredKeys: ['name'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ name: fc.constant<unknown>('echo'), arguments: echoArguments }),
  },
)
const promptArguments = mostly<unknown>(
  fc.record({ who: text, how: text, plain: text }, { requiredKeys: [] }),
  anything,
)
const paged = fc.record(
  {
    cursor: mostly<unknown>(
      fc.constant(CURSOR),
      fc.oneof(anything, fc.string(), fc.constant('x'.repeat(2_000))),
      3,
    ),
  },
  { requiredKeys: [] },
)
const ref = mostly<unknown>(
  fc.oneof(
    named(promptNames).map((name) => ({ type: 'ref/prompt', name })),
    fc
      .constantFrom(
        'test://items/{id}',
        'test://pairs/{a}/{b}',
        'test://locked/{id}',
        'test://text',
        'x',
      )
      .map((uri) => ({ type: 'ref/resource', uri })),
  ),
  anything,
)
const completion = fc.record(
  {
    ref,
    argument: mostly<unknown>(
      fc.record({
        name: fc.constantFrom('who', 'how', 'plain', 'id', 'a', 'b', 'constructor'),
        value: text,
      }),
      anything,
    ),
    context: mostly<unknown>(fc.record({ arguments: fc.record({ who: text }) }), anything, 4),
  },
  { requiredKeys: ['ref', 'argument'] },
)
const initialize = fc.record(
  {
    protocolVersion: mostly<unknown>(
      fc.constantFrom(
        '2025-11-25',
        '2025-06-18',
        '2025-03-26',
        '2024-11-05',
        '2026-07-28',
        '1999',
        '',
      ),
      anything,
    ),
    capabilities: mostly<unknown>(
      fc.constantFrom({}, { elicitation: {} }, { roots: { listChanged: true } }),
      anything,
    ),
    clientInfo: mostly<unknown>(fc.constant({ name: 'test', version: '1' }), anything),
  },
  { requiredKeys: ['protocolVersion', 'capabilities', 'clientInfo'] },
)
const none = mostly<unknown>(fc.constant({}), anything, 6)

interface Asked {
  readonly method: string
  readonly params: unknown
}

const of = (method: string, params: fc.Arbitrary<unknown>) =>
  params.map((p) => ({ method, params: p }))
const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 14, arbitrary: of('tools/call', call) },
  { weight: 3, arbitrary: of('tools/list', paged) },
  { weight: 2, arbitrary: of('prompts/list', paged) },
  { weight: 2, arbitrary: of('resources/list', paged) },
  { weight: 2, arbitrary: of('resources/templates/list', paged) },
  {
    weight: 5,
    arbitrary: of(
      'prompts/get',
      fc.record(
        { name: named(promptNames), arguments: promptArguments },
        { requiredKeys: ['name'] },
      ),
    ),
  },
  {
    weight: 5,
    arbitrary: of(
      'resources/read',
      fc.record({ uri: mostly<unknown>(fc.constantFrom(...uris), anything) }),
    ),
  },
  { weight: 4, arbitrary: of('completion/complete', completion) },
  { weight: 2, arbitrary: of('initialize', initialize) },
  { weight: 1, arbitrary: of('ping', none) },
  { weight: 2, arbitrary: of('server/discover', none) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        'tools/nothing',
        'constructor',
        'tasks/get',
        'logging/setLevel',
        'roots/list',
        'a'.repeat(300),
      )
      .chain((method) => of(method, none)),
  },
)

const capabilities = mostly<unknown>(
  fc.constantFrom<unknown>(
    {},
    { elicitation: {} },
    { elicitation: { form: {}, url: {} }, sampling: {}, roots: { listChanged: true } },
    { elicitation: { url: {} } },
    { elicitation: { form: { applyDefaults: true } } },
    { sampling: { tools: {} }, experimental: { x: { y: 1 } }, extensions: { z: {} } },
    { roots: {}, tasks: { list: {} } },
  ),
  fc.oneof(
    anything,
    fc.constantFrom<unknown>(
      { elicitation: 1 },
      { roots: { listChanged: 'yes' } },
      { extensions: { z: 1 } },
    ),
  ),
)
const clientInfo = mostly<unknown>(
  fc.constantFrom<unknown>(
    { name: 'test', version: '1.0.0' },
    { name: 'test', version: '1', title: 'Test', websiteUrl: 'x', icons: [{ src: 'https://x' }] },
  ),
  fc.oneof(
    anything,
    fc.constantFrom<unknown>({ name: 'test' }, { name: 'test', version: '1', title: 7 }),
  ),
)

/** `_meta` members that mean nothing, something, or that the message is broken. */
const moreMeta = fc.oneof(
  { weight: 20, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Record<string, unknown>>(
      { traceparent: '00-1-2-03' },
      { 'example.com/mine': { a: [1] } },
      { progressToken: 'p' },
      { progressToken: 7 },
      { progressToken: {} },
      { [`${META}related-task`]: { taskId: 'x' } },
      { [`${META}related-task`]: 'x' },
      { [`${META}logLevel`]: 'info' },
      { [`${META}logLevel`]: 'loud' },
      { [`${META}subscriptionId`]: 1 },
      { [`${META}clientInfo`]: { name: 'other', version: '2' } },
      { [`${META}protocolVersion`]: '2099-01-01' },
      { [`${META}protocolVersion`]: '2025-11-25' },
      { [`${META}protocolVersion`]: 7 },
    ),
  },
)
const metaOf = (era: Era): fc.Arbitrary<unknown> =>
  fc.tuple(capabilities, clientInfo, moreMeta, fc.nat(30)).map(([can, info, more, luck]) => {
    if (era === 'legacy') return luck < 20 && Object.keys(more).length === 0 ? undefined : more
    if (luck === 0) return undefined
    return {
      [`${META}protocolVersion`]: REVISION.modern,
      [`${META}clientCapabilities`]: can,
      ...(luck < 4 ? {} : { [`${META}clientInfo`]: info }),
      ...more,
    }
  })

/** Parameters nobody's method has, or the rounds of one that has rounds. */
const moreParams = fc.oneof(
  { weight: 20, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, unknown>>(
      { requestState: 'forged' },
      { requestState: 7 },
      { inputResponses: { form: { action: 'accept' } } },
      { task: { ttl: 1 } },
      { task: 'x' },
      { extra: 1 },
    ),
  },
)

const id = mostly<unknown>(
  fc.oneof(fc.integer(), fc.string({ maxLength: 10 })),
  fc.constantFrom<unknown>(undefined, null, 1.5, 2 ** 53, {}, 'x'.repeat(300), -0, 0, ''),
  20,
)
const moreMembers = mostly<object>(
  fc.constant({}),
  fc.constantFrom<object>({ extra: 1 }, { jsonrpc: '1.0' }, { result: {} }, { method: 7 }),
  40,
)

/** Changes to the headers a well-made request has. */
const odd = (era: Era): fc.Arbitrary<Record<string, string | null>> =>
  fc.oneof(
    ...[
      [
        'Accept',
        'application/json',
        'text/event-stream',
        '*/*',
        '',
        'text/html',
        'TEXT/EVENT-STREAM',
      ],
      [
        'Accept',
        'application/json;q=0, text/event-stream',
        'Application/JSON',
        'application/*',
        null,
      ],
      ['Content-Type', 'application/json; charset=utf-8', 'text/plain', 'APPLICATION/JSON', null],
      [
        'MCP-Protocol-Version',
        null,
        '2025-11-25',
        '2025-03-26',
        '2024-10-07',
        '2026-07-28',
        'x',
        '',
      ],
      ['Mcp-Session-Id', 'unknown'],
      ['User-Agent', 'openai-mcp/1'],
      ['Origin', 'http://localhost:3000', 'https://evil.test'],
      ['X-MCP-Readonly', 'true', 'maybe'],
      ['X-MCP-Tools', 'echo,logs,guarded', 'nobody'],
      ['Mcp-Param-Region', 'eu'],
      ...(era === 'modern'
        ? [
            ['Mcp-Method', null, 'tools/list', 'tools/call', 'TOOLS/CALL'],
            ['Mcp-Name', null, 'echo', '=?base64?ZWNobw==?=', '=?base64?!?=', '\u00e9', ''],
          ]
        : [['Mcp-Name', 'echo', '\u00e9']]),
    ].map(([name, ...values]) =>
      fc.constantFrom(...values).map((value) => ({ [name as string]: value as string | null })),
    ),
  )

const query = fc.oneof(
  { weight: 16, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '?readonly',
      '?readonly=false',
      '?tools=echo,logs',
      '?tools=guarded',
      '?toolsets=test',
      '?toolsets=other&readonly',
      '?toolsets=nowhere',
      '?bogus=1',
    ),
  },
)
const tokenKind: fc.Arbitrary<TokenKind> = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom<TokenKind>('full', 'plain') },
  { weight: 2, arbitrary: fc.constantFrom<TokenKind>('other', 'unscoped') },
  { weight: 1, arbitrary: fc.constantFrom<TokenKind>('none', 'garbage') },
)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Requests of an era. */
export const request = (era: Era): fc.Arbitrary<Made> =>
  fc
    .record({
      asked,
      meta: metaOf(era),
      id,
      moreMembers,
      moreParams,
      query,
      token: tokenKind,
      changed: fc.oneof(
        { weight: 9, arbitrary: fc.constant<Record<string, string | null>[]>([]) },
        { weight: 4, arbitrary: fc.array(odd(era), { minLength: 1, maxLength: 2 }) },
      ),
      shape: mostly<'one' | 'batch' | 'empty' | 'cut'>(
        fc.constant('one'),
        fc.constantFrom('batch', 'empty', 'cut'),
        60,
      ),
      paramless: fc.nat(30).map((n) => n === 0),
    })
    .map(({ asked: { method, params }, meta, changed, shape, paramless, ...rest }) => {
      const whole = isRecord(params)
        ? { ...params, ...rest.moreParams, ...(meta === undefined ? {} : { _meta: meta }) }
        : params
      const empty = isRecord(whole) && Object.keys(whole).length === 0
      const message = {
        jsonrpc: '2.0',
        id: rest.id,
        method,
        ...(paramless || (empty && era === 'legacy') ? {} : { params: whole }),
        ...rest.moreMembers,
      }
      const one = JSON.stringify(message)
      const bodies = { one, batch: `[${one}]`, empty: '', cut: one.slice(0, -2) }
      const name = isRecord(params) ? (params.name ?? params.uri) : undefined
      const plain = typeof name === 'string' && /^[\x21-\x7e]+$/.test(name)
      return {
        era,
        query: rest.query,
        token: rest.token,
        headers: Object.assign(
          {
            'Content-Type': 'application/json',
            Accept: 'application/json, text/event-stream',
            'MCP-Protocol-Version': REVISION[era],
            ...(era === 'modern' ? { 'Mcp-Method': method.slice(0, 100) } : {}),
            ...(era === 'modern' && plain && /call|get|read/.test(method)
              ? { 'Mcp-Name': name }
              : {}),
          },
          ...changed,
        ),
        body: bodies[shape],
      }
    })
