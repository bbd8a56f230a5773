/**
 * What several processes share, in Redis or Valkey. The connection is kept up in the background; whoever asks
 * while there is none is told so at once, and nothing is queued for later: what waited would be done when
 * nobody wants it any more.
 */
import type { RedisClientType } from '@redis/client'
import type { Log } from '../observe/log.ts'
import { PATIENCE, StoreUnavailable, within } from '../store/patience.ts'
import { redisStore } from '../store/redis.ts'
import type { LastingStore } from '../store/store.ts'

/** A store somewhere else. */
export interface SharedStore {
  readonly store: LastingStore
  /** Hangs up for good. */
  close(): void
}

/** What it is made with. */
export interface SharedStoreOptions {
  readonly log: Log
  /** Milliseconds to wait for a reply. Default: 2,000. */
  readonly patience?: number
}

type Client = Pick<RedisClientType, 'connect' | 'destroy' | 'on' | 'sendCommand'>

/** Milliseconds for a connection to be made and greeted: TCP, TLS, password. */
const GREETING = 5_000
/** Milliseconds before another try: the first, and the most. */
const PAUSE = { first: 50, most: 2_000 }
/** Commands that may wait for their replies. */
const MAX_WAITING = 10_000

/**
 * Connects, and goes on when that has worked or failed once; a server that starts before its Redis is as good as
 * one that starts after.
 *
 * Says once that there is no connection and once that there is again. The URL is in no line: there is a
 * password in it.
 *
 * @param url `redis://` or `rediss://`, checked
 */
export async function sharedStore(
  url: string,
  { log, patience = PATIENCE }: SharedStoreOptions,
): Promise<SharedStore> {
  // A server of one process has no use for it.
  const { createClient, ErrorReply } = await import('@redis/client')
  const open = (): Client =>
    createClient({
      url,
      socket: { connectTimeout: GREETING, reconnectStrategy: false },
      RESP: 2,
      commandsQueueMaxLength: MAX_WAITING,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      // Its own only counts until a command is sent.
      commandOptions: { timeout: undefined },
    }) as unknown as Client

  const connection = keepConnected(open, log)
  await connection.tried

  async function send(command: readonly string[]): Promise<unknown> {
    const client = connection.current
    if (client === undefined) throw new StoreUnavailable('There is no connection.')
    try {
      return await within(patience, client.sendCommand([...command]))
    } catch (error) {
      if (isNoUse(error)) connection.giveUp(client, error)
      if (error instanceof ErrorReply || error instanceof StoreUnavailable) throw error
      throw new StoreUnavailable('The connection broke.')
    }
  }
  return { store: redisStore({ send, patience }), close: connection.close }
}

/** One connection after the other. */
interface Connection {
  /** The one there is, if there is one. */
  readonly current: Client | undefined
  /** Settles, and never fails, after the first try. */
  readonly tried: Promise<void>
  /** Has another one made in its place. */
  giveUp(client: Client, why: unknown): void
  close(): void
}

function keepConnected(open: () => Client, log: Log): Connection {
  let current: Client | undefined
  let closed = false
  let failing = false
  let end: (why: unknown) => void = () => {}
  let hasTried = () => {}
  const tried = new Promise<void>((resolve) => {
    hasTried = resolve
  })

  /** Resolves with the reason when a connection that was there is gone; rejects when there was none. */
  async function once(): Promise<unknown> {
    const client = open()
    const ended = new Promise((resolve) => {
      end = resolve
      client.on('error', resolve)
    })
    try {
      await within(GREETING, greet(client))
      if (closed) return undefined
      current = client
      if (failing) log('info', 'shared store available')
      failing = false
      hasTried()
      void warnOfForgetting(client, log)
      return await ended
    } finally {
      current = undefined
      client.destroy()
    }
  }

  async function run(): Promise<void> {
    for (let pause = PAUSE.first; !closed; pause = Math.min(pause * 2, PAUSE.most)) {
      const why = await once().then(
        (reason) => {
          pause = PAUSE.first
          return reason
        },
        (error: unknown) => error,
      )
      if (closed) return
      if (!failing) log('error', 'shared store unavailable', { error: nameOf(why) })
      failing = true
      hasTried()
      // Not all processes at the same moment.
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)))
    }
  }
  void run()

  return {
    get current() {
      return current
    },
    tried,
    giveUp(client, why) {
      if (client === current) end(why)
    },
    close() {
      closed = true
      end(undefined)
    },
  }
}

async function greet(client: Client): Promise<void> {
  await client.connect()
  // Some only say now that they want a password, or have no room.
  await client.sendCommand(['PING'])
}

/** Whether a connection that failed like this will go on doing so: nobody answers, or only reads do. */
function isNoUse(error: unknown): boolean {
  return (
    error instanceof StoreUnavailable || /^(?:READONLY|MASTERDOWN|NOAUTH)\b/.test(textOf(error))
  )
}

/** Full, it should refuse what is new. Where it drops what is old, a used handle can be used again. */
async function warnOfForgetting(client: Client, log: Log): Promise<void> {
  // Where it does not say, the operator must know.
  const says = await client.sendCommand(['INFO', 'memory']).catch(() => '')
  const [, policy] = /^maxmemory_policy:([\w-]+)/m.exec(String(says)) ?? []
  const isBounded = /^maxmemory:[1-9]/m.test(String(says))
  if (isBounded && policy !== undefined && policy !== 'noeviction') {
    log('warn', 'shared store may forget', {
      policy,
      hint: 'Set maxmemory-policy to noeviction: a used handle that is forgotten can be used again.',
    })
  }
}

/** Says what happened without an address: a code of the system or of Redis, or the name of the error. */
function nameOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return code
  const [word] = /^[A-Z]{4,}\b/.exec(textOf(error)) ?? []
  return word ?? (error instanceof Error ? error.constructor.name : typeof error)
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
