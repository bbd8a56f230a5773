/** The server under each runtime, with `REDIS_URL`: it counts there, and is up without it. */
import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePorts } from '../support/free-ports.ts'
import { answer, rpc } from '../support/mcp.ts'
import { printedBy } from '../support/printed.ts'
import { type Redis, startRedis } from '../support/redis-server.ts'
import { RUNTIMES, type RuntimeName, startServer } from '../support/server-process.ts'

const ROOT = resolve(import.meta.dir, '../..')
const PASSWORD = 'canary-of-a-password'

/** As much of a server as these tests need. */
interface Server {
  readonly url: string
  readonly localStytch: string
  output(): string
  stop(): Promise<void>
}

const afterwards: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of afterwards.splice(0).reverse()) await end()
})

async function arrange(runtime: RuntimeName): Promise<{ redis: Redis; server: Server }> {
  const redis = await startRedis('--requirepass', PASSWORD)
  afterwards.push(redis.stop)
  const env = {
    REDIS_URL: redis.url.replace('//', `//:${PASSWORD}@`),
    MCP_STATE_KEY: 'a key of at least thirty-two characters',
  }
  const server = await (runtime === 'deno' ? startDeno(env, redis) : startServer(runtime, env))
  afterwards.push(server.stop)
  return { redis, server }
}

/** With the one permission more that it takes. */
async function startDeno(env: Record<string, string>, redis: Redis): Promise<Server> {
  const [port, localPort] = (await freePorts(2)) as [number, number]
  const scratch = await mkdtemp(join(tmpdir(), 'stytch-mcp-'))
  const own = [port, localPort].flatMap((each) => [`localhost:${each}`, `127.0.0.1:${each}`])
  const hosts = [...own, `127.0.0.1:${redis.port}`]
  const child = Bun.spawn(
    [
      ...[join(ROOT, 'node_modules/.bin/deno'), 'run', '--no-prompt', '--cached-only'],
      ...[`--allow-net=${hosts}`, '--allow-env', join(ROOT, 'src/runtime/deno.ts')],
    ],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: scratch,
        PORT: `${port}`,
        LOCAL_STYTCH_PORT: `${localPort}`,
        ...env,
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    },
  )
  const printed = printedBy(child)
  const url = `http://localhost:${port}`
  while (!(await fetch(`${url}/healthz`).catch(() => false))) {
    if (child.exitCode !== null) throw new Error(printed.text())
    await Bun.sleep(20)
  }
  return {
    url,
    localStytch: `http://localhost:${localPort}`,
    output: printed.text,
    async stop() {
      child.kill('SIGKILL')
      await child.exited
      await rm(scratch, { recursive: true })
    },
  }
}

/** Calls a tool that only reads. Returns whether it answered. */
async function looks({ url, localStytch }: Server): Promise<boolean> {
  const minted = await fetch(`${localStytch}/local/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind: 'access', scope: 'openid read:projects' }),
  })
  const { token } = (await minted.json()) as { token: string }
  const request = rpc('modern', 'tools/call', { name: 'listProjects', arguments: {} }, token)
  const { result } = await answer(await fetch(`${url}/mcp`, request))
  return result !== undefined && !result.isError
}

async function keysIn({ port }: Redis): Promise<string[]> {
  const client = new Bun.RedisClient(`redis://:${PASSWORD}@127.0.0.1:${port}`)
  const keys = (await client.send('KEYS', ['*'])) as string[]
  client.close()
  return keys
}

describe.each([...RUNTIMES])('%s', (runtime) => {
  test('counts in Redis, goes on without it, and comes back to it', async () => {
    const { redis, server } = await arrange(runtime)
    expect(await looks(server)).toBe(true)
    const keys = await keysIn(redis)
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) expect(key).toStartWith('stytch-mcp:calls:')

    await redis.kill()
    expect(await looks(server)).toBe(true)
    await redis.restart()
    while ((await keysIn(redis)).length === 0) expect(await looks(server)).toBe(true)

    const said = (event: string) => server.output().split(`"event":"${event}"`).length - 1
    while (said('shared store available') === 0) await Bun.sleep(5)
    expect(said('shared store unavailable')).toBe(1)
    expect(said('shared store available')).toBe(1)
    expect(server.output()).not.toContain(PASSWORD)
    expect(server.output()).not.toContain(`${redis.port}`)
  }, 60_000)
})

test('the client of Redis is loaded only where there is one', async () => {
  const text = await Bun.file(join(ROOT, 'src/runtime/shared-store.ts')).text()
  const imports = text.split('\n').filter((line) => line.includes("'@redis/client'"))
  expect(imports).toEqual([
    expect.stringMatching(/^import type /),
    expect.stringContaining('await import('),
  ])
})
