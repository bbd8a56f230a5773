/** The streams of one session that a process has open, and that read its logs: whoever opens one, from where. */
import { INVALID_REQUEST, rpcError } from '../rpc-error.ts'
import { LISTENING, OPEN, priming, readsEmptyEvents } from '../session-transport.ts'
import { type Entry, entryOf, eventId, type Place, placeOf } from './event.ts'
import type { EventLogs } from './event-store.ts'
import { type Followed, followed, type Pace } from './followed-stream.ts'
import { asked } from './unavailable.ts'

/** Streams that are open. */
export interface Readers {
  readonly size: number
  /**
   * Opens the stream that only listens, or reads on from `Last-Event-ID`. Older connections give way.
   *
   * @param headers of the response
   * @param isOwn given the name of a stream, whether this process answers what its client waits for
   * @returns a stream; 400 for an event that is unknown, 429 for a caller who opens too many
   * @throws {SessionsUnavailable} when the store fails
   */
  open(request: Request, headers: Headers, isOwn: (stream: string) => boolean): Promise<Response>
  /** Ends those that only listen. */
  endListening(): void
  /** Ends all, or those of which this process tells nothing; and all that come after. */
  end(which: 'all' | 'foreign'): void
}

/** What they are made with. */
export interface ReadersOptions {
  readonly logs: EventLogs
  /** Whether what is to be kept has room. */
  readonly spend: (size: number, lasting: boolean) => boolean
  /** Whether the session still is. */
  readonly lives: () => Promise<boolean>
  /** Milliseconds clients wait before they come back for a stream that ended. */
  readonly retryInterval: number
  readonly pace: Pace
}

/** A stream that is open. */
interface Reader extends Followed {
  readonly stream: string
  readonly isOwn: boolean
}

/** Makes an empty set. */
export function createReaders(options: ReadersOptions): Readers {
  const { logs, spend, lives, retryInterval, pace } = options
  const readers = new Set<Reader>()
  let ended: 'all' | 'foreign' | undefined

  /** Where an event is, and what stands there. */
  async function find(id: string): Promise<{ place: Place; entry: Entry } | undefined> {
    const place = placeOf(id)
    if (place === undefined) return undefined
    const text = await asked((place.listening ? logs.listening : logs.calls).at(place.number))
    const entry = text === undefined ? undefined : entryOf(text)
    if (entry?.event === undefined || eventId(place, entry.event) !== id) return undefined
    return { place, entry }
  }

  function endIf(applies: (reader: Reader) => boolean): void {
    for (const reader of readers) if (applies(reader)) reader.end()
  }
  // What this process told can be read to its end.
  const isOver = ({ isOwn }: Reader) => ended === 'all' || (ended === 'foreign' && !isOwn)

  return {
    get size() {
      return readers.size
    },

    async open(request, headers, isOwn) {
      const lastEventId = request.headers.get('last-event-id')
      const seen = lastEventId === null ? undefined : await find(lastEventId)
      if (lastEventId !== null && seen === undefined) {
        return rpcError(400, INVALID_REQUEST, 'The event is unknown')
      }
      const { stream = LISTENING, open = [] } = seen?.entry ?? {}
      const listening = stream === LISTENING
      const event = crypto.randomUUID()
      const entry: Entry = { stream, event, reader: crypto.randomUUID() }
      if (!spend(JSON.stringify(entry).length, listening)) {
        const later = { 'Retry-After': '60' }
        return rpcError(429, INVALID_REQUEST, 'Too many streams were opened', { headers: later })
      }
      const log = listening ? logs.listening : logs.calls
      const attached = await asked(log.append(entry))
      const isNew = seen === undefined && readsEmptyEvents(request)
      const reader: Reader = {
        stream,
        isOwn: isOwn(stream),
        ...followed({
          ...{ log, stream, open, attached, lives, pace },
          after: seen?.place.number ?? attached,
          beginning: isNew
            ? priming(eventId({ listening, number: attached }, event), retryInterval)
            : OPEN,
          onEnd: () => readers.delete(reader),
        }),
      }
      readers.add(reader)
      endIf(isOver)
      return new Response(reader.body, { headers })
    },

    endListening: () => endIf(({ stream }) => stream === LISTENING),

    end(which) {
      ended = which
      endIf(isOver)
    },
  }
}
