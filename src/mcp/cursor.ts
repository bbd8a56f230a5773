/**
 * Cursors of lists: where the next page begins, sealed and bound to the caller, the list and the view it
 * was given for. A client can send a cursor back, and do nothing else with it.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/pagination
 */
import { ownerOf } from '../oauth/principal.ts'
import type { Asking } from './exchange.ts'
import { createSeal } from './seal.ts'

/** Where a page begins in its list. */
export interface Place {
  /** Index of its first entry. */
  readonly from: number
  /** Entries of the whole list; another number means another list, whose places are others. */
  readonly of: number
}

/** Writes and reads cursors. */
export interface Cursors {
  /** A cursor for the caller and the list of this request. */
  write(place: Place, asking: Asking): Promise<string>
  /** The place; `undefined` for what was not written here, for this caller, list and view, or is too old. */
  read(cursor: string, asking: Asking): Promise<Place | undefined>
}

/** Seconds. Clients page in one go. */
const TTL = 3_600

/**
 * Makes the writer and reader.
 *
 * @param key at least 32 bytes; the same in every process that may be asked for the next page
 */
export function createCursors(key: Uint8Array): Cursors {
  const seal = createSeal<Place>(key, TTL)
  return {
    write: (place, asking) => seal.mint(place, holder(asking)),
    read: (cursor, asking) => seal.verify(cursor, holder(asking)).catch(() => undefined),
  }
}

/** Whose cursor it is, and of what. The first word keeps it apart from other things the key seals. */
function holder({ method, viewer }: Asking): string {
  const { principal, visible } = viewer
  return JSON.stringify(['cursor', ownerOf(principal), method, visible.scope])
}
