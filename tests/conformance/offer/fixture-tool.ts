/** How the suite's tools are declared: with our `defineTool`, and no more words than they need. */
import { z } from 'zod'
import {
  type CallContext,
  defineTool,
  type inputRequired,
  type Schema,
  type Tool,
  type ToolAnswer,
} from '../../../src/index.ts'
import { SCOPES } from './samples.ts'

/** What a fixture answers: an answer, or a question to the client. */
export type FixtureAnswer = ToolAnswer | ReturnType<typeof inputRequired>

/**
 * Declares a tool the suite asks for.
 *
 * @param name as the suite calls it
 * @param description what the suite checks by it
 * @param run its behaviour
 * @param input its arguments; none unless told otherwise
 */
export function fixtureTool<Input extends Schema = z.ZodObject<Record<never, never>>>(
  name: string,
  description: string,
  run: (context: CallContext, input: never) => FixtureAnswer | Promise<FixtureAnswer>,
  input?: Input,
): Tool {
  return defineTool({
    name,
    title: name,
    description,
    toolset: 'conformance',
    risk: 'read',
    scopes: SCOPES,
    input: input ?? z.object({}),
    run: async (given, context) => run(context, given as never),
  })
}

/** An answer of one text. */
export const says = (summary: string): ToolAnswer => ({ summary })
