/**
 * How sessions end, and what their streams do when a token does: by DELETE, by the end of the process, by
 * time, by revocation. Checklist A11.07, A15.03, E-S11, E-S16.
 */
import { describe, expect, test } from 'bun:test'
import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import type { SessionTransport } from '../../src/mcp/session-transport.ts'
import { createSessions } from '../../src/mcp/sessions.ts'
import type { Principal } from '../../src/oauth/principal.ts'
import { createClock } from '../support/clock.ts'
import { described } from '../support/described.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { initialize, openSession, readEvents, withMeta } from '../support/session-client.ts'

const UNTIL_ABORTED = 'until aborted'

/** A tool that waits for its gate, or for its signal, and another that announces. */
function server(options: FixtureOptions = {}) {
  const gate = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<void>()
  const completed: string[] = []
  const waiting = defineTool({
    ...described,
    name: 'waiting',
    input: z.strictObject({ how: z.string().optional() }),
    async run({ how }, { signal, progress }) {
      signal.addEventListener('abort', () => aborted.resolve())
      await progress(1, 2)
      started.resolve()
      await (how === UNTIL_ABORTED ? aborted.promise : gate.promise)
      completed.push(how ?? 'gate')
      return { summary: 'Waited.' }
    },
  })
  const announce = defineTool({
    ...described,
    name: 'announce',
    input: z.strictObject({}),
    async run(_, { changes }) {
      changes.tools()
      return {}
    },
  })
  const env = { MCP_SESSIONS: 'memory' }
  const fixture = createFixture({ env, tools: [waiting, announce], ...options })
  const call = (name: string, how?: string) => ({
    name,
    arguments: how === undefined ? {} : { how },
    _meta: { progressToken: 'p' },
  })
  return {
    fixture,
    call,
    open: gate.resolve,
    started: started.promise,
    aborted: aborted.promise,
    completed,
  }
}

const CHANGED = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' }
const waited = (id: unknown) => ({ id, result: { content: [{ text: 'Waited.' }] } })

describe('DELETE', () => {
  test('ends all streams, aborts calls in flight, and frees its place', async () => {
    const { fixture, call, started, aborted } = server()
    const token = await fixture.token()
    const session = await openSession(fixture, token)
    const listening = readEvents(await session.get())
    await listening.begin()
    const calling = readEvents(await session.post('tools/call', call('waiting', UNTIL_ABORTED)))
    await started
    for (let each = 1; each < 20; each++) await openSession(fixture, token)

    expect((await session.end()).status).toBe(200)
    await aborted
    expect(await listening.next()).toBeUndefined()
    expect((await calling.rest()).filter(({ id }) => id !== undefined)).toEqual([])
    await openSession(fixture, token)
  })
})

describe('when the process is about to end', () => {
  /** A server that can be stopped, and one session of it with a call in flight. */
  async function busy() {
    const stopping = new AbortController()
    const made = server({ stopping: stopping.signal })
    const { fixture, call, started } = made
    const token = await fixture.token()
    const session = await openSession(fixture, token)
    const listening = readEvents(await session.get())
    await listening.begin()
    const calling = readEvents(await session.post('tools/call', call('waiting')))
    await started
    const params = { notifications: { toolsListChanged: true } }
    const subscribed = readEvents(
      await fixture.send('/mcp', rpc('modern', 'subscriptions/listen', params, token)),
    )
    await subscribed.next()
    return { ...made, token, session, listening, calling, subscribed, stop: () => stopping.abort() }
  }

  test('streams that only listen end at once, the one of 2026 with its result', async () => {
    const { listening, subscribed, stop } = await busy()
    stop()
    expect(await listening.next()).toBeUndefined()
    expect((await subscribed.rest()).at(-1)?.result).toMatchObject({ resultType: 'complete' })
  })

  test('a call in flight is answered; then its session is gone', async () => {
    const { calling, stop, open, completed } = await busy()
    stop()
    open()
    expect((await calling.rest()).at(-1)).toMatchObject(waited(1))
    expect(completed).toEqual(['gate'])
  })

  test('a call that was resumed is answered as well', async () => {
    const { session, calling, stop, open } = await busy()
    await calling.next()
    await calling.drop()
    const headers = { 'Last-Event-ID': calling.lastEventId as string }
    const resumed = readEvents(await session.get({ headers }))
    stop()
    open()
    expect((await resumed.rest()).at(-1)).toMatchObject(waited(1))
  })

  test('nothing new is served, in either era', async () => {
    const { fixture, token, session, stop } = await busy()
    stop()
    const refused = [
      await session.post('ping'),
      await session.get(),
      await fixture.send('/mcp', rpc('legacy', 'initialize', initialize(), token)),
      await fixture.send('/mcp', rpc('modern', 'tools/list', {}, token)),
    ]
    for (const response of refused) {
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    }
  })

  describe('sessions', () => {
    const ada = { issuer: 'i', subject: 'ada', clientId: 'c' } as Principal

    /** Sessions without an endpoint, one of them with a call in flight. */
    async function calling() {
      const aborted = Promise.withResolvers<void>()
      const { createServer, started } = serverWith(aborted.resolve)
      const sessions = createSessions({ createServer, now: Date.now })
      const post = (
        by: SessionTransport | undefined,
        headers: object,
        id: number,
        method: string,
        params: object,
      ) => {
        const parsedBody = { jsonrpc: '2.0', id, method, params }
        const common = {
          'Content-Type': 'application/json',
          Accept: 'application/json, text/event-stream',
        }
        const request = new Request('http://localhost/mcp', {
          method: 'POST',
          headers: { ...common, ...headers },
        })
        return by?.handleRequest(request, { parsedBody }) as Promise<Response>
      }
      const opened = await sessions.open(ada, (by) => post(by, {}, 1, 'initialize', initialize()))
      const id = opened?.headers.get('mcp-session-id') as string
      const headers = { 'Mcp-Session-Id': id }
      const stream = readEvents(await post(sessions.find(id, ada), headers, 2, 'ping/held', {}))
      await started
      return { sessions, id, stream, aborted: aborted.promise }
    }

    /** A protocol server with one method, which ends when it is aborted. */
    function serverWith(onAbort: () => void) {
      const started = Promise.withResolvers<void>()
      const createServer = () => {
        const made = new McpServer({ name: 'test', version: '1' })
        made.server.fallbackRequestHandler = (_, { mcpReq }) =>
          new Promise((_, reject) => {
            started.resolve()
            mcpReq.signal.addEventListener('abort', () => {
              onAbort()
              reject(new Error('aborted'))
            })
          })
        return made
      }
      return { createServer, started: started.promise }
    }

    test('abort what takes longer than its grace, and keep nothing', async () => {
      const { sessions, id, stream, aborted } = await calling()
      expect([...sessions.changes()]).toHaveLength(1)
      await sessions.close(10)
      await aborted
      expect(await stream.rest()).toEqual([])
      expect([...sessions.changes()]).toEqual([])
      expect(sessions.find(id, ada)).toBeUndefined()
      expect(await sessions.open(ada, () => expect.unreachable())).toBeUndefined()
    })

    test('with nothing in flight do not wait', async () => {
      const { createServer } = serverWith(() => {})
      const sessions = createSessions({ createServer, now: Date.now })
      await sessions.open(ada, async () => new Response())
      await sessions.close(600_000)
      expect([...sessions.changes()]).toEqual([])
    })
  })
})

