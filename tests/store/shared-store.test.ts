/** The connection to a Redis that a server has from its configuration: bounded, and discreet when it breaks. */
import { afterEach, describe, expect, test } from 'bun:test'
import { createServer, type Server } from 'node:net'
import { createLog } from '../../src/observe/log.ts'
import { type SharedStore, sharedStore } from '../../src/runtime/shared-store.ts'
import { StoreUnavailable } from '../../src/store/patience.ts'
import { freePorts } from '../support/free-ports.ts'
import { type Redis, startRedis } from '../support/redis-server.ts'
import { lostEngineContract, type MortalEngine, storeContract } from './contract.ts'

const PASSWORD = 'canary of a password'
const USER_INFO = `:${encodeURIComponent(PASSWORD)}@`

const afterwards: (() => unknown)[] = []
afterEach(async () => {
  for (const end of afterwards.splice(0)) await end()
})

/** A server's connection, and what it said about it. */
interface Connected extends SharedStore {
  readonly lines: string[]
  events(): string[]
}

async function connect(url: string, patience?: number): Promise<Connected> {
  const lines: string[] = []
  const log = createLog({ write: (line) => lines.push(line) })
  const shared = await sharedStore(url, { log, ...(patience === undefined ? {} : { patience }) })
  afterwards.push(shared.close)
  const events = () => lines.map((line) => (JSON.parse(line) as { event: string }).event)
  return { ...shared, lines, events }
}

async function redisWith(...options: string[]): Promise<Redis> {
  const redis = await startRedis(...options)
  afterwards.push(redis.stop)
  return redis
}

/** Asks until the store answers. */
async function recovered({ store }: SharedStore): Promise<void> {
  while (!(await store.add(crypto.randomUUID(), '', 60).catch(() => false))) await Bun.sleep(10)
}

/** Asks until the store does not answer. */
async function failed({ store }: SharedStore): Promise<void> {
  while (
    await store.get('k').then(
      () => true,
      () => false,
    )
  ) {
    await Bun.sleep(1)
  }
}

async function startEngine(): Promise<MortalEngine> {
  const redis = await startRedis('--requirepass', PASSWORD)
  const open: SharedStore[] = []
  return {
    async connect() {
      const url = redis.url.replace('//', `//${USER_INFO}`)
      const shared = await sharedStore(url, { log: () => {} })
      open.push(shared)
      return shared.store
    },
    vanish: redis.kill,
    async stop() {
      for (const { close } of open) close()
      await redis.stop()
    },
  }
}

storeContract('the Redis of the configuration', startEngine)
lostEngineContract('the Redis of the configuration', startEngine)

describe('a connection', () => {
  test('that is lost is made again; it says so once, and never with what', async () => {
    const redis = await redisWith('--requirepass', PASSWORD)
    const shared = await connect(redis.url.replace('//', `//${USER_INFO}`))
    await shared.store.add('k', 'v', 60)
    for (let outage = 0; outage < 2; outage++) {
      await redis.kill()
      await failed(shared)
      for (let i = 0; i < 20; i++) {
        await expect(shared.store.get('k')).rejects.toBeInstanceOf(Error)
        await Bun.sleep(5)
      }
      await redis.restart()
      await recovered(shared)
    }
    const once = ['shared store unavailable', 'shared store available']
    expect(shared.events()).toEqual([...once, ...once])
    const all = shared.lines.join('\n')
    for (const part of ['canary', USER_INFO, 'redis:', String(redis.port), '127.0.0.1']) {
      expect(all).not.toContain(part)
    }
  }, 20_000)

  test('while there is none, nobody waits, and nothing is done later', async () => {
    const redis = await redisWith('--appendonly', 'yes', '--appendfsync', 'always')
    const shared = await connect(redis.url)
    await shared.store.add('k', 'v', 60)
    await redis.kill()
    await failed(shared)
    const started = performance.now()
    for (let i = 0; i < 500; i++) {
      await expect(shared.store.take('k')).rejects.toBeInstanceOf(StoreUnavailable)
    }
    expect(performance.now() - started).toBeLessThan(1_000)
    await redis.restart()
    await recovered(shared)
    expect(await shared.store.take('k')).toBe('v')
  }, 20_000)

  test('over which nothing comes is given up, so that only the first have to wait', async () => {
    const redis = await redisWith()
    const shared = await connect(redis.url, 200)
    redis.pause()
    const waiting = [shared.store.get('k'), shared.store.get('l')]
    for (const one of await Promise.allSettled(waiting)) {
      expect(one.status === 'rejected' && one.reason).toBeInstanceOf(StoreUnavailable)
    }
    await failed(shared)
    const started = performance.now()
    await expect(shared.store.get('k')).rejects.toBeInstanceOf(StoreUnavailable)
    expect(performance.now() - started).toBeLessThan(100)
    redis.resume()
    await recovered(shared)
    expect(shared.events()).toEqual(['shared store unavailable', 'shared store available'])
  }, 20_000)

  test('to one that only reads any more is made anew, to whoever has the name then', async () => {
    const redis = await redisWith()
    const shared = await connect(redis.url)
    const admin = await connect(redis.url)
    await new Bun.RedisClient(redis.url).send('REPLICAOF', ['127.0.0.1', '1'])
    await expect(shared.store.add('k', 'v', 60)).rejects.toThrow('READONLY')
    await new Bun.RedisClient(redis.url).send('REPLICAOF', ['NO', 'ONE'])
    await recovered(shared)
    expect(shared.events()).toEqual(['shared store unavailable', 'shared store available'])
    expect(shared.lines.join()).toContain('"error":"READONLY"')
    expect(admin.events()).toEqual([])
  }, 20_000)
})

