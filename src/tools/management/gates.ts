/**
 * What whoever looks at Stytch or changes it through this server must pass, be it by a tool, a resource or
 * a suggestion: limits, the right person, a place the operator allowed.
 */
import type { CallContext } from '../../mcp/call-context.ts'
import { type Risk, ToolError } from '../../mcp/tool.ts'
import type { Management } from '../../stytch/management.ts'
import type { Desk } from './desk.ts'
import { told } from './failure.ts'
import { locate, type Place, type PlaceOf } from './place.ts'

/** What is behind the gates. */
export interface Reached<At extends Place> {
  readonly stytch: Management
  /** Slugs of what the arguments named: of an environment, of a project, or nothing. */
  readonly where: PlaceOf<At>
  readonly signal: AbortSignal
}

/** What a call works with, beside its arguments. */
export interface Hands<At extends Place> extends Reached<At> {
  readonly context: CallContext
}

/** Who passes: a call, or what is done for somebody after their call. */
export type Passing = Pick<CallContext, 'principal' | 'signal' | 'record'>

/** What is about to be done. */
export interface Intention {
  readonly changes: boolean
  /** Whether the person's role is read anew. */
  readonly live: boolean
}

/** For those who only look. */
export const LOOKING: Intention = Object.freeze({ changes: false, live: false })

/** The gates of one desk. */
export interface Gates {
  /**
   * Takes a place in line.
   *
   * @returns how to give it back
   * @throws {ToolError} `rate_limited`
   */
  enter(person: Pick<Passing, 'principal'>, risk: Risk): Promise<() => void>
  /**
   * Works in a place in line.
   *
   * @throws {ToolError} `rate_limited`; and in place of every failure of Stytch
   */
  within<Answer>(
    person: Pick<Passing, 'principal'>,
    risk: Risk,
    work: () => Promise<Answer>,
  ): Promise<Answer>
  /**
   * Lets the right person to an allowed place.
   *
   * @param given arguments, validated
   * @throws {ToolError} `forbidden`, or as {@link locate}
   */
  reach<At extends Place>(
    at: At,
    given: Readonly<Record<string, unknown>>,
    passing: Passing,
    intention: Intention,
  ): Promise<Reached<At>>
}

/** Why a call may not run now. */
const CROWDED = {
  rate: 'Too many such calls within a minute.',
  concurrency: 'Too many calls at once.',
  unavailable: 'This server cannot count calls now, so nothing that cannot be undone is done.',
} as const

/** @param desk what is worked with behind them */
export function gatesOf(desk: Desk): Gates {
  async function enter({ principal }: Pick<Passing, 'principal'>, risk: Risk) {
    const admission = await desk.limits.admit(principal, risk)
    if (admission.ok) return admission.release
    const { reason, retryAfter } = admission
    throw new ToolError('rate_limited', `${CROWDED[reason]} Wait ${retryAfter} seconds.`)
  }

  return {
    enter,

    async within(person, risk, work) {
      const leave = await enter(person, risk)
      try {
        return await told(work)
      } finally {
        leave()
      }
    },

    async reach(at, given, passing, { changes, live }) {
      const { principal, signal } = passing
      await desk.admins.ensure(principal, live, signal)
      const where = await locate(desk.reach, at, given, { changes, signal })
      return { stytch: desk.stytch(passing), where, signal }
    },
  }
}
