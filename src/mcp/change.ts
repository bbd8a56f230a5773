/**
 * `defineChange`: a tool that changes something. Its author says what is there, what would be there, and
 * how to get from one to the other; previews, confirmation by a person and protection against changes
 * made meanwhile follow from that, so that no tool can forget them.
 */
import { z } from 'zod'
import type { CallContext } from './call-context.ts'
import { applyPlanned, change, type Flow, type Given, type Prepared } from './change-flow.ts'
import type { Plan } from './plans.ts'
import { defineTool, type Tool, type ToolAnswer, type ToolManifest } from './tool.ts'

export type { Prepared } from './change-flow.ts'
export type { Confirmation } from './confirmation.ts'

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
    applyPlanned: (plan: Plan, context: CallContext, claim: () => Promise<void>) =>
      applyPlanned(flow, plan, context, claim),
  })
}
