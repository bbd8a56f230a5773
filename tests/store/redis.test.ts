/** The Redis store: in a real Redis, by different clients, and with replies that are none. */
import { describe, expect, test } from 'bun:test'
import { createClient } from '@redis/client'
import { StoreUnavailable } from '../../src/store/patience.ts'
import { type RedisStoreOptions, redisStore } from '../../src/store/redis.ts'
import { type Redis, startRedis } from '../support/redis-server.ts'
import { lostEngineContract, type MortalEngine, storeContract } from './contract.ts'

type Send = RedisStoreOptions['send']

/** How commands are sent, and how the connection ends. */
type Connect = (url: string) => Promise<readonly [send: Send, close: () => void]>

const CLIENTS: Record<string, Connect> = {
  'the client of node-redis': async (url) => {
    const client = createClient({ url, disableOfflineQueue: true })
    client.on('error', () => {})
    await client.connect()
    return [(command) => client.sendCommand([...command]), () => client.destroy()]
  },
  // Keeps what it cannot send for later: only the patience of the store ends the wait.
  'the client of Bun': async (url) => {
    const client = new Bun.RedisClient(url, { maxRetries: 1_000 })
    await client.connect()
    return [([name = '', ...args]) => client.send(name, args), () => client.close()]
  },
}

async function startEngine(connect: Connect): Promise<MortalEngine> {
  const redis = await startRedis()
  const open: (() => void)[] = []
  return {
    async connect() {
      const [send, close] = await connect(redis.url)
      open.push(close)
      return redisStore({ send })
    },
    vanish: redis.kill,
    async stop() {
      for (const close of open) close()
      await redis.stop()
    },
  }
}

for (const [name, connect] of Object.entries(CLIENTS)) {
  storeContract(`Redis, by ${name}`, () => startEngine(connect))
  lostEngineContract(`Redis, by ${name}`, () => startEngine(connect))
}

/** A Redis with a connection, for as long as something takes. */
async function having(
  options: readonly string[],
  act: (send: Send, redis: Redis) => Promise<void>,
): Promise<void> {
  const redis = await startRedis(...options)
  const client = createClient({ url: redis.url })
  client.on('error', () => {})
  try {
    await client.connect()
    await act((command) => client.sendCommand([...command]), redis)
  } finally {
    client.destroy()
    await redis.stop()
  }
}

describe('in Redis', () => {
  test('everything has an end, whole seconds or not', async () => {
    await having([], async (send) => {
      const store = redisStore({ send, prefix: 'p:' })
      await store.add('a', 'v', 100)
      await store.add('b', 'v', 99.5)
      await store.increment('c', 100)
      await store.increment('c', 1)
      await store.increment('d', 99.5)
      const left = async (key: string) => Number(await send(['PTTL', key]))
      expect((await send(['KEYS', '*'])) as string[]).toHaveLength(4)
      for (const key of ['p:a', 'p:c']) expect(await left(key)).toBeWithin(99_501, 100_001)
      for (const key of ['p:b', 'p:d']) expect(await left(key)).toBeWithin(95_000, 99_501)
    })
  })

  test('servers that do not share a prefix share nothing', async () => {
    await having([], async (send) => {
      await redisStore({ send, prefix: 'one:' }).add('k', 'v', 60)
      expect(await redisStore({ send, prefix: 'two:' }).get('k')).toBeUndefined()
      expect(await redisStore({ send, prefix: 'one:' }).get('k')).toBe('v')
    })
  })

  test('what is no count cannot be counted, and stays', async () => {
    await having([], async (send) => {
      const store = redisStore({ send })
      await store.add('k', 'v', 60)
      await expect(store.increment('k', 60)).rejects.toThrow('not an integer')
      expect(await store.get('k')).toBe('v')
    })
  })

  test('that is full, what is new is refused and what is there stays', async () => {
    await having(['--maxmemory-policy', 'noeviction'], async (send) => {
      const store = redisStore({ send })
      await store.add('first', 'v', 60)
      await send(['CONFIG', 'SET', 'maxmemory', '1'])
      await expect(store.add('second', 'v', 60)).rejects.toThrow('OOM')
      await expect(store.increment('n', 60)).rejects.toThrow('OOM')
      expect(await store.get('n')).toBeUndefined()
      expect(await store.take('first')).toBe('v')
    })
  })

  test('that dies while it counts, no count is left without an end', async () => {
    const options = ['--appendonly', 'yes', '--appendfsync', 'no']
    await having(options, async (send, redis) => {
      const store = redisStore({ send })
      const counting = Array.from({ length: 3_000 }, (_, i) => store.increment(`k${i}`, 600))
      const settled = Promise.allSettled(counting)
      await counting[500]
      await redis.kill()
      await settled
      await redis.restart()
      let answer: unknown
      while (answer === undefined) answer = await send(['PING']).catch(() => undefined)
      const keys = (await send(['KEYS', '*'])) as string[]
      expect(keys.length).toBeGreaterThan(0)
      for (const key of keys) expect(Number(await send(['PTTL', key]))).toBeGreaterThan(0)
    })
  }, 20_000)
})

describe('a reply', () => {
  test.each<[string, unknown]>([
    ['that is nothing', undefined],
    ['that is bytes', new Uint8Array([79, 75])],
    ['that is something else', {}],
  ])('%s is none', async (_, reply) => {
    const store = redisStore({ send: async () => reply })
    await expect(store.add('k', 'v', 1)).rejects.toBeInstanceOf(TypeError)
    await expect(store.get('k')).rejects.toBeInstanceOf(TypeError)
    await expect(store.take('k')).rejects.toBeInstanceOf(TypeError)
    await expect(store.increment('k', 1)).rejects.toBeInstanceOf(TypeError)
  })

  test('of an HTTP Redis, where counts are texts, is one', async () => {
    const store = redisStore({ send: async () => '7' })
    expect(await store.increment('k', 1)).toBe(7)
  })

  test('that does not come is not waited for', async () => {
    const store = redisStore({ send: () => new Promise(() => {}), patience: 30 })
    const acts = [store.get('k'), store.take('k'), store.add('k', 'v', 1), store.increment('k', 1)]
    for (const act of await Promise.allSettled(acts)) {
      expect(act.status === 'rejected' && act.reason).toBeInstanceOf(StoreUnavailable)
    }
  })

  test('that is an error, or an error instead of a reply, is handed on', async () => {
    const failing = new Error('WRONGTYPE')
    const stores = [
      redisStore({ send: () => Promise.reject(failing) }),
      redisStore({
        send() {
          throw failing
        },
      }),
    ]
    for (const store of stores) await expect(store.take('k')).rejects.toBe(failing)
  })
})
