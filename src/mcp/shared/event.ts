/**
 * What stands in the logs of a session's events: one for its calls, one for the stream that only listens. Each entry of a stream says which requests have no answer yet,
 * so that whoever reads on from anywhere knows what is still to come.
 */
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import type { Id } from '../session-transport.ts'

/** An entry; without members, a number that was closed. */
export interface Entry {
  /** The stream it belongs to. */
  readonly stream?: string
  /** Names the event for clients, which read on from it: a random text. */
  readonly event?: string
  /** What the event tells; an event without only says where a stream begins. */
  readonly message?: JSONRPCMessage
  /** Requests of the stream without an answer, after this. Absent where the stream answers none. */
  readonly open?: readonly Id[]
  /** A connection has the stream from here on: its random name. */
  readonly reader?: string
  /** Nothing of the stream is kept from here on. */
  readonly lost?: true
  /** Streams whose calls still run. */
  readonly alive?: readonly string[]
  /** The session was ended. */
  readonly ended?: true
}

/** Where an event is. */
export interface Place {
  /** Whether it is of the stream that only listens, which has a log of its own. */
  readonly listening: boolean
  readonly number: number
}

/** What clients name an event by: where it is, and that it is this one. */
export function eventId({ listening, number }: Place, event: string): string {
  return `${listening ? 'l' : 'c'}${number}-${event}`
}

/**
 * Where the event of an id would be.
 *
 * @param id written by a client
 * @returns `undefined` when no event has an id like this
 */
export function placeOf(id: string): Place | undefined {
  const [, log, digits] = /^([lc])([1-9]\d{0,14})-[0-9a-f-]{36}$/.exec(id) ?? []
  return digits === undefined ? undefined : { listening: log === 'l', number: Number(digits) }
}

/** Reads what {@link Entry} describes; only this server writes there. */
export function entryOf(text: string): Entry {
  return JSON.parse(text) as Entry
}
