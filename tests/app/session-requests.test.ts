/**
 * Requests of one session that are in flight together and bear the same id: each gets its own answer, on
 * its own stream, with the id it came with. Checklist E-J12.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { openSession, readEvents } from '../support/session-client.ts'

/** A tool that reports, waits until its key is released, reports again and answers. */
function server(env: Record<string, string> = { MCP_SESSIONS: 'memory' }) {
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const gate = (key: string) => {
    const known = gates.get(key) ?? Promise.withResolvers<void>()
    gates.set(key, known)
    return known
  }
  const aborted = new Map<string, Promise<void>>()
  const held = defineTool({
    name: 'held',
    title: 'Held',
    description: 'For tests.',
    toolset: 'test',
    risk: 'read',
    scopes: ['openid'],
    input: z.strictObject({ key: z.string() }),
    async run({ key }, { progress, disconnect, signal }) {
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        else signal.addEventListener('abort', () => resolve())
      })
      aborted.set(key, stopped)
      await progress(1, 2, key)
      if (key.endsWith('hang-up')) disconnect()
      await Promise.race([gate(key).promise, stopped])
      signal.throwIfAborted()
      await progress(2, 2, key)
      return { summary: `Held ${key}.` }
    },
  })
  const fixture = createFixture({ env, tools: [held] })
  const call = (id: string | number, key: string) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'held', arguments: { key }, _meta: { progressToken: `of ${key}` } },
  })
  return {
    fixture,
    call,
    release: (key: string) => gate(key).resolve(),
    aborted: (key: string) => aborted.get(key),
  }
}

/** The same with a session that is open. */
async function sessionful() {
  const made = server()
  const session = await openSession(made.fixture, await made.fixture.token())
  const post = async (id: string | number, key: string) =>
    readEvents(await session.postRaw(made.call(id, key)))
  return { ...made, session, post }
}

const progress = (key: string, done: number) =>
  expect.objectContaining({
    method: 'notifications/progress',
    params: { progressToken: `of ${key}`, progress: done, total: 2, message: key },
  })
const result = (id: string | number, key: string) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text: `Held ${key}.` }] },
})
const cancel = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId, reason: 'Not needed.' },
})
const BATCHES = { headers: { 'MCP-Protocol-Version': '2025-03-26' } }

describe('E-J12 the same id twice in flight in one session', () => {
  test.each([
    ['the first', ['a', 'b']],
    ['the second', ['b', 'a']],
  ])('both are answered, each on its own stream, when %s ends first', async (_, order) => {
    const { post, release } = await sessionful()
    const streams = { a: await post(7, 'a'), b: await post(7, 'b') }
    expect(await streams.a.next()).toEqual(progress('a', 1))
    expect(await streams.b.next()).toEqual(progress('b', 1))
    for (const key of order as ('a' | 'b')[]) {
      release(key)
      expect(await streams[key].rest()).toEqual([progress(key, 2), result(7, key)] as never)
    }
  })

  test.each<[string | number, string | number]>([
    [1, '1'],
    ['', 0],
    ['1', 'one'],
  ])('%j and %j are two ids', async (one, other) => {
    const { post, release } = await sessionful()
    const first = await post(one, 'a')
    const second = await post(other, 'b')
    release('b')
    release('a')
    expect((await second.rest()).at(-1)).toEqual(result(other, 'b') as never)
    expect((await first.rest()).at(-1)).toEqual(result(one, 'a') as never)
  })

  test('an id that was answered can be used again', async () => {
    const { post, release } = await sessionful()
    release('a')
    for (let round = 0; round < 3; round++) {
      expect((await (await post(1, 'a')).rest()).at(-1)).toEqual(result(1, 'a') as never)
    }
  })

  test('a hundred of them at once are all answered', async () => {
    const { post, release } = await sessionful()
    const keys = Array.from({ length: 100 }, (_, each) => `k${each}`)
    const streams = await Promise.all(keys.map((key) => post(1, key)))
    for (const key of keys) release(key)
    const last = await Promise.all(streams.map(async (stream) => (await stream.rest()).at(-1)))
    expect(last).toEqual(keys.map((key) => result(1, key)) as never)
  })

  test('a broken stream is resumed with the id the client chose', async () => {
    const { session, post, release } = await sessionful()
    const kept = await post(7, 'kept')
    const broken = await post(7, 'broken')
    await broken.next()
    const headers = { 'Last-Event-ID': broken.lastEventId as string }
    await broken.drop()
    release('broken')
    const resumed = readEvents(await session.get({ headers }))
    expect(await resumed.rest()).toEqual([progress('broken', 2), result(7, 'broken')] as never)
    release('kept')
    expect((await kept.rest()).at(-1)).toEqual(result(7, 'kept') as never)
  })

  test('a tool ends its own stream and not that of the other', async () => {
    const { session, post, release } = await sessionful()
    const stays = await post(7, 'stays')
    const leaves = await post(7, 'hang-up')
    expect(await leaves.rest()).toEqual([progress('hang-up', 1)])
    release('hang-up')
    const headers = { 'Last-Event-ID': leaves.lastEventId as string }
    const resumed = readEvents(await session.get({ headers }))
    expect((await resumed.rest()).at(-1)).toEqual(result(7, 'hang-up') as never)
    release('stays')
    expect((await stays.rest()).at(-1)).toEqual(result(7, 'stays') as never)
  })

  test('in one batch, and across batches', async () => {
    const { session, call, release } = await sessionful()
    const batch = readEvents(
      await session.postRaw([call(1, 'a'), call(1, 'b'), call(2, 'c')], BATCHES),
    )
    const other = readEvents(await session.postRaw([call(2, 'd'), call(1, 'e')], BATCHES))
    for (const key of ['e', 'd', 'c', 'b', 'a']) release(key)
    const answers = (messages: { id?: unknown }[]) => messages.filter(({ id }) => id !== undefined)
    const first = answers(await batch.rest())
    expect(first).toHaveLength(3)
    for (const one of [result(1, 'a'), result(1, 'b'), result(2, 'c')]) {
      expect(first).toContainEqual(one)
    }
    const second = answers(await other.rest())
    expect(second).toHaveLength(2)
    for (const one of [result(2, 'd'), result(1, 'e')]) expect(second).toContainEqual(one)
  })

  test.each([...ERAS])('without a session as well (%s)', async (era) => {
    const { fixture, release } = server({})
    const token = await fixture.token()
    const send = async (key: string) => {
      const params = { name: 'held', arguments: { key } }
      return answer(await fixture.send('/mcp', rpc(era, 'tools/call', params, token)))
    }
    const both = [send('a'), send('b')]
    release('b')
    expect(await both[1]).toMatchObject(result(1, 'b'))
    release('a')
    expect(await both[0]).toMatchObject(result(1, 'a'))
  })
})

