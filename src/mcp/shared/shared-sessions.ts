/**
 * 2025-era sessions that every process serves which shares the store. Whoever gets a request of a session it
 * does not have revives it from its record, as if it had been opened there.
 */
import { ownerOf, type Principal, personOf } from '../../oauth/principal.ts'
import type { Log } from '../../observe/log.ts'
import type { LastingStore } from '../../store/store.ts'
import { INVALID_REQUEST, rpcError } from '../rpc-error.ts'
import { announcer, newSessionId, type Sessions, type SessionsOptions } from '../sessions.ts'
import { createBudget } from './budget.ts'
import { PACE, type Pace } from './followed-stream.ts'
import { MAX_RECORD, ownerDigest, type SessionRecord, sessionRecords } from './record.ts'
import { type SharedSession, sharedSession } from './shared-session.ts'
import { asked, SessionsUnavailable, withOutages } from './unavailable.ts'

/** What shared sessions need. */
export interface SharedSessionsOptions extends SessionsOptions {
  /** Shared by all processes that serve this address. */
  readonly store: LastingStore
  readonly log: Log
  readonly pace?: Pace
}

interface Kept extends SharedSession {
  readonly record: SessionRecord
  /** Milliseconds since the epoch. */
  usedAt: number
}

/** Milliseconds since its last request here, after which a session's record is enough. */
const IDLE = 30 * 60_000
/** Milliseconds since it was opened. */
const ABSOLUTE = 24 * 60 * 60_000
/** Sessions of one process. */
const MAX_HERE = 1_000
/** As the ids of sessions are. */
const ID = /^[0-9a-f-]{72}$/

/** Makes the sessions of one process; those of the others are found when they are asked for. */
export function createSharedSessions(options: SharedSessionsOptions): Sessions {
  const { createServer, now, log, pace = PACE } = options
  const store = withOutages(options.store, log)
  const records = sessionRecords(store)
  const budget = createBudget(now)
  const kept = new Map<string, Kept>()
  const reviving = new Map<string, Promise<Kept>>()
  let opening = 0
  let closed = false

  /** What is dropped here can be revived. */
  function drop(id: string): void {
    void kept.get(id)?.transport.close()
    kept.delete(id)
  }

  /** @throws {SessionsUnavailable} when this process is busy with all the sessions it can have */
  function makeRoom(): void {
    const idle = [...kept].filter(([, { transport }]) => !transport.isBusy)
    idle.sort(([, one], [, other]) => one.usedAt - other.usedAt)
    for (const [id, { usedAt }] of idle) {
      const isFull = kept.size + opening + reviving.size >= MAX_HERE
      if (isFull || now() - usedAt >= IDLE) drop(id)
    }
    if (closed || kept.size + opening + reviving.size >= MAX_HERE) {
      throw new SessionsUnavailable('There is no room for another session.')
    }
  }

  const make = (id: string, principal: Principal) =>
    sharedSession({
      ...{ id, principal, store, budget, createServer, lifetime: ABSOLUTE, pace },
      lives: () => lives(id),
      onEnd: async () => {
        const session = kept.get(id)
        kept.delete(id)
        if (session !== undefined) await asked(records.end(id, session.record))
      },
    })

  const isOver = ({ openedAt }: SessionRecord) => now() - openedAt >= ABSOLUTE

  /** Whether a session still is, of which there are calls or streams; what others told is read. */
  async function lives(id: string): Promise<boolean> {
    const session = kept.get(id)
    if (session === undefined || isOver(session.record)) return false
    try {
      const [found] = await Promise.all([records.find(id), session.changes.read()])
      if (found === undefined) kept.delete(id)
      return found !== undefined
    } catch {
      // Without the store it is what it was.
      return true
    }
  }

  /** Uses a session. Returns whether it still is. */
  async function used(id: string, { record, changes }: Kept): Promise<boolean> {
    try {
      if (isOver(record)) {
        await records.end(id, record)
        return false
      }
      const [isThere] = await Promise.all([records.touch(id, record), changes.read()])
      return isThere
    } catch {
      return !isOver(record)
    }
  }

  function revived(id: string, principal: Principal, record: SessionRecord): Promise<Kept> {
    const underWay = reviving.get(id)
    if (underWay !== undefined) return underWay
    makeRoom()
    const work = (async () => {
      const session = await make(id, principal)
      await session.transport.revive(id, record.opening)
      const one = { ...session, record, usedAt: now() }
      kept.set(id, one)
      return one
    })()
    const revival = work.finally(() => reviving.delete(id))
    reviving.set(id, revival)
    return revival
  }

  /** The session of an id, if it is the caller's; from its record when it is not here. */
  async function sessionOf(id: string, principal: Principal): Promise<Kept | undefined> {
    const owner = ownerOf(principal)
    const here = kept.get(id)
    if (here !== undefined) return here.owner === owner ? here : undefined
    const [record, digest] = await Promise.all([asked(records.find(id)), ownerDigest(owner)])
    return record?.owner === digest ? revived(id, principal, record) : undefined
  }

  async function openAt(
    place: number,
    id: string,
    principal: Principal,
    initialize: Parameters<Sessions['open']>[1],
  ): Promise<Response> {
    const owner = await ownerDigest(ownerOf(principal))
    const session = await make(id, principal)
    const { transport } = session
    const response = await initialize(transport)
    const isOpen = transport.sessionId !== undefined && transport.opening !== undefined
    const record = { owner, openedAt: now(), opening: transport.opening ?? {}, place }
    const { length } = JSON.stringify(record)
    const isRecorded = length <= MAX_RECORD && budget.spend(personOf(principal), length, true)
    if (isOpen && isRecorded) {
      try {
        await asked(records.write(id, record))
        kept.set(id, { ...session, record, usedAt: now() })
        return response
      } catch (error) {
        await transport.end()
        throw error
      }
    }
    await transport.end()
    await records.release(owner, id, place).catch(() => {})
    if (!isOpen) return response
    await response.body?.cancel()
    return rpcError(413, INVALID_REQUEST, 'What the client says of itself is too much to be kept')
  }

  return {
    async find(id, principal) {
      if (!ID.test(id)) return undefined
      const session = await sessionOf(id, principal)
      if (session === undefined) return undefined
      session.usedAt = now()
      if (await used(id, session)) return session.transport
      kept.delete(id)
      await session.transport.end()
      return undefined
    },

    async open(principal, initialize) {
      makeRoom()
      opening++
      try {
        const id = newSessionId()
        const place = await asked(records.reserve(await ownerDigest(ownerOf(principal)), id))
        return place === undefined ? undefined : await openAt(place, id, principal, initialize)
      } finally {
        opening--
      }
    },

    *changes() {
      for (const session of kept.values()) {
        const { resource, ...lists } = announcer(session)
        yield {
          ...lists,
          resource(uri) {
            // Its client may have subscribed through another process.
            if (session.watched.has(uri)) resource(uri)
            else
              void session.changes.read().then(
                () => resource(uri),
                () => {},
              )
          },
        }
      }
    },

    async close(grace) {
      closed = true
      const all = [...kept.values()]
      await Promise.all(all.map(({ transport }) => transport.finish(grace)))
      kept.clear()
    },
  }
}
