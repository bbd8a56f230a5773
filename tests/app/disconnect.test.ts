/**
 * A client that hangs up in the middle of a call. In 2026-07-28 that cancels the call: its signal is
 * aborted, and a tool that has already acted is not undone. In the 2025 era it cancels nothing. Checklist
 * A15.04, A15.05, E-S19.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { freePorts } from '../support/free-ports.ts'
import { type Era, rpc } from '../support/mcp.ts'
import { initialize, withMeta } from '../support/session-client.ts'

/** What became of one call. */
interface Course {
  /** The tool has sent its request upstream: what is done is done. */
  readonly acted: PromiseWithResolvers<void>
  /** Lets the upstream answer. */
  readonly answer: PromiseWithResolvers<void>
  /** With what the tool ended. */
  readonly ended: PromiseWithResolvers<'completed' | 'stopped'>
  aborted: boolean
}

const courses = new Map<string, Course>()
function course(key: string): Course {
  const known = courses.get(key)
  if (known !== undefined) return known
  const fresh: Course = {
    acted: Promise.withResolvers(),
    answer: Promise.withResolvers(),
    ended: Promise.withResolvers(),
    aborted: false,
  }
  courses.set(key, fresh)
  return fresh
}

/** Acts first, and then waits for the upstream; or waits to be allowed to act, and looks before it does. */
const remove = defineTool({
  name: 'remove',
  title: 'Remove',
  description: 'For tests.',
  toolset: 'test',
  risk: 'destructive',
  scopes: ['openid'],
  input: z.strictObject({ key: z.string(), first: z.enum(['act', 'look']) }),
  async run({ key, first }, { signal, progress }) {
    const { acted, answer, ended } = course(key)
    signal.addEventListener('abort', () => {
      course(key).aborted = true
      // Whoever has not acted yet waits for nothing.
      if (first === 'look') answer.resolve()
    })
    await progress(1, 2)
    acted.resolve()
    await answer.promise
    if (first === 'look' && signal.aborted) {
      ended.resolve('stopped')
      signal.throwIfAborted()
    }
    ended.resolve('completed')
    return { summary: 'Removed.' }
  },
})

const params = (key: string, first: string) => ({ name: 'remove', arguments: { key, first } })

let calls = 0
const newKey = () => `call ${++calls}`

/** Waits until the signal of a call is aborted. */
async function aborted(key: string): Promise<void> {
  while (!course(key).aborted) await new Promise(setImmediate)
}

/**
 * Hangs up, and waits until the server must have noticed: until it has aborted another call, of 2026, that
 * was hung up on in the same way right after.
 */
async function noticed(
  fixture: Fixture,
  token: string,
  connected: Way,
  hangUp: () => unknown,
): Promise<void> {
  const witness = newKey()
  const hangUpToo = await connected(fixture, request('modern', witness, 'look', token))
  await course(witness).acted.promise
  await hangUp()
  await hangUpToo()
  await aborted(witness)
}

/** The request of a call that reports progress, so that its answer is a stream from the start. */
const request = (era: Era, key: string, first: string, token: string, headers = {}) =>
  withMeta(rpc(era, 'tools/call', params(key, first), token, headers), { progressToken: 'p' })

/** How a client is connected: `hangUp` is called once the tool has acted. */
type Way = (fixture: Fixture, init: RequestInit) => Promise<() => unknown>

const inProcess: Record<string, Way> = {
  'by cancelling the stream': async ({ send }, init) => {
    const response = await send('/mcp', init)
    return () => response.body?.cancel()
  },
  'by aborting the request': async ({ send }, init) => {
    const client = new AbortController()
    const response = await send('/mcp', { ...init, signal: client.signal })
    // What a runtime does when the connection is gone.
    return () => {
      client.abort()
      return response.body?.cancel().catch(() => {})
    }
  },
}

/** Writes the request as bytes, and kills the socket. */
const overSocket: Way = async ({ config }, init) => {
  const { host, hostname, port } = new URL(config.publicUrl)
  const socket = await new Promise<Socket>((resolve, reject) => {
    const made = connect({ host: hostname, port: Number(port) }, () => resolve(made))
    made.on('error', reject)
  })
  const body = init.body as string
  const headers = { ...(init.headers as Record<string, string>), Host: host }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(
    `POST /mcp HTTP/1.1\r\n${lines.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  return () => {
    socket.destroy()
  }
}

let stateless: Fixture
let sessionful: Fixture
const servers: Bun.Server<undefined>[] = []
beforeAll(async () => {
  const ports = await freePorts(2)
  const start = (PORT: number, env: Record<string, string>) => {
    const fixture = createFixture({ env: { PORT: `${PORT}`, ...env }, tools: [remove] })
    const fetch = (request: Request) => fixture.send(request.url, request)
    servers.push(Bun.serve({ port: PORT, idleTimeout: 0, fetch }))
    return fixture
  }
  stateless = start(ports[0] as number, {})
  sessionful = start(ports[1] as number, { MCP_SESSIONS: 'memory' })
})
afterAll(() => Promise.all(servers.map((server) => server.stop(true))))

const WAYS = [...Object.entries(inProcess), ['by killing the socket', overSocket] as const]

describe.each(WAYS)('a client that hangs up %s', (_, connected) => {
  test('A15.04, E-S19 2026: the call is aborted, and stops when it has not acted yet', async () => {
    const key = newKey()
    const token = await stateless.token()
    const hangUp = await connected(stateless, request('modern', key, 'look', token))
    await course(key).acted.promise
    await hangUp()
    await aborted(key)
    expect(await course(key).ended.promise).toBe('stopped')
  })

  test('A15.04, E-S19 2026: the call is aborted, and completes when it has acted', async () => {
    const key = newKey()
    const token = await stateless.token()
    const hangUp = await connected(stateless, request('modern', key, 'act', token))
    await course(key).acted.promise
    await hangUp()
    await aborted(key)
    course(key).answer.resolve()
    expect(await course(key).ended.promise).toBe('completed')
  })

  test('A15.05, E-S19 2025 without sessions: the call goes on, and completes', async () => {
    const key = newKey()
    const token = await stateless.token()
    const hangUp = await connected(stateless, request('legacy', key, 'look', token))
    await course(key).acted.promise
    await noticed(stateless, token, connected, hangUp)
    course(key).answer.resolve()
    expect(await course(key).ended.promise).toBe('completed')
    expect(course(key).aborted).toBe(false)
  })

  test('A15.05, E-S19 2025 in a session: the call goes on, and completes', async () => {
    const key = newKey()
    const token = await sessionful.token()
    const opened = await sessionful.send('/mcp', rpc('legacy', 'initialize', initialize(), token))
    await opened.text()
    const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') as string }
    const hangUp = await connected(sessionful, request('legacy', key, 'look', token, session))
    await course(key).acted.promise
    await noticed(sessionful, token, connected, hangUp)
    course(key).answer.resolve()
    expect(await course(key).ended.promise).toBe('completed')
    expect(course(key).aborted).toBe(false)
  })
})