describe('a token that ends', () => {
  test('E-S11 during a call does not take its answer away; the next request is 401', async () => {
    const clock = createClock()
    const { fixture, call, started, open, completed } = server({ now: clock.now })
    const session = await openSession(fixture, await fixture.token({ expires_in: 600 }))
    const calling = readEvents(await session.post('tools/call', call('waiting')))
    await started
    clock.advance(700)
    open()
    expect((await calling.rest()).at(-1)).toMatchObject(waited(1))
    expect(completed).toEqual(['gate'])
    const next = await session.post('ping')
    expect(next.status).toBe(401)
    expect(next.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test.each([...ERAS])('E-S11 during a call without a session does neither (%s)', async (era) => {
    const clock = createClock()
    const { fixture, call, started, open, completed } = server({ now: clock.now, env: {} })
    const token = await fixture.token({ expires_in: 600 })
    const request = rpc(era, 'tools/call', call('waiting'), token)
    const calling = fixture.send('/mcp', withMeta(request, { progressToken: 'p' }))
    await started
    clock.advance(700)
    open()
    expect((await readEvents(await calling).rest()).at(-1)).toMatchObject(waited(1))
    expect(completed).toEqual(['gate'])
    expect((await fixture.send('/mcp', rpc(era, 'tools/list', {}, token))).status).toBe(401)
  })

  test('E-S16 ends the stream of its session at that moment', async () => {
    const { fixture } = server()
    const token = await fixture.token({ expires_in: 2 })
    const { exp } = JSON.parse(atob(token.split('.')[1] as string))
    const listening = readEvents(await (await openSession(fixture, token)).get())
    await listening.begin()
    expect(await listening.rest()).toEqual([])
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000)
    expect(Date.now()).toBeLessThan(exp * 1_000 + 2_000)
  })

  test('E-S16 gets no event; a newer one reads on from there', async () => {
    const clock = createClock()
    const { fixture, call } = server({ now: clock.now })
    const session = await openSession(fixture, await fixture.token({ expires_in: 600 }))
    const listening = readEvents(await session.get())
    await listening.begin()
    clock.advance(601)
    const fresh = { token: await fixture.token() }
    await (await session.post('tools/call', call('announce'), fresh)).text()
    expect(await listening.rest()).toEqual([])
    const headers = { 'Last-Event-ID': listening.lastEventId as string }
    const resumed = readEvents(await session.get({ ...fresh, headers }))
    expect(await resumed.next()).toEqual(CHANGED as never)
    await resumed.drop()
  })

  test('A15.03 by revocation gets no event and no other stream; a newer one reads on', async () => {
    const env = { MCP_SESSIONS: 'memory', MAX_REVOCATION_LAG: '0' }
    const { fixture, call } = server({ env })
    const token = await fixture.token()
    const session = await openSession(fixture, token)
    const listening = readEvents(await session.get())
    await listening.begin()
    await fixture.knob('grants/revoke', { token })
    const fresh = { token: await fixture.token() }
    await (await session.post('tools/call', call('announce'), fresh)).text()
    expect(await listening.rest()).toEqual([])

    const headers = { 'Last-Event-ID': listening.lastEventId as string }
    expect((await session.get({ headers })).status).toBe(401)
    const resumed = readEvents(await session.get({ ...fresh, headers }))
    expect(await resumed.next()).toEqual(CHANGED as never)
    await resumed.drop()
  })

  test('the session outlives it: whoever opened it goes on with the next', async () => {
    const clock = createClock()
    const { fixture } = server({ now: clock.now })
    const session = await openSession(fixture, await fixture.token({ expires_in: 600 }))
    clock.advance(700)
    expect((await session.post('ping')).status).toBe(401)
    const fresh = { token: await fixture.token() }
    expect((await answer(await session.post('ping', {}, fresh))).result).toEqual({})
  })
})
