/**
 * Arguments too intricate for the schema a tool publishes: checked when the call is prepared, and refused
 * by where they are wrong. What they hold is never said back.
 */
import type { z } from 'zod'
import { ToolError } from '../../mcp/tool.ts'

/**
 * @param name of the argument
 * @param schema what it must be
 * @param given what it is
 * @returns what the schema makes of it
 * @throws {ToolError} `invalid_arguments` for the first thing that is wrong
 */
export function checked<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const [issue] = read.error.issues as [z.core.$ZodIssue]
  throw invalid(`${pathOf(name, issue.path)} ${wrong(issue)}.`)
}

/** @param message which argument, what is wrong with it, and what to do */
export function invalid(message: string): ToolError {
  return new ToolError('invalid_arguments', message)
}

/** Names are those of the schema, because what it does not know has no path of its own. */
function pathOf(name: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step)}`),
    name,
  )
}

function wrong(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'has a member that does not exist: look at what is there first'
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${article(issue.expected)} ${issue.expected}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `must ${sized(issue.origin)} ${issue.minimum} at least`
    case 'too_big':
      return `must ${sized(issue.origin)} ${issue.maximum} at most`
    case 'custom':
      return issue.message
    default:
      return 'is not acceptable'
  }
}

/** What is counted: characters and elements are had, and numbers just are. */
function sized(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'have a length of' : 'be'
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? 'an' : 'a'
}
