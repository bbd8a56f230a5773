/**
 * Sessions of the 2025 era (`MCP_SESSIONS=memory`): whose they are, how long they last, and that streams
 * lose and repeat nothing. Checklist A11 and E-S.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineResource, defineTool, inputRequired, type Tool } from '../../src/index.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type FixtureOptions, type Mint } from '../support/fixture.ts'
import { answer, rpc } from '../support/mcp.ts'
import {
  type As,
  initialize,
  openSession,
  readEvents,
  type Session,
  sessionOf,
} from '../support/session-client.ts'

const OTHER_CLIENT = { client_id: 'connected-app-test-other' }
const NEVER = '00000000-0000-4000-8000-000000000000'

/** A server with sessions, whose tokens may name any client: a public one, known to Stytch. */
function start(options: FixtureOptions = {}) {
  const fixture = createFixture({ env: { MCP_SESSIONS: 'memory' }, ...options })
  return {
    ...fixture,
    async token(mint: Mint = {}) {
      const { client_id, registered } = mint
      if (client_id !== undefined && registered !== false) {
        await fixture.knob('clients', { client_id, redirect_uris: ['https://other.test/callback'] })
      }
      return fixture.token(mint)
    },
  }
}

/** A tool that takes nothing. */
function tool(name: string, run: Tool['run'], scopes = ['openid']): Tool {
  return defineTool({
    name,
    title: name,
    description: 'For tests.',
    toolset: 'test',
    risk: 'read',
    scopes,
    input: z.strictObject({}),
    run,
  })
}

const call = (name: string, progressToken?: string) => ({
  name,
  arguments: {},
  ...(progressToken === undefined ? {} : { _meta: { progressToken } }),
})

const open = (fixture: ReturnType<typeof start>, token: string, headers = {}) =>
  fixture.send('/mcp', rpc('legacy', 'initialize', initialize(), token, headers))

