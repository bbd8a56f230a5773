/**
 * `defineChange`: a tool that changes something. Its author says what is there, what would be there, and
 * how to get from one to the other; previews, confirmation by a person and protection against changes
 * made meanwhile follow from that, so that no tool can forget them.
 */
import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { CallContext } from './call-context.ts'
import { type Change, difference, fingerprint, type Json } from './difference.ts'
import { isPhrase, shownPhrase } from './phrase.ts'
import type { Plan } from './plans.ts'
import { defineTool, type Tool, type ToolAnswer, ToolError, type ToolManifest } from './tool.ts'
import { inert, TooLarge } from './untrusted.ts'

/** What a person must agree to. */
export interface Confirmation {
  /** What will happen to what, in a sentence of the server; names in it are `quoted`. */
  readonly question: string
  /** What the person types: the name of the thing, never "yes". Nothing at all is refused. */
  readonly phrase: string
}

/** A change that is ready and not done. */
export interface Prepared<Data> {
  /** What is there now; absent when the change makes something new. */
  readonly before?: Json
  /** What would be there; absent when the change removes it. */
  readonly after?: Json
  /** Asked before it is applied. A destructive change without it is refused. */
  readonly confirm?: Confirmation
  /** Does it. */
  apply(): Promise<{ readonly summary: string; readonly data: Data }>
}

/** A change's manifest. */
export interface ChangeManifest<Input extends z.ZodObject, Output extends z.ZodObject>
  extends Omit<ToolManifest<Input, Output>, 'risk' | 'run'> {
  readonly risk: 'write' | 'destructive'
  /** Shape of the answer once it is done. */
  readonly output: Output
  /** Whether a write may need a person's agreement, too; a destructive change always does. */
  readonly asks?: boolean
  /**
   * Gets a change ready. Only reads: it runs for previews, and again after a person agreed.
   *
   * @throws {ToolError} when it cannot be done
   */
  prepare(input: z.output<Input>, context: CallContext): Promise<Prepared<z.input<Output>>>
}

const dryRun = z.boolean().optional().describe('Preview')

/** What every change answers besides its own data. */
const outcome = {
  dry_run: z.boolean().optional(),
  changes: z.array(z.looseObject({})).optional(),
}
const planned = { plan: z.looseObject({ plan_id: z.string() }).optional() }

/**
 * Declares a change.
 *
 * @param manifest everything about it; `input` gains `dryRun`, and `output` gains `dry_run`, `changes` (RFC
 *   6901 paths with the value before and after) and, where a person is asked, `plan`
 * @returns the frozen tool
 * @throws {TypeError} as {@link defineTool}
 */
export function defineChange<Input extends z.ZodObject, Output extends z.ZodObject>(
  manifest: ChangeManifest<Input, Output>,
): Tool {
  const { prepare, input, output, asks = false, ...described } = manifest
  const flow: Flow = {
    name: manifest.name,
    destructive: manifest.risk === 'destructive',
    prepare: prepare as unknown as Flow['prepare'],
  }
  const tool = defineTool({
    ...described,
    input: input.extend({ dryRun }),
    output: output.partial().extend({ ...outcome, ...(flow.destructive || asks ? planned : {}) }),
    run: (given, context) => change(flow, given as Given, context) as Promise<ToolAnswer<never>>,
  })
  return Object.freeze({
    ...tool,
    applyPlanned: (plan: Plan, context: CallContext) => applyPlanned(flow, plan, context),
  })
}

type Given = Record<string, unknown> & { readonly dryRun?: boolean }
type Answer = ToolAnswer<Record<string, unknown>>

interface Flow {
  readonly name: string
  readonly destructive: boolean
  prepare(input: Given, context: CallContext): Promise<Prepared<Record<string, unknown>>>
}

/** Of a question, whoever wrote it: one line of letters that can be seen. */
const TOLD = { maxText: 1_000 }

/** What travels with the question. */
const asked = z.object({ fingerprint: z.string(), correlationId: z.string() })

async function change(
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

async function applyPlanned(flow: Flow, plan: Plan, context: CallContext): Promise<Answer> {
  const prepared = await flow.prepare(plan.input as Given, context)
  if ((await fingerprintOf(prepared)) !== plan.fingerprint) {
    throw new ToolError(
      'changed',
      'The target has changed since the plan was made, so nothing was done. Make a new plan.',
    )
  }
  context.record.confirmed('plan', plan.correlationId)
  return apply(flow, prepared, shown(prepared), context)
}

async function apply(
  { destructive }: Flow,
  prepared: Prepared<Record<string, unknown>>,
  changes: readonly Change[],
  context: CallContext,
): Promise<Answer> {
  // What cannot be brought back is written down before it happens.
  if (destructive) await context.record.intent()
  if (context.signal.aborted) {
    throw new ToolError('cancelled', 'The call was cancelled before anything was done.')
  }
  const { summary, data } = await prepared.apply()
  return { summary, data: { ...data, changes } }
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

function question(
  { question, phrase }: Confirmation,
  state: z.infer<typeof asked>,
  context: CallContext,
  why?: string,
): Promise<InputRequiredResult> {
  const wanted = shownPhrase(phrase)
  const message = [why, inert(question, TOLD), `Type "${wanted}" to confirm.`]
    .filter(Boolean)
    .join(' ')
  const requestedSchema = {
    type: 'object' as const,
    properties: { phrase: { type: 'string' as const, title: `Type ${wanted}` } },
    required: ['phrase'],
  }
  return context.ask({ confirm: inputRequired.elicit({ message, requestedSchema }) }, state)
}

/** Whether the client can put a form before a person. Without modes, forms are what is meant. */
function canAsk({ capabilities: { elicitation } }: CallContext): boolean {
  return (
    elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
  )
}

const elicited = z.object({
  action: z.string(),
  content: z.object({ phrase: z.string() }).optional().catch(undefined),
})

/** What the client says the person did; anything else than an answer in form counts as none. */
function answered(answer: unknown): { readonly action?: string; readonly typed?: string } {
  const { data } = elicited.safeParse(answer)
  return data === undefined
    ? {}
    : {
        action: data.action,
        ...(data.content === undefined ? {} : { typed: data.content.phrase }),
      }
}

function cancelled(): ToolError {
  return new ToolError('cancelled', 'The person said no, so nothing was done. Do not try again.')
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
