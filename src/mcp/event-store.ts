/**
 * Keeps the events of a session's streams for a while, so that a client that lost one can read on from
 * the last event it saw (`Last-Event-ID`). In memory, bounded, one store per session: an event id of
 * another session names nothing here.
 */
import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server'

/** Events of all streams of a session; the oldest make room. */
const MAX_EVENTS = 1_000

interface Kept {
  readonly streamId: string
  readonly message: JSONRPCMessage
}

/** Makes an empty store. */
export function createEventStore(): EventStore {
  const events = new Map<string, Kept>()
  return {
    async storeEvent(streamId, message) {
      const id = crypto.randomUUID()
      events.set(id, { streamId, message })
      if (events.size > MAX_EVENTS) events.delete(events.keys().next().value as string)
      return id
    },
    async getStreamIdForEventId(eventId) {
      return events.get(eventId)?.streamId
    },
    async replayEventsAfter(lastEventId, { send }) {
      const seen = events.get(lastEventId)
      if (seen === undefined) throw new Error('The event is unknown')
      const ids = [...events.keys()]
      for (const id of ids.slice(ids.indexOf(lastEventId) + 1)) {
        const event = events.get(id)
        // A priming event carries no message worth repeating.
        if (event?.streamId === seen.streamId && 'jsonrpc' in event.message) {
          await send(id, event.message)
        }
      }
      return seen.streamId
    },
  }
}
