/** One shared session, as one of its processes has it. */
import type { McpServer } from '@modelcontextprotocol/server'
import { ownerOf, type Principal, personOf } from '../../oauth/principal.ts'
import type { LastingStore } from '../../store/store.ts'
import { RETRY } from '../sessions.ts'
import { watchedResources } from '../subscriptions.ts'
import type { Budget } from './budget.ts'
import { type Change, type ChangeReader, changeReader } from './changes.ts'
import type { Pace } from './followed-stream.ts'
import { sharedLog } from './log.ts'
import { createQuestions } from './questions.ts'
import { sessionKey } from './record.ts'
import { SharedTransport } from './shared-transport.ts'

/** A session. */
export interface SharedSession {
  readonly owner: string
  readonly server: McpServer
  readonly transport: SharedTransport
  /** Addresses of resources its client subscribed to, as far as they have been read. */
  readonly watched: ReadonlySet<string>
  readonly changes: ChangeReader
}

/** What it is made with. */
export interface SharedSessionOptions {
  readonly id: string
  readonly principal: Principal
  readonly store: LastingStore
  readonly budget: Budget
  readonly createServer: () => McpServer
  /** Milliseconds it may last. */
  readonly lifetime: number
  /** Whether it still is. */
  readonly lives: () => Promise<boolean>
  /** Ends it for every process. */
  readonly onEnd: () => Promise<void>
  readonly pace: Pace
}

/** Seconds that what is told about calls can be read on from. */
const READ_ON = 10 * 60
/** Events that can be read on from, in each log. */
const MAX_EVENTS = 1_000
const MAX_CHANGES = 5_000

/** Makes a session in which nothing has been said. */
export async function sharedSession(options: SharedSessionOptions): Promise<SharedSession> {
  const { id, principal, store, budget, lives, pace } = options
  const person = personOf(principal)
  const name = sessionKey(id)
  const lifetime = options.lifetime / 1_000
  const log = (part: string, ttl: number, capacity: number) =>
    sharedLog({ store, name: `${name}:${part}`, ttl, lifetime, capacity })
  const changes = log('changes', lifetime, MAX_CHANGES)
  const logs = {
    calls: log('calls', READ_ON, MAX_EVENTS),
    listening: log('listening', lifetime, MAX_EVENTS),
  }
  const spend = (size: number, lasting = false) => budget.spend(person, size, lasting)

  async function tell(change: Change): Promise<void> {
    const hasRoom = spend(JSON.stringify(change).length, true)
    if (!hasRoom || (await changes.last()) >= MAX_CHANGES) throw new RangeError('Too many changes.')
    await changes.append(change)
  }

  const server = options.createServer()
  const watched = watchedResources(server)
  const transport = new SharedTransport({
    sessionIdGenerator: () => id,
    retryInterval: RETRY,
    logs,
    spend,
    tell,
    lives,
    pace,
    questions: (onAnswer) => createQuestions({ store, name, spend, onAnswer, look: pace.look }),
    onsessionclosed: async () => {
      await options.onEnd()
      // Streams that only listen, wherever they are, end with it.
      await logs.listening.append({ ended: true }).catch(() => {})
      await transport.end()
    },
  })
  await server.connect(transport)
  const reader = changeReader(changes, (change) => {
    const { watch, unwatch } = change
    if (watch !== undefined) watched.add(watch)
    if (unwatch !== undefined) watched.delete(unwatch)
    transport.apply(change)
  })
  return { owner: ownerOf(principal), server, transport, watched, changes: reader }
}
