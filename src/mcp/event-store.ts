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
    /**
     * Whether the event is known. The SDK would refuse a second connection to the stream it is told; told
     * of none, it lets the newer one have it, whose client knows that the older is dead.
     */
    async getStreamIdForEventId(eventId) {
      return events.has(eventId) ? eventId : undefined
    },
    async replayEventsAfter(lastEventId, { send }) {
      const seen = events.get(lastEventId)
      if (seen === undefined) throw new Error('The event is unknown')
      let after = false
      // Visits what is stored meanwhile as well: until this is done, nothing reaches the new connection.
      for (const [id, { streamId, message }] of events) {
        // A priming event carries no message worth repeating.
        if (after && streamId === seen.streamId && 'jsonrpc' in message) await send(id, message)
        after ||= id === lastEventId
      }
      return seen.streamId
    },
  }
}
