/**
 * The real server, under each runtime, when it is asked to end (SIGTERM): streams that only listen end,
 * the call in flight is answered, nobody new is let in, and the process is gone with status 0.
 */
import { afterEach, describe, expect, test } from 'bun:test'
import { rpc } from '../support/mcp.ts'
import { RUNTIMES, type ServerProcess, startServer } from '../support/server-process.ts'
import { type EventStream, initialize, readEvents } from '../support/session-client.ts'

/** Milliseconds from the answer to the end; less than the server gives itself to end by force. */
const PROMPTLY = 4_000

let server: ServerProcess | undefined
afterEach(() => server?.stop())

/** Turns a knob of the Local Stytch beside the server. */
async function knob(path: string, body?: object): Promise<Record<string, unknown>> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
  const response = await fetch(
    `${server?.localStytch}/local/${path}`,
    body === undefined ? {} : { ...init, body: JSON.stringify(body) },
  )
  return (await response.json()) as Record<string, unknown>
}

/** Whether the server has asked Local Stytch for something it has no answer to. */
async function isWaiting(): Promise<boolean> {
  const { requests } = (await knob('requests')) as { requests: { path: string; status?: number }[] }
  return requests.some(({ path, status }) => path.endsWith('/userinfo') && status === undefined)
}

/** The last message of a stream that ends in an orderly way; a cut connection is an error. */
const end = async (stream: EventStream) => (await stream.rest()).at(-1)

describe.each([...RUNTIMES])('%s', (runtime) => {
  test('asked to end, it ends its streams, answers the call in flight, and exits with 0', async () => {
    server = await startServer(runtime, { MCP_SESSIONS: 'memory' })
    const minted = { kind: 'access', scope: 'openid email profile', user: 'ada@example.com' }
    const token = (await knob('tokens', minted)).token as string
    const send = (init: RequestInit) => fetch(`${server?.url}/mcp`, init)
    const opened = await send(rpc('legacy', 'initialize', initialize(), token))
    await opened.text()
    const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') as string }

    const { headers } = rpc('legacy', 'ping', {}, token, session)
    const listening = readEvents(await send({ headers: headers as Record<string, string> }))
    await listening.begin()
    const filter = { notifications: { toolsListChanged: true } }
    const subscribed = readEvents(await send(rpc('modern', 'subscriptions/listen', filter, token)))
    await subscribed.next()
    // The tool waits for Local Stytch, and Local Stytch for us.
    await knob('faults', { faults: [{ at: 'userinfo', kind: 'hang' }] })
    const whoami = { name: 'whoami', arguments: {} }
    const calling = readEvents(await send(rpc('legacy', 'tools/call', whoami, token, session)))
    await calling.begin()
    while (!(await isWaiting())) await Bun.sleep(5)

    const exited = server.terminate()
    expect(await end(listening)).toBeUndefined()
    expect((await end(subscribed))?.result).toMatchObject({ resultType: 'complete' })
    const late = send(rpc('modern', 'tools/list', {}, token))
    // On a connection it still has, or on one it does not accept.
    expect(
      await late.then(
        ({ status }) => status,
        () => 'no connection',
      ),
    ).toBeOneOf([503, 'no connection'])

    await knob('faults', { faults: [] })
    const answered = performance.now()
    expect((await end(calling))?.result).toMatchObject({ structuredContent: expect.any(Object) })
    expect(await exited).toBe(0)
    expect(performance.now() - answered).toBeLessThan(PROMPTLY)
  }, 30_000)
})
