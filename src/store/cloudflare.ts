/**
 * A store in Cloudflare's Durable Objects: one object for each key, which answers one question at a time
 * wherever in the world it is asked.
 *
 * Workers KV is no place for what may be used once: it has no operation that reads and writes, and others see
 * a write a minute later or more, so the same handle could be used in every data centre. There is no store on
 * KV alone here for that reason.
 *
 * @see https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/
 * @see https://developers.cloudflare.com/kv/concepts/how-kv-works/
 */
import { PATIENCE, StoreUnavailable, within } from './patience.ts'
import type { LastingStore } from './store.ts'

/** The part of a `DurableObjectNamespace` a store needs. */
export interface ObjectNamespace {
  idFromName(name: string): unknown
  get(id: unknown): {
    fetch(
      url: string,
      init: { method: string; body: string },
    ): Promise<{ readonly ok: boolean; json(): Promise<unknown> }>
  }
}

/** The part of a `DurableObjectState` an object needs. */
export interface ObjectState {
  readonly storage: {
    get(key: string): Promise<unknown>
    /** @param time milliseconds since the epoch */
    setAlarm(time: number): Promise<void>
    deleteAll(): Promise<void>
    transaction<T>(work: (transaction: ObjectTransaction) => Promise<T>): Promise<T>
  }
  blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T>
}

/** The part of a `DurableObjectTransaction` an object needs. */
export interface ObjectTransaction {
  get(key: string): Promise<unknown>
  put(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<boolean>
  /** @param time milliseconds since the epoch */
  setAlarm(time: number): Promise<void>
}

/** What a Durable Object store may be made with. */
export interface DurableObjectStoreOptions {
  /** Before every name. Servers that share it and the namespace share everything. Default: none. */
  readonly prefix?: string
  /** Milliseconds to wait for an answer. Default: 2,000. */
  readonly patience?: number
}

/** What an object is asked. Times to live are seconds. */
type Question =
  | { readonly operation: 'add'; readonly value: string; readonly ttl: number }
  | { readonly operation: 'get' | 'take' }
  | { readonly operation: 'increment' | 'touch'; readonly ttl: number }

/** What it answers; `null` where there is nothing. */
interface Answer {
  readonly answer: string | number | boolean | null
}

interface Kept {
  readonly value: string
  /** Milliseconds since the epoch, by the object's own clock. */
  readonly expiresAt: number
}

/** Objects listen to nobody but their namespace. */
const ADDRESS = 'https://store.invalid/'

/** The one thing an object keeps. */
const KEPT = 'kept'

/**
 * Makes a store. A value has 2 MiB at most, with the older storage that is not SQLite 128 KiB: a longer one
 * is refused.
 *
 * Every operation rejects with what the object's stub rejects with, and with {@link StoreUnavailable} when the
 * object fails or does not answer in time.
 *
 * @param namespace the binding of {@link StoreObject}
 */
export function durableObjectStore(
  namespace: ObjectNamespace,
  { prefix = '', patience = PATIENCE }: DurableObjectStoreOptions = {},
): LastingStore {
  async function send(key: string, question: Question): Promise<Answer['answer']> {
    // A stub that failed once fails for good, so each question gets its own.
    const object = namespace.get(namespace.idFromName(prefix + key))
    const init = { method: 'POST', body: JSON.stringify(question) }
    const response = await object.fetch(ADDRESS, init)
    if (!response.ok) throw new StoreUnavailable('The object failed.')
    return ((await response.json()) as Answer).answer
  }
  async function ask(key: string, question: Question): Promise<Answer['answer']> {
    return within(patience, send(key, question))
  }
  const text = async (key: string, operation: 'get' | 'take') =>
    ((await ask(key, { operation })) ?? undefined) as string | undefined

  return {
    add: async (key, value, ttl) => (await ask(key, { operation: 'add', value, ttl })) === true,
    get: (key) => text(key, 'get'),
    take: (key) => text(key, 'take'),
    increment: async (key, ttl) => (await ask(key, { operation: 'increment', ttl })) as number,
    touch: async (key, ttl) => (await ask(key, { operation: 'touch', ttl })) === true,
  }
}

/**
 * The object behind one key. Export it from the Worker, and name it in `durable_objects.bindings` and in
 * `migrations`. It deletes itself when its time is over.
 */
export class StoreObject {
  readonly #state: ObjectState

  constructor(state: ObjectState) {
    this.#state = state
  }

  /** Answers a {@link Question}. */
  async fetch(request: Request): Promise<Response> {
    const question = (await request.json()) as Question
    const answer = await this.#state.storage.transaction((inside) => operate(inside, question))
    return Response.json({ answer } satisfies Answer)
  }

  /** Called by the platform when what is kept has expired, as far as it knows. */
  async alarm(): Promise<void> {
    const { storage } = this.#state
    // Nobody may add between the look and the end.
    await this.#state.blockConcurrencyWhile(async () => {
      const kept = alive(await storage.get(KEPT))
      if (kept === undefined) await storage.deleteAll()
      else await storage.setAlarm(kept.expiresAt)
    })
  }
}

async function operate(inside: ObjectTransaction, question: Question): Promise<Answer['answer']> {
  const found = alive(await inside.get(KEPT))
  switch (question.operation) {
    case 'get':
      return found?.value ?? null
    case 'take':
      if (found !== undefined) await inside.delete(KEPT)
      return found?.value ?? null
    case 'add':
      if (found !== undefined) return false
      await keep(inside, question.value, question.ttl)
      return true
    case 'increment': {
      const count = Number(found?.value ?? 0) + 1
      if (found === undefined) await keep(inside, String(count), question.ttl)
      else await inside.put(KEPT, { ...found, value: String(count) } satisfies Kept)
      return count
    }
    case 'touch':
      if (found !== undefined) await keep(inside, found.value, question.ttl)
      return found !== undefined
  }
}

function alive(stored: unknown): Kept | undefined {
  const kept = stored as Kept | undefined
  return kept !== undefined && kept.expiresAt > Date.now() ? kept : undefined
}

async function keep(inside: ObjectTransaction, value: string, ttl: number): Promise<void> {
  const expiresAt = Date.now() + Math.ceil(ttl * 1_000)
  await inside.setAlarm(expiresAt)
  await inside.put(KEPT, { value, expiresAt } satisfies Kept)
}
