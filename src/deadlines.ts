/**
 * Deadlines that are all equally far away, on one timer: on some runtimes a timer for each request costs
 * more than reading it. Workers are no such runtime, and there a timer ends with the request that set it,
 * so each has its own.
 */

/** Whoever waits. */
export interface Waiting {
  /** Where the deadlines keep it; theirs alone. */
  place?: number | ReturnType<typeof setTimeout> | undefined
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
  return {
    set(waiting) {
      waiting.place = setTimeout(() => waiting.late(), patience)
    },
    clear({ place }) {
      clearTimeout(place)
    },
  }
}

/**
 * Places are taken again and again. A map that everything goes into and out of makes a new table every few
 * requests, and on V8 each that has grown old keeps what it held, and every table after it, until the whole heap
 * is collected.
 */
function oneTimer(patience: number): Deadlines {
  const places: (Waiting | undefined)[] = []
  /** Until when, by `performance.now()`. */
  const ends: number[] = []
  const free: number[] = []
  let armed = false

  function arm(at: number): void {
    armed = true
    const timer = setTimeout(sweep, Math.max(1, at - performance.now())) as unknown
    // Nothing but a request keeps a process alive.
    if (typeof timer === 'object') (timer as { unref?: () => void }).unref?.()
  }

  function sweep(): void {
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    const late: Waiting[] = []
    for (const [place, waiting] of places.entries()) {
      if (waiting === undefined) continue
      const end = ends[place] as number
      if (end > now) next = Math.min(next, end)
      else late.push(waiting)
    }
    armed = false
    if (next < Number.POSITIVE_INFINITY) arm(next)
    for (const waiting of late) if (leave(waiting)) waiting.late()
  }

  /** @returns whether it still waited */
  function leave(waiting: Waiting): boolean {
    const { place } = waiting
    if (typeof place !== 'number') return false
    waiting.place = undefined
    places[place] = undefined
    free.push(place)
    return true
  }

  return {
    set(waiting) {
      const place = free.pop() ?? places.length
      const end = performance.now() + patience
      places[place] = waiting
      ends[place] = end
      waiting.place = place
      if (!armed) arm(end)
    },
    clear: leave,
  }
}
