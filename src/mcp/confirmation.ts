/**
 * A person's agreement to a change: what they are asked, whether their client can ask them, and what they
 * said. They type the name of the thing, because "yes" is said too easily.
 */
import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { CallContext } from './call-context.ts'
import { shownPhrase } from './phrase.ts'
import { ToolError } from './tool.ts'
import { inert } from './untrusted.ts'

/** What a person must agree to. */
export interface Confirmation {
  /** What will happen to what, in a sentence of the server; names in it are `quoted`. */
  readonly question: string
  /** What the person types: the name of the thing, never "yes". Nothing at all is refused. */
  readonly phrase: string
}

/** Of a question, whoever wrote it: one line of letters that can be seen. */
export const TOLD = { maxText: 1_000 }

/** What travels with the question. */
export const asked = z.object({ fingerprint: z.string(), correlationId: z.string() })

/** The result that asks. */
export function question(
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
export function canAsk({ capabilities: { elicitation } }: CallContext): boolean {
  return (
    elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
  )
}

const elicited = z.object({
  action: z.string(),
  content: z.object({ phrase: z.string() }).optional().catch(undefined),
})

/** What the client says the person did; anything else than an answer in form counts as none. */
export function answered(answer: unknown): { readonly action?: string; readonly typed?: string } {
  const { data } = elicited.safeParse(answer)
  return data === undefined
    ? {}
    : {
        action: data.action,
        ...(data.content === undefined ? {} : { typed: data.content.phrase }),
      }
}

/** What a model is told when the person said no. */
export function cancelled(): ToolError {
  return new ToolError('cancelled', 'The person said no, so nothing was done. Do not try again.')
}
