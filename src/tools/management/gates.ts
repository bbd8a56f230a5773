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

/** What a call works with, beside its arguments. */
export interface Hands<At extends Place> {
  readonly stytch: Management
  /** Slugs of what the arguments named: of an environment, of a project, or nothing. */
  readonly where: PlaceOf<At>
  readonly signal: AbortSignal
  readonly context: CallContext
}

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
   * Takes a place in line, and gives it back.
   *
   * @throws {ToolError} `rate_limited`; and in place of every failure of Stytch
   */
  within<Answer>(context: CallContext, risk: Risk, work: () => Promise<Answer>): Promise<Answer>
  /**
   * Lets the right person to an allowed place.
   *
   * @param given arguments, validated
   * @throws {ToolError} `forbidden`, or as {@link locate}
   */
  reach<At extends Place>(
    at: At,
    given: Readonly<Record<string, unknown>>,
    context: CallContext,
    intention: Intention,
  ): Promise<Hands<At>>
}

/** Why a call may not run now. */
const CROWDED = {
  rate: 'Too many such calls within a minute.',
  concurrency: 'Too many calls at once.',
  unavailable: 'This server cannot count calls now, so nothing that cannot be undone is done.',
} as const

/** @param desk what is worked with behind them */
export function gatesOf(desk: Desk): Gates {
  return {
    async within(context, risk, work) {
      const admission = await desk.limits.admit(context.principal, risk)
      if (!admission.ok) {
        const { reason, retryAfter } = admission
        throw new ToolError('rate_limited', `${CROWDED[reason]} Wait ${retryAfter} seconds.`)
      }
      try {
        return await told(work)
      } finally {
        admission.release()
      }
    },

    async reach(at, given, context, { changes, live }) {
      const { signal } = context
      await desk.admins.ensure(context.principal, live, signal)
      const where = await locate(desk.reach, at, given, { changes, signal })
      return { stytch: desk.stytch(context), where, signal, context }
    },
  }
}
