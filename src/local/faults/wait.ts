/** Waiting that ends early. */

/**
 * @param ms how long; `Infinity` waits for a signal alone
 * @param signals any of them ends the wait, also one that aborted before it began
 */
export async function wait(ms: number, signals: AbortSignal[]): Promise<void> {
  const over = AbortSignal.any(signals)
  if (over.aborted) return
  await new Promise<void>((resolve) => {
    const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, ms)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    over.addEventListener('abort', end, { once: true })
  })
}
