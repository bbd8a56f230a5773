/**
 * Runs something on the direct path, and hands it over to the SDK when it turns out to need more than an
 * answer: at once when it wants to say something meanwhile, or in the end when only the SDK knows how to
 * say what came of it. It runs once either way.
 */
import type { Answer } from '../answer.ts'
import type { Exchange } from '../exchange.ts'
import { type HandedOver, handOver } from '../handed-over.ts'

/** The way over to the SDK: the exchange that goes on there; `undefined` once there is nothing to go on. */
export type GoOver = () => Promise<Exchange> | undefined

/**
 * Runs.
 *
 * @param answer what came of it, as JSON; `undefined` when the SDK is to say it
 * @param sdk serves the request by the SDK, with what is under way
 * @returns whichever comes first
 */
export function attempt(
  run: (goOver: GoOver) => Promise<unknown>,
  answer: (result: unknown) => string | undefined | Promise<string | undefined>,
  sdk: (handedOver: HandedOver) => Response | Promise<Response>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let join: (exchange: Exchange) => void = () => {}
    let joined: Promise<Exchange> | undefined
    let left = false
    let ended = false

    function leave(): void {
      left = true
      // In a turn of its own: what runs may want to leave before it is known here.
      Promise.resolve()
        .then(() => sdk(handOver(running, join)))
        .then(resolve, reject)
    }
    const running = run(() => {
      if (ended) return undefined
      joined ??= new Promise((settle) => {
        join = settle
        leave()
      })
      return joined
    })

    async function finish(result: unknown): Promise<void> {
      ended = true
      if (left) return
      const text = await answer(result)
      if (text === undefined) leave()
      else resolve(text)
    }
    // What failed fails once more in the SDK's handler, and the SDK says so.
    running
      .then(finish, () => {
        ended = true
        if (!left) leave()
      })
      .catch(reject)
  })
}
