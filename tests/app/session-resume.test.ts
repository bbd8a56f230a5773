/**
 * Streams that break are read on from the last event that was seen (`Last-Event-ID`), and whatever breaks
 * them, wherever: every event arrives exactly once, in order. Checklist A11.09, E-S12.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineResourceTemplate, defineTool } from '../../src/index.ts'
import { described } from '../support/described.ts'
import { createFixture } from '../support/fixture.ts'
import { numbers } from '../support/numbers.ts'
import { type Message, openSession, readEvents } from '../support/session-client.ts'
import { call, createStepping, everything, heard, read, resume } from '../support/stepping.ts'

const EVENTS = 6
const POINTS = Array.from({ length: EVENTS + 1 }, (_, each) => each)

const stepping = createStepping()
const random = numbers(11)
const tools = [
  stepping.tool,
  defineTool({
    ...described,
    name: 'busy',
    title: 'Tells events as fast as it can, with pauses no longer than a breath',
    input: z.strictObject({ total: z.number() }),
    async run({ total }, { progress }) {
      for (let each = 1; each <= total; each++) {
        await progress(each, total)
        if (random() < 0.3) await new Promise(setImmediate)
      }
      return { summary: 'Done.' }
    },
  }),
]
const fixture = createFixture({ env: { MCP_SESSIONS: 'memory' }, tools })

/** A session with a call in flight that tells nothing yet. */
async function started(total = EVENTS) {
  const { key, ...steps } = stepping.steps(total)
  const session = await openSession(fixture, await fixture.token())
  const stream = readEvents(await session.postRaw(call('stepping', { key })))
  return { session, stream, ...steps }
}

describe('the stream of a call arrives exactly once', () => {
  /** `seen`: read before the stream breaks; `sent`: told by then; `later`: told before the client is back. */
  const breaks = POINTS.flatMap((seen) =>
    POINTS.filter((sent) => sent >= seen).flatMap((sent) =>
      [sent, Math.min(sent + 2, EVENTS), EVENTS + 1].map((later) => [seen, sent, later] as const),
    ),
  )
  test('wherever it breaks', async () => {
    for (const [seen, sent, later] of breaks) {
      const { session, stream, tell, run } = await started()
      await tell(sent)
      await stream.begin()
      const before = await read(stream, seen)
      await stream.drop()
      if (later > EVENTS) run()
      else await tell(later)
      const resumed = await resume(session, stream)
      run()
      const all = [...heard(before), ...heard(await resumed.rest())]
      expect({ seen, sent, later, all }).toEqual({ seen, sent, later, all: everything(EVENTS) })
      await session.end()
    }
  }, 60_000)

  test('when it breaks after every single event', async () => {
    const { session, stream, run } = await started()
    const all: Message[] = []
    let current = stream
    await current.begin()
    run()
    for (let each = 0; each <= EVENTS; each++) {
      all.push(...(await read(current, 1)))
      await current.drop()
      current = await resume(session, current)
    }
    expect([...heard(all), ...heard(await current.rest())]).toEqual(everything(EVENTS))
  })

  test('when the same point is read on from again and again', async () => {
    const { session, stream, tell, run } = await started()
    await tell(3)
    expect(heard(await read(stream, 2))).toEqual([1, 2])
    await stream.drop()
    for (let each = 0; each < 3; each++) {
      const again = await resume(session, stream)
      expect(heard(await read(again, 1))).toEqual([3])
      await again.drop()
    }
    run()
    expect(heard(await (await resume(session, stream)).rest())).toEqual([3, 4, 5, 6, 'mine'])
  })

  test('when the server does not know yet that it broke: the newer connection has it', async () => {
    const { session, stream, tell, run } = await started()
    await tell(2)
    expect(heard(await read(stream, 1))).toEqual([1])
    const { lastEventId } = stream
    const resumed = await resume(session, stream)
    run()
    expect(heard(await resumed.rest())).toEqual([2, 3, 4, 5, 6, 'mine'])
    expect(lastEventId).toBeString()
    expect(heard(await stream.rest())).toEqual([2])
  })

  test('when it is read on from while the tool is at its busiest', async () => {
    const total = 60
    for (let round = 0; round < 25; round++) {
      const session = await openSession(fixture, await fixture.token())
      const all: Message[] = []
      let current = readEvents(await session.postRaw(call('busy', { total })))
      for (;;) {
        const some = await read(current, 1 + Math.floor(random() * 8))
        all.push(...some.filter((one) => one !== undefined))
        if (all.at(-1)?.id !== undefined) break
        await current.drop()
        current = await resume(session, current)
      }
      expect({ round, all: heard(all) }).toEqual({ round, all: everything(total) })
      await session.end()
    }
  }, 60_000)
})

