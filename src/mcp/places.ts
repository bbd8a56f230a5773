/** A number of places, some for each owner and some for all together: for streams, or for calls at once. */

/** Places. */
export interface Places {
  /**
   * Takes a place.
   *
   * @param owner any text that names one and no other
   * @returns gives it back, once, however often it is called; `undefined` when there is no place left
   */
  enter(owner: string): (() => void) | undefined
}

/**
 * Makes places, all free.
 *
 * @param perOwner places one owner may have at a time
 * @param all places there are
 */
export function createPlaces({
  perOwner,
  all,
}: {
  readonly perOwner: number
  readonly all: number
}): Places {
  /** Owners who have any. */
  const taken = new Map<string, number>()
  let total = 0

  function leave(owner: string): void {
    total--
    const left = (taken.get(owner) as number) - 1
    if (left === 0) taken.delete(owner)
    else taken.set(owner, left)
  }

  return {
    enter(owner) {
      const own = taken.get(owner) ?? 0
      if (own >= perOwner || total >= all) return undefined
      taken.set(owner, own + 1)
      total++
      let inside = true
      return () => {
        if (inside) leave(owner)
        inside = false
      }
    },
  }
}
