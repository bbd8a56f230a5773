/**
 * Two servers as processes of their own, with one Redis, one Local Stytch and one address: what tests of
 * sharing arrange with. The servers are configured for a Stytch project, as in production, and so know nothing
 * of Local Stytch; a preload leads them there.
 */
import { join, resolve } from 'node:path'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { createLocalStytch } from '../../src/local/index.ts'
import { managementScopes } from '../../src/runtime/management-scopes.ts'
import { plant, search } from '../support/canaries.ts'
import { freePorts } from '../support/free-ports.ts'
import { type Answer, answer, rpc } from '../support/mcp.ts'
import { printedBy } from '../support/printed.ts'
import { type Redis, startRedis } from '../support/redis-server.ts'
import { roundRobin } from './round-robin.ts'

const ROOT = resolve(import.meta.dir, '../..')
const BUN = join(ROOT, 'node_modules/.bin/bun')
const DOMAIN = 'https://kind-otter-1234.customers.stytch.dev'
const PASSWORD = 'canary: the password of the Redis'
/** Milliseconds Stytch takes for an answer: calls are in flight for a while. */
const SLOWNESS = 15

/** One of the servers. */
export interface Server {
  /** What it has printed so far, in whole lines. */
  lines(): string[]
  /**
   * Leaves its next question to Stytch's management API without an answer.
   *
   * @returns when it has asked: whatever asked is at work now, and stays there
   */
  keepAtWork(): Promise<void>
  /** Ends it without warning. */
  kill(): Promise<void>
}

/** Somebody who may manage. */
export interface Person {
  readonly email: string
}

/** What a request came to; `undefined` where the connection broke. */
export type Came<T> = T | undefined

/** Everything a test needs. */
export interface TwoProcesses {
  readonly servers: readonly [Server, Server]
  /** Connections each server got. */
  readonly counts: readonly number[]
  readonly redis: Redis
  /** Statuses of all answers, those of pages included. */
  readonly statuses: number[]
  /** What Local Stytch's management API was asked, `METHOD path?query`, in order. */
  readonly managed: string[]
  /** Somebody nobody has counted yet. */
  newPerson(): Promise<Person>
  /** Calls a tool as a client that cannot ask its person. */
  call(person: Person, name: string, args: object): Promise<Came<Answer>>
  /** Asks the page behind a link for the secret. */
  reveal(person: Person, url: string): Promise<Came<{ status: number; value?: string }>>
  stop(): Promise<void>
}

