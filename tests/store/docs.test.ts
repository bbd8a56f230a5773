/** `docs/deploy/shared-state.md` is copied from: what it imports is there, and what it says of Redis is enough. */
import { expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { redisStore } from '../../src/store/redis.ts'
import { startRedis } from '../support/redis-server.ts'

const ROOT = resolve(import.meta.dir, '../..')
const text = await Bun.file(join(ROOT, 'docs/deploy/shared-state.md')).text()
const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block]) => block as string)

test('there is an entry for each store', () => {
  expect(blocks).toHaveLength(3)
})

test.each(blocks)('an entry imports what there is: %#', async (block) => {
  new Bun.Transpiler({ loader: 'ts' }).transformSync(block)
  const imports = [...block.matchAll(/^(?:import|export) \{ ([^}]+) \} from '\.\/([^']+)'/gm)]
  expect(imports.length).toBeGreaterThan(1)
  for (const [, names = '', file = ''] of imports) {
    const module = (await import(join(ROOT, file))) as Record<string, unknown>
    for (const name of names.split(', ')) expect(module[name]).toBeFunction()
  }
})

test('a user with the rights it names can do everything, and nothing beside', async () => {
  const rights = text.match(/`(\+set[^`]*)` and keys `([^`]+)`/)
  expect(rights).not.toBeNull()
  const [, commands = '', keys = ''] = rights as RegExpMatchArray
  const redis = await startRedis()
  const admin = new Bun.RedisClient(redis.url)
  await admin.send('ACL', ['SETUSER', 'mcp', 'on', '>pw', keys, ...commands.split(' ')])
  const { createClient } = await import('@redis/client')
  const url = redis.url.replace('//', '//mcp:pw@')
  const client = createClient({ url, RESP: 2, disableClientInfo: true })
  await client.connect()
  const send = (command: readonly string[]): Promise<unknown> => client.sendCommand([...command])
  const store = redisStore({ send })
  expect(await store.add('k', 'v', 10)).toBe(true)
  expect(await store.touch('k', 10)).toBe(true)
  expect(await store.get('k')).toBe('v')
  expect(await store.take('k')).toBe('v')
  expect(await store.increment('n', 10)).toBe(1)
  expect(await send(['PING'])).toBe('PONG')
  expect(`${await send(['INFO', 'memory'])}`).toContain('maxmemory_policy')
  await expect(redisStore({ send, prefix: 'other:' }).get('k')).rejects.toThrow('NOPERM')
  await expect(send(['FLUSHALL'])).rejects.toThrow('NOPERM')
  client.destroy()
  admin.close()
  await redis.stop()
})
