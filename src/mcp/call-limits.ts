/**
 * How much one person may ask for: calls a minute by how much they can change, calls at the same time,
 * and step-ups in a row. Stytch's own limits are another matter; these keep one runaway client from using
 * them up for everybody.
 */
import { sha256 } from '../digest.ts'
import { type Principal, personOf } from '../oauth/principal.ts'
import type { Log } from '../observe/log.ts'
import type { Store } from '../store/store.ts'
import { createPlaces } from './places.ts'
import type { Risk } from './tool.ts'

/** Whose calls are counted together: a person in an organization, whatever client they use. */
export type Holder = Pick<Principal, 'issuer' | 'subject' | 'organization'>

/** What limits are made with. */
export interface CallLimitsOptions {
  /** Shared by all processes that serve the same people. */
  readonly store: Store
  /** Calls a minute. Defaults: 60, 10, 3. */
  readonly perMinute?: Partial<Readonly<Record<Risk, number>>>
  /** Calls at the same time in this process. Defaults: 8 of one person, 64 of all. */
  readonly concurrency?: { readonly perPrincipal?: number; readonly total?: number }
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly log?: Log
}

/**
 * Whether a call may run.
 *
 * Refused for its `rate`, for its `concurrency`, or because a count that must be known is `unavailable`.
 */
export type Admission =
  | {
      readonly ok: true
      /** Ends the call; only the first time counts. */
      release(): void
    }
  | {
      readonly ok: false
      /** Whole seconds, at least one. */
      readonly retryAfter: number
      readonly reason: 'rate' | 'concurrency' | 'unavailable'
    }

/** Limits of calls. */
export interface CallLimits {
  /** Counts a call, unless it is refused for its concurrency. Release what was admitted. */
  admit(principal: Holder, risk: Risk): Promise<Admission>
}

const WINDOW = 60_000

/**
 * Windows that start half a minute apart. A burst across the edge of one lies within the other, so that
 * no half minute ever sees more than a minute's calls.
 */
const OFFSETS = [0, WINDOW / 2]

/** Seconds after which another call likely has room. */
const SOON = 1

/** Seconds after which the store may be back. */
const LATER = 5

/**
 * Makes limits.
 *
 * A store that fails admits reads and writes, which it would be an outage to refuse, and refuses what
 * cannot be brought back.
 *
 * @throws {RangeError} for a limit that is not a whole number above zero
 */
export function createCallLimits(options: CallLimitsOptions): CallLimits {
  const { store, now = Date.now, log } = options
  const perMinute = { read: 60, write: 10, destructive: 3, ...options.perMinute }
  const { perPrincipal = 8, total = 64 } = options.concurrency ?? {}
  for (const limit of [...Object.values(perMinute), perPrincipal, total]) refuseUnusable(limit)
  const running = createPlaces({ perOwner: perPrincipal, all: total })
  const outage = createOutage(log)

  /**
   * Counts in each window until one is full; the one that ends first comes first. What that one refuses is
   * not counted in the other, which begins with room again when the first has ended: a client that never
   * stops asking gets its share of every minute all the same.
   */
  async function waitFor(holder: string, risk: Risk): Promise<number | undefined> {
    const limit = perMinute[risk]
    const time = now()
    const [first, last] = windowsAt(time).map(({ name, end }) => ({
      key: `calls:${holder}:${risk}:${name}`,
      wait: Math.ceil((end - time) / 1000),
    })) as [Counted, Counted]
    if ((await store.increment(first.key, WINDOW / 1000)) > limit) {
      // Where the other is full as well there is no room before that has ended, too.
      const later = Number(await store.get(last.key).catch(() => undefined))
      return later >= limit ? last.wait : first.wait
    }
    return (await store.increment(last.key, WINDOW / 1000)) > limit ? last.wait : undefined
  }

  return {
    async admit(principal, risk) {
      const holder = await named(principal)
      const release = running.enter(holder)
      if (release === undefined) return { ok: false, retryAfter: SOON, reason: 'concurrency' }
      try {
        const retryAfter = await waitFor(holder, risk)
        outage.over()
        if (retryAfter === undefined) return { ok: true, release }
        release()
        return { ok: false, retryAfter, reason: 'rate' }
      } catch (error) {
        outage.seen(error)
        if (risk !== 'destructive') return { ok: true, release }
        release()
        return { ok: false, retryAfter: LATER, reason: 'unavailable' }
      }
    },
  }
}

/** What step-ups are counted with. */
export interface StepUpLoopOptions {
  readonly store: Store
  /** Step-ups of one person for one operation a minute. Default: 5. */
  readonly perMinute?: number
  readonly log?: Log
}

/** Notices clients that ask for a scope over and over without ever getting it. */
export interface StepUpLoop {
  /**
   * Counts a step-up that is about to be answered.
   *
   * @param operation names what was asked for; any text
   * @returns whether it is one too many within a minute of the first
   */
  tooMany(principal: Holder, operation: string): Promise<boolean>
}

/**
 * Makes the count. Without its store it lets every step-up through: the answer is a refusal either way.
 *
 * @throws {RangeError} for a limit that is not a whole number above zero
 */
export function stepUpLoop({ store, perMinute = 5, log }: StepUpLoopOptions): StepUpLoop {
  refuseUnusable(perMinute)
  const outage = createOutage(log)
  return {
    async tooMany(principal, operation) {
      try {
        const key = `step-up:${await named(principal, operation)}`
        const count = await store.increment(key, WINDOW / 1000)
        outage.over()
        return count > perMinute
      } catch (error) {
        outage.seen(error)
        return false
      }
    },
  }
}

/** A name for a person, and what they asked for, that says neither to whoever reads the store. */
function named(holder: Holder, operation?: string): Promise<string> {
  return sha256(JSON.stringify([personOf(holder), operation]))
}

/** A window's count: its key, and whole seconds until it ends. */
interface Counted {
  readonly key: string
  readonly wait: number
}

/** The windows that are open at a time, in the order they end in. */
function windowsAt(time: number): readonly { readonly name: string; readonly end: number }[] {
  return OFFSETS.map((offset) => {
    const index = Math.floor((time + offset) / WINDOW)
    return { name: `${offset}:${index}`, end: (index + 1) * WINDOW - offset }
  }).sort((one, other) => one.end - other.end)
}

/** Says once that a store fails, and once that it is back. */
function createOutage(log: Log | undefined) {
  let failing = false
  return {
    seen(error: unknown) {
      if (failing) return
      failing = true
      const name = error instanceof Error ? error.name : typeof error
      log?.('error', 'limits unavailable', { error: name })
    },
    over() {
      if (failing) log?.('info', 'limits available')
      failing = false
    },
  }
}

/** A limit that is not a number would compare as never reached. */
function refuseUnusable(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RangeError('A limit must be a whole number above zero.')
  }
}
