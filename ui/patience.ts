/**
 * How long a person is shown a spinner. Stytch's component waits for ever.
 */

/** Milliseconds until starting up, and asking what an app wants, count as failed. */
export const START_PATIENCE = 12_000
/** Milliseconds until an answer counts as lost. */
export const SUBMIT_PATIENCE = 20_000

/** Thrown when time is up. */
export class OutOfPatience extends Error {}

/**
 * The promise's outcome, unless it takes too long.
 *
 * @param milliseconds how long to wait
 * @throws OutOfPatience when time is up; what comes later is ignored
 */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutOfPatience()), milliseconds)
  })
  try {
    return await Promise.race([promise, timeUp])
  } finally {
    clearTimeout(timer)
  }
}
