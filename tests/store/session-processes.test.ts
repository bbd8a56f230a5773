/**
 * Sessions of two processes on one Redis, behind an address that is another one's at every request: a session is
 * one, and a stream that broke with its process is read on from at the other. Checklist A11.09, E-S12.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Fixture } from '../support/fixture.ts'
import { answer } from '../support/mcp.ts'
import {
  type EventStream,
  type Message,
  openSession,
  readEvents,
  type Session,
  sessionOf,
} from '../support/session-client.ts'
import {
  type SessionProcesses,
  type SessionServer,
  startSessionProcesses,
} from './session-processes.ts'

let two: SessionProcesses
let token: string
beforeAll(async () => {
  two = await startSessionProcesses()
}, 60_000)
afterAll(() => two?.stop())

const EVENTS = 5
const capabilities = { elicitation: { form: {} } }

/** A session that is opened at the first, as it is spoken to by either, and by turns. */
async function opened() {
  const [a, b] = two.servers
  token = await two.token()
  const at = (server: SessionServer) =>
    ({ send: (path, init) => two.sendTo(server, path, init) }) as Fixture
  const onA = await openSession(at(a), token, capabilities)
  const onB = sessionOf(at(b), token, onA.id)
  return { a, b, onA, onB, session: sessionOf(two as unknown as Fixture, token, onA.id) }
}

const call = (name: string, args = {}) => ({
  name,
  arguments: args,
  _meta: { progressToken: 'p' },
})
const said = async (response: Response) =>
  (await readEvents(response).rest()).at(-1)?.result as { content: { text: string }[] }
const resume = async (session: Session, { lastEventId }: EventStream) =>
  readEvents(await session.get({ headers: { 'Last-Event-ID': lastEventId as string } }))
const heard = (messages: readonly Message[]) =>
  messages.map(({ id, params }) => (id === undefined ? params?.progress : id))
const UP_TO = (first: number) =>
  Array.from({ length: EVENTS - first + 1 }, (_, each) => first + each)

test('a session is served by both in turn, as its client introduced itself', async () => {
  const { session } = await opened()
  const places: string[] = []
  for (let each = 0; each < 6; each++) {
    const { content } = await said(await session.post('tools/call', call('where')))
    const [name = '', ...knows] = content[0]?.text.split(' ') ?? []
    expect(knows.join(' ')).toBe(JSON.stringify(capabilities))
    places.push(name)
  }
  expect(places.join('')).toMatch(/^(?:AB){3}$|^(?:BA){3}$/)
  expect((await session.end()).status).toBe(200)
  for (let each = 0; each < 2; each++) expect((await session.post('ping')).status).toBe(404)
})

test('a question of one is answered through the other', async () => {
  const { onA, onB } = await opened()
  const stream = readEvents(await onA.post('tools/call', call('careful')))
  const question = await stream.next()
  expect(question).toMatchObject({ method: 'elicitation/create', params: { message: 'A' } })
  const result = { action: 'accept', content: {} }
  expect((await onB.postRaw({ jsonrpc: '2.0', id: question?.id, result })).status).toBe(202)
  const [answered] = await stream.rest()
  expect(answered?.result).toEqual({
    content: [{ type: 'text', text: `A ${JSON.stringify(result)}` }],
  })
})

