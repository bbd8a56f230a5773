/**
 * Work that began on the direct path and goes on under the SDK: because it wants to say something before it
 * ends, or because it ended in a way that only the SDK words. It runs once; the SDK's handler takes it up
 * where it would have begun it.
 */
import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import { type Exchange, exchangeOf } from './exchange.ts'

/** Work under way, to be taken up once. */
export interface HandedOver {
  /**
   * @param exchange carries what the work says from now on
   * @returns how it ends; `undefined` when it was taken up already
   */
  take(exchange: Exchange): Promise<unknown> | undefined
}

/**
 * Hands work over.
 *
 * @param join gives it the exchange it goes on with; by default it has nothing more to say
 */
export function handOver(
  ending: Promise<unknown>,
  join: (exchange: Exchange) => void = () => {},
): HandedOver {
  let taken = false
  return {
    take(exchange) {
      if (taken) return undefined
      taken = true
      join(exchange)
      return ending
    },
  }
}

/**
 * Does what a request to a server of the SDK asks for, unless it came with work nobody took up yet: then
 * that is it.
 */
export async function handle(
  server: McpServer,
  context: ServerContext,
  run: (exchange: Exchange) => Promise<unknown>,
): Promise<unknown> {
  const exchange = exchangeOf(context, server)
  const handedOver = context.http?.authInfo?.extra?.handedOver as HandedOver | undefined
  return handedOver?.take(exchange) ?? run(exchange)
}
