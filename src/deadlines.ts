/**
 * Deadlines that are all equally far away, on one timer: on some runtimes a timer for each request costs
 * more than reading it. Workers are no such runtime, and there a timer ends with the request that set it,
 * so each has its own.
 */

/** Whoever waits. */
export interface Waiting {
  /** It is too late. */
  late(): void
}

/** Deadlines of one length. */
export interface Deadlines {
  /** Begins to wait. */
  set(waiting: Waiting): void
  /** It was in time. */
  clear(waiting: Waiting): void
}

/** @param patience milliseconds from the start to the deadline */
export function createDeadlines(patience: number): Deadlines {
  const { navigator } = globalThis as { navigator?: Navigator }
  const onWorkers = navigator?.userAgent === 'Cloudflare-Workers'
  return onWorkers ? ownTimers(patience) : oneTimer(patience)
}

function ownTimers(patience: number): Deadlines {
  const timers = new WeakMap<Waiting, ReturnType<typeof setTimeout>>()
  return {
    set(waiting) {
      timers.set(
        waiting,
        setTimeout(() => waiting.late(), patience),
      )
    },
    clear(waiting) {
      clearTimeout(timers.get(waiting))
    },
  }
}

function oneTimer(patience: number): Deadlines {
  /** Those who wait, the oldest first, until when by `performance.now()`. */
  const all = new Map<Waiting, number>()
  let armed = false

  function arm(at: number): void {
    armed = true
    const timer = setTimeout(sweep, Math.max(1, at - performance.now())) as unknown
    // Nothing but a request keeps a process alive.
    if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.()
  }

  function sweep(): void {
    const now = performance.now()
    for (const [waiting, at] of all) {
      if (at > now) {
        arm(at)
        return
      }
      all.delete(waiting)
      waiting.late()
    }
    armed = false
  }

  return {
    set(waiting) {
      const at = performance.now() + patience
      all.set(waiting, at)
      if (!armed) arm(at)
    },
    clear(waiting) {
      all.delete(waiting)
    },
  }
}
