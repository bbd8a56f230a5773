/** What a model is told when Stytch says no: what happened, why, and what to do next. Never Stytch's words. */

import { ToolError } from '../../mcp/tool.ts'
import { TooLarge } from '../../mcp/untrusted.ts'
import { type FailureKind, StytchError } from '../../stytch/failure.ts'

/** Kind of failure → stable code of the tool error, and its sentences. */
const TOLD: Record<FailureKind, readonly [code: string, sentence: string]> = {
  not_found: [
    'not_found',
    'Stytch has no such object. List what there is, and use an id or slug from the list.',
  ],
  invalid: [
    'invalid_arguments',
    'Stytch does not accept these arguments. Compare them with the description of the tool and with what the matching get tool answers.',
  ],
  conflict: [
    'conflict',
    'That contradicts what is there already, such as a second object of the same name. Look at what exists, and change that instead.',
  ],
  unauthorised: [
    'upstream_error',
    'Stytch does not accept the workspace key of this server. Signing in again does not help: tell its operator.',
  ],
  forbidden: [
    'upstream_error',
    'The workspace key of this server may not do that. Signing in again does not help: tell its operator.',
  ],
  rate_limited: ['upstream_rate_limited', 'Stytch asks for fewer requests. Wait, then try again.'],
  unavailable: ['upstream_unavailable', 'Stytch did not answer. Try again in a minute.'],
  timeout: ['upstream_unavailable', 'Stytch did not answer in time. Try again in a minute.'],
  outcome_unknown: [
    'outcome_unknown',
    'Stytch did not say whether that was done. Look at what is there now before trying again.',
  ],
  unexpected: [
    'upstream_error',
    'Stytch answered something this server cannot trust, so it is not shown. Try again later.',
  ],
}

/**
 * Runs something that asks Stytch.
 *
 * @throws {ToolError} for every failure of Stytch and for answers too large to show
 */
export async function told<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StytchError) throw toolError(error)
    if (error instanceof TooLarge) {
      throw new ToolError(
        'too_large',
        'There is more than fits into one answer. Ask for one object at a time.',
      )
    }
    throw error
  }
}

function toolError(error: StytchError): ToolError {
  const { kind, field, retryAfter } = error
  // A write that got no usable answer may have happened, whatever else was wrong with the answer.
  const [code, sentence] = TOLD[error.mayHaveHappened ? 'outcome_unknown' : kind]
  const which = kind === 'invalid' && field !== undefined ? ` The argument at fault: ${field}.` : ''
  const when = retryAfter === undefined ? '' : ` Wait ${retryAfter} seconds.`
  return new ToolError(code, sentence + which + when)
}
