/** The Deno KV store: in the real Deno KV of a real Deno, and with an engine that does what is rare. */
import { describe, expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type DenoKv, type DenoKvWrite, denoKvStore } from '../../src/store/deno-kv.ts'
import { StoreUnavailable } from '../../src/store/patience.ts'
import { createClock } from '../support/clock.ts'
import { lostEngineContract, type MortalEngine, storeContract } from './contract.ts'
import { storeAt } from './over-http.ts'

const ROOT = resolve(import.meta.dir, '../..')
const DENO = join(ROOT, 'node_modules/.bin/deno')

async function startDeno(): Promise<MortalEngine> {
  const command = ['run', '--no-prompt', '--cached-only', '--unstable-kv', '--allow-net=127.0.0.1']
  const child = Bun.spawn([DENO, ...command, join(ROOT, 'tests/store/deno-kv-process.ts')], {
    cwd: ROOT,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
  })
  const { value } = await child.stdout.getReader().read()
  const url = `http://127.0.0.1:${Number(new TextDecoder().decode(value))}/`
  let connections = 0
  return {
    connect: () => storeAt(url, connections++ % 2),
    vanish: async () => void (await fetch(`${url}vanish`)),
    async stop() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

storeContract('Deno KV', startDeno)
storeContract('Deno KV, as far as it matters here', async () => {
  const kv = standIn()
  return { connect: () => denoKvStore(kv) }
})
lostEngineContract('Deno KV', startDeno)

test('Deno’s own types fit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stytch-mcp-kv-types-'))
  const file = join(folder, 'types.ts')
  const module = join(ROOT, 'src/store/deno-kv.ts')
  await writeFile(
    file,
    `import { denoKvStore } from '${module}'\ndenoKvStore(await Deno.openKv(':memory:'))\n`,
  )
  const command = [DENO, 'check', '--no-config', '--unstable-kv', file]
  const child = Bun.spawn(command, { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
  const said = await new Response(child.stderr).text()
  await rm(folder, { recursive: true })
  expect([await child.exited, said.includes('error')]).toEqual([0, false])
}, 60_000)

describe('an engine that does what is rare', () => {
  test('is asked again as long as others write first', async () => {
    const kv = standIn()
    let rivals = 5
    kv.beforeCommit = (key) => {
      if (rivals-- > 0) kv.write(key, { value: `${10 * rivals}`, expiresAt: Date.now() + 9_000 })
    }
    const store = denoKvStore(kv)
    expect(await store.increment('k', 60)).toBe(1)
    expect(rivals).toBe(-1)
  })

  test('that always lets others write first is given up, and left alone after that', async () => {
    const kv = standIn()
    kv.beforeCommit = (key) => kv.write(key, { value: '1', expiresAt: Date.now() + 9_000 })
    const store = denoKvStore(kv, { patience: 50 })
    await expect(store.increment('k', 60)).rejects.toBeInstanceOf(StoreUnavailable)
    await Bun.sleep(1)
    const { commits } = kv
    await Bun.sleep(20)
    expect(kv.commits).toBe(commits)
  })

  test('that hangs holds nobody up for longer than their patience, and those after them not either', async () => {
    const kv = standIn()
    kv.hangs = true
    const store = denoKvStore(kv, { patience: 50 })
    const hanging = [store.take('k'), store.add('k', 'v', 60), store.increment('k', 60)]
    for (const { status } of await Promise.allSettled(hanging)) expect(status).toBe('rejected')
    kv.hangs = false
    expect(await store.increment('k', 60)).toBe(1)
  })

  test('whatever it still shows after its time is over is not there', async () => {
    const kv = standIn()
    const clock = createClock()
    const store = denoKvStore(kv, { now: clock.now })
    await store.add('k', 'v', 10)
    await store.increment('n', 10)
    clock.advance(9.999)
    expect(await store.get('k')).toBe('v')
    clock.advance(0.001)
    expect(kv.size).toBe(2)
    expect(await store.get('k')).toBeUndefined()
    expect(await store.take('k')).toBeUndefined()
    expect(await store.increment('n', 10)).toBe(1)
    expect(await store.add('k', 'w', 10)).toBe(true)
  })

  test('is told when things expire', async () => {
    const kv = standIn()
    const clock = createClock()
    const store = denoKvStore(kv, { now: clock.now })
    await store.add('k', 'v', 10)
    await store.increment('n', 10)
    clock.advance(4)
    await store.increment('n', 60)
    expect(kv.expiries).toEqual([10_000, 10_000, 6_000])
  })
})

interface StandIn extends DenoKv {
  /** Somebody else writes. */
  write(key: readonly string[], value: unknown): void
  beforeCommit: (key: readonly string[]) => void
  hangs: boolean
  readonly commits: number
  readonly size: number
  /** What writes were given as `expireIn`. */
  readonly expiries: readonly number[]
}

/** Versionstamps and atomic writes; nothing ever expires. */
function standIn(): StandIn {
  const entries = new Map<string, { value: unknown; versionstamp: string }>()
  const expiries: number[] = []
  let version = 0
  const nameOf = (key: readonly string[]) => JSON.stringify(key)
  const self = {
    beforeCommit: (_: readonly string[]) => {},
    hangs: false,
    commits: 0,
    expiries,
    get size() {
      return entries.size
    },
    write(key: readonly string[], value: unknown) {
      entries.set(nameOf(key), { value, versionstamp: `${++version}`.padStart(20, '0') })
    },
    async get(key: string[]) {
      if (self.hangs) await new Promise(() => {})
      await Promise.resolve()
      return structuredClone(entries.get(nameOf(key))) ?? { value: null, versionstamp: null }
    },
    atomic() {
      const checks: { key: string[]; versionstamp: string | null }[] = []
      const writes: (() => void)[] = []
      const write: DenoKvWrite = {
        check(seen) {
          checks.push(seen)
          return write
        },
        set(key, value, { expireIn }) {
          writes.push(() => {
            expiries.push(expireIn)
            self.write(key, value)
          })
          return write
        },
        delete(key) {
          writes.push(() => entries.delete(nameOf(key)))
          return write
        },
        async commit() {
          // A turn of the event loop, as a real one takes: timers get theirs.
          await new Promise((resolve) => setImmediate(resolve))
          self.commits++
          for (const { key } of checks) self.beforeCommit(key)
          const isUnchanged = checks.every(
            ({ key, versionstamp }) =>
              (entries.get(nameOf(key))?.versionstamp ?? null) === versionstamp,
          )
          if (isUnchanged) for (const each of writes) each()
          return { ok: isUnchanged }
        },
      }
      return write
    },
  }
  return self
}
