/**
 * Two servers with shared sessions as processes of their own, with one Redis, one Local Stytch and one address,
 * which is another server's at every request.
 */
import { join, resolve } from 'node:path'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { createLocalStytch } from '../../src/local/index.ts'
import { search } from '../support/canaries.ts'
import { freePorts } from '../support/free-ports.ts'
import { startRedis } from '../support/redis-server.ts'
import { roundRobin } from './round-robin.ts'

const ROOT = resolve(import.meta.dir, '../..')
const BUN = join(ROOT, 'node_modules/.bin/bun')

/** One of the servers. */
export interface SessionServer {
  readonly name: string
  /** Waits until it has printed a line that holds this. */
  printed(text: string): Promise<void>
  /** Ends it without warning. */
  kill(): Promise<void>
  /** Starts another one in its place. */
  restart(): Promise<void>
}

/** Everything a test needs. */
export interface SessionProcesses {
  readonly servers: readonly [SessionServer, SessionServer]
  /** Of the address they have together. */
  readonly url: string
  /** Sends to the server whose turn it is, or to the one that is alive. */
  send(path: string, init?: RequestInit): Promise<Response>
  /** Sends to one of them. */
  sendTo(server: SessionServer, path: string, init?: RequestInit): Promise<Response>
  token(mint?: Record<string, unknown>): Promise<string>
  /** Waits until something is kept of a session that holds this text. */
  kept(session: string, text: string): Promise<void>
  stop(): Promise<void>
}

/** Starts everything, and waits until both servers answer. */
export async function startSessionProcesses(): Promise<SessionProcesses> {
  const redis = await startRedis()
  const [stytchPort, proxyPort, ...ports] = (await freePorts(4)) as [number, number, number, number]
  const url = `http://localhost:${proxyPort}`
  const local = createLocalStytch({
    url: `http://localhost:${stytchPort}`,
    authorizationEndpoint: `${url}/oauth/authorize`,
    ...LOCAL_PROJECT,
  })
  const stytch = Bun.serve({ hostname: '127.0.0.1', port: stytchPort, fetch: local.fetch })
  const env = {
    PATH: process.env.PATH ?? '',
    PUBLIC_URL: url,
    LOCAL_STYTCH_PORT: `${stytchPort}`,
    MCP_SESSIONS: 'shared',
    MCP_STATE_KEY: 'the same in both: 0123456789abcdef',
    REDIS_URL: redis.url,
  }
  const addresses = new Map<SessionServer, string>()
  const servers = (await Promise.all(
    ports.map(async (port, each) => {
      const server = await startServer('AB'[each] as string, { ...env, PORT: `${port}` })
      addresses.set(server, `http://127.0.0.1:${port}`)
      return server
    }),
  )) as [SessionServer, SessionServer]
  const proxy = await roundRobin(proxyPort, ports)

  return {
    servers,
    url,
    send: (path, init) => fetch(url + path, { ...init, keepalive: false }),
    sendTo: (server, path, init) => {
      const headers = { ...(init?.headers as object), Host: `localhost:${proxyPort}` }
      return fetch(addresses.get(server) + path, { ...init, headers, keepalive: false })
    },
    async token(mint = {}) {
      const request = new Request(`${local.url}/local/tokens`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ kind: 'access', scope: 'openid', user: 'ada@example.com', ...mint }),
      })
      return ((await (await local.fetch(request)).json()) as { token: string }).token
    },
    async kept(session, text) {
      const client = new Bun.RedisClient(redis.url)
      const holds = async () => {
        const keys = (await client.send('KEYS', [`stytch-mcp:session:${session}:*`])) as string[]
        return (await Promise.all(keys.map((key) => client.get(key)))).join().includes(text)
      }
      while (!(await holds())) await Bun.sleep(5)
      client.close()
    },
    async stop() {
      proxy.close()
      await Promise.all(servers.map(({ kill }) => kill()))
      await stytch.stop(true)
      await redis.stop()
    },
  }
}

async function startServer(name: string, env: Record<string, string>): Promise<SessionServer> {
  let output = ''
  let told = Promise.withResolvers<void>()
  const start = () => {
    const child = Bun.spawn(
      [
        ...[BUN, '--preload', join(ROOT, 'tests/support/egress-guard.mjs')],
        join(ROOT, 'tests/store/session-server.ts'),
      ],
      { cwd: ROOT, env: { ...env, NAME: name }, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
    )
    const collect = async (stream: ReadableStream<Uint8Array>) => {
      const decoder = new TextDecoder()
      for await (const chunk of stream) {
        output += decoder.decode(chunk, { stream: true })
        told.resolve()
        told = Promise.withResolvers()
      }
    }
    return { child, printed: Promise.all([collect(child.stdout), collect(child.stderr)]) }
  }
  const answers = async () => {
    while (!(await fetch(`http://127.0.0.1:${env.PORT}/`).catch(() => false))) {
      if (running.child.exitCode !== null) throw new Error(output)
      await Bun.sleep(20)
    }
  }
  const kill = async () => {
    running.child.kill('SIGKILL')
    await running.child.exited
    await running.printed
    search('what a server printed', output)
  }
  let running = start()
  await answers()
  return {
    name,
    async printed(text) {
      while (!output.includes(text)) await told.promise
    },
    kill,
    async restart() {
      await kill()
      running = start()
      await answers()
    },
  }
}
