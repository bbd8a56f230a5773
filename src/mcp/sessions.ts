/**
 * 2025-era sessions, for hosts of one process that want streams from server to client. Opt-in: a session
 * lives in this process's memory and belongs to whoever opened it, through the client it was opened by.
 * Sessions that several processes share are in `shared/`.
 *
 * Served by the SDK's own web-standard transport, not by `@hono/mcp`: the latter sends no priming event,
 * cannot resume a stream that broke while a call ran, drops what happens while nobody listens and cannot
 * let a tool end its stream (docs/conformance.md has the evidence).
 */
import type { McpServer } from '@modelcontextprotocol/server'
import { ownerOf, type Principal } from '../oauth/principal.ts'
import type { Changes } from './changes.ts'
import { createEventStore } from './event-store.ts'
import { SessionTransport } from './session-transport.ts'
import { watchedResources } from './subscriptions.ts'

/** Sessions, as one process has them. */
export interface Sessions {
  /**
   * The transport of a session. Possession of an id proves nothing: a session that somebody else opened
   * is as unknown as one that never was.
   *
   * @throws {SessionsUnavailable} as a rejection, when what others know of it cannot be asked
   */
  find(
    id: string,
    principal: Principal,
  ): SessionTransport | undefined | Promise<SessionTransport | undefined>
  /**
   * Opens a session.
   *
   * @param initialize answers the `initialize` request by its transport
   * @returns its answer; `undefined` when the caller, or the server, has too many
   * @throws {SessionsUnavailable} as a rejection, when others cannot be told of it
   */
  open(
    principal: Principal,
    initialize: (transport: SessionTransport) => Promise<Response>,
  ): Promise<Response | undefined>
  /** One announcer for each session. */
  changes(): Iterable<Changes>
  /**
   * Ends all sessions, and opens no more. Streams that only listen end at once; calls in flight may answer
   * first.
   *
   * @param grace milliseconds after which calls without an answer are aborted
   * @returns resolves when nothing is left
   */
  close(grace: number): Promise<void>
}

/** Sessions in this process's memory. */
export interface MemorySessions extends Sessions {
  find(id: string, principal: Principal): SessionTransport | undefined
}

/** What sessions need. */
export interface SessionsOptions {
  readonly createServer: () => McpServer
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Milliseconds after the last request. */
const IDLE = 30 * 60_000
/** Milliseconds after the first. */
const ABSOLUTE = 24 * 60 * 60_000
const MAX_PER_OWNER = 20
const MAX_ALL = 1_000
/** Milliseconds clients wait before they come back for a stream that ended. */
export const RETRY = 1_000

interface Kept {
  readonly owner: string
  readonly server: McpServer
  readonly transport: SessionTransport
  /** Addresses of resources its client subscribed to. */
  readonly watched: ReadonlySet<string>
  readonly openedAt: number
  usedAt: number
}

/** Makes an empty set of sessions. */
export function createSessions({ createServer, now }: SessionsOptions): MemorySessions {
  const kept = new Map<string, Kept>()
  /** Owners of sessions that are being opened. */
  const opening: string[] = []
  let closed = false

  function sweep(): void {
    for (const [id, { usedAt, openedAt, transport }] of kept) {
      if (now() - usedAt < IDLE && now() - openedAt < ABSOLUTE) continue
      kept.delete(id)
      void transport.close()
    }
  }

  return {
    find(id, principal) {
      sweep()
      const session = kept.get(id)
      if (session === undefined || session.owner !== ownerOf(principal)) return undefined
      session.usedAt = now()
      return session.transport
    },

    async open(principal, initialize) {
      sweep()
      const owner = ownerOf(principal)
      const own = [...kept.values()].filter((session) => session.owner === owner).length
      // Those about to open count: many that come at once would all see the same room.
      const all = kept.size + opening.length
      const theirs = own + opening.filter((one) => one === owner).length
      if (closed || theirs >= MAX_PER_OWNER || all >= MAX_ALL) return undefined

      opening.push(owner)
      try {
        const server = createServer()
        const watched = watchedResources(server)
        const transport: SessionTransport = new SessionTransport({
          sessionIdGenerator: newSessionId,
          eventStore: createEventStore(),
          retryInterval: RETRY,
          onsessioninitialized: (id) => {
            kept.set(id, { owner, server, transport, watched, openedAt: now(), usedAt: now() })
          },
          onsessionclosed: (id) => {
            kept.delete(id)
          },
        })
        await server.connect(transport)
        return await initialize(transport)
      } finally {
        opening.splice(opening.indexOf(owner), 1)
      }
    },

    *changes() {
      for (const session of kept.values()) yield announcer(session)
    },

    async close(grace) {
      closed = true
      const all = [...kept.values()]
      kept.clear()
      await Promise.all(all.map(({ transport }) => transport.finish(grace)))
    },
  }
}

/** An id that nobody has and nobody can guess. */
export function newSessionId(): string {
  // A UUID holds 122 random bits; an id that must not be guessed holds at least 128.
  return crypto.randomUUID() + crypto.randomUUID()
}

/** Tells the client of a session what changed; of what its server does not have, nothing can change. */
export function announcer({ server, watched }: Pick<Kept, 'server' | 'watched'>): Changes {
  const { tools, prompts, resources } = server.server.getCapabilities()
  const tell = (has: unknown, send: () => Promise<void>) => {
    // A session that has ended since has nobody to be told.
    if (has !== undefined) send().catch(() => {})
  }
  return {
    tools: () => tell(tools, () => server.server.sendToolListChanged()),
    prompts: () => tell(prompts, () => server.server.sendPromptListChanged()),
    resources: () => tell(resources, () => server.server.sendResourceListChanged()),
    resource: (uri) => {
      if (watched.has(uri)) tell(resources, () => server.server.sendResourceUpdated({ uri }))
    },
  }
}
