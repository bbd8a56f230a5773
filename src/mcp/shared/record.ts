/**
 * What processes know of each other's sessions: a record under the session's id, which lives on with every
 * use and is gone when the session has ended, and a place among those its owner may have.
 */
import { sha256 } from '../../digest.ts'
import type { LastingStore } from '../../store/store.ts'

/** What a client said when it opened its session; says it again to whoever revives it. */
export type Opening = Readonly<Record<string, unknown>>

/** A session as it was opened. */
export interface SessionRecord {
  /** Digest of whose it is. */
  readonly owner: string
  /** Milliseconds since the epoch. */
  readonly openedAt: number
  /** Parameters of its `initialize`. */
  readonly opening: Opening
  /** Which of its owner's places it has. */
  readonly place: number
}

/** Records of all sessions. Everything rejects with what the store rejects with. */
export interface SessionRecords {
  /** A place of the owner's for a session; `undefined` when all are taken. */
  reserve(owner: string, id: string): Promise<number | undefined>
  release(owner: string, id: string, place: number): Promise<void>
  write(id: string, record: SessionRecord): Promise<void>
  find(id: string): Promise<SessionRecord | undefined>
  /** Lets a session live on. Returns whether it still does. */
  touch(id: string, record: SessionRecord): Promise<boolean>
  /** Ends a session, for every process at its next use. */
  end(id: string, record: SessionRecord): Promise<void>
}

/** Seconds since the last use. */
const IDLE = 30 * 60
const MAX_PER_OWNER = 20
/** Characters of the longest record there should be. */
export const MAX_RECORD = 32_768

/** Whose a session is, for the store, which need not know who that is. */
export function ownerDigest(owner: string): Promise<string> {
  return sha256(owner)
}

/** Key of whatever is kept about a session. */
export function sessionKey(id: string): string {
  return `session:${id}`
}

/** Makes the access to records. */
export function sessionRecords(store: LastingStore): SessionRecords {
  const placeKey = (owner: string, place: number) => `session-of:${owner}:${place}`

  async function release(owner: string, id: string, place: number): Promise<void> {
    const key = placeKey(owner, place)
    // Unused for long it may be another session's by now.
    if ((await store.get(key)) === id) await store.take(key)
  }

  return {
    async reserve(owner, id) {
      for (let place = 0; place < MAX_PER_OWNER; place++) {
        if (await store.add(placeKey(owner, place), id, IDLE)) return place
      }
      return undefined
    },
    release,
    async write(id, record) {
      await store.add(sessionKey(id), JSON.stringify(record), IDLE)
    },
    async find(id) {
      const text = await store.get(sessionKey(id))
      return text === undefined ? undefined : (JSON.parse(text) as SessionRecord)
    },
    async touch(id, { owner, place }) {
      const [lives] = await Promise.all([
        store.touch(sessionKey(id), IDLE),
        store.touch(placeKey(owner, place), IDLE),
      ])
      return lives
    },
    async end(id, { owner, place }) {
      await store.take(sessionKey(id))
      await release(owner, id, place)
    },
  }
}
