/** One use of a prompt. */
import type { InputRequiredResult } from '@modelcontextprotocol/server'
import type { CallContext } from './call-context.ts'
import type { Exchange } from './exchange.ts'
import { answered, type Running } from './permitted.ts'
import type { Prompt, PromptAnswer } from './prompt.ts'

/**
 * Makes the messages of a prompt.
 *
 * @param given its arguments, checked
 */
export function getPrompt(
  { name, scopes, get }: Prompt,
  given: unknown,
  exchange: Exchange,
  running: Running,
): Promise<PromptAnswer | InputRequiredResult> {
  const run = (call: CallContext) => get(given, call)
  return answered({ name, scopes, args: given, run }, exchange, running)
}
