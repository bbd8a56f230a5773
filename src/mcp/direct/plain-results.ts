/**
 * Results the direct path sends as they are. Of anything else that a declaration answers, the SDK decides
 * what becomes of it: questions for the client, content of other kinds, structured content that does not
 * fit, or what is no result at all.
 */
import type { CallToolResult } from '@modelcontextprotocol/server'
import { isObject } from '../canonical-json.ts'
import type { Tool } from '../tool.ts'

/**
 * Whether the result of a call is text, with structured content as the tool declared it.
 *
 * @param wrapped whether content that is no object would be wrapped in one, as in the 2025 era
 */
export function isPlainCall(
  { output }: Tool,
  result: unknown,
  wrapped: boolean,
): boolean | Promise<boolean> {
  const { content, structuredContent, isError, resultType } = result as CallToolResult
  if (resultType !== undefined || !content.every(isPlainText)) return false
  if (wrapped && structuredContent !== undefined && !isObject(structuredContent)) return false
  if (output === undefined || isError === true) return true
  if (structuredContent === undefined) return false
  const checked = output['~standard'].validate(structuredContent)
  return checked instanceof Promise
    ? checked.then(({ issues }) => issues === undefined)
    : checked.issues === undefined
}

function isPlainText(block: object): boolean {
  const { type, text } = block as { type?: unknown; text?: unknown }
  return type === 'text' && typeof text === 'string' && Object.keys(block).length === 2
}

const SAID = ['messages', 'description']

/** Whether the answer of a prompt holds what prompts answer, and nothing that means something else. */
export function isPlainPrompt(answer: unknown): boolean {
  return (
    isObject(answer) &&
    Array.isArray(answer.messages) &&
    Object.keys(answer).every((name) => SAID.includes(name))
  )
}
