/**
 * Which messages the direct path takes and which it leaves to the SDK; and that what began on it runs once,
 * whoever answers. That both answer alike is another test's business (tests/differential).
 */
import { describe, expect, test } from 'bun:test'
import { attempt, type GoOver } from '../../src/mcp/direct/attempt.ts'
import { recognise } from '../../src/mcp/direct/recognise.ts'
import type { Exchange } from '../../src/mcp/exchange.ts'
import type { HandedOver } from '../../src/mcp/handed-over.ts'
import type { RpcRequest } from '../../src/mcp/message.ts'
import { ERAS, type Era, rpc } from '../support/mcp.ts'

const META = 'io.modelcontextprotocol/'

interface Changed {
  readonly params?: object
  readonly meta?: object
  readonly message?: object
  readonly headers?: Record<string, string>
}

/** Whether a call, changed like this, is taken. */
function takes(era: Era, { params, meta, message, headers }: Changed = {}): boolean {
  const init = rpc(era, 'tools/call', { name: 'echo', arguments: {} }, undefined, headers)
  const call = JSON.parse(init.body as string)
  const _meta = { ...call.params._meta, ...meta }
  const changed = {
    ...call,
    params: { ...call.params, ...(meta === undefined ? {} : { _meta }), ...params },
    ...message,
  } as RpcRequest
  return recognise(new Headers(init.headers), changed) !== undefined
}

describe.each(ERAS)('%s era', (era) => {
  test.each<[string, Changed]>([
    ['a plain call', {}],
    ['members of _meta that are nobody’s', { meta: { traceparent: '00', 'a.test/b': {} } }],
    ['JSON alone', { headers: { Accept: 'application/json' } }],
    ['anything', { headers: { Accept: '*/*' } }],
  ])('takes %s', (_, changed) => {
    expect(takes(era, changed)).toBe(true)
  })

  test.each<[string, Changed]>([
    ['who wants progress', { meta: { progressToken: 1 } }],
    ['who wants log messages', { meta: { [`${META}logLevel`]: 'info' } }],
    ['another reserved member', { meta: { [`${META}related-task`]: { taskId: 'a' } } }],
    ['a later round', { params: { requestState: 'v1.a.b' } }],
    ['answers to questions', { params: { inputResponses: {} } }],
    ['a task', { params: { task: {} } }],
    ['a member more', { message: { extra: 1 } }],
    ['no id', { message: { id: undefined } }],
    ['a subscription', { message: { method: 'subscriptions/listen' } }],
    ['a method of every object', { message: { method: 'constructor' } }],
    ['_meta that is no object', { params: { _meta: [] } }],
    ['another revision', { headers: { 'MCP-Protocol-Version': '2027-01-01' } }],
  ])('leaves %s', (_, changed) => {
    expect(takes(era, changed)).toBe(false)
  })
})

test.each<[string, Changed]>([
  ['a client that reads streams alone', { headers: { Accept: 'text/event-stream' } }],
  ['JSON that is not wanted', { headers: { Accept: 'application/json;q=0, text/event-stream' } }],
])('2025: leaves %s', (_, changed) => {
  expect(takes('legacy', changed)).toBe(false)
})

test.each<[string, Changed]>([
  ['another method in the header', { headers: { 'Mcp-Method': 'tools/list' } }],
  ['another name in the header', { headers: { 'Mcp-Name': 'other' } }],
  ['an encoded name', { headers: { 'Mcp-Name': '=?base64?ZWNobw==?=' } }],
  ['no capabilities', { meta: { [`${META}clientCapabilities`]: undefined } }],
  ['capabilities that are none', { meta: { [`${META}clientCapabilities`]: { roots: 1 } } }],
  ['a client without a version', { meta: { [`${META}clientInfo`]: { name: 'a' } } }],
])('2026: leaves %s', (_, changed) => {
  expect(takes('modern', changed)).toBe(false)
})

test.each<[string, object]>([
  ['none', {}],
  ['usual ones', { elicitation: { form: {}, url: {} }, roots: { listChanged: true } }],
  ['ones the SDK is asked about', { extensions: { a: { b: 1 } }, sampling: { tools: {} } }],
])('2026: takes capabilities: %s', (_, capabilities) => {
  expect(takes('modern', { meta: { [`${META}clientCapabilities`]: capabilities } })).toBe(true)
})

describe('what began on the direct path', () => {
  const answered = 'direct'
  const said: string[] = []
  const sdkExchange = { log: async (level: string) => void said.push(level) } as unknown as Exchange

  /** An SDK whose handler takes up what came with the request, and then is asked for more. */
  function sdk() {
    const seen: { ending?: unknown; again?: unknown; calls: number } = { calls: 0 }
    const serve = async (handedOver?: HandedOver) => {
      seen.calls++
      const ending = handedOver?.take(sdkExchange)
      seen.again = handedOver?.take(sdkExchange)
      seen.ending = await ending?.catch((error: Error) => error.message)
      return new Response('sdk')
    }
    return { seen, serve }
  }

  test('is answered there when it can be, and the SDK hears nothing of it', async () => {
    const { seen, serve } = sdk()
    const response = await attempt(
      async () => 1,
      async () => answered,
      serve,
    )
    expect(response).toBe(answered)
    expect(seen.calls).toBe(0)
  })

  test.each<[string, () => Promise<unknown>, unknown]>([
    ['that only the SDK can say', async () => 'odd', 'odd'],
    [
      'that is a failure',
      async () => {
        throw new Error('failed')
      },
      'failed',
    ],
  ])('is taken up by the SDK with an ending %s, once', async (_, run, ending) => {
    const { seen, serve } = sdk()
    let runs = 0
    const response = await attempt(
      () => {
        runs++
        return run()
      },
      async () => undefined,
      serve,
    )
    expect(await (response as Response).text()).toBe('sdk')
    expect(seen).toEqual({ calls: 1, ending, again: undefined })
    expect(runs).toBe(1)
  })

  test('goes over at once when it has something to say, and says all of it there', async () => {
    const { seen, serve } = sdk()
    said.length = 0
    const response = await attempt(
      async (goOver) => {
        await (await goOver())?.log('info', '')
        await (await goOver())?.log('error', '')
        return 'done'
      },
      async () => answered,
      serve,
    )
    expect(await (response as Response).text()).toBe('sdk')
    expect(said).toEqual(['info', 'error'])
    expect(seen).toEqual({ calls: 1, ending: 'done', again: undefined })
  })

  test.each<[string, (goOver: GoOver) => Promise<unknown>]>([
    ['an answer', async () => 1],
    [
      'a failure',
      async () => {
        throw new Error('failed')
      },
    ],
  ])('has nobody to say anything to after %s', async (_, run) => {
    const { seen, serve } = sdk()
    let late: GoOver | undefined
    await attempt(
      (goOver) => {
        late = goOver
        return run(goOver)
      },
      async () => answered,
      serve,
    )
    const { calls } = seen
    expect(late?.()).toBeUndefined()
    expect(seen.calls).toBe(calls)
  })

  test('fails when the SDK does', async () => {
    const attempted = attempt(
      async () => 1,
      async () => undefined,
      async () => {
        throw new Error('The SDK failed')
      },
    )
    expect(attempted).rejects.toThrow('The SDK failed')
  })
})
