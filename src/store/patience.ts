/**
 * Waiting for an engine, but not for ever: whoever asks a store has somebody waiting as well, and an answer
 * that does not come is refused like one that says no.
 */

/** Milliseconds an engine may take for one operation. */
export const PATIENCE = 2_000

/** An engine cannot be reached, or says nothing. Whether it did what it was asked is not known. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

/**
 * What the work comes to, if it does in time. What it comes to later is ignored.
 *
 * @param milliseconds to wait
 * @throws {StoreUnavailable} when the time is over, and what the work throws until then
 */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const says = `The store said nothing for ${milliseconds} ms.`
    timer = setTimeout(() => reject(new StoreUnavailable(says)), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
