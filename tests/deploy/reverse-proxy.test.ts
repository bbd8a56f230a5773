/** The proxy samples with the real proxies: the server behind them, TLS in front, streams that flow. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../support/free-ports.ts'
import { answer, rpc } from '../support/mcp.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'
import { readEvents } from '../support/session-client.ts'
import { run, type Served, serve } from './process.ts'
import { certificate, PROXIES, type ProxySample } from './proxies.ts'

const MEGABYTE = 1024 * 1024

describe.each([...PROXIES])('$name', (proxy: ProxySample) => {
  let folder: string
  let server: ServerProcess
  let front: Served
  let url: string
  let http: number
  let ca: string
  let token: string

  /** As a client that trusts the proxy's certificate. */
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, tls: { ca }, redirect: 'manual' } as BunFetchRequestInit)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stytch-mcp-proxy-'))
    const [https, plain] = (await freePorts(2)) as [number, number]
    http = plain
    url = `https://localhost:${https}`
    server = await startServer('bun', { PUBLIC_URL: url })
    const files = await certificate(folder)
    ca = await Bun.file(files.certificate).text()
    const upstream = new URL(server.url).port
    const command = await proxy.prepare({ folder, https, http, upstream, ...files })
    front = await serve(
      command,
      { cwd: folder, env: { HOME: folder } },
      async () => (await send('/healthz')).ok,
    )
    const minted = await fetch(`${server.localStytch}/local/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'access', scope: 'openid email', user: 'ada@example.com' }),
    })
    token = ((await minted.json()) as { token: string }).token
  }, 60_000)
  afterAll(async () => {
    await front?.stop()
    await server?.stop()
    await rm(folder, { recursive: true })
  })

  test('it finds the sample in order', async () => {
    const checked = await run(await proxy.check(folder), { cwd: folder })
    expect([checked.code, checked.text]).toEqual([0, expect.stringContaining(proxy.approval)])
  })

  test('the server hears its own name, and points to itself', async () => {
    const refused = await send('/mcp', { method: 'POST' })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain(`${url}/.well-known/`)
  })

  test('under another name the server is not served', async () => {
    const tls = { ca, serverName: 'localhost' }
    const init = { headers: { Host: 'other.example.com' }, tls } as BunFetchRequestInit
    const foreign = await fetch(`${url}/healthz`, init)
    expect(foreign.status).toBe(proxy.foreign)
    expect(await foreign.text()).not.toContain('"ok"')
  })

  test('whoami answers through it', async () => {
    const call = rpc('modern', 'tools/call', { name: 'whoami', arguments: {} }, token)
    const { result } = await answer(await send('/mcp', call))
    expect(result?.structuredContent).toMatchObject({ email: 'ada@example.com' })
  })

  test('an event arrives while its stream is open', async () => {
    const filter = { notifications: { toolsListChanged: true } }
    const stream = readEvents(
      await send('/mcp', rpc('modern', 'subscriptions/listen', filter, token)),
    )
    // Held back, it would come when the stream ends, which this one does not.
    expect(await stream.next()).toMatchObject({ method: expect.any(String) })
    await stream.drop()
  }, 10_000)

  test('the server says itself what is too much, and far more is refused as well', async () => {
    const post = (bytes: number) => {
      const init = rpc('modern', 'tools/call', { name: 'whoami', arguments: {} }, token)
      return send('/mcp', { ...init, body: `${' '.repeat(bytes)}${init.body}` })
    }
    const much = await post(1.5 * MEGABYTE)
    expect([much.status, much.headers.get('content-type')]).toEqual([
      413,
      expect.stringContaining('application/json'),
    ])
    // Who refuses this depends on whether the proxy looks at the announced length first.
    expect((await post(3 * MEGABYTE)).status).toBe(413)
  })

  test('plain HTTP is sent to HTTPS', async () => {
    const plain = await fetch(`http://localhost:${http}/mcp?a=b`, { redirect: 'manual' })
    expect(plain.status).toBe(308)
    expect(plain.headers.get('location')).toMatch(/^https:\/\/localhost.*\/mcp\?a=b$/)
  })
})