describe('a server starts without its Redis', () => {
  test('nobody listens: it says so once, and connects when somebody does', async () => {
    const redis = await redisWith()
    await redis.kill()
    const shared = await connect(redis.url)
    expect(shared.events()).toEqual(['shared store unavailable'])
    expect(shared.lines[0]).toContain('"error":"ECONNREFUSED"')
    await expect(shared.store.get('k')).rejects.toBeInstanceOf(StoreUnavailable)
    await redis.restart()
    await recovered(shared)
    expect(shared.events()).toEqual(['shared store unavailable', 'shared store available'])
  }, 20_000)

  test.each([
    ['wrong', `:${encodeURIComponent('canary of another')}@`, 'WRONGPASS'],
    ['not there', '', 'NOAUTH'],
  ])('the password is %s: it says so, and not which', async (_, userInfo, code) => {
    const redis = await redisWith('--requirepass', PASSWORD)
    const shared = await connect(redis.url.replace('//', `//${userInfo}`))
    expect(shared.events()).toEqual(['shared store unavailable'])
    expect(shared.lines[0]).toContain(`"error":"${code}"`)
    expect(shared.lines.join()).not.toContain('canary')
    await expect(shared.store.add('k', 'v', 60)).rejects.toBeInstanceOf(StoreUnavailable)
  })

  test('who listens is no Redis: it says so', async () => {
    const [port] = (await freePorts(1)) as [number]
    const server: Server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    afterwards.push(() => server.close())
    const shared = await connect(`redis://127.0.0.1:${port}`)
    expect(shared.events()).toEqual(['shared store unavailable'])
    await expect(shared.store.get('k')).rejects.toBeInstanceOf(StoreUnavailable)
  })
})

describe('a Redis that drops what is old when it is full', () => {
  test.each([
    ['is called out', ['--maxmemory', '10mb', '--maxmemory-policy', 'allkeys-lru'], true],
    [
      'with what is said to expire as well',
      ['--maxmemory', '10mb', '--maxmemory-policy', 'volatile-lru'],
      true,
    ],
    ['but is never full is not', ['--maxmemory-policy', 'allkeys-lru'], false],
  ])('%s', async (_, options, isCalledOut) => {
    const redis = await redisWith(...options)
    const shared = await connect(redis.url)
    // Its reply comes after that to what the connection was greeted with.
    await shared.store.get('k')
    expect(shared.events()).toEqual(isCalledOut ? ['shared store may forget'] : [])
  })

  test('a full one that refuses what is new is as it should be', async () => {
    const redis = await redisWith('--maxmemory', '10mb', '--maxmemory-policy', 'noeviction')
    const shared = await connect(redis.url)
    await shared.store.get('k')
    expect(shared.events()).toEqual([])
  })
})
