/**
 * An event that comes while a stream is being resumed is neither missed nor repeated, in whichever moment
 * of the resumption it comes. Checklist E-S12.
 */
import { expect, test } from 'bun:test'
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { createEventStore } from '../../src/mcp/event-store.ts'
import { SessionTransport } from '../../src/mcp/session-transport.ts'
import { type EventStream, readEvents } from '../support/session-client.ts'

const SESSION = 'one'
const HEADERS = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
  'MCP-Protocol-Version': '2025-11-25',
  'Mcp-Session-Id': SESSION,
}
/** More turns than a resumption takes. */
const TURNS = 40
const MISSED = 5

/** A session without a server: the test says what a server would. */
async function open() {
  const transport = new SessionTransport({
    sessionIdGenerator: () => SESSION,
    eventStore: createEventStore(),
    retryInterval: 1,
  })
  const received: JSONRPCMessage[] = []
  transport.onmessage = (message) => received.push(message)
  const post = (id: number, method: string, params: object) => {
    const parsedBody = { jsonrpc: '2.0', id, method, params }
    const request = new Request('http://localhost/mcp', { method: 'POST', headers: HEADERS })
    return transport.handleRequest(request, { parsedBody })
  }
  const clientInfo = { name: 'test', version: '1' }
  await post(1, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  const stream = readEvents(await post(2, 'tools/call', { name: 'any' }))
  await stream.begin()
  const { id } = received.at(-1) as { id: number }
  const resume = ({ lastEventId }: EventStream) =>
    transport.handleRequest(
      new Request('http://localhost/mcp', {
        headers: { ...HEADERS, 'Last-Event-ID': lastEventId as string },
      }),
    )
  const tell = (progress: number) => {
    const params = { progressToken: 'p', progress }
    const message = { jsonrpc: '2.0', method: 'notifications/progress', params } as const
    return transport.send(message, { relatedRequestId: id })
  }
  const answer = () => transport.send({ jsonrpc: '2.0', id, result: {} })
  return { stream, resume, tell, answer }
}

const turns = async (count: number) => {
  for (let each = 0; each < count; each++) await undefined
}

test.each([
  ['an event, and then the answer', false],
  ['an event and the answer at once', true],
])('E-S12 %s, in the midst of a resumption', async (_, atOnce) => {
  for (let turn = 0; turn < TURNS; turn++) {
    const { stream, resume, tell, answer } = await open()
    await stream.drop()
    for (let each = 1; each <= MISSED; each++) await tell(each)

    const resuming = resume(stream)
    await turns(turn)
    const event = tell(MISSED + 1)
    const sent = atOnce ? Promise.all([event, answer()]) : event.then(answer)
    const messages = await readEvents(await resuming).rest()
    await sent
    const told = messages.map(({ id, params }) => id ?? params?.progress)
    expect({ turn, told }).toEqual({ turn, told: [1, 2, 3, 4, 5, 6, 2] })
  }
})
