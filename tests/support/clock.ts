/** A clock that moves when told to. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  advance(seconds: number): void
}

/** A clock that stands at the present. */
export function createClock(): Clock {
  let time = Date.now()
  return {
    now: () => time,
    advance: (seconds) => {
      time += seconds * 1_000
    },
  }
}