/** Starts everything, and waits until both servers answer. */
export async function startTwoProcesses(): Promise<TwoProcesses> {
  plant(PASSWORD)
  const redis = await startRedis('--requirepass', PASSWORD)
  const [stytchPort, proxyPort, ...ports] = (await freePorts(4)) as [number, number, number, number]
  const publicUrl = `http://localhost:${proxyPort}`
  const local = createLocalStytch({
    url: `http://localhost:${stytchPort}`,
    authorizationEndpoint: `${publicUrl}/oauth/authorize`,
    ...LOCAL_PROJECT,
    scopes: managementScopes(),
  })
  const managed: string[] = []
  /** Servers whose next question is left without an answer, by port; each is told when it was asked. */
  const kept = new Map<string, () => void>()
  const stytch = Bun.serve({
    hostname: '127.0.0.1',
    port: stytchPort,
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      if (pathname.startsWith('/pwa/')) {
        managed.push(`${request.method} ${pathname}${search}`)
        const by = request.headers.get('X-Asked-By') ?? ''
        const asked = kept.get(by)
        if (asked !== undefined) {
          kept.delete(by)
          asked()
          return new Promise(() => {})
        }
        await Bun.sleep(SLOWNESS)
      }
      return local.fetch(request)
    },
  })

  const { projectId, publicToken, secret, workspaceKeyId, workspaceKeySecret } = LOCAL_PROJECT
  const env = {
    PATH: process.env.PATH ?? '',
    STYTCH_HERE: `http://localhost:${stytchPort}`,
    PUBLIC_URL: publicUrl,
    MCP_STATE_KEY: 'the same in both: 0123456789abcdef',
    REDIS_URL: redis.url.replace('//', `//:${encodeURIComponent(PASSWORD)}@`),
    STYTCH_PROJECT_ID: projectId,
    STYTCH_DOMAIN: DOMAIN,
    STYTCH_PUBLIC_TOKEN: publicToken,
    STYTCH_SECRET: secret,
    STYTCH_WORKSPACE_KEY_ID: workspaceKeyId,
    STYTCH_WORKSPACE_KEY_SECRET: workspaceKeySecret,
    ADMIN_ROLES: 'stytch_user',
    MANAGED_PROJECTS: '*',
    TOOLSETS: 'all',
  }
  const servers = ports.map((port) => ({
    ...startServer({ ...env, PORT: `${port}` }),
    keepAtWork: () => new Promise((asked) => kept.set(`${port}`, asked)),
  })) as [Server, Server]
  await Promise.all(ports.map((port) => answers(`http://127.0.0.1:${port}/`)))
  const proxy = await roundRobin(proxyPort, ports)
  const statuses: number[] = []

  /** One connection for each request, so that each is another server's turn. */
  async function send(path: string, init: RequestInit): Promise<Response | undefined> {
    const response = await fetch(publicUrl + path, { ...init, keepalive: false }).catch(() => {})
    if (response) statuses.push(response.status)
    return response || undefined
  }

  async function mint({ email }: Person, more: object): Promise<string> {
    const request = new Request(`${local.url}/local/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: email, claims: { iss: DOMAIN }, ...more }),
    })
    return ((await (await local.fetch(request)).json()) as { token: string }).token
  }

  let people = 0
  return {
    servers,
    counts: proxy.counts,
    redis,
    statuses,
    managed,
    async newPerson() {
      const email = `person-${++people}@example.com`
      const request = new Request(`${local.url}/sdk/v1/passwords`, {
        method: 'POST',
        headers: {
          Authorization: `Basic ${btoa(`${publicToken}:${publicToken}`)}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({
          email,
          password: 'long-enough-1',
          session_duration_minutes: 60,
        }),
      })
      const { status } = await local.fetch(request)
      if (status !== 200) throw new Error(`Nobody could sign up: ${status}`)
      return { email }
    },
    async call(person, name, args) {
      const scope = 'openid manage:project_settings manage:api_keys'
      const token = await mint(person, { kind: 'access', scope })
      const request = rpc('modern', 'tools/call', { name, arguments: args }, token)
      const response = await send('/mcp', request)
      return response && answer(response).catch(() => undefined)
    },
    async reveal(person, url) {
      const response = await send(new URL(url).pathname, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${await mint(person, { kind: 'session' })}`,
          'Content-Type': 'application/json',
          Origin: publicUrl,
          'Sec-Fetch-Site': 'same-origin',
        },
        body: JSON.stringify({ action: 'reveal' }),
      })
      const body = (await response?.json().catch(() => undefined)) as { value?: string } | undefined
      return response && body && { status: response.status, ...body }
    },
    async stop() {
      proxy.close()
      await Promise.all(servers.map(({ kill }) => kill()))
      await stytch.stop(true)
      await redis.stop()
    },
  }
}

function startServer(env: Record<string, string>): Omit<Server, 'keepAtWork'> {
  const preloads = ['tests/support/egress-guard.mjs', 'tests/store/stytch-here.mjs']
  const child = Bun.spawn(
    [
      BUN,
      ...preloads.flatMap((file) => ['--preload', join(ROOT, file)]),
      join(ROOT, 'src/runtime/bun.ts'),
    ],
    { cwd: ROOT, env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
  )
  const printed = printedBy(child)
  return {
    lines: () => printed.text().split('\n').slice(0, -1),
    async kill() {
      child.kill('SIGKILL')
      await child.exited
      search('what a server printed', await printed.ended)
    },
  }
}

/** Asks until there is an answer, whatever it is. */
async function answers(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => false))) await Bun.sleep(20)
}
