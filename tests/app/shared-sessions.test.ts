/**
 * Sessions of several processes (`MCP_SESSIONS=shared`): whichever of two apps is asked, the session is one.
 * Checklist A11, E-S.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineResource, defineTool, inputRequired } from '../../src/index.ts'
import { createClock } from '../support/clock.ts'
import { described } from '../support/described.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, rpc } from '../support/mcp.ts'
import {
  initialize,
  openSession,
  readEvents,
  type Session,
  sessionOf,
} from '../support/session-client.ts'
import { SHARED, type TwoAppsOptions, twoApps } from '../support/shared-sessions.ts'

const nothing = z.strictObject({})
const URI = 'test://one'

/** Tools that say what the server knows of its client, announce, wait, and ask. */
function offer() {
  const gate = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<void>()
  const effects: unknown[] = []
  const tools = [
    defineTool({
      ...described,
      name: 'describe',
      input: nothing,
      async run(_, { capabilities, log }) {
        await log('debug', 'fine print')
        await log('error', 'headline')
        return { summary: JSON.stringify(capabilities) }
      },
    }),
    defineTool({
      ...described,
      name: 'touch',
      input: nothing,
      async run(_, { changes }) {
        changes.resource(URI)
        changes.tools()
        return { summary: 'Touched.' }
      },
    }),
    defineTool({
      ...described,
      name: 'waiting',
      input: nothing,
      async run(_, { progress, signal }) {
        signal.addEventListener('abort', () => aborted.resolve())
        await progress(1, 2)
        started.resolve()
        await Promise.race([gate.promise, aborted.promise])
        signal.throwIfAborted()
        await progress(2, 2)
        return { summary: 'Waited.' }
      },
    }),
    defineTool({
      ...described,
      name: 'careful',
      input: nothing,
      async run(_, { answers, ask }) {
        if (answers.sure === undefined) {
          const requestedSchema = { type: 'object' as const, properties: {} }
          return ask({ sure: inputRequired.elicit({ message: 'Sure?', requestedSchema }) })
        }
        effects.push(answers.sure)
        return { summary: 'Answered.' }
      },
    }),
  ]
  const resources = [
    defineResource({
      uri: URI,
      name: 'one',
      title: 'One',
      description: 'For tests.',
      scopes: ['openid'],
      read: async () => ({ text: '1' }),
    }),
  ]
  return {
    offered: { tools, resources },
    open: gate.resolve,
    started: started.promise,
    aborted: aborted.promise,
    effects,
  }
}

/** Both apps, with a session that was opened at the first. */
async function opened(options: TwoAppsOptions = {}, capabilities: Record<string, unknown> = {}) {
  const made = offer()
  const two = twoApps({ ...made.offered, ...options })
  const token = await two.a.token({ expires_in: 86_400 })
  const onA = await openSession(two.a, token, capabilities)
  return { ...made, ...two, token, onA, onB: two.on(two.b, onA, token) }
}

const call = (name: string, progressToken?: string) => ({
  name,
  arguments: {},
  ...(progressToken === undefined ? {} : { _meta: { progressToken } }),
})
const saying = (text: string) =>
  expect.objectContaining({ result: { content: [{ type: 'text', text }] } })

