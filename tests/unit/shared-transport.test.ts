/**
 * An event that comes while a stream is being resumed, here or at another process, is neither missed nor
 * repeated, in whichever moment it comes; and what could not be kept is not passed over. Checklist E-S12.
 */
import { expect, test } from 'bun:test'
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { sharedLog } from '../../src/mcp/shared/log.ts'
import { createQuestions } from '../../src/mcp/shared/questions.ts'
import { SharedTransport } from '../../src/mcp/shared/shared-transport.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { type EventStream, readEvents } from '../support/session-client.ts'

const SESSION = 'one'
const HEADERS = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
  'MCP-Protocol-Version': '2025-11-25',
  'Mcp-Session-Id': SESSION,
}
const OPENING = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
}
/** More turns than a resumption takes. */
const TURNS = 60
const MISSED = 3
const PACE = { look: 2, closing: 30, lost: 100, comment: 60_000 }

/** A session of one process, without a server: the test says what a server would. */
function processOf(store: Store, spend: () => boolean, pace = PACE) {
  const log = (part: string) =>
    sharedLog({ store, name: `session:${part}`, ttl: 600, lifetime: 600, capacity: 100 })
  const transport = new SharedTransport({
    sessionIdGenerator: () => SESSION,
    retryInterval: 1,
    logs: { calls: log('calls'), listening: log('listening') },
    spend,
    tell: async () => {},
    lives: async () => true,
    pace,
    questions: (onAnswer) =>
      createQuestions({ store, name: 'session', spend, onAnswer, look: pace.look }),
  })
  const received: JSONRPCMessage[] = []
  transport.onmessage = (message) => received.push(message)
  const post = (id: number, method: string, params: object) => {
    const parsedBody = { jsonrpc: '2.0', id, method, params }
    const request = new Request('http://localhost/mcp', { method: 'POST', headers: HEADERS })
    return transport.handleRequest(request, { parsedBody })
  }
  const resume = ({ lastEventId }: EventStream) =>
    transport.handleRequest(
      new Request('http://localhost/mcp', {
        headers: { ...HEADERS, 'Last-Event-ID': lastEventId as string },
      }),
    )
  return { transport, received, post, resume }
}

/** A call in flight at one process, and another process that knows the session. */
async function open(pace = PACE) {
  const store = memoryStore()
  const state = { room: true, down: false }
  const at = processOf(
    {
      ...store,
      add: (...args) => (state.down ? Promise.reject(new Error('down')) : store.add(...args)),
    },
    () => state.room,
  )
  await at.post(1, 'initialize', OPENING)
  const other = processOf(store, () => true, pace)
  const { received } = other
  other.transport.onmessage = (message) => {
    received.push(message)
    const { id } = message as { id: number }
    void other.transport.send({ jsonrpc: '2.0', id, result: {} })
  }
  await other.transport.revive(SESSION, OPENING)
  const stream = readEvents(await at.post(2, 'tools/call', { name: 'any' }))
  await stream.begin()
  const { id } = at.received.at(-1) as { id: number }
  const tell = (progress: number) => {
    const params = { progressToken: 'p', progress }
    const message = { jsonrpc: '2.0', method: 'notifications/progress', params } as const
    return at.transport.send(message, { relatedRequestId: id })
  }
  const answer = () => at.transport.send({ jsonrpc: '2.0', id, result: {} })
  return { state, stream, here: at.resume, elsewhere: other.resume, tell, answer, ...at }
}

const turns = async (count: number) => {
  for (let each = 0; each < count; each++) await undefined
}
const told = (messages: { id?: unknown; params?: Record<string, unknown>; error?: unknown }[]) =>
  messages.map(({ id, params, error }) => (error ? 'lost' : (id ?? params?.progress)))

test.each([
  ['an event, and then the answer', 'here', false],
  ['an event and the answer at once', 'here', true],
  ['an event, and then the answer', 'elsewhere', false],
  ['an event and the answer at once', 'elsewhere', true],
] as const)(
  'E-S12 %s, in the midst of a resumption %s',
  async (_, where, atOnce) => {
    for (let turn = 0; turn < TURNS; turn++) {
      const { stream, tell, answer, ...ways } = await open()
      await stream.drop()
      for (let each = 1; each <= MISSED; each++) await tell(each)

      const resuming = ways[where](stream)
      await turns(turn)
      const event = tell(MISSED + 1)
      const sent = atOnce ? Promise.all([event, answer()]) : event.then(answer)
      const messages = await readEvents(await resuming).rest()
      await sent
      expect({ turn, told: told(messages) }).toEqual({ turn, told: [1, 2, 3, 4, 2] })
    }
  },
  20_000,
)

test.each([
  ['there is no room for it', 'room'],
  ['the store fails', 'down'],
] as const)('when %s, an event is sent, and not passed over by who comes back', async (_, what) => {
  const { state, stream, elsewhere, tell, answer } = await open()
  await tell(1)
  await stream.next()
  const { lastEventId } = stream
  Object.assign(state, what === 'room' ? { room: false } : { down: true })
  await tell(2)
  Object.assign(state, { room: true, down: false })
  await tell(3)
  expect(told([(await stream.next()) ?? {}, (await stream.next()) ?? {}])).toEqual([2, 3])
  expect(stream.lastEventId).toBe(lastEventId)
  await stream.drop()
  await answer()
  expect(told(await readEvents(await elsewhere(stream)).rest())).toEqual(['lost'])
})

/** Nothing is given up for want of a sign of life. */
const PATIENT = { ...PACE, lost: 60_000 }

test('what is cut off with its process is said to be lost at once', async () => {
  const { transport, stream, elsewhere, tell } = await open(PATIENT)
  await tell(1)
  await transport.finish(10)
  const resumed = readEvents(await elsewhere(stream))
  expect(told(await resumed.rest())).toEqual([1, 'lost'])
  expect(told(await stream.rest())).toEqual([1])
})

test('of a call that is cancelled nothing is waited for', async () => {
  const { transport, stream, elsewhere } = await open(PATIENT)
  transport.apply({ cancel: 2 })
  expect(await readEvents(await elsewhere(stream)).rest()).toEqual([])
  await stream.drop()
})