describe('whose a session is', () => {
  const verbs: [string, (session: Session, as: As) => Promise<Response>][] = [
    ['POST', (session, as) => session.post('tools/list', {}, as)],
    ['a posted response', (s, as) => s.postRaw({ jsonrpc: '2.0', id: 0, result: {} }, as)],
    [
      'a batch',
      (s, as) => s.postRaw([{ jsonrpc: '2.0', id: 1, method: 'ping' }], inBatchRevision(as)),
    ],
    ['GET', (session, as) => session.get(as)],
    ['DELETE', (session, as) => session.end(as)],
  ]
  const inBatchRevision = (as: As): As => ({
    ...as,
    headers: { ...as.headers, 'MCP-Protocol-Version': '2025-03-26' },
  })

  describe.each(verbs)('%s', (_, use) => {
    test.each([
      ["E-S04, A11.03 another person's", { user: 'bob@example.com' }],
      ["E-S05, A11.04 another client's", OTHER_CLIENT],
    ])('%s is unknown, and goes on for its owner', async (_, mint) => {
      const fixture = start()
      const session = await openSession(fixture, await fixture.token())
      const response = await use(session, { token: await fixture.token(mint) })
      expect(response.status).toBe(404)
      expect(await response.text()).not.toContain(session.id)
      expect((await session.post('ping')).status).toBe(200)
    })

    test('A11.05, E-S02 one that never was is unknown', async () => {
      const fixture = start()
      const session = sessionOf(fixture, await fixture.token(), NEVER)
      expect((await use(session, {})).status).toBe(404)
    })

    test('A11.05, E-S02 one that was ended is unknown', async () => {
      const fixture = start()
      const session = await openSession(fixture, await fixture.token())
      expect((await session.end()).status).toBe(200)
      expect((await use(session, {})).status).toBe(404)
    })

    test('A11.01 its id without a token is 401', async () => {
      const fixture = start()
      const session = await openSession(fixture, await fixture.token())
      const response = await use(session, { headers: { Authorization: '' } })
      expect(response.status).toBe(401)
      expect((await session.post('ping')).status).toBe(200)
    })

    test('its id with a token that lacks the baseline is 403', async () => {
      const fixture = start()
      const session = await openSession(fixture, await fixture.token())
      const response = await use(session, { token: await fixture.token({ scope: 'email' }) })
      expect(response.status).toBe(403)
      expect((await session.post('ping')).status).toBe(200)
    })
  })

  test.each(['POST', 'GET', 'DELETE'])('A11.05, E-S03 %s without an id is 400', async (method) => {
    const fixture = start()
    const { body, ...init } = rpc('legacy', 'tools/list', {}, await fixture.token())
    const response = await fixture.send('/mcp', {
      ...init,
      method,
      ...(method === 'POST' ? { body: body as string } : {}),
    })
    expect(response.status).toBe(400)
  })

  test.each(['of my choice', 'of another', 'of my own'])(
    'E-S08 an id %s on initialize is not adopted',
    async (whose) => {
      const fixture = start()
      const token = await fixture.token()
      const bob = await fixture.token({ user: 'bob@example.com' })
      const chosen =
        whose === 'of my choice'
          ? 'chosen-by-me'
          : (await openSession(fixture, whose === 'of another' ? bob : token)).id
      const response = await open(fixture, token, { 'Mcp-Session-Id': chosen })
      expect(response.status).toBe(200)
      const minted = response.headers.get('mcp-session-id')
      expect(minted).toEqual(expect.any(String))
      expect(minted).not.toBe(chosen)
      expect((await sessionOf(fixture, token, 'chosen-by-me').post('ping')).status).toBe(404)
    },
  )

  test('A11.06 modern requests know no sessions', async () => {
    const fixture = start()
    const token = await fixture.token()
    const request = rpc('modern', 'tools/list', {}, token, { 'Mcp-Session-Id': NEVER })
    const response = await fixture.send('/mcp', request)
    expect([response.status, response.headers.get('mcp-session-id')]).toEqual([200, null])
  })

  test('A11.02 ids are unlike each other: 128 bits or more of visible ASCII', async () => {
    const fixture = start()
    const ids = new Set<string>()
    for (let client = 0; client < 40; client++) {
      const client_id = `connected-app-test-${client}`
      const token = await fixture.token({ client_id, registered: false })
      for (let each = 0; each < 5; each++) ids.add((await openSession(fixture, token)).id)
    }
    expect(ids.size).toBe(200)
    for (const id of ids) expect(id).toMatch(/^[\x21-\x7e]+$/)
    const [first = ''] = ids
    const bits = [...first]
      .map((_, at) => Math.log2(new Set([...ids].map((id) => id[at])).size))
      .reduce((a, b) => a + b)
    expect(bits).toBeGreaterThanOrEqual(128)
    expect(new Set([...ids].map((id) => id.slice(0, 8))).size).toBe(200)
  })
})

