/**
 * A stream that reads its session's log: nothing twice, nothing passed over, and no waiting for an answer that
 * cannot come any more. Checklist E-S12.
 */
import { describe, expect, test } from 'bun:test'
import { type Entry, entryOf, eventId, placeOf } from '../../src/mcp/shared/event.ts'
import { followed, type Pace } from '../../src/mcp/shared/followed-stream.ts'
import { type SharedLog, sharedLog } from '../../src/mcp/shared/log.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { createClock } from '../support/clock.ts'
import { readEvents } from '../support/session-client.ts'

const STREAM = 'the stream'
const PACE: Pace = { look: 5, closing: 30, lost: 200, comment: 10_000 }

/** A log of which a client saw the first event, and what follows it. */
async function arrange({ open = ['mine'] as (string | number)[], pace = PACE, lives = true } = {}) {
  const clock = createClock()
  const store = memoryStore({ now: clock.now })
  const log: SharedLog = sharedLog({ store, name: 'log', ttl: 600, lifetime: 86_400, capacity: 50 })
  const event = crypto.randomUUID()
  const after = await log.append({ stream: STREAM, event, open } satisfies Entry)
  let ended = 0
  const follow = async () => {
    const attached = await log.append({ stream: STREAM, reader: 'me' } satisfies Entry)
    const stream = followed({
      ...{ log, stream: STREAM, after, open, attached, pace },
      beginning: ': open\n\n',
      lives: async () => lives,
      onEnd: () => ended++,
    })
    const headers = { 'Content-Type': 'text/event-stream' }
    return Object.assign(readEvents(new Response(stream.body, { headers })), { end: stream.end })
  }
  const tell = (each: number) =>
    log.append({
      stream: STREAM,
      event: crypto.randomUUID(),
      message: { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: each } },
      open,
    } as Entry)
  const answer = () =>
    log.append({
      stream: STREAM,
      event: crypto.randomUUID(),
      message: { jsonrpc: '2.0', id: 'mine', result: {} },
      open: [],
    } satisfies Entry)
  return { clock, store, log, follow, tell, answer, ended: () => ended }
}

const LOST = {
  jsonrpc: '2.0',
  error: { code: -32_603, message: 'The answer to this request is lost; it may have taken effect' },
}
const said = (messages: { id?: unknown; params?: Record<string, unknown> }[]) =>
  messages.map(({ id, params }) => id ?? params?.progress)

describe('calls', () => {
  test('that give no sign of life are answered with an error each, and the stream ends', async () => {
    const { follow, ended } = await arrange({ open: ['mine', 7] })
    const stream = await follow()
    expect(await stream.rest()).toEqual([
      { ...LOST, id: 'mine' },
      { ...LOST, id: 7 },
    ])
    expect(ended()).toBe(1)
  })

  test('that give one are waited for', async () => {
    const { log, follow, answer } = await arrange()
    const stream = await follow()
    const started = performance.now()
    const beating = setInterval(() => void log.append({ alive: [STREAM] } satisfies Entry), 50)
    const answering = setTimeout(answer, 600)
    expect(said(await stream.rest())).toEqual(['mine'])
    expect(performance.now() - started).toBeGreaterThan(500)
    clearInterval(beating)
    clearTimeout(answering)
  })

  test('are not kept alive by the signs of others', async () => {
    const { log, follow } = await arrange()
    const stream = await follow()
    const beating = setInterval(() => void log.append({ alive: ['other'] } satisfies Entry), 20)
    expect(await stream.rest()).toEqual([{ ...LOST, id: 'mine' }])
    clearInterval(beating)
  })

  test('that answer after they were given up are not answered twice', async () => {
    const { follow, answer } = await arrange()
    expect(await (await follow()).rest()).toEqual([{ ...LOST, id: 'mine' }])
    await answer()
    expect(await (await follow()).rest()).toEqual([{ ...LOST, id: 'mine' }])
  })

  test('whose log could not be kept on are said to be lost at once', async () => {
    const { log, follow, tell } = await arrange({ pace: { ...PACE, lost: 60_000 } })
    await tell(1)
    await log.append({ stream: STREAM, lost: true } satisfies Entry)
    const messages = await (await follow()).rest()
    expect(said(messages)).toEqual([1, 'mine'])
    expect(messages[1]).toEqual({ ...LOST, id: 'mine' })
  })

  test('that were cancelled have no answer to wait for', async () => {
    const { log, follow } = await arrange({ pace: { ...PACE, lost: 60_000 } })
    await log.append({ stream: STREAM, open: [] } satisfies Entry)
    expect(await (await follow()).rest()).toEqual([])
  })
})

describe('a number that was counted and not written', () => {
  test('is passed over', async () => {
    const { store, follow, tell, answer } = await arrange()
    await tell(1)
    await store.increment('log', 60)
    await tell(2)
    const stream = await follow()
    await answer()
    expect(said(await stream.rest())).toEqual([1, 2, 'mine'])
  })

  test('at the end as well', async () => {
    const { store, follow, answer } = await arrange()
    const stream = await follow()
    await store.increment('log', 60)
    const answering = setTimeout(answer, 20)
    expect(said(await stream.rest())).toEqual(['mine'])
    clearTimeout(answering)
  })
})

describe('nothing is passed over that was there once', () => {
  test('and has expired', async () => {
    const { clock, log, follow, tell, answer } = await arrange()
    await tell(1)
    const stream = await follow()
    await stream.next()
    clock.advance(601)
    await log.append({ stream: 'other' } satisfies Entry)
    await answer()
    expect(said(await stream.rest())).toEqual([])
  })

  test('and had to make room', async () => {
    const { log, follow, tell, answer } = await arrange()
    const stream = await follow()
    for (let each = 1; each <= 60; each++) await tell(each)
    await answer()
    expect(said(await stream.rest())).toEqual([])
    expect(await log.last()).toBe(63)
  })
})

describe('a stream ends', () => {
  test('when a newer connection has it', async () => {
    const { follow, tell, answer, ended } = await arrange()
    const [older, newer] = [await follow(), await follow()]
    await tell(1)
    await answer()
    expect(said(await older.rest())).toEqual([])
    expect(said(await newer.rest())).toEqual([1, 'mine'])
    expect(ended()).toBe(2)
  })

  test('with its session, which is looked after while nothing is told', async () => {
    const pace = { ...PACE, lost: 60_000, comment: 30 }
    const { follow } = await arrange({ lives: false, pace })
    expect(await (await follow()).rest()).toEqual([])
  })

  test('when its client hangs up, and when it is told to', async () => {
    const { follow, ended } = await arrange()
    const [one, other] = [await follow(), await follow()]
    await one.drop()
    other.end()
    expect(await other.rest()).toEqual([])
    expect(ended()).toBe(2)
  })

  test('when the store fails: its client comes back', async () => {
    const { store, follow, tell } = await arrange()
    const stream = await follow()
    await tell(1)
    expect(said([(await stream.next()) ?? {}])).toEqual([1])
    store.get = () => Promise.reject(new Error('down'))
    expect(await stream.rest()).toEqual([])
  })
})

test('every event says where it is', async () => {
  const { log, follow, answer } = await arrange()
  const stream = await follow()
  const number = await answer()
  await stream.rest()
  const { event } = entryOf((await log.at(number)) as string)
  const place = { listening: false, number }
  expect(stream.lastEventId).toBe(eventId(place, event as string))
  expect(placeOf(stream.lastEventId as string)).toEqual(place)
})
