/**
 * What is different in a Worker, in the real workerd: many requests share one isolate, each in a context that
 * ends with its client, and nobody sees the server start.
 */
import { afterEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { verifyAudit } from '../../src/observe/audit.ts'
import { freePorts } from '../support/free-ports.ts'
import { answer } from '../support/mcp.ts'
import { speak } from '../support/raw-http.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { bundleWorker } from '../support/worker-bundle.ts'
import { answers, deployed, startWorker, startWorkerd } from '../support/worker-process.ts'
import { type Subject, subjectOf, until, WHOAMI } from './behaviours/behaviour.ts'
import { auditRecords } from './behaviours/records.ts'

let server: ServerProcess | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function start(...args: Parameters<typeof startWorker>): Promise<Subject> {
  server = await startWorker(...args)
  return subjectOf('workerd', server)
}

const isOpen = ({ status }: { status?: number }) => status === undefined

describe('a request that others wait for', () => {
  test('fetches the signing keys for all that came meanwhile', async () => {
    const { knob, ask, asked } = await start()
    await knob('faults', { faults: [{ at: 'jwks', kind: 'hang' }] })
    const calls = Array.from({ length: 5 }, () => ask('modern', 'tools/call', WHOAMI))
    await until(async () => (await asked()).find(isOpen))
    await knob('faults', { faults: [] })
    for (const call of calls) expect((await call).status).toBe(200)
    expect((await asked()).filter(({ path }) => path.endsWith('/jwks.json'))).toHaveLength(1)
  })

  test('fetches them although its own client is gone', async () => {
    const { knob, ask, asked } = await start()
    await knob('faults', { faults: [{ at: 'jwks', kind: 'hang' }] })
    const client = new AbortController()
    const first = ask('modern', 'tools/call', WHOAMI, { signal: client.signal })
    await until(async () => (await asked()).find(isOpen))
    client.abort()
    await first.catch(() => {})
    const second = ask('modern', 'tools/call', WHOAMI)
    await knob('faults', { faults: [] })
    expect((await second).status).toBe(200)
    expect((await ask('modern', 'tools/call', WHOAMI)).status).toBe(200)
  })
})

test('clients that leave at any moment leave a whole trail and a server that serves', async () => {
  const { ask, lines } = await start()
  for (let each = 0; each < 150; each++) {
    const client = new AbortController()
    const call = ask('modern', 'tools/call', WHOAMI, { signal: client.signal })
    // From before the request is written until after it is answered.
    const leaving = Bun.sleep(each % 15).then(() => client.abort())
    const stays = ask('legacy', 'tools/call', WHOAMI)
    await Promise.all([call.then((response) => response.text()).catch(() => {}), leaving])
    expect((await answer(await stays)).result?.structuredContent).toBeDefined()
  }
  await until(() => auditRecords(lines()).length >= 150 || undefined)
  expect(await verifyAudit(lines())).toMatchObject({ ok: true, epochs: 1, lost: 0 })
  expect(lines().filter((line) => line.includes('"level":"error"'))).toEqual([])
}, 30_000)

describe('a body that does not arrive', () => {
  test('is 408 in its own time, whatever other requests are waiting or gone', async () => {
    const [port] = (await freePorts(1)) as [number]
    const workerd = await startWorkerd({
      port,
      env: {},
      store: false,
      module: await bundleWorker(join(import.meta.dir, 'slow-body-worker.ts')),
    })
    const url = `http://localhost:${port}/`
    try {
      await answers(url, workerd)
      const slow = async (framing: string) => {
        const head = `POST / HTTP/1.1\r\nHost: localhost:${port}\r\n${framing}\r\n\r\n`
        return (await speak(url, head)).responses.map(({ status }) => status)
      }
      for (const framing of ['Content-Length: 10', 'Transfer-Encoding: chunked']) {
        expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(200)
        expect(await slow(framing)).toEqual([408])
        const later = [0, 100, 200].map((ms) => Bun.sleep(ms).then(() => slow(framing)))
        expect(await Promise.all(later)).toEqual([[408], [408], [408]])
      }
    } finally {
      await workerd.stop()
    }
  }, 20_000)
})

describe('a configuration that is not usable', () => {
  const SECRET = 'secret-live-canary'
  interface Row {
    readonly wrong: string
    readonly variables: readonly string[]
    readonly env?: Record<string, string>
    readonly options?: Parameters<typeof startWorker>[1]
  }
  const ROWS: Row[] = [
    { wrong: 'no store', variables: ['STORE'], options: { store: false } },
    {
      wrong: 'no key for what isolates seal',
      variables: ['MCP_STATE_KEY'],
      env: { MCP_STATE_KEY: '' },
    },
    {
      wrong: 'sessions in memory',
      variables: ['MCP_SESSIONS'],
      env: { MCP_SESSIONS: 'memory' },
    },
    { wrong: 'a Redis', variables: ['REDIS_URL'], env: { REDIS_URL: 'redis://127.0.0.1:6379' } },
    {
      wrong: 'nobody who says that a client is gone',
      variables: ['compatibility_flags'],
      options: { flags: [] },
    },
    {
      wrong: 'Local Stytch in production, which it is unless somebody says otherwise',
      variables: ['PUBLIC_URL', 'STYTCH_DOMAIN', 'STYTCH_PROJECT_ID', 'STYTCH_PUBLIC_TOKEN'],
      env: { NODE_ENV: '' },
    },
    { wrong: 'a wrong value', variables: ['TOOLSETS'], env: { TOOLSETS: 'everything' } },
    {
      wrong: 'a secret of the wrong shape, which is not said',
      variables: ['STYTCH_DOMAIN', 'STYTCH_PROJECT_ID', 'STYTCH_PUBLIC_TOKEN', 'STYTCH_SECRET'],
      env: { STYTCH_SECRET: `${SECRET}!` },
    },
  ]
  test.each(ROWS)('$wrong: 500, and the log says what to mend', async (row) => {
    const { variables, env, options } = row
    server = await startWorker(env, options)
    for (const path of ['/healthz', '/mcp', '/oauth/authorize']) {
      const response = await fetch(server.url + path)
      expect(response.status).toBe(500)
      const told = await response.json()
      expect(told).toEqual({
        error: 'server_misconfigured',
        error_description: expect.stringContaining('log'),
        request_id: expect.any(String),
      })
    }
    const problems = await until(() => {
      const lines = server?.output().split('\n').slice(0, -1) ?? []
      const all = lines.map((line) => JSON.parse(line))
      const last = all.at(-1)?.request_id
      const found = all.filter(({ request_id }) => request_id === last)
      return found.length >= variables.length ? found : undefined
    })
    expect(problems.map(({ variable }) => variable).sort()).toEqual([...variables])
    for (const { problem, mend } of problems) {
      expect(problem.length).toBeGreaterThan(10)
      expect(mend.length).toBeGreaterThan(10)
    }
    expect(server.output()).not.toContain(SECRET)
  })
})

test('deploy/wrangler.jsonc deploys what is tested here', async () => {
  const wrangler = (await deployed()) as unknown as Record<string, unknown>
  expect(wrangler).toMatchObject({
    main: '../src/runtime/worker.ts',
    compatibility_flags: ['enable_request_signal', 'no_nodejs_compat', 'no_nodejs_compat_v2'],
    durable_objects: { bindings: [{ name: 'STORE', class_name: 'StoreObject' }] },
    migrations: [{ new_sqlite_classes: ['StoreObject'] }],
  })
})
