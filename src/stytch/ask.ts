/**
 * One operation of an API, from typed arguments to a validated answer. What comes back holds the fields we
 * know and no other, and is about the object that was asked for.
 */
import type { z } from 'zod'
import { addressOf, BadArgument, type PathValues, type Query } from './address.ts'
import type { Fail } from './failure.ts'
import type { Send } from './http.ts'
import type { Operation } from './operations.ts'

/** What a caller may add to any operation. */
export interface CallOptions {
  /** Gives the operation up. What was already sent may still happen. */
  readonly signal?: AbortSignal | undefined
}

/** The arguments of one operation. */
export interface Arguments<Path extends string, Schema extends z.ZodType> {
  readonly path: PathValues<Path>
  readonly query?: Query
  /** Sent as JSON; reads and deletions have none. */
  readonly body?: object
  /** The allow-list of fields, and their shapes. */
  readonly answer: Schema
  /** Whether an answer of that shape is about the object asked for. */
  readonly isAbout?: (answer: z.output<Schema>) => boolean
  readonly options?: CallOptions | undefined
}

/** Asks one operation. Rejects with the client's own error. */
export type Ask = <const Row extends Operation, Schema extends z.ZodType>(
  row: Row,
  given: Arguments<Row['path'], Schema>,
) => Promise<z.output<Schema>>

/**
 * @param origin of the API
 * @param send how to reach it
 * @param fail makes the client's errors
 */
export function createAsk(origin: string, send: Send, fail: Fail): Ask {
  return async (row, { path, query, body, answer, isAbout = () => true, options }) => {
    const { operation, method } = row
    const url = address()
    const { document, requestId } = await send({
      operation,
      method,
      url,
      body,
      signal: options?.signal,
    })
    const read = answer.safeParse(document)
    if (!read.success || !isAbout(read.data)) {
      throw fail('unexpected', { operation, requestId, write: method !== 'GET' })
    }
    return read.data

    function address(): URL {
      try {
        return addressOf(origin, row.path, path, query)
      } catch (error) {
        if (error instanceof BadArgument) throw fail('invalid', { operation, field: error.field })
        throw error
      }
    }
  }
}
