/**
 * Streams that break at one process are read on from at another: every event exactly once, in order, whichever
 * process told it and whenever. Checklist A11.09, E-S12.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { definePrompt, defineTool } from '../../src/index.ts'
import { described } from '../support/described.ts'
import { type Message, openSession, readEvents, type Session } from '../support/session-client.ts'
import { twoApps } from '../support/shared-sessions.ts'
import { call, createStepping, everything, heard, read, resume } from '../support/stepping.ts'

const EVENTS = 3
const POINTS = Array.from({ length: EVENTS + 1 }, (_, each) => each)
/** Sessions at a time; a person has twenty. */
const AT_ONCE = 15

const { tool: stepping, steps } = createStepping()
const tools = [
  stepping,
  defineTool({
    ...described,
    name: 'announce',
    title: 'Announces',
    input: z.strictObject({ tools: z.boolean() }),
    async run({ tools }, { changes }) {
      if (tools) changes.tools()
      else changes.prompts()
      return {}
    },
  }),
]
const prompt = definePrompt({
  name: 'any',
  title: 'Any',
  description: 'For tests.',
  scopes: ['openid'],
  get: async () => ({ messages: [] }),
})
const { a, b, both, on } = twoApps({ tools, prompts: [prompt] })
const token = await a.token()

/** A session with a call in flight at the first app, as both see it. */
async function started() {
  const { key, tell } = steps(EVENTS)
  const onA = await openSession(a, token)
  const stream = readEvents(await onA.postRaw(call('stepping', { key })))
  return { onA, onB: on(b, onA, token), stream, tell }
}

async function inGroups<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += AT_ONCE) {
    await Promise.all(all.slice(at, at + AT_ONCE).map(act))
  }
}

describe('the stream of a call arrives exactly once', () => {
  /** `seen`: read before the stream breaks; `sent`: told by then; `later`: told before the client is back. */
  const breaks = POINTS.flatMap((seen) =>
    POINTS.filter((sent) => sent >= seen).flatMap((sent) =>
      [...new Set([sent, Math.min(sent + 1, EVENTS), EVENTS + 1])].map(
        (later) => [seen, sent, later] as const,
      ),
    ),
  )
  test('wherever it breaks, read on from at the other process', async () => {
    await inGroups(breaks, async ([seen, sent, later]) => {
      const { onA, onB, stream, tell } = await started()
      await tell(sent)
      await stream.begin()
      const before = await read(stream, seen)
      await stream.drop()
      await tell(later)
      const resumed = await resume(onB, stream)
      await tell(EVENTS + 1)
      const all = [...heard(before), ...heard(await resumed.rest())]
      expect({ seen, sent, later, all }).toEqual({ seen, sent, later, all: everything(EVENTS) })
      await onA.end()
    })
  }, 60_000)

  test('when it breaks after every single event, and each time the other is asked', async () => {
    const { onA, onB, stream, tell } = await started()
    const all: Message[] = []
    let current = stream
    await current.begin()
    for (let each = 1; each <= EVENTS + 1; each++) {
      const telling = tell(each)
      all.push(...(await read(current, 1)))
      await telling
      await current.drop()
      current = await resume(each % 2 === 0 ? onA : onB, current)
    }
    expect([...heard(all), ...heard(await current.rest())]).toEqual(everything(EVENTS))
    await onA.end()
  }, 20_000)

  test('when the first does not know yet that it broke: the newer connection has it', async () => {
    const { onA, onB, stream, tell } = await started()
    await tell(1)
    expect(heard(await read(stream, 1))).toEqual([1])
    const older = await resume(onB, stream)
    const newer = await resume(onA, stream)
    await tell(EVENTS + 1)
    expect(heard(await newer.rest())).toEqual([2, 3, 'mine'])
    expect(heard(await older.rest())).toEqual([])
    expect(heard(await stream.rest())).toEqual([])
    await onA.end()
  }, 20_000)

  test('to a client of an older revision as well', async () => {
    const { key, tell } = steps(EVENTS)
    const headers = { 'MCP-Protocol-Version': '2025-06-18' }
    const onA = await openSession(a, token)
    const stream = readEvents(await onA.postRaw(call('stepping', { key }), { headers }))
    await tell(1)
    expect(heard(await read(stream, 1))).toEqual([1])
    await stream.drop()
    const last = { 'Last-Event-ID': stream.lastEventId as string }
    const resumed = readEvents(await on(b, onA, token).get({ headers: { ...headers, ...last } }))
    await tell(EVENTS + 1)
    expect(heard(await resumed.rest())).toEqual([2, 3, 'mine'])
    await onA.end()
  }, 20_000)

  test('to whom it is told twice where to go on', async () => {
    const { onA, onB, stream, tell } = await started()
    await stream.begin()
    await stream.drop()
    await tell(EVENTS + 1)
    for (const session of [onB, onA, onB]) {
      expect(heard(await (await resume(session, stream)).rest())).toEqual(everything(EVENTS))
    }
    await onA.end()
  }, 20_000)
})