describe('another process', () => {
  test('serves the session without a second initialize, as its client introduced itself', async () => {
    const capabilities = { elicitation: { form: {} }, roots: { listChanged: true } }
    const { onA, onB } = await opened({}, capabilities)
    for (const session of [onB, onA, onB]) {
      const [described] = (
        await readEvents(await session.post('tools/call', call('describe'))).rest()
      ).filter(({ result }) => result !== undefined)
      expect(described).toEqual(saying(JSON.stringify(capabilities)))
    }
  })

  test('opens another session for a second initialize in it, as the first does', async () => {
    const { a, b, token, onA } = await opened()
    const second = rpc('legacy', 'initialize', initialize(), token, { 'Mcp-Session-Id': onA.id })
    for (const app of [a, b]) {
      const again = await app.send('/mcp', second)
      expect(again.status).toBe(200)
      expect(again.headers.get('mcp-session-id')).toBeString()
      expect(again.headers.get('mcp-session-id')).not.toBe(onA.id)
    }
    expect((await onA.post('ping')).status).toBe(200)
  })

  test('knows the level of log messages, wherever it was set last', async () => {
    const { onA, onB } = await opened()
    const heard = async (session: Session) =>
      (await readEvents(await session.post('tools/call', call('describe'))).rest())
        .filter(({ method }) => method === 'notifications/message')
        .map(({ params }) => params?.data)
    expect(await heard(onB)).toEqual(['fine print', 'headline'])
    await (await onA.post('logging/setLevel', { level: 'error' })).text()
    expect(await heard(onB)).toEqual(['headline'])
    await (await onB.post('logging/setLevel', { level: 'debug' })).text()
    expect(await heard(onA)).toEqual(['fine print', 'headline'])
  })

  test('tells what it announces to the stream the first has open, once', async () => {
    const { onA, onB } = await opened()
    const stream = readEvents(await onA.get())
    await stream.begin()
    await (await onA.post('resources/subscribe', { uri: URI })).text()
    await (await onB.post('tools/call', call('touch'))).text()
    expect((await stream.next())?.method).toBe('notifications/resources/updated')
    expect((await stream.next())?.method).toBe('notifications/tools/list_changed')
    await (await onB.post('resources/unsubscribe', { uri: URI })).text()
    await (await onA.post('tools/call', call('touch'))).text()
    expect((await stream.next())?.method).toBe('notifications/tools/list_changed')
    await stream.drop()
  })

  test('tells a subscription of which it has not read yet what a call of another session changed', async () => {
    const { b, token, onA, onB } = await opened()
    const stream = readEvents(await onA.get())
    await stream.begin()
    expect((await onB.post('ping')).status).toBe(200)
    await (await onA.post('resources/subscribe', { uri: URI })).text()
    await (await (await openSession(b, token)).post('tools/call', call('touch'))).text()
    const told = [await stream.next(), await stream.next()].map((one) => one?.method)
    expect(told.sort()).toEqual([
      'notifications/resources/updated',
      'notifications/tools/list_changed',
    ])
    await stream.drop()
  })

  test('cancels a call that runs in the first', async () => {
    const { onA, onB, started, aborted } = await opened()
    const stream = readEvents(await onA.post('tools/call', call('waiting', 'p')))
    await started
    const params = { requestId: 1 }
    await onB.postRaw({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
    await aborted
    await stream.drop()
  }, 10_000)
})

describe('whose a session is', () => {
  const verbs: [string, (session: Session) => Promise<Response>][] = [
    ['POST', (session) => session.post('tools/list')],
    ['a posted response', (session) => session.postRaw({ jsonrpc: '2.0', id: 0, result: {} })],
    ['GET', (session) => session.get()],
    ['DELETE', (session) => session.end()],
  ]
  test.each(verbs)('E-S04, E-S05 %s: another’s is unknown everywhere', async (_, use) => {
    const { a, b, onA } = await opened()
    await a.knob('clients', {
      client_id: 'connected-app-test-other',
      redirect_uris: ['https://other.test/callback'],
    })
    for (const mint of [{ user: 'bob@example.com' }, { client_id: 'connected-app-test-other' }]) {
      const token = await a.token(mint)
      for (const app of [b, a]) expect((await use(sessionOf(app, token, onA.id))).status).toBe(404)
    }
    expect((await onA.post('ping')).status).toBe(200)
  })

  test.each(verbs)('E-S02 %s: one that never was is unknown', async (_, use) => {
    const { b, token } = await opened()
    const never = '00000000-0000-4000-8000-000000000000'
    for (const id of [never, never + never, `${never}:calls:1`, 'x'.repeat(72)]) {
      expect((await use(sessionOf(b, token, id))).status).toBe(404)
    }
  })

  test.each(verbs)('E-S02 %s: one that was ended is, wherever it was ended', async (_, use) => {
    const { onA, onB } = await opened()
    expect((await onB.post('ping')).status).toBe(200)
    expect((await onB.end()).status).toBe(200)
    expect((await use(onA)).status).toBe(404)
    expect((await use(onB)).status).toBe(404)
  })

  test('A11.02 there is nothing of the person in the store', async () => {
    const { store, onA } = await opened()
    const record = await store.get(`session:${onA.id}`)
    expect(record).toContain('"opening"')
    expect(record).not.toContain('user-test')
    expect(record).not.toContain('stytch')
  })
})

describe('DELETE', () => {
  test('ends a stream that only listens at the other process, where no call runs', async () => {
    const { onA, onB } = await opened()
    const listening = readEvents(await onA.get())
    await listening.begin()
    expect((await onB.end()).status).toBe(200)
    expect(await listening.next()).toBeUndefined()
  })

  test('ends streams and aborts calls of the other process', async () => {
    const { onA, onB, started, aborted } = await opened()
    const listening = readEvents(await onA.get())
    await listening.begin()
    const calling = readEvents(await onA.post('tools/call', call('waiting', 'p')))
    await started
    expect((await onB.end()).status).toBe(200)
    expect(await listening.next()).toBeUndefined()
    await aborted
    expect((await calling.rest()).filter(({ id }) => id !== undefined)).toEqual([])
  }, 10_000)
})

describe('how many and how long', () => {
  test('A11.07 twenty for each caller, all processes together; then 429 until one ends', async () => {
    const { a, b, both, token, onB } = await opened()
    const open = (app: typeof a) =>
      app.send('/mcp', rpc('legacy', 'initialize', initialize(), token))
    const all = await Promise.all(Array.from({ length: 30 }, () => open(both)))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(19)
    expect(all.filter(({ status }) => status === 429)).toHaveLength(11)
    expect(
      (
        await b.send(
          '/mcp',
          rpc('legacy', 'initialize', initialize(), await a.token({ user: 'bob@example.com' })),
        )
      ).status,
    ).toBe(200)
    await onB.end()
    expect((await open(a)).status).toBe(200)
    expect((await open(b)).status).toBe(429)
  })

  test('A11.07 an initialize that fails takes no place', async () => {
    const { b, token } = await opened()
    const request = rpc('legacy', 'initialize', initialize(), token)
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'initialize' })
    for (let each = 0; each < 25; each++) await b.send('/mcp', { ...request, body })
    expect((await b.send('/mcp', request)).status).toBe(200)
  })

  test('a client that says too much of itself is told so, and takes no place', async () => {
    const { b, token } = await opened()
    const long = { experimental: { long: { text: 'x'.repeat(40_000) } } }
    for (let each = 0; each < 25; each++) {
      const response = await b.send('/mcp', rpc('legacy', 'initialize', initialize(long), token))
      expect(response.status).toBe(413)
      expect(response.headers.get('mcp-session-id')).toBeNull()
    }
  })

  test('A11.07 30 minutes without a request to any of them', async () => {
    const clock = createClock()
    const { onA, onB } = await opened({ now: clock.now })
    for (const session of [onB, onA, onB, onB, onB]) {
      clock.advance(29 * 60)
      expect((await session.post('ping')).status).toBe(200)
    }
    clock.advance(29 * 60)
    expect((await onA.post('ping')).status).toBe(200)
    clock.advance(30 * 60)
    expect((await onA.post('ping')).status).toBe(404)
    expect((await onB.post('ping')).status).toBe(404)
  })

  test('A11.07 24 hours, however busy', async () => {
    const clock = createClock()
    const { a, onA, onB } = await opened({ now: clock.now })
    const use = async (session: Session) =>
      (await session.post('ping', {}, { token: await a.token() })).status
    for (let minutes = 20; minutes < 24 * 60; minutes += 20) {
      clock.advance(20 * 60)
      expect([minutes, await use(minutes % 40 === 0 ? onA : onB)]).toEqual([minutes, 200])
    }
    clock.advance(20 * 60)
    expect(await use(onB)).toBe(404)
    expect(await use(onA)).toBe(404)
  })
})

