/** What a body may be, in both eras: bounded, UTF-8, and readable in one way only. */
import { beforeEach, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { createReadJson } from '../../src/mcp/body.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'

/** What the tool was called with. */
let received: unknown[]
const echo = defineTool({
  name: 'echo',
  title: 'Echo',
  description: 'Remembers its input.',
  toolset: 'test',
  risk: 'read',
  scopes: ['openid'],
  input: z.strictObject({ value: z.unknown().optional(), count: z.int().optional() }),
  output: z.object({}),
  run: async (input) => {
    received.push(input)
    return { summary: 'Received.', data: {} }
  },
})

const fixture = createFixture({ tools: [echo] })
const token = await fixture.token()
beforeEach(() => {
  received = []
})

describe.each([...ERAS])('%s era', (era) => {
  const call = rpc(era, 'tools/call', { name: 'echo', arguments: { value: 'VALUE' } })
  /** The body of a good call, with one thing replaced. */
  const body = (find = '', replacement = '') => {
    const text = call.body as string
    if (!text.includes(find)) throw new Error(`no ${find} in ${text}`)
    return text.replace(find, () => replacement)
  }
  const send = (content: BodyInit) =>
    fixture.send('/mcp', {
      ...rpc(era, 'tools/call', { name: 'echo', arguments: {} }, token),
      body: content,
    })
  /** The same call with its argument written as JSON text. */
  const withValue = (json: string) => send(body('"VALUE"', json))

  async function refused(response: Response, code: number): Promise<void> {
    expect(response.status).toBe(400)
    expect((await answer(response)).error?.code).toBe(code)
    expect(received).toEqual([])
  }

  test('the call that the others change is good', async () => {
    expect((await send(body())).status).toBe(200)
    expect(received).toEqual([{ value: 'VALUE' }])
  })

  describe('A13.04, E-J16 a name given twice: −32600', () => {
    test.each<[string, string, string]>([
      ['jsonrpc', '"jsonrpc":', '"jsonrpc":"1.0","jsonrpc":'],
      ['id', '"id":', '"id":2,"id":'],
      ['method', '"method":', '"method":"ping","method":'],
      ['params', '"params":', '"params":{},"params":'],
      ['params.name', '"name":', '"name":"harmless","name":'],
      ['params.arguments', '"arguments":', '"arguments":{},"arguments":'],
      ['params._meta', '"params":{', '"params":{"_meta":{},"_meta":{},'],
      ['inside params._meta', '"params":{', '"params":{"_meta":{"a":1,"a":2},'],
      ['inside arguments', '"value":', '"value":1,"value":'],
      ['in another spelling', '"method":', '"m\\u0065thod":"ping","method":'],
      ['with space before the colon', '"method":', '"method" \n\t:"ping","method":'],
    ])('%s', async (_, find, replacement) => {
      await refused(await send(body(find, replacement)), -32600)
    })
  })

  test('A13.04 one name in several objects is no repetition', async () => {
    const response = await withValue('[{"id":1,"x":{"id":2}},{"id":3,"name":"a: \\"id\\":"}]')
    expect(response.status).toBe(200)
    expect(received).toHaveLength(1)
  })

  describe('A13.02 size', () => {
    const levels = (count: number) => '['.repeat(count) + ']'.repeat(count)

    test('64 levels and 10 000 members are read', async () => {
      // The call itself has three levels, and some members.
      expect((await withValue(levels(61))).status).toBe(200)
      expect((await withValue(JSON.stringify(Array(9_980).fill(0)))).status).toBe(200)
    })

    test('65 levels: −32700', async () => refused(await withValue(levels(62)), -32700))

    test.each<[string, string]>([
      ['elements', JSON.stringify(Array(10_001).fill(0))],
      [
        'members',
        JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [i, i]))),
      ],
      ['lists of one', `[${Array(6_000).fill('[0]')}]`],
    ])('too many %s: −32700', async (_, json) => refused(await withValue(json), -32700))

    test('brackets and commas in a string are text', async () => {
      expect((await withValue(JSON.stringify('[{"\\,'.repeat(20_000)))).status).toBe(200)
    })
  })

  describe('A13.10, E-J29 numbers', () => {
    test.each(['1e999', '-1e999', `1${'0'.repeat(400)}`, '[0.1E+400]'])(
      '%s: −32700',
      async (json) => refused(await withValue(json), -32700),
    )

    test.each(['1e308', '-0', '1E-999', '"1e999"'])('%s is read', async (json) => {
      expect((await withValue(json)).status).toBe(200)
    })

    test('2⁵³+1 for an integer is refused by the schema', async () => {
      const response = await send(body('"value":"VALUE"', '"count":9007199254740993'))
      const { result, error } = await answer(response)
      expect(result?.isError === true || error?.code === -32602).toBe(true)
      expect(received).toEqual([])
    })
  })

  describe('A13.05 names that objects inherit', () => {
    test.each(['__proto__', '\\u005f_proto__'])('%s: −32600', async (name) => {
      await refused(await send(body('"value":', `"${name}":{"admin":true},"value":`)), -32600)
      await refused(await send(body('"id":', `"${name}":{"admin":true},"id":`)), -32600)
    })

    test.each(['constructor', 'prototype'])('%s as an argument is one too many', async (name) => {
      const response = await send(body('"value":', `"${name}":{"prototype":{"admin":1}},"value":`))
      const { result, error } = await answer(response)
      expect(result?.isError === true || error?.code === -32602).toBe(true)
      expect(received).toEqual([])
    })

    test('nothing learned anything from it', () => {
      expect('admin' in {}).toBe(false)
    })
  })

  describe('A13.03, E-J03 text', () => {
    const bytes = (...parts: (string | number[])[]) =>
      new Uint8Array(
        parts.flatMap((part) => [
          ...(typeof part === 'string' ? new TextEncoder().encode(part) : part),
        ]),
      )
    test.each<[string, () => Uint8Array]>([
      ['a byte order mark', () => bytes([0xef, 0xbb, 0xbf], body())],
      ['a stray byte', () => bytes(body().slice(0, -1), [0xff], '}')],
      ['an overlong slash', () => bytes('"', [0xc0, 0xaf], '"')],
      ['UTF-16', () => bytes([...body()].flatMap((c) => [c.charCodeAt(0), 0]))],
    ])('%s: −32700', async (_, content) => {
      await refused(await send(content() as unknown as BodyInit), -32700)
    })

    test.each(['"\\ud800"', '"\\udc00\\ud800"', '{"\\uDBFF":1}'])(
      'half a surrogate pair, %s: −32700',
      async (json) => refused(await withValue(json), -32700),
    )

    test('a whole pair is a character', async () => {
      expect((await withValue('"\\ud83d\\ude00 \\\\ud800"')).status).toBe(200)
      expect(received).toEqual([{ value: '😀 \\ud800' }])
    })
  })

  test.each([
    ['a batch', [JSON.parse(call.body as string), JSON.parse(call.body as string)]],
    ['an empty batch', []],
    ['a batch with initialize', [{ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }]],
  ])('A13.07, E-J07 %s: −32600', async (_, batch) => {
    await refused(await send(JSON.stringify(batch)), -32600)
  })

  test.each([
    [-1, 200],
    [0, 200],
    ['x'.repeat(256), 200],
    ['x'.repeat(257), 400],
    [1.5, 400],
    [null, 400],
  ] as const)('A13.08, E-J11 id %j → %i, echoed', async (id, status) => {
    const response = await send(body('"id":1', `"id":${JSON.stringify(id)}`))
    expect(response.status).toBe(status)
    const echoed = (await answer(response)).id
    expect(echoed).toEqual(status === 200 ? id : undefined)
  })

  test('A13.08 an id no double can hold is refused', async () => {
    await refused(await send(body('"id":1', '"id":9007199254740993')), -32600)
  })

  test('A13.08 an error says whose it is, once that could be read', async () => {
    const response = await send(body('"method":"tools/call"', '"method":5'))
    expect([response.status, (await answer(response)).id]).toEqual([400, 1])
  })

  test.each([['5'], ['[]'], ['{"progressToken":{}}']])('E-J57 _meta %s is −32602', async (meta) => {
    const message = JSON.parse(body())
    const odd = JSON.parse(meta)
    const members = Array.isArray(odd) ? odd : { ...message.params._meta, ...odd }
    message.params._meta = typeof odd === 'number' ? odd : members
    const response = await send(JSON.stringify(message))
    // The 2025 era answers a request whatever is wrong with it; 2026-07-28 cannot say which era it is of.
    expect(response.status).toBe(era === 'modern' ? 400 : 200)
    expect(await answer(response)).toMatchObject({ id: 1, error: { code: -32602 } })
    expect(received).toEqual([])
  })

  test.each([
    ['Content-Type', 'Application/JSON'],
    ['Content-Type', 'APPLICATION/JSON; Charset=UTF-8'],
    ['Accept', 'Application/JSON, Text/Event-Stream'],
    ['Accept', ''],
  ])('A13.06, A13.09 %s: %s is read whatever its case', async (name, value) => {
    const params = { name: 'echo', arguments: {} }
    const response = await fixture.send(
      '/mcp',
      rpc(era, 'tools/call', params, token, { [name]: value }),
    )
    expect(response.status).toBe(200)
    expect((await answer(response)).result?.isError).toBeUndefined()
    expect(received).toHaveLength(1)
  })

  test('A13.01 one mebibyte is read, one byte more is not', async () => {
    const pad = (size: number) => body() + ' '.repeat(size - body().length)
    expect((await send(pad(1_048_576))).status).toBe(200)
    const response = await send(pad(1_048_577))
    expect(response.status).toBe(413)
    expect(received).toHaveLength(1)
  })
})

test('A13.11 a body that never ends is given up', async () => {
  const body = new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('{')) })
  const request = new Request('http://localhost/', {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit)
  expect(await createReadJson(20)(request)).toMatchObject({ ok: false, status: 408 })
})

test('A13.01 no more is taken in than may be', async () => {
  let sent = 0
  let cancelled = false
  const body = new ReadableStream({
    pull: (controller) => {
      sent += 65_536
      controller.enqueue(new Uint8Array(65_536).fill(0x20))
      if (sent === 4 * 1_048_576) controller.close()
    },
    cancel: () => {
      cancelled = true
    },
  })
  const request = new Request('http://localhost/', {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit)
  expect(await createReadJson()(request)).toMatchObject({ ok: false, status: 413 })
  expect(sent).toBeLessThan(1_048_576 + 3 * 65_536)
  expect(cancelled).toBe(true)
})
