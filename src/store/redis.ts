/**
 * A store in Redis or Valkey, by whatever client there is. Every operation is one command on one key, so it
 * is atomic, and works with a cluster, behind a proxy and over HTTP as well.
 *
 * The engine must not forget before the time is over: a nonce that was evicted can be used again. Run it
 * with `maxmemory-policy noeviction`, so that a full one refuses what is new instead.
 */
import { PATIENCE, within } from './patience.ts'
import type { LastingStore } from './store.ts'

/** What a Redis store is made with. */
export interface RedisStoreOptions {
  /**
   * Sends one command, such as `['GET', 'key']`, and resolves with the reply: texts as strings, nil as
   * `null`. Must reject when there is no reply, and send nothing twice.
   */
  readonly send: (command: readonly string[]) => Promise<unknown>
  /** Before every key. Servers that share it share everything. Default: `stytch-mcp:`. */
  readonly prefix?: string
  /** Milliseconds to wait for a reply. Default: 2,000. */
  readonly patience?: number
}

/**
 * A counter is never there without an end: it is made with one, and counting leaves that as it is. A script
 * runs as a whole, and is replicated as a whole.
 */
const COUNT = `redis.call('SET', KEYS[1], '0', 'NX', 'PX', ARGV[1])
return redis.call('INCR', KEYS[1])`

/**
 * Makes a store. Needs `SET`, `GET`, `GETDEL` (Redis 6.2, any Valkey), `INCR`, `EVAL` and `PEXPIRE`.
 *
 * Every operation rejects with what `send` rejects with, with {@link StoreUnavailable} when there is no reply
 * in time, and with a `TypeError` for a reply that is none to its command.
 */
export function redisStore(options: RedisStoreOptions): LastingStore {
  const { send, prefix = 'stytch-mcp:', patience = PATIENCE } = options

  async function ask(...command: string[]): Promise<unknown> {
    return within(patience, send(command))
  }

  return {
    async add(key, value, ttl) {
      const reply = await ask('SET', prefix + key, value, 'NX', ...expiry(ttl))
      if (reply === null || reply === 'OK') return reply === 'OK'
      throw unexpected('SET')
    },
    async get(key) {
      return text('GET', await ask('GET', prefix + key))
    },
    async take(key) {
      return text('GETDEL', await ask('GETDEL', prefix + key))
    },
    async increment(key, ttl) {
      const count = Number(await ask('EVAL', COUNT, '1', prefix + key, milliseconds(ttl)))
      if (Number.isSafeInteger(count) && count > 0) return count
      throw unexpected('EVAL')
    },
    async touch(key, ttl) {
      const reply = Number(await ask('PEXPIRE', prefix + key, milliseconds(ttl)))
      if (reply === 0 || reply === 1) return reply === 1
      throw unexpected('PEXPIRE')
    },
  }
}

function expiry(ttl: number): string[] {
  return Number.isInteger(ttl) ? ['EX', String(ttl)] : ['PX', milliseconds(ttl)]
}

function milliseconds(ttl: number): string {
  return String(Math.ceil(ttl * 1_000))
}

function text(command: string, reply: unknown): string | undefined {
  if (reply === null) return undefined
  if (typeof reply === 'string') return reply
  throw unexpected(command)
}

/** A client that hands out something else, such as bytes, would make one thing look like another. */
function unexpected(command: string): TypeError {
  return new TypeError(`The reply to ${command} is not what Redis replies.`)
}
