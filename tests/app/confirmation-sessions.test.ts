/**
 * A person confirms while the call waits: sessions of the 2025 era, where the server asks the client
 * itself, and real clients of both eras. The tools are those of the rounds of 2026-07-28. Checklist D3.01,
 * D3.02, D3.07 to D3.10, E-J46, E-J54.
 */
import { afterEach, describe, expect, setSystemTime, test } from 'bun:test'
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import type { Fixture } from '../support/fixture.ts'
import type { Answer } from '../support/mcp.ts'
import { openSession, readEvents } from '../support/session-client.ts'
import { BOX, CAN, createShelf, errorOf, planOf, typed } from '../support/shelf.ts'

const target = { id: BOX.id }
const start = (env: Record<string, string> = {}) =>
  createShelf({ env: { MCP_SESSIONS: 'memory', ...env } })

/** What a person says when asked for the first, second, … time. */
type Person = (message: string, time: number) => object | Promise<object>

const says = (phrase: string) => typed(phrase).confirm

/** How a client that runs here reaches the server. */
function reaching(fixture: Fixture, token: string) {
  return {
    fetch: ((url: RequestInfo | URL, init?: RequestInit) =>
      fixture.send(String(url), init)) as typeof fetch,
    requestInit: { headers: { Authorization: `Bearer ${token}` } },
  }
}

/** Calls a tool with the official client of an era, which puts every question to the person. */
const clients = {
  'v1 in a session': async (fixture: Fixture, person: Person, name: string) => {
    const client = new LegacyClient(
      { name: 'test', version: '1.0.0' },
      { capabilities: { elicitation: {} } },
    )
    const asked: string[] = []
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params.message)
      return (await person(params.message, asked.length)) as never
    })
    const url = new URL('/mcp', fixture.config.publicUrl)
    const transport = new LegacyTransport(url, reaching(fixture, await fixture.token()))
    await client.connect(transport)
    const result = await client.callTool({ name, arguments: target })
    await client.close()
    return { asked, answer: { result } as unknown as Answer }
  },
  'v2 in rounds': async (fixture: Fixture, person: Person, name: string) => {
    const client = new ModernClient(
      { name: 'test', version: '1.0.0' },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'auto' } },
    )
    const asked: string[] = []
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params.message)
      return (await person(params.message, asked.length)) as never
    })
    const url = new URL('/mcp', fixture.config.publicUrl)
    await client.connect(new ModernTransport(url, reaching(fixture, await fixture.token())))
    const result = await client.callTool({ name, arguments: target })
    await client.close()
    return { asked, answer: { result } as unknown as Answer }
  },
}

describe.each(Object.entries(clients))('%s', (_, callWith) => {
  test('asks, and does it once the phrase was typed', async () => {
    const { fixture, applied } = start()
    const { asked, answer } = await callWith(fixture, () => says(BOX.name), 'purge')
    expect(asked).toEqual(['Purge "Blue box" (t-1, version 1)? Type "Blue box" to confirm.'])
    expect(answer.result?.structuredContent).toMatchObject({ done: 'purge t-1' })
    expect(applied).toEqual(['purge t-1'])
  })

  test('D3.08 a wrong phrase is asked again, in the same call', async () => {
    const { fixture, applied } = start()
    const person: Person = (_, time) => {
      expect(applied).toEqual([])
      return says(['yes', 'blue box', BOX.name][time - 1] as string)
    }
    const { asked } = await callWith(fixture, person, 'purge')
    expect(asked).toHaveLength(3)
    expect(asked[1]).toStartWith('That was not the phrase, so nothing was done. Purge')
    expect(applied).toEqual(['purge t-1'])
  })

  test.each(['decline', 'cancel'])('D3.09, E-J54 %s: nothing is done', async (action) => {
    const { fixture, applied } = start()
    const { asked, answer } = await callWith(fixture, () => ({ action }), 'purge')
    expect(asked).toHaveLength(1)
    expect(errorOf(answer)).toBe('cancelled')
    expect(applied).toEqual([])
  })

  test('D3.07 what changes while the person thinks is asked about anew', async () => {
    const { fixture, applied, things } = start()
    const person: Person = (_, time) => {
      if (time === 1) things.set(BOX.id, { ...BOX, name: 'Red box' })
      return says(time === 1 ? BOX.name : 'Red box')
    }
    const { asked } = await callWith(fixture, person, 'purge')
    expect(asked[1]).toStartWith('The target has changed since you were asked. Purge "Red box"')
    expect(applied).toEqual(['purge t-1'])
  })

  test('a person who never types it right is not asked for ever', async () => {
    const { fixture, applied } = start()
    const called = callWith(fixture, () => says('no idea'), 'purge')
    const { answer } = await called.catch(() => ({ answer: undefined }))
    expect(answer === undefined || answer.result?.isError).toBe(true)
    expect(applied).toEqual([])
  })
})