describe('how long a session lasts', () => {
  test('A11.07 30 minutes without a request', async () => {
    const clock = createClock()
    const fixture = start({ now: clock.now })
    const session = await openSession(fixture, await fixture.token({ expires_in: 86_400 }))
    clock.advance(29 * 60)
    expect((await session.post('ping')).status).toBe(200)
    clock.advance(29 * 60)
    expect((await session.post('ping')).status).toBe(200)
    clock.advance(30 * 60)
    expect((await session.post('ping')).status).toBe(404)
  })

  test('A11.07 somebody else who tries its id does not keep it alive', async () => {
    const clock = createClock()
    const fixture = start({ now: clock.now })
    const session = await openSession(fixture, await fixture.token({ expires_in: 86_400 }))
    const bob = await fixture.token({ user: 'bob@example.com', expires_in: 86_400 })
    clock.advance(20 * 60)
    expect((await session.post('ping', {}, { token: bob })).status).toBe(404)
    clock.advance(11 * 60)
    expect((await session.post('ping')).status).toBe(404)
  })

  test('A11.07 24 hours, however busy', async () => {
    const clock = createClock()
    const fixture = start({ now: clock.now })
    const session = await openSession(fixture, await fixture.token())
    const status = async () =>
      (await session.post('ping', {}, { token: await fixture.token() })).status
    for (let minutes = 20; minutes < 24 * 60; minutes += 20) {
      clock.advance(20 * 60)
      expect([minutes, await status()]).toEqual([minutes, 200])
    }
    clock.advance(20 * 60)
    expect(await status()).toBe(404)
  })

  test('A11.07 its streams end with it', async () => {
    const clock = createClock()
    const fixture = start({ now: clock.now })
    const token = await fixture.token({ expires_in: 86_400 })
    const stream = readEvents(await (await openSession(fixture, token)).get())
    clock.advance(31 * 60)
    await openSession(fixture, token)
    expect(await stream.next()).toBeUndefined()
  })

  test('A11.07 twenty for each caller; then 429 until one ends', async () => {
    const fixture = start()
    const token = await fixture.token()
    const sessions = []
    for (let each = 0; each < 20; each++) sessions.push(await openSession(fixture, token))

    const refused = await open(fixture, token)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(refused.headers.get('mcp-session-id')).toBeNull()
    expect((await open(fixture, await fixture.token({ user: 'bob@example.com' }))).status).toBe(200)

    await sessions[0]?.end()
    expect((await open(fixture, token)).status).toBe(200)
    expect((await open(fixture, token)).status).toBe(429)
  })

  test('A11.07 twenty, also of those who come at once', async () => {
    const fixture = start()
    const token = await fixture.token()
    const all = await Promise.all(Array.from({ length: 30 }, () => open(fixture, token)))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(20)
    expect(all.filter(({ status }) => status === 429)).toHaveLength(10)
  })

  test('A11.07 an initialize that fails takes no place', async () => {
    const fixture = start()
    const token = await fixture.token()
    for (let each = 0; each < 25; each++) {
      const request = rpc('legacy', 'initialize', initialize(), token)
      const body = JSON.stringify({ jsonrpc: '2.0', method: 'initialize' })
      expect((await fixture.send('/mcp', { ...request, body })).status).not.toBe(429)
    }
    expect((await open(fixture, token)).status).toBe(200)
  })
})

test('E-S10, A11.08 scopes are those of the request, not those of initialize', async () => {
  let runs = 0
  const guarded = tool('guarded', async () => ({ summary: `Run ${++runs}.` }), ['email'])
  const fixture = start({ tools: [guarded] })
  const session = await openSession(fixture, await fixture.token())
  const narrow = { token: await fixture.token({ scope: 'openid' }) }

  const refused = await session.post('tools/call', call('guarded'), narrow)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toContain('insufficient_scope')
  expect(runs).toBe(0)
  expect((await answer(await session.post('tools/call', call('guarded')))).result).toBeDefined()
  expect(runs).toBe(1)
})

