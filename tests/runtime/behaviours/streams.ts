/** Streams, sessions, and clients that leave. */
import { expect } from 'bun:test'
import { answer, type Era, rpc } from '../../support/mcp.ts'
import { initialize, readEvents, withMeta } from '../../support/session-client.ts'
import { type Group, type Subject, until, WHOAMI } from './behaviour.ts'
import { auditRecords } from './records.ts'

const BOTH: readonly Era[] = ['legacy', 'modern']

/** Streams one person may have open. */
const MAX_STREAMS = 5
/** Calls one person may have under way. */
const MAX_CALLS = 8

const NO_MEMORY = 'Isolates share no memory: MCP_SESSIONS is refused there.'
const LISTEN = { notifications: { toolsListChanged: true } }

/** Opens a session of the 2025 era; its header. */
async function openSession({ ask, send, token }: Subject) {
  const opened = await ask('legacy', 'initialize', initialize())
  await opened.text()
  const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') as string }
  const init = rpc('legacy', 'ping', {}, await token(), session)
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })
  expect((await send({ ...init, body })).status).toBe(202)
  return session
}

/** Whether a tool waits for Local Stytch. */
async function isWaiting({ asked }: Subject): Promise<true | undefined> {
  const waits = ({ path, status }: { path: string; status?: number }) =>
    path.endsWith('/userinfo') && status === undefined
  return (await asked()).some(waits) || undefined
}

export const streams: Group = {
  title: 'Streams and sessions',
  behaviours: [
    {
      title: '`subscriptions/listen` opens a stream that says so',
      eras: ['modern'],
      async holds({ ask }) {
        const stream = readEvents(await ask('modern', 'subscriptions/listen', LISTEN))
        expect((await stream.next())?.method).toBe('notifications/subscriptions/acknowledged')
        await stream.drop()
      },
    },
    {
      title: 'Streams whose client left make room for others',
      eras: ['modern'],
      async holds({ ask, token }) {
        const as = { token: await token({ user: 'bob@example.com' }) }
        for (let each = 0; each < 2 * MAX_STREAMS; each++) {
          const response = await until(async () => {
            const opened = await ask('modern', 'subscriptions/listen', LISTEN, as)
            return opened.status === 200 ? opened : void (await opened.text())
          })
          const stream = readEvents(response)
          await stream.next()
          await stream.drop()
        }
      },
    },
    {
      title: 'A client that leaves ends its call in revision 2026; in 2025 the call goes on',
      eras: BOTH,
      async holds(subject, era) {
        const { ask, token, knob, lines, asked } = subject
        const as = { token: await token({ scope: 'openid read:projects' }) }
        const before = auditRecords(lines()).length
        const ended = () => auditRecords(lines())[before]?.outcome as string | undefined
        await knob('faults', { faults: [{ at: 'management', kind: 'hang' }] })
        const client = new AbortController()
        const listing = { name: 'listProjects', arguments: {} }
        const called = ask(era, 'tools/call', listing, { ...as, signal: client.signal })
        await until(async () => (await asked()).find(({ status }) => status === undefined))
        client.abort()
        await called.catch(() => {})
        // What nobody ends, ends when Stytch answers.
        if (era === 'modern') expect(await until(ended)).not.toBe('ok')
        else expect(ended()).toBeUndefined()
        await knob('faults', { faults: [] })
        if (era === 'legacy') expect(await until(ended)).toBe('ok')
      },
    },
    {
      title: 'A client that leaves in the middle of a call takes nobody’s place, and is on record',
      eras: BOTH,
      async holds(subject, era) {
        const { ask, token, knob, lines } = subject
        const bearer = await token({ user: 'bob@example.com' })
        const before = auditRecords(lines()).length
        await knob('faults', { faults: [{ at: 'userinfo', kind: 'hang' }] })
        const leaving = Array.from({ length: MAX_CALLS }, async () => {
          const client = new AbortController()
          const init = withMeta(rpc(era, 'tools/call', WHOAMI, bearer), { progressToken: 'p' })
          const called = subject
            .send({ ...init, signal: client.signal })
            .then((response) => response.text())
          await until(() => isWaiting(subject))
          client.abort()
          await called.catch(() => {})
        })
        await Promise.all(leaving)
        await knob('faults', { faults: [] })
        await until(() => auditRecords(lines()).length >= before + MAX_CALLS || undefined)
        const { result } = await answer(await ask(era, 'tools/call', WHOAMI, { token: bearer }))
        expect(result?.structuredContent).toMatchObject({ client_id: expect.any(String) })
      },
    },
    {
      title: 'A session opens, answers on a stream, and ends',
      eras: ['legacy'],
      sessions: true,
      without: { workerd: NO_MEMORY },
      async holds(subject) {
        const headers = await openSession(subject)
        const stream = readEvents(await subject.ask('legacy', 'tools/call', WHOAMI, { headers }))
        expect((await stream.rest()).at(-1)?.result).toHaveProperty('structuredContent')
        const Authorization = `Bearer ${await subject.token()}`
        const end = await subject.send({ method: 'DELETE', headers: { ...headers, Authorization } })
        expect(end.status).toBe(200)
        const later = await subject.ask('legacy', 'ping', {}, { headers })
        expect(later.status).toBe(404)
      },
    },
    {
      title: 'A stream that broke is read on from its last event',
      eras: ['legacy'],
      sessions: true,
      without: { workerd: NO_MEMORY },
      async holds(subject) {
        const headers = await openSession(subject)
        await subject.knob('faults', { faults: [{ at: 'userinfo', kind: 'hang' }] })
        const broken = readEvents(await subject.ask('legacy', 'tools/call', WHOAMI, { headers }))
        await broken.begin()
        await until(() => isWaiting(subject))
        await broken.drop()
        await subject.knob('faults', { faults: [] })
        const resumed = await subject.send({
          headers: {
            ...headers,
            Authorization: `Bearer ${await subject.token()}`,
            Accept: 'text/event-stream',
            'MCP-Protocol-Version': '2025-11-25',
            'Last-Event-ID': broken.lastEventId as string,
          },
        })
        const answered = await readEvents(resumed).next()
        expect(answered?.result).toHaveProperty('structuredContent')
      },
    },
    {
      title: 'A session is its owner’s alone',
      eras: ['legacy'],
      sessions: true,
      without: { workerd: NO_MEMORY },
      async holds(subject) {
        const headers = await openSession(subject)
        const token = await subject.token({ user: 'bob@example.com' })
        expect((await subject.ask('legacy', 'ping', {}, { headers, token })).status).toBe(404)
        expect((await subject.ask('legacy', 'ping', {}, { headers })).status).toBe(200)
      },
    },
  ],
}