describe('cancelling in a session', () => {
  test('stops the call that bears the id, and no other', async () => {
    const { session, post, release, aborted } = await sessionful()
    const one = await post(1, 'one')
    const two = await post(2, 'two')
    await one.next()
    await two.next()
    expect((await session.postRaw(cancel(1))).status).toBe(202)
    await aborted('one')
    release('two')
    expect((await two.rest()).at(-1)).toEqual(result(2, 'two') as never)
  })

  test('stops all calls that bear the id', async () => {
    const { session, post, aborted } = await sessionful()
    const streams = [await post(1, 'one'), await post(1, 'other')]
    for (const stream of streams) await stream.next()
    expect((await session.postRaw(cancel(1))).status).toBe(202)
    await Promise.all([aborted('one'), aborted('other')])
  })

  test.each<[string, unknown]>([
    ['an id of nobody', 99],
    ['the id as text', '1'],
    ['no id', undefined],
    ['a list', [1]],
    ['empty text', ''],
  ])('with %s stops nothing', async (_, requestId) => {
    const { session, post, release } = await sessionful()
    // Counted from one, as ids of our own might be.
    const streams = [await post(7, 'a'), await post(8, 'b')]
    for (const stream of streams) await stream.next()
    await session.postRaw(cancel(requestId))
    for (const own of [1, 2, 3, 4]) await session.postRaw(cancel(own))
    release('a')
    release('b')
    expect((await streams[0]?.rest())?.at(-1)).toEqual(result(7, 'a') as never)
    expect((await streams[1]?.rest())?.at(-1)).toEqual(result(8, 'b') as never)
  })

  test('is no request: with an id of its own it is an unknown method, and stops nothing', async () => {
    const { session, post, release } = await sessionful()
    const stream = await post(7, 'a')
    await stream.next()
    for (const own of [1, 2, 3, 4, 7]) {
      const response = await session.postRaw({ ...cancel(7), id: own })
      const [error] = await readEvents(response).rest()
      expect(error).toMatchObject({ id: own, error: { code: -32601 } })
    }
    release('a')
    expect((await stream.rest()).at(-1)).toEqual(result(7, 'a') as never)
  })

  test('in a batch reaches the request before it, not the one after', async () => {
    const { session, call, release, aborted } = await sessionful()
    const stream = readEvents(
      await session.postRaw([call(1, 'before'), cancel(1), call(1, 'after')], BATCHES),
    )
    release('after')
    await stream.next()
    await aborted('before')
    const heard = []
    do heard.push(await stream.next())
    while (heard.at(-1)?.id === undefined)
    expect(heard.at(-1)).toEqual(result(1, 'after') as never)
    await stream.drop()
  })
})