describe('streams', () => {
  /** A tool that reports, waits until it may go on, reports again and answers. */
  function gated(hangUp = false) {
    const gate = Promise.withResolvers<void>()
    const counts = { runs: 0, aborted: 0 }
    const slow = tool('slow', async (_, context) => {
      counts.runs++
      await context.progress(1, 3)
      if (hangUp) context.disconnect()
      await gate.promise
      if (context.signal.aborted) counts.aborted++
      await context.progress(2, 3)
      await context.progress(3, 3)
      return { summary: 'Finished.' }
    })
    return { slow, open: gate.resolve, counts }
  }
  const progress = (done: number) =>
    expect.objectContaining({
      method: 'notifications/progress',
      params: { progressToken: 'p', progress: done, total: 3 },
    })
  const finished = expect.objectContaining({
    id: 1,
    result: { content: [{ type: 'text', text: 'Finished.' }] },
  })

  test.each(['before', 'after'])(
    'E-S12, A15.05 a call whose stream broke goes on; resumed %s it ends, nothing is lost or repeated',
    async (when) => {
      const { slow, open, counts } = gated()
      const fixture = start({ tools: [slow] })
      const session = await openSession(fixture, await fixture.token())
      const broken = readEvents(await session.post('tools/call', call('slow', 'p')))
      expect(await broken.next()).toEqual(progress(1))
      const headers = { 'Last-Event-ID': broken.lastEventId as string }
      await broken.drop()

      if (when === 'after') open()
      const resumed = readEvents(await session.get({ headers }))
      open()
      expect(await resumed.rest()).toEqual([progress(2), progress(3), finished])
      expect(counts).toEqual({ runs: 1, aborted: 0 })
    },
  )

  test('a tool can end its stream; the client comes back for the rest', async () => {
    const { slow, open } = gated(true)
    const fixture = start({ tools: [slow] })
    const session = await openSession(fixture, await fixture.token())
    const first = readEvents(await session.post('tools/call', call('slow', 'p')))
    expect(await first.rest()).toEqual([progress(1)])
    const headers = { 'Last-Event-ID': first.lastEventId as string }
    const resumed = readEvents(await session.get({ headers }))
    open()
    expect(await resumed.rest()).toEqual([progress(2), progress(3), finished])
  })

  test.each<[string, { user?: string; client_id?: string } | undefined]>([
    ["another person's session", { user: 'bob@example.com' }],
    ["another client's session", OTHER_CLIENT],
    ['another session of the same caller', {}],
    ['no session', undefined],
  ])('E-S12, A11.09 an event id brought from %s gets nothing', async (_, mint) => {
    const { slow, open } = gated()
    const fixture = start({ tools: [slow] })
    const session = await openSession(fixture, await fixture.token())
    const stream = readEvents(await session.post('tools/call', call('slow', 'p')))
    await stream.next()
    const headers = { 'Last-Event-ID': stream.lastEventId as string }
    open()

    const response =
      mint === undefined
        ? await sessionOf(fixture, await fixture.token(), NEVER).get({ headers })
        : await (await openSession(fixture, await fixture.token(mint))).get({ headers })
    expect([400, 404]).toContain(response.status)
    expect(await response.text()).not.toContain('progress')
    expect(await stream.rest()).toEqual([progress(2), progress(3), finished])
  })

  test.each(['garbage', '1 OR 1=1', '0', '__proto__', '../../etc/passwd', NEVER])(
    'E-S12 Last-Event-ID %j is no event',
    async (id) => {
      const fixture = start()
      const session = await openSession(fixture, await fixture.token())
      const response = await session.get({ headers: { 'Last-Event-ID': id } })
      expect(response.status).toBe(400)
      expect(await response.text()).not.toContain('data:')
    },
  )

  test('GET tells what a tool announced, to every session and no more than that', async () => {
    const announce = tool('announce', async (_, { changes }) => {
      changes.tools()
      return { summary: 'Announced.' }
    })
    const fixture = start({ tools: [announce] })
    const session = await openSession(fixture, await fixture.token())
    const bob = await openSession(fixture, await fixture.token({ user: 'bob@example.com' }))
    const streams = [readEvents(await session.get()), readEvents(await bob.get())]
    expect((await answer(await session.post('tools/call', call('announce')))).result).toBeDefined()
    for (const stream of streams) {
      expect(await stream.next()).toEqual({
        jsonrpc: '2.0',
        method: 'notifications/tools/list_changed',
      } as never)
      await stream.drop()
    }
  })

  test('a change of a resource is told to those who subscribed, as long as they are', async () => {
    const uri = 'test://one'
    const touch = tool('touch', async (_, { changes }) => {
      changes.resource(uri)
      changes.tools()
      return { summary: 'Touched.' }
    })
    const one = defineResource({
      uri,
      name: 'one',
      title: 'One',
      description: 'For tests.',
      scopes: ['email'],
      read: async () => ({ text: '1' }),
    })
    const fixture = start({ tools: [touch], resources: [one] })
    const session = await openSession(fixture, await fixture.token())
    const stream = readEvents(await session.get())
    const heard = async () => {
      await (await session.post('tools/call', call('touch'))).text()
      const methods = []
      do methods.push((await stream.next())?.method?.replace('notifications/', ''))
      while (methods.at(-1) !== 'tools/list_changed')
      return methods
    }
    const narrow = { token: await fixture.token({ scope: 'openid' }) }
    expect((await session.post('resources/subscribe', { uri }, narrow)).status).toBe(403)
    expect(await heard()).toEqual(['tools/list_changed'])
    expect((await answer(await session.post('resources/subscribe', { uri }))).result).toEqual({})
    expect(await heard()).toEqual(['resources/updated', 'tools/list_changed'])
    expect((await answer(await session.post('resources/unsubscribe', { uri }))).result).toEqual({})
    expect(await heard()).toEqual(['tools/list_changed'])
    await stream.drop()
  })

  test('A15.07 a stream is not buffered and not stored', async () => {
    const fixture = start()
    const response = await (await openSession(fixture, await fixture.token())).get()
    expect(response.headers.get('content-type')).toStartWith('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('cache-control')).toContain('no-store')
    await response.body?.cancel()
  })
})

describe('asking the client', () => {
  /** A tool that asks before it acts, and counts what it did. */
  async function asking() {
    const effects: unknown[] = []
    const careful = tool('careful', async (_, { answers, ask }) => {
      if (answers.sure === undefined) {
        const requestedSchema = { type: 'object' as const, properties: {} }
        return ask({ sure: inputRequired.elicit({ message: 'Sure?', requestedSchema }) })
      }
      effects.push(answers.sure)
      return { summary: 'Answered.' }
    })
    const fixture = start({ tools: [careful] })
    const session = await openSession(fixture, await fixture.token(), { elicitation: { form: {} } })
    const stream = readEvents(await session.post('tools/call', call('careful')))
    const question = await stream.next()
    expect(question).toMatchObject({ method: 'elicitation/create', params: { message: 'Sure?' } })
    return { fixture, session, stream, effects, id: question?.id as string | number }
  }
  const accept = { action: 'accept', content: {} }

  test('the call waits for the answer, which reaches the tool', async () => {
    const { session, stream, effects, id } = await asking()
    const posted = await session.postRaw({ jsonrpc: '2.0', id, result: accept })
    expect([posted.status, await posted.text()]).toEqual([202, ''])
    expect(await stream.rest()).toEqual([
      expect.objectContaining({
        id: 1,
        result: { content: [{ type: 'text', text: 'Answered.' }] },
      }),
    ])
    expect(effects).toEqual([accept])
  })

  test.each<[string, (id: string | number) => unknown]>([
    ['to a question never asked', () => ({ jsonrpc: '2.0', id: 9_999, result: accept })],
    ['with the id as text', (id) => ({ jsonrpc: '2.0', id: `${id} `, result: accept })],
    ['that is a result and an error', (id) => ({ jsonrpc: '2.0', id, result: accept, error: {} })],
    ['without a version', (id) => ({ id, result: accept })],
  ])('E-J24 a forged response %s has no effect', async (_, forged) => {
    const { session, stream, effects, id } = await asking()
    await (await session.postRaw(forged(id))).text()
    expect((await session.post('ping')).status).toBe(200)
    expect(effects).toEqual([])
    await session.postRaw({ jsonrpc: '2.0', id, result: accept })
    await stream.rest()
    expect(effects).toEqual([accept])
  })

  test.each([
    ['of another person', { user: 'bob@example.com' }],
    ['of another client', OTHER_CLIENT],
  ])(
    'E-J24 the response %s has no effect, from outside and from a session of theirs',
    async (_, mint) => {
      const { fixture, session, stream, effects, id } = await asking()
      const token = await fixture.token(mint)
      const forged = { jsonrpc: '2.0', id, result: accept }
      expect((await session.postRaw(forged, { token })).status).toBe(404)
      await (await openSession(fixture, token)).postRaw(forged)
      expect(effects).toEqual([])
      await session.postRaw({ jsonrpc: '2.0', id, result: { action: 'decline' } })
      await stream.rest()
      expect(effects).toEqual([{ action: 'decline' }])
    },
  )

  test('E-S18 another person cannot cancel a call', async () => {
    const { fixture, session, stream, effects, id } = await asking()
    const cancel = {
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1 },
    }
    const token = await fixture.token({ user: 'bob@example.com' })
    expect((await session.postRaw(cancel, { token })).status).toBe(404)
    await (await openSession(fixture, token)).postRaw(cancel)
    await session.postRaw({ jsonrpc: '2.0', id, result: accept })
    expect(await stream.rest()).toHaveLength(1)
    expect(effects).toEqual([accept])
  })
})
