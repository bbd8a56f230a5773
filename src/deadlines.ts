/**
 * Deadlines that are all equally far away, on one timer: on some runtimes a timer for each request costs
 * more than reading it. Workers are no such runtime, and there a timer ends with the request that set it,
 * so each has its own.
 */

/**
 * Calls back when it is too late.
 *
 * @returns how to say that it was not
 */
export type Deadline = (onLate: () => void) => () => void

interface Waiting {
  /** By `performance.now()`. */
  readonly at: number
  readonly onLate: () => void
}

/** @param patience milliseconds from the start to the deadline */
export function createDeadline(patience: number): Deadline {
  const { navigator } = globalThis as { navigator?: Navigator }
  const onWorkers = navigator?.userAgent === 'Cloudflare-Workers'
  return onWorkers ? ownTimers(patience) : oneTimer(patience)
}

function ownTimers(patience: number): Deadline {
  return (onLate) => {
    const timer = setTimeout(onLate, patience)
    return () => clearTimeout(timer)
  }
}

function oneTimer(patience: number): Deadline {
  /** The oldest first. */
  const waiting = new Set<Waiting>()
  let armed = false

  function arm(at: number): void {
    armed = true
    const timer = setTimeout(sweep, Math.max(1, at - performance.now())) as unknown
    // Nothing but a request keeps a process alive.
    if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.()
  }

  function sweep(): void {
    const now = performance.now()
    for (const one of waiting) {
      if (one.at > now) {
        arm(one.at)
        return
      }
      waiting.delete(one)
      one.onLate()
    }
    armed = false
  }

  return (onLate) => {
    const one = { at: performance.now() + patience, onLate }
    waiting.add(one)
    if (!armed) arm(one.at)
    return () => waiting.delete(one)
  }
}
