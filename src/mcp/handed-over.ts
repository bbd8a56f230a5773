/**
 * Work that began on the direct path and goes on under the SDK: because it wants to say something before it
 * ends, or because it ended in a way that only the SDK words. It runs once; the SDK's handler takes it up
 * where it would have begun it.
 */
import type { ServerContext } from '@modelcontextprotocol/server'
import type { Exchange } from './exchange.ts'

/** Work under way, to be taken up once. */
export interface HandedOver {
  /**
   * @param exchange carries what the work says from now on
   * @returns how it ends; `undefined` when it was taken up already
   */
  take(exchange: Exchange): Promise<unknown> | undefined
}

/** Hands work over that says nothing any more. */
export function handOver(ending: Promise<unknown>): HandedOver {
  let taken = false
  return {
    take() {
      if (taken) return undefined
      taken = true
      return ending
    },
  }
}

/** The work that came with a request, if any did and nobody took it up yet. */
export function takeOver(
  { http }: ServerContext,
  exchange: Exchange,
): Promise<unknown> | undefined {
  return (http?.authInfo?.extra?.handedOver as HandedOver | undefined)?.take(exchange)
}