describe('a question that one process asked', () => {
  const accept = { action: 'accept', content: {} }

  async function asked() {
    const made = await opened({}, { elicitation: { form: {} } })
    const stream = readEvents(await made.onA.post('tools/call', call('careful')))
    const question = await stream.next()
    expect(question).toMatchObject({ method: 'elicitation/create', params: { message: 'Sure?' } })
    return { ...made, stream, id: question?.id as string }
  }

  test('is answered through the other', async () => {
    const { onB, stream, effects, id } = await asked()
    const posted = await onB.postRaw({ jsonrpc: '2.0', id, result: accept })
    expect([posted.status, await posted.text()]).toEqual([202, ''])
    expect(await stream.rest()).toEqual([saying('Answered.')])
    expect(effects).toEqual([accept])
  })

  test('is answered once', async () => {
    const { onA, onB, stream, effects, id } = await asked()
    const decline = { action: 'decline' }
    await onB.postRaw({ jsonrpc: '2.0', id, result: decline })
    for (const session of [onB, onA, onB]) {
      await session.postRaw({ jsonrpc: '2.0', id, result: accept })
    }
    await stream.rest()
    expect(effects).toEqual([decline])
  })

  test('is not answered by the answer to another’s, though servers count theirs alike', async () => {
    const { onA, onB, stream, effects, id } = await asked()
    const other = readEvents(await onB.post('tools/call', call('careful')))
    const question = await other.next()
    expect(question?.id).not.toBe(id)
    for (const forged of [0, '0', '', 1, crypto.randomUUID()]) {
      for (const session of [onA, onB]) {
        await session.postRaw({ jsonrpc: '2.0', id: forged, result: accept })
      }
    }
    expect(effects).toEqual([])
    await onA.postRaw({ jsonrpc: '2.0', id: question?.id, result: { action: 'decline' } })
    expect(await other.rest()).toEqual([saying('Answered.')])
    expect(effects).toEqual([{ action: 'decline' }])
    await onA.postRaw({ jsonrpc: '2.0', id, result: accept })
    expect(await stream.rest()).toEqual([saying('Answered.')])
    expect(effects).toEqual([{ action: 'decline' }, accept])
  })

  test('E-J24 is not answered by another person, through either', async () => {
    const { a, b, onA, stream, effects, id } = await asked()
    const token = await a.token({ user: 'bob@example.com' })
    for (const app of [a, b]) {
      const forged = { jsonrpc: '2.0', id, result: accept }
      expect((await sessionOf(app, token, onA.id).postRaw(forged)).status).toBe(404)
      await (await openSession(app, token)).postRaw(forged)
    }
    expect(effects).toEqual([])
    await onA.postRaw({ jsonrpc: '2.0', id, result: { action: 'decline' } })
    await stream.rest()
    expect(effects).toEqual([{ action: 'decline' }])
  })
})

