/**
 * What changes in a session after it was opened, in the order in which it did, for every process that serves
 * it: each reads what is new before it serves a request.
 */
import type { LoggingLevel } from '@modelcontextprotocol/server'
import type { RpcRequest } from '../message.ts'
import { normalForm } from '../resource-at.ts'
import type { Id } from '../session-transport.ts'
import type { SharedLog } from './log.ts'

/** One change; without members, a number that was closed. */
export interface Change {
  /** Log messages its client wants to have. */
  readonly level?: LoggingLevel
  /** A resource it wants to hear about, in its normal form. */
  readonly watch?: string
  readonly unwatch?: string
  /** A call it does not want any more. */
  readonly cancel?: Id
}

/**
 * What a request will have changed once it is answered.
 *
 * @returns `undefined` for a request that changes nothing of its session
 */
export function changeBy({ method, params = {} }: RpcRequest): Change | undefined {
  const address = () => normalForm(String(params.uri)) ?? String(params.uri)
  switch (method) {
    case 'logging/setLevel':
      return { level: params.level as LoggingLevel }
    case 'resources/subscribe':
      return { watch: address() }
    case 'resources/unsubscribe':
      return { unwatch: address() }
    default:
      return undefined
  }
}

/** Reads changes on. */
export interface ChangeReader {
  /**
   * Applies what is new, also while an earlier reading is at it.
   *
   * @throws what the store throws
   */
  read(): Promise<void>
}

/**
 * Makes a reader that has read nothing.
 *
 * @param apply must be good for being told twice: a process reads what it wrote itself
 */
export function changeReader(log: SharedLog, apply: (change: Change) => void): ChangeReader {
  let at = 0
  let turn: Promise<unknown> = Promise.resolve()

  async function readOn(): Promise<void> {
    for (const last = await log.last(); at < last; at++) {
      let text = await log.at(at + 1)
      if (text === undefined) {
        // Whoever is about to write it takes another number; its client has no answer yet.
        await log.close(at + 1)
        text = await log.at(at + 1)
      }
      if (text !== undefined) apply(JSON.parse(text) as Change)
    }
  }

  return {
    read() {
      const done = turn.then(readOn)
      turn = done.catch(() => {})
      return done
    },
  }
}
