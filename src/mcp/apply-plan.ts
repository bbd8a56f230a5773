/** `applyPlan`: does what a person approved as a plan, for clients that cannot ask while a call runs. */
import { z } from 'zod'
import { isPhrase } from './phrase.ts'
import type { Plans } from './plans.ts'
import { defineTool, type Tool, ToolError } from './tool.ts'

const input = z.strictObject({
  plan_id: z
    .string()
    .min(1)
    .max(64)
    .describe('From the answer of the tool that planned the change'),
  confirm_phrase: z.string().max(1_024).describe('The phrase, as the person typed it'),
})

/** Its toolset, in which it is alone: it is there with whatever it may be needed for. */
export const CONFIRMATION = 'confirmation'

/**
 * The tool that applies plans.
 *
 * @param plans where they wait
 * @param tools everything that may have been planned, by name
 */
export function applyPlanTool(plans: Plans, tools: ReadonlyMap<string, Tool>): Tool {
  return defineTool({
    name: 'applyPlan',
    title: 'Apply an approved plan',
    description:
      'Does what a plan describes. A tool that changes something for good answers with a plan where this client cannot ask the person itself. Show the plan to the person and call this only after they approved it and typed its phrase.',
    toolset: CONFIRMATION,
    risk: 'destructive',
    scopes: ['openid'],
    alsoNeeds: async (args, principal) => {
      const parsed = input.safeParse(args)
      const plan = parsed.success ? await plans.find(principal, parsed.data.plan_id) : undefined
      const tool = plan && tools.get(plan.tool)
      if (plan === undefined || tool === undefined) return []
      return [...tool.scopes, ...((await tool.alsoNeeds?.(plan.input, principal)) ?? [])]
    },
    audited: ['plan_id'],
    input,
    async run({ plan_id, confirm_phrase }, context) {
      const plan = await plans.find(context.principal, plan_id)
      const tool = plan && tools.get(plan.tool)
      // A request that narrowed a tool away does not get it back through a plan.
      if (plan === undefined || tool?.applyPlanned === undefined || !context.sees(plan.tool)) {
        throw unknown()
      }
      if (!isPhrase(confirm_phrase, plan.phrase)) {
        throw new ToolError(
          'phrase_mismatch',
          'That is not the phrase of this plan, so nothing was done. Ask the person to type it again.',
        )
      }
      context.record.standsFor(tool, plan.input)
      return tool.applyPlanned(plan, context, async () => {
        if ((await plans.take(context.principal, plan_id)) === undefined) throw unknown()
      })
    },
  })
}

function unknown(): ToolError {
  return new ToolError(
    'not_found',
    'There is no such plan: it was used already, or it is older than ten minutes. Call the tool that made it again.',
  )
}