describe('the stream that only listens arrives exactly once', () => {
  const announce = async (session: Session, tools: boolean) =>
    (await session.post('tools/call', { name: 'announce', arguments: { tools } })).text()
  const METHODS = ['notifications/tools/list_changed', 'notifications/prompts/list_changed']
  const changed = (messages: readonly Message[]) => messages.map(({ method }) => method)

  test('whoever tells, wherever it is read, wherever it breaks', async () => {
    const onA = await openSession(a, token)
    const sessions = [onA, on(b, onA, token)]
    await Promise.all(sessions.map((session) => announce(session, true)))
    let stream = readEvents(await onA.get())
    await stream.begin()
    for (let each = 0; each < 8; each++) {
      // Told while it is open, and while it is not; by one and by the other.
      await announce(sessions[each % 2] as Session, true)
      expect(changed(await read(stream, 1))).toEqual([METHODS[0] as string])
      await stream.drop()
      await announce(sessions[Math.floor(each / 2) % 2] as Session, false)
      stream = await resume(sessions[Math.floor(each / 4) % 2] as Session, stream)
      expect(changed(await read(stream, 1))).toEqual([METHODS[1] as string])
    }
    await stream.drop()
    await onA.end()
  }, 30_000)

  test('when a client comes back without an id, the newer stream has what follows', async () => {
    const onA = await openSession(a, token)
    const onB = on(b, onA, token)
    const old = readEvents(await onA.get())
    await old.begin()
    const newer = readEvents(await onB.get())
    await newer.begin()
    expect(await old.next()).toBeUndefined()
    await announce(onA, true)
    expect(changed(await read(newer, 1))).toEqual([METHODS[0] as string])
    await newer.drop()
    await onA.end()
  }, 20_000)
})

describe('E-S12, A11.09 an event id', () => {
  test.each([
    'garbage',
    '0',
    '1',
    'c1',
    `c1-${crypto.randomUUID()}`,
    '__proto__',
    'c99999999999999999',
  ])('%j is none', async (id) => {
    const session = await openSession(both, token)
    const headers = { 'Last-Event-ID': id }
    for (const app of [a, b]) {
      const response = await on(app, session, token).get({ headers })
      expect(response.status).toBe(400)
      expect(await response.text()).not.toContain('data:')
    }
    await session.end()
  })

  test('of another session is none, whosever it is', async () => {
    const { onA, stream, tell } = await started()
    await stream.begin()
    const headers = { 'Last-Event-ID': stream.lastEventId as string }
    for (const of of [token, await a.token({ user: 'bob@example.com' })]) {
      const other = await openSession(b, of)
      expect((await other.get({ headers })).status).toBe(400)
      await other.end()
    }
    await tell(EVENTS + 1)
    expect(heard(await stream.rest())).toEqual(everything(EVENTS))
    await onA.end()
  })
})
