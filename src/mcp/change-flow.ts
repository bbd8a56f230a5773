/**
 * The way of a change: get it ready, show what would change, have a person agree where it takes that, make
 * sure that nothing changed meanwhile, write it down, and do it.
 */
import type { InputRequiredResult } from '@modelcontextprotocol/server'
import type { CallContext } from './call-context.ts'
import {
  answered,
  asked,
  type Confirmation,
  canAsk,
  cancelled,
  question,
  TOLD,
} from './confirmation.ts'
import { type Change, difference, fingerprint, type Json } from './difference.ts'
import { isPhrase, shownPhrase } from './phrase.ts'
import type { Plan } from './plans.ts'
import { type ToolAnswer, ToolError } from './tool.ts'
import { inert, TooLarge } from './untrusted.ts'

/** A change that is ready and not done. */
export interface Prepared<Data> {
  /** What is there now; absent when the change makes something new. */
  readonly before?: Json
  /** What would be there; absent when the change removes it. */
  readonly after?: Json
  /** Asked before it is applied. A destructive change without it is refused. */
  readonly confirm?: Confirmation
  /**
   * Takes a place for doing it, where places are limited, before anything is written down or used up.
   *
   * @returns how to leave it
   * @throws {ToolError} when there is none
   */
  enter?(): Promise<() => void>
  /** Does it. */
  apply(): Promise<{ readonly summary: string; readonly data: Data }>
}

/** Arguments of a change. */
export type Given = Record<string, unknown> & { readonly dryRun?: boolean }
type Answer = ToolAnswer<Record<string, unknown>>

/** A change, its types folded away. */
export interface Flow {
  readonly name: string
  readonly destructive: boolean
  prepare(input: Given, context: CallContext): Promise<Prepared<Record<string, unknown>>>
}

/** Runs a change, or asks, or plans. */
export async function change(
  flow: Flow,
  { dryRun: preview, ...input }: Given,
  context: CallContext,
): Promise<Answer | InputRequiredResult> {
  const prepared = await flow.prepare(input, context)
  const { confirm } = prepared
  const changes = shown(prepared)
  if (preview === true) {
    return { summary: 'Nothing was changed: this was a dry run.', data: { dry_run: true, changes } }
  }
  if (confirm === undefined) {
    if (flow.destructive && !changesNothing(prepared, changes)) {
      throw new TypeError(`${flow.name} would destroy without confirmation.`)
    }
    return apply(flow, prepared, changes, context)
  }

  const print = await fingerprintOf(prepared)
  if (!canAsk(context)) return plan(flow, input, confirm, print, changes, context)
  const earlier = asked.safeParse(context.state)
  const correlationId = earlier.data?.correlationId ?? context.requestId
  const ask = (why?: string) =>
    question(confirm, { fingerprint: print, correlationId }, context, why)
  if (!earlier.success) return ask()

  const { action, typed } = answered(context.answers.confirm)
  if (action === 'decline' || action === 'cancel') throw cancelled()
  if (action !== 'accept') return ask()
  if (earlier.data.fingerprint !== print) return ask('The target has changed since you were asked.')
  if (typed === undefined || !isPhrase(typed, confirm.phrase)) {
    return ask('That was not the phrase, so nothing was done.')
  }
  context.record.confirmed('question', correlationId)
  return apply(flow, prepared, changes, context)
}

/** Whether something is there, and would be there as it is: nobody need agree to that. */
function changesNothing({ before, after }: Prepared<unknown>, changes: readonly Change[]): boolean {
  return before !== undefined && after !== undefined && changes.length === 0
}

/**
 * Does what was planned, unless its target changed since.
 *
 * @param claim uses the plan up; asked last of all, so that what only could not be done yet can be tried again
 */
export async function applyPlanned(
  flow: Flow,
  plan: Plan,
  context: CallContext,
  claim: () => Promise<void>,
): Promise<Answer> {
  const prepared = await flow.prepare(plan.input as Given, context)
  if ((await fingerprintOf(prepared)) !== plan.fingerprint) {
    await claim()
    throw new ToolError(
      'changed',
      'The target has changed since the plan was made, so nothing was done. Make a new plan.',
    )
  }
  context.record.confirmed('plan', plan.correlationId)
  return apply(flow, prepared, shown(prepared), context, claim)
}

async function apply(
  { destructive }: Flow,
  prepared: Prepared<Record<string, unknown>>,
  changes: readonly Change[],
  context: CallContext,
  claim: () => Promise<void> = async () => {},
): Promise<Answer> {
  const leave = await prepared.enter?.()
  try {
    // What cannot be brought back is written down before it happens.
    if (destructive) await context.record.intent()
    if (context.signal.aborted) {
      throw new ToolError('cancelled', 'The call was cancelled before anything was done.')
    }
    await claim()
    const { summary, data } = await prepared.apply()
    return { summary, data: { ...data, changes } }
  } finally {
    leave?.()
  }
}

async function plan(
  { name }: Flow,
  input: Given,
  { question, phrase }: Confirmation,
  print: string,
  changes: readonly Change[],
  { plans, principal, requestId }: CallContext,
): Promise<Answer> {
  const correlationId = requestId
  const shown = { summary: inert(question, TOLD), confirm_phrase: shownPhrase(phrase) }
  const { id, expiresAt } = await plans.make(principal, {
    tool: name,
    input,
    fingerprint: print,
    phrase,
    correlationId,
  })
  return {
    summary:
      'Nothing was changed yet: a person must approve this plan. Show it to them; if they agree and type its phrase, call applyPlan.',
    data: {
      changes,
      plan: { plan_id: id, ...shown, expires_at: expiresAt },
    },
  }
}

const MAX_SHOWN = 50

/** What would change, harmless to read. Of too much, only where. */
function shown({ before, after }: Prepared<unknown>): readonly Change[] {
  const changes = difference(before, after)
  try {
    return inert(changes)
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error
    return inert(changes.slice(0, MAX_SHOWN).map(({ path }) => ({ path })))
  }
}

/** Of what is there, what would become of it and what a person is told: all as it was when they agreed. */
function fingerprintOf({ before, after, confirm }: Prepared<unknown>): Promise<string> {
  const { question = null, phrase = null } = confirm ?? {}
  return fingerprint([before ?? null, after ?? null, question, phrase])
}