describe('on the wire of a session', () => {
  afterEach(() => {
    setSystemTime()
  })

  async function session(capabilities: Record<string, unknown> = CAN.forms) {
    const shelf = start()
    const opened = await openSession(shelf.fixture, await shelf.fixture.token(), capabilities)
    const call = async (name: string, args: Record<string, unknown> = target) =>
      readEvents(await opened.post('tools/call', { name, arguments: args }))
    const reply = (id: unknown, result: unknown, as = {}) =>
      opened.postRaw({ jsonrpc: '2.0', id, result }, as)
    return { ...shelf, opened, call, reply }
  }

  test.each(['nothing', 'sample', 'urls'] as const)(
    'D3.02, E-J46 a client that cannot is not asked and gets a plan: %s',
    async (can) => {
      const { call, applied } = await session(CAN[can])
      const messages = await (await call('purge')).rest()
      expect(messages.map(({ method }) => method)).toEqual([undefined])
      expect(planOf(messages[0] as Answer)).toMatchObject({ confirm_phrase: BOX.name })
      expect(applied).toEqual([])
    },
  )

  test.each(['elicit', 'forms', 'both'] as const)('D3.01 one that can is: %s', async (can) => {
    const { call, reply, applied } = await session(CAN[can])
    const stream = await call('purge')
    const question = await stream.next()
    expect(question).toMatchObject({ method: 'elicitation/create' })
    expect(applied).toEqual([])
    await reply(question?.id, says(BOX.name))
    expect(await stream.next()).toMatchObject({
      result: { structuredContent: { done: 'purge t-1' } },
    })
    expect(applied).toHaveLength(1)
  })

  test('E-J47 an answer that comes with the call is no answer', async () => {
    const { opened, applied } = await session()
    const params = { name: 'purge', arguments: target, inputResponses: typed(BOX.name) }
    const stream = readEvents(await opened.post('tools/call', params))
    expect(await stream.next()).toMatchObject({ method: 'elicitation/create' })
    expect(applied).toEqual([])
    await stream.drop()
  })

  test.each<[string, unknown]>([
    ['an unknown action', { action: 'maybe', content: { phrase: BOX.name } }],
    ['no action', { content: { phrase: BOX.name } }],
    ['a boolean', { action: 'accept', content: { phrase: true } }],
    ['another member', { action: 'accept', content: { confirm: true } }],
    ['nothing', {}],
  ])('D3.09, D3.10 %s: nothing is done', async (_, result) => {
    const { call, reply, applied } = await session()
    const stream = await call('purge')
    await reply((await stream.next())?.id, result)
    const next = (await stream.next()) as Answer & { method?: string }
    expect(next.method === 'elicitation/create' || next.result?.isError).toBe(true)
    expect(applied).toEqual([])
    await stream.drop()
  })

  test('an error for an answer: nothing is done', async () => {
    const { call, opened, applied } = await session()
    const stream = await call('purge')
    const { id } = (await stream.next()) as { id: unknown }
    await opened.postRaw({ jsonrpc: '2.0', id, error: { code: -1, message: 'no' } })
    expect((await stream.next())?.result?.isError).toBe(true)
    expect(applied).toEqual([])
  })

  test.each<[string, object]>([
    ['another person', { user: 'bob@example.com' }],
    ['another client', { client_id: 'connected-app-test-other', registered: false }],
  ])('%s cannot answer in the place of the one who was asked', async (_, mint) => {
    const { fixture, call, reply, applied } = await session()
    const stream = await call('purge')
    const { id } = (await stream.next()) as { id: unknown }
    const token = await fixture.token(mint as never)
    const response = await reply(id, says(BOX.name), { token })
    expect([401, 404]).toContain(response.status)
    expect(applied).toEqual([])
    await reply(id, says(BOX.name))
    await stream.next()
    expect(applied).toHaveLength(1)
  })

  test('the yes is worth nothing once the token was revoked', async () => {
    const { fixture, call, reply, applied } = await session()
    const token = await fixture.token()
    const stream = await call('purge')
    const { id } = (await stream.next()) as { id: unknown }
    await fixture.knob('grants/revoke', { token })
    const response = await reply(id, says(BOX.name), { token })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(applied).toEqual([])
    await stream.drop()
  })

  test('a yes after five minutes is too late', async () => {
    const { call, reply, applied } = await session()
    const stream = await call('purge')
    const { id } = (await stream.next()) as { id: unknown }
    setSystemTime(Date.now() + 301_000)
    await reply(id, says(BOX.name))
    expect((await stream.next())?.error?.code).toBe(-32602)
    expect(applied).toEqual([])
  })

  test('a call that is cancelled while the person thinks does nothing, whatever they say', async () => {
    const { call, opened, reply, applied } = await session()
    const stream = await call('purge')
    const { id } = (await stream.next()) as { id: unknown }
    const params = { requestId: 1, reason: 'never mind' }
    await opened.postRaw({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
    await reply(id, says(BOX.name))
    await (await opened.post('ping')).text()
    expect(applied).toEqual([])
    await stream.drop()
  })

  test('of parallel calls each is asked about, and each yes does one', async () => {
    const { call, reply, applied } = await session()
    const streams = [await call('purge'), await call('purge_other')]
    const questions = [await streams[0]?.next(), await streams[1]?.next()]
    await reply(questions[1]?.id, says(BOX.name))
    expect(await streams[1]?.next()).toMatchObject({ result: expect.anything() })
    expect(applied).toEqual(['purge_other t-1'])
    await reply(questions[0]?.id, { action: 'decline' })
    expect(errorOf((await streams[0]?.next()) as Answer)).toBe('cancelled')
    expect(applied).toEqual(['purge_other t-1'])
  })
})
