/** The arguments of a call, checked: what does not fit is told by its path and its rule, never by its value. */
import { type Tool, ToolError } from './tool.ts'
import { inert } from './untrusted.ts'

const MAX_PROBLEMS = 5
const MAX_PROBLEM = 200

/**
 * Checks arguments against the schema of their tool.
 *
 * @returns them as the schema makes them
 * @throws {ToolError} `invalid_arguments`, with the first few problems
 */
export async function argumentsOf(tool: Tool, given: unknown): Promise<unknown> {
  const checked = await tool.input['~standard'].validate(given ?? {})
  if (checked.issues === undefined) return checked.value
  const problems = checked.issues.slice(0, MAX_PROBLEMS).map(({ path = [], message }) => {
    const at = path.map((step) => (typeof step === 'object' ? step.key : step)).join('.')
    // Both can hold names of members the client made up.
    return inert(`${at === '' ? 'arguments' : at}: ${message}.`, { maxText: MAX_PROBLEM })
  })
  throw new ToolError('invalid_arguments', `The arguments do not fit. ${problems.join(' ')}`)
}
