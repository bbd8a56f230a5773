/** The arguments of a call, checked: what does not fit is told by its path and its rule, never by its value. */
import { type Schema, type Tool, ToolError } from './tool.ts'
import { inert } from './untrusted.ts'

const MAX_PROBLEMS = 5
const MAX_PROBLEM = 200

/**
 * Checks arguments against the schema of their tool.
 *
 * @returns them as the schema makes them, or a promise of that
 * @throws {ToolError} `invalid_arguments`, with the first few problems
 */
export function argumentsOf(tool: Tool, given: unknown): unknown {
  const checked = tool.input['~standard'].validate(given ?? {})
  return checked instanceof Promise ? checked.then(fitting) : fitting(checked)
}

/** What a schema finds. */
type Checked = Awaited<ReturnType<Schema['~standard']['validate']>>

function fitting(checked: Checked): unknown {
  if (checked.issues === undefined) return checked.value
  const problems = checked.issues.slice(0, MAX_PROBLEMS).map(({ path = [], message }) => {
    const at = path.map((step) => (typeof step === 'object' ? step.key : step)).join('.')
    // Both can hold names of members the client made up.
    return inert(`${at === '' ? 'arguments' : at}: ${message}.`, { maxText: MAX_PROBLEM })
  })
  throw new ToolError('invalid_arguments', `The arguments do not fit. ${problems.join(' ')}`)
}