test('the official client does not notice that they are two', async () => {
  const client = new Client({ name: 'test', version: '1' }, { capabilities })
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }))
  const changed = Promise.withResolvers<void>()
  client.setNotificationHandler('notifications/tools/list_changed', () => changed.resolve())
  const fresh = await two.token()
  const transport = new StreamableHTTPClientTransport(new URL(`${two.url}/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${fresh}` } },
    fetch: (input, init) => fetch(input, { ...init, keepalive: false }),
  })
  await client.connect(transport)
  const texts = async (name: string) =>
    ((await client.callTool({ name, arguments: {} })).content as { text: string }[])[0]?.text
  const places = new Set([await texts('where'), await texts('where'), await texts('where')])
  expect(places.size).toBe(2)
  for (let each = 0; each < 3; each++) expect(await texts('careful')).toContain('"accept"')
  const seen: number[] = []
  const args = { key: 'official', events: EVENTS, holds: false }
  const stepped = await client.callTool(
    { name: 'stepping', arguments: args },
    { onprogress: ({ progress }) => seen.push(progress) },
  )
  expect(seen).toEqual(UP_TO(1))
  expect(stepped.content).toMatchObject([{ text: expect.stringMatching(/^Done by [AB]\.$/) }])
  // Told by the one, and by the other, to a stream that one of them has.
  await client.callTool({ name: 'announce', arguments: {} })
  await changed.promise
  await transport.terminateSession()
  await client.close()
}, 30_000)

describe('one is killed:', () => {
  test('what it told and answered while nobody listened is read on at the other, once', async () => {
    const { a, onA, onB } = await opened()
    const args = { key: 'one', events: EVENTS, holds: false }
    const stream = readEvents(await onA.post('tools/call', call('stepping', args)))
    await stream.begin()
    expect(heard(await stream.rest())).toEqual([1])
    await two.kept(onA.id, 'Done by A.')
    await a.kill()
    const resumed = await (await resume(onB, stream)).rest()
    expect(heard(resumed)).toEqual([...UP_TO(2), 1])
    expect(resumed.at(-1)?.result).toEqual({ content: [{ type: 'text', text: 'Done by A.' }] })
    // Again, from the same event.
    expect(heard(await (await resume(onB, stream)).rest())).toEqual([...UP_TO(2), 1])
    await a.restart()
    expect(heard(await (await resume(onA, stream)).rest())).toEqual([...UP_TO(2), 1])
  }, 30_000)

  test('a call that ran there is answered with an error, after what it told', async () => {
    const { a, onA, onB } = await opened()
    const args = { key: 'two', events: EVENTS, holds: true }
    const stream = readEvents(await onA.post('tools/call', call('stepping', args)))
    expect(heard(await stream.rest())).toEqual([1])
    await a.printed('holding two')
    const alive = await resume(onB, stream)
    const told: Message[] = []
    while (told.length < EVENTS - 1) told.push((await alive.next()) as Message)
    await a.kill()
    const [lost, ...more] = await alive.rest()
    expect(heard(told)).toEqual(UP_TO(2))
    expect(lost).toMatchObject({ id: 1, error: { code: -32_603 } })
    expect(lost?.error?.message).toContain('lost')
    expect(more).toEqual([])
    await a.restart()
  }, 40_000)

  test('a stream that only listened there is opened at the other, with what was told since', async () => {
    const { a, onA, onB } = await opened()
    const stream = readEvents(await onA.get())
    await stream.begin()
    await (await onB.post('tools/call', call('announce'))).text()
    expect((await stream.next())?.method).toBe('notifications/tools/list_changed')
    await a.kill()
    await stream.rest().catch(() => {})
    await (await onB.post('tools/call', call('announce'))).text()
    await (await onB.post('tools/call', call('announce'))).text()
    const resumed = await resume(onB, stream)
    for (let each = 0; each < 2; each++) {
      expect((await resumed.next())?.method).toBe('notifications/tools/list_changed')
    }
    await a.restart()
    await (await onA.post('tools/call', call('announce'))).text()
    expect((await resumed.next())?.method).toBe('notifications/tools/list_changed')
    expect((await onA.end()).status).toBe(200)
    expect(await resumed.next()).toBeUndefined()
  }, 30_000)

  test('its sessions are ended by the other, and unknown to the next', async () => {
    const { a, onA, onB } = await opened()
    expect((await answer(await onA.post('ping'))).result).toEqual({})
    await a.kill()
    expect((await onB.end()).status).toBe(200)
    await a.restart()
    expect((await onA.post('ping')).status).toBe(404)
  }, 30_000)
})
