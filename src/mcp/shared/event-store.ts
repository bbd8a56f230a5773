/**
 * Keeps the events of a session's streams where every process can read them, before they are sent. What cannot
 * be kept is sent all the same, without an id.
 */
import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server'
import { LISTENING } from '../session-transport.ts'
import { type Entry, entryOf, eventId } from './event.ts'
import type { SharedLog } from './log.ts'
import type { Post, Posts } from './posts.ts'

/** Logs of one session. */
export interface EventLogs {
  readonly calls: SharedLog
  readonly listening: SharedLog
}

/** What it is made with. */
export interface SharedEventStoreOptions {
  readonly logs: EventLogs
  readonly posts: Posts
  /** The POST whose event the SDK is about to keep. */
  readonly current: () => Post | undefined
  /** Whether what is to be kept has room. */
  readonly spend: (size: number, lasting: boolean) => boolean
  /** Called when a newer connection, wherever it is, has the stream of a POST. */
  readonly onTaken: (post: Post) => void
}

/** The event store of one session, for the SDK to write to. What it holds is read from the logs. */
export interface SharedEventStore extends EventStore {
  /** Says that calls still run, to those who wait for their answers elsewhere. */
  beat(): Promise<void>
  /** Says that nothing follows on the stream of a POST. */
  finished(post: Post): Promise<void>
  /** Says that answers of a POST will not come. */
  lost(post: Post): Promise<void>
}

/** Characters of the longest event that is kept. */
const MAX_EVENT = 1024 * 1024

/** Makes the store. */
export function sharedEventStore(options: SharedEventStoreOptions): SharedEventStore {
  const { logs, posts, current, spend, onTaken } = options
  /** No entry up to here says that a stream of ours has been taken. */
  let scanned = 0

  /** Reads what others have written in between. */
  async function scan(upTo: number): Promise<void> {
    for (let number = scanned + 1; number < upTo; number++) {
      if (logs.calls.isDropped(number, upTo)) continue
      const { stream, reader } = entryOf((await logs.calls.at(number)) ?? '{}')
      const post = reader === undefined ? undefined : posts.by(stream as string)
      if (post !== undefined) onTaken(post)
    }
    scanned = Math.max(scanned, upTo)
  }

  /**
   * Writes about the stream of a POST, after what was written about it before.
   *
   * @returns the number of the entry; `undefined` when it is not kept
   */
  function write(post: Post, entry: Entry): Promise<number | undefined> {
    const written = post.turn.then(async () => {
      if (!post.kept) return undefined
      const size = JSON.stringify(entry).length
      try {
        if (size <= MAX_EVENT && spend(size, false)) {
          const number = await logs.calls.append(entry)
          post.begun = true
          return number
        }
        // Whoever has the id of an earlier event need not wait for what follows.
        if (post.begun) await logs.calls.append({ stream: entry.stream, lost: true } as Entry)
      } catch {
        // The store failed, and may have kept it or not.
      }
      // What followed would follow on something that is missing.
      post.kept = false
      return undefined
    })
    post.turn = written
    return written
  }

  async function keepOfPost(post: Post, stream: string, message: JSONRPCMessage, event: string) {
    // Nobody can have taken a stream that is only now getting its first event.
    const isKnown = post.stream !== undefined || posts.resumable().length > 0
    post.stream = stream
    if ('id' in message && !('method' in message)) post.open.delete(message.id as number)
    post.over = post.open.size === 0
    const entry: Entry = {
      stream,
      event,
      open: [...post.open.values()],
      ...('jsonrpc' in message && { message }),
    }
    const number = await write(post, entry)
    if (number === undefined) return undefined
    if (isKnown) await scan(number).catch(() => {})
    else scanned = Math.max(scanned, number)
    return number
  }

  async function keepForListeners(message: JSONRPCMessage, event: string) {
    const entry: Entry = { stream: LISTENING, event, message }
    if (!spend(JSON.stringify(entry).length, true)) return undefined
    return logs.listening.append(entry).catch(() => undefined)
  }

  return {
    async storeEvent(streamId, message) {
      const event = crypto.randomUUID()
      const listening = streamId === LISTENING
      const post = current()
      const number = await (listening
        ? keepForListeners(message, event)
        : post && keepOfPost(post, streamId, message, event))
      // Without an id, its client comes back with that of the last event that is kept.
      return number === undefined ? '' : eventId({ listening, number }, event)
    },
    // Streams are resumed from the logs, and never by the SDK.
    async replayEventsAfter() {
      throw new TypeError('The SDK was to resume a stream.')
    },
    async beat() {
      const alive = posts.resumable().map(({ stream }) => stream as string)
      if (alive.length > 0) await scan(await logs.calls.append({ alive } satisfies Entry))
    },
    async finished(post) {
      if (post.stream !== undefined) await write(post, { stream: post.stream, open: [] })
    },
    async lost(post) {
      if (post.stream !== undefined) await write(post, { stream: post.stream, lost: true })
    },
  }
}