describe('the stream that only listens arrives exactly once', () => {
  const uri = (each: number) => `test://item/${each}`

  /** A session that watches some resources, and how to tell it that one changed. */
  async function watching() {
    const announce = defineTool({
      name: 'announce',
      title: 'Announce',
      description: 'For tests.',
      toolset: 'test',
      risk: 'read',
      scopes: ['openid'],
      input: z.strictObject({ each: z.number() }),
      async run({ each }, { changes }) {
        changes.resource(uri(each))
        return { summary: 'Announced.' }
      },
    })
    const item = defineResourceTemplate({
      uriTemplate: 'test://item/{each}',
      name: 'item',
      title: 'Item',
      description: 'For tests.',
      scopes: ['openid'],
      read: async () => ({ text: '' }),
    })
    const env = { MCP_SESSIONS: 'memory' }
    const fixture = createFixture({ env, tools: [announce], templates: [item] })
    const session = await openSession(fixture, await fixture.token())
    for (let each = 1; each <= EVENTS; each++) {
      await (await session.post('resources/subscribe', { uri: uri(each) })).text()
    }
    let told = 0
    const tell = async (count: number) => {
      while (told < count) {
        const params = { name: 'announce', arguments: { each: ++told } }
        await (await session.post('tools/call', params)).text()
      }
    }
    return { fixture, session, tell }
  }
  const changed = (messages: readonly Message[]) => messages.map(({ params }) => params?.uri)

  test('wherever it breaks, before its first event as well', async () => {
    for (const seen of POINTS) {
      for (const sent of [seen, Math.min(seen + 1, EVENTS)]) {
        const { session, tell } = await watching()
        const stream = readEvents(await session.get())
        await stream.begin()
        await tell(sent)
        const before = await read(stream, seen)
        await stream.drop()
        await tell(Math.min(sent + 2, EVENTS))
        const resumed = await resume(session, stream)
        await tell(EVENTS)
        const after = await read(resumed, EVENTS - seen)
        expect({ seen, sent, all: changed([...before, ...after]) }).toEqual({
          seen,
          sent,
          all: POINTS.slice(1).map(uri),
        })
        // Nothing is left over: what comes next is new.
        await (
          await session.post('tools/call', { name: 'announce', arguments: { each: 1 } })
        ).text()
        expect(changed(await read(resumed, 1))).toEqual([uri(1)])
        await resumed.drop()
      }
    }
  }, 60_000)

  test('when a client comes back without an id, the newer stream has what follows', async () => {
    const { session, tell } = await watching()
    const old = readEvents(await session.get())
    await old.begin()
    const newer = readEvents(await session.get())
    await newer.begin()
    expect(await old.next()).toBeUndefined()
    await tell(2)
    expect(changed(await read(newer, 2))).toEqual([uri(1), uri(2)])
    await newer.drop()
  })

  test('clients of older revisions are spared the event without data', async () => {
    const { session, tell } = await watching()
    const headers = { 'MCP-Protocol-Version': '2025-06-18' }
    const stream = readEvents(await session.get({ headers }))
    const begun = stream.begin()
    await tell(1)
    await expect(begun).rejects.toThrow('without an id')
    await stream.drop()
  })

  test('of what is long gone, nothing is repeated as if nothing were missing', async () => {
    const { session, tell } = await watching()
    const stream = readEvents(await session.get())
    await stream.begin()
    await stream.drop()
    // A store holds a thousand events; each of these calls leaves two.
    for (let each = 0; each < 500; each++) await (await session.post('ping')).text()
    await tell(1)
    const headers = { 'Last-Event-ID': stream.lastEventId as string }
    expect((await session.get({ headers })).status).toBe(400)
  })
})
