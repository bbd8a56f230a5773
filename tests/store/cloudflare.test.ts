/** The Durable Object store: in the real workerd, with both kinds of storage, and with objects that fail. */
import { describe, expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  durableObjectStore,
  type ObjectNamespace,
  type ObjectState,
  type ObjectTransaction,
  StoreObject,
} from '../../src/store/cloudflare.ts'
import { StoreUnavailable } from '../../src/store/patience.ts'
import { freePorts } from '../support/free-ports.ts'
import { lostEngineContract, type MortalEngine, storeContract } from './contract.ts'
import { storeAt } from './over-http.ts'

const ROOT = resolve(import.meta.dir, '../..')

interface Workerd extends MortalEngine {
  /** What objects had left when their alarm was over, in entries. */
  leftovers(): Promise<number[]>
}

const KINDS = ['SQLite', 'the older kind'] as const

async function startWorkerd(storage: (typeof KINDS)[number]): Promise<Workerd> {
  const folder = await mkdtemp(join(tmpdir(), 'stytch-mcp-workerd-'))
  const [port] = (await freePorts(1)) as [number]
  const built = await Bun.build({
    entrypoints: [join(ROOT, 'tests/store/store-worker.ts')],
    format: 'esm',
  })
  await writeFile(join(folder, 'worker.js'), (await built.outputs[0]?.text()) as string)
  await writeFile(join(folder, 'config.capnp'), config(port, storage === 'SQLite'))
  const child = Bun.spawn([join(ROOT, 'node_modules/.bin/workerd'), 'serve', 'config.capnp'], {
    cwd: folder,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  })
  const url = `http://127.0.0.1:${port}/`
  const isUp = async () => (await fetch(url).catch(() => undefined)) !== undefined
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error('workerd ended')
    await Bun.sleep(20)
  }
  let connections = 0
  return {
    connect: () => storeAt(url, connections++ % 2),
    vanish: async () => void (await fetch(`${url}vanish`)),
    leftovers: async () => (await (await fetch(`${url}leftovers`)).json()) as number[],
    async stop() {
      child.kill('SIGKILL')
      await child.exited
      await rm(folder, { recursive: true })
    },
  }
}

function config(port: number, enableSql: boolean): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2025-06-01",
  durableObjectNamespaces = [
    (className = "Mortal", uniqueKey = "store", enableSql = ${enableSql}),
  ],
  durableObjectStorage = (inMemory = void),
  bindings = [(name = "STORE", durableObjectNamespace = "Mortal")],
);
`
}

for (const storage of KINDS) {
  storeContract(`Durable Objects, ${storage}`, () => startWorkerd(storage))
}
lostEngineContract('Durable Objects', () => startWorkerd('SQLite'))

describe('an object that fails', () => {
  test.each<[string, () => Promise<Response>, patience: number]>([
    ['answers with an error', async () => new Response('overloaded', { status: 503 }), 1_000],
    ['says nothing', () => new Promise(() => {}), 50],
  ])('and %s decides nothing', async (_, answer, patience) => {
    const namespace = { idFromName: (name: string) => name, get: () => ({ fetch: answer }) }
    const store = durableObjectStore(namespace, { patience })
    const asked = [store.add('k', 'v', 1), store.get('k'), store.take('k'), store.increment('k', 1)]
    for (const one of await Promise.allSettled(asked)) {
      expect(one.status === 'rejected' && one.reason).toBeInstanceOf(StoreUnavailable)
    }
  })
})

test('servers that do not share a prefix share nothing', async () => {
  const names: unknown[] = []
  const namespace: ObjectNamespace = {
    idFromName: (name) => names.push(name),
    get: () => ({ fetch: async () => Response.json({ answer: null }) }),
  }
  await durableObjectStore(namespace, { prefix: 'one:' }).get('k')
  await durableObjectStore(namespace, { prefix: 'two:' }).get('k')
  expect(names).toEqual(['one:k', 'two:k'])
})

describe('the alarm of an object', () => {
  /** An object, and what it has stored. */
  function arrange() {
    const stored = new Map<string, unknown>()
    const alarms: number[] = []
    const transaction: ObjectTransaction = {
      get: async (key) => stored.get(key),
      put: async (key, value) => void stored.set(key, value),
      delete: async (key) => stored.delete(key),
      setAlarm: async (time) => void alarms.push(time),
    }
    const storage: ObjectState['storage'] = {
      ...transaction,
      deleteAll: async () => stored.clear(),
      transaction: (work) => work(transaction),
    }
    const object = new StoreObject({ storage, blockConcurrencyWhile: (work) => work() })
    const ask = (question: object) =>
      object.fetch(
        new Request('https://store.invalid/', { method: 'POST', body: JSON.stringify(question) }),
      )
    return { object, ask, stored, alarms }
  }

  test('is set for the end of what is kept, and deletes everything then', async () => {
    const { object, ask, stored, alarms } = arrange()
    const before = Date.now()
    await ask({ operation: 'add', value: 'v', ttl: 0.05 })
    expect(alarms[0]).toBeWithin(before + 50, Date.now() + 51)
    while (Date.now() < (alarms[0] as number)) await Bun.sleep(5)
    await object.alarm()
    expect(stored.size).toBe(0)
    expect(alarms).toHaveLength(1)
  })

  test.each(KINDS)('comes: %s', async (storage) => {
    const workerd = await startWorkerd(storage)
    const store = await workerd.connect()
    await store.add('k', 'v', 0.1)
    await store.add('used', 'v', 0.1)
    await store.take('used')
    await store.add('stays', 'v', 60)
    while ((await workerd.leftovers()).length < 2) await Bun.sleep(20)
    expect(await workerd.leftovers()).toEqual([0, 0])
    expect(await store.get('stays')).toBe('v')
    await workerd.stop?.()
  })

  test('that comes early is set again, and deletes nothing', async () => {
    const { object, ask, stored, alarms } = arrange()
    await ask({ operation: 'increment', ttl: 60 })
    await ask({ operation: 'increment', ttl: 90 })
    await object.alarm()
    expect(stored.size).toBe(1)
    expect(alarms).toEqual([alarms[0], alarms[0]] as number[])
  })
})