describe('when one process is about to end', () => {
  test('its calls are answered, its listeners let go, and its sessions go on at the other', async () => {
    const stopping = new AbortController()
    const { onA, onB, open, started } = await opened({ onlyA: { stopping: stopping.signal } })
    const listening = readEvents(await onA.get())
    await listening.begin()
    const calling = readEvents(await onA.post('tools/call', call('waiting', 'p')))
    await started
    const elsewhere = readEvents(await onA.post('tools/call', call('waiting', 'p')))
    await elsewhere.next()
    const { lastEventId } = elsewhere
    await elsewhere.drop()
    stopping.abort()
    expect(await listening.next()).toBeUndefined()
    expect((await onA.post('ping')).status).toBe(503)
    const headers = { 'Last-Event-ID': lastEventId as string }
    const resumed = readEvents(await onB.get({ headers }))
    open()
    expect((await calling.rest()).at(-1)).toEqual(saying('Waited.'))
    expect((await resumed.rest()).at(-1)).toEqual(saying('Waited.'))
    const back = { 'Last-Event-ID': listening.lastEventId as string }
    const again = readEvents(await onB.get({ headers: back }))
    await (await onB.post('tools/call', call('touch'))).text()
    expect((await again.next())?.method).toBe('notifications/tools/list_changed')
    await again.drop()
  }, 10_000)
})

describe('when the store fails', () => {
  /** Both apps, and the store of the second can be taken away. */
  async function failing() {
    let isDown = false
    const made = await opened({
      through: (app, store) =>
        app === 'a'
          ? store
          : new Proxy(store, {
              get: (target, name) =>
                isDown && name !== 'then'
                  ? () => Promise.reject(new Error('canary of a store'))
                  : target[name as 'get'],
            }),
    })
    return {
      ...made,
      down: (value: boolean) => {
        isDown = value
      },
    }
  }

  test('what is not here is 503, not 404: its client would take it for lost', async () => {
    const { b, token, onB, down } = await failing()
    down(true)
    const refused = [
      await onB.post('ping'),
      await onB.get(),
      await onB.end(),
      await b.send('/mcp', rpc('legacy', 'initialize', initialize(), token)),
    ]
    for (const response of refused) {
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(await response.text()).not.toContain('canary')
    }
    const named = await onB.postRaw({ jsonrpc: '2.0', id: 'mine', method: 'ping' })
    expect(await answer(named)).toMatchObject({ id: 'mine' })
    down(false)
    expect((await onB.post('ping')).status).toBe(200)
  })

  test('what is here goes on, but for what the others would have to know', async () => {
    const { b, onA, onB, down } = await failing()
    expect((await onB.post('ping')).status).toBe(200)
    down(true)
    expect((await onB.post('ping')).status).toBe(200)
    const called = await readEvents(await onB.post('tools/call', call('describe'))).rest()
    expect(called).toContainEqual(saying('{}'))
    const changed = await answer(await onB.post('logging/setLevel', { level: 'error' }))
    expect(changed.error?.message).toBe('The session cannot be changed at the moment')
    expect((await onB.end()).status).toBe(503)
    down(false)
    expect((await onA.post('ping')).status).toBe(200)
    expect((await onB.end()).status).toBe(200)
    expect((await onA.post('ping')).status).toBe(404)
    const said = b.lines.filter((line) => line.includes('shared sessions '))
    expect(said.map((line) => JSON.parse(line).event)).toEqual([
      'shared sessions unavailable',
      'shared sessions available',
    ])
    expect(b.lines.join()).not.toContain('canary of a store')
  })
})

test('a store that cannot keep sessions is refused', async () => {
  const { add, get, take, increment } = twoApps().store
  expect(() => createFixture({ env: SHARED, store: { add, get, take, increment } })).toThrow(
    'touch',
  )
})
