/**
 * Maps how a call to Stytch failed to one of our own problems, by its stable `error_type` alone.
 */
import type { Problem, ProblemCode } from '../problems.ts'

interface Failure {
  readonly type: string
  readonly status: number
  readonly reference?: string
}

/** The types at which the SDK itself takes a session for lost. */
const SESSION_LOST = [
  'session_not_found',
  'unauthorized_credentials',
  'user_unauthenticated',
  'invalid_secret_authentication',
]

const KNOWN: readonly (readonly [RegExp, ProblemCode])[] = [
  [/redirect/, 'redirect_not_registered'],
  [/^connected_app_not_found$|client.*not_found|client_metadata|invalid_client/, 'client_unknown'],
  [/scope/, 'scope_refused'],
]

/** Whether the session ended under our feet, so that signing in again is all it takes. */
export function isSessionLost(error: unknown): boolean {
  return SESSION_LOST.includes(failure(error)?.type ?? '')
}

/** Why Stytch would not say what the app asks for. */
export function startProblem(error: unknown): Problem {
  const known = failure(error)
  if (!known) return { code: 'stytch_unreachable' }
  const { type, status, reference } = known
  const code = KNOWN.find(([pattern]) => pattern.test(type))?.[1]
  if (code) return { code, reference }
  if (status === 429) return { code: 'too_many_requests', reference }
  return { code: status >= 500 ? 'stytch_unreachable' : 'request_refused', reference }
}

/** Why an answer, Allow or Deny, did not arrive. */
export function submitProblem(error: unknown): Problem {
  return { code: 'answer_lost', reference: failure(error)?.reference }
}

/** The parts of an SDK error that came from Stytch; null when none did. */
function failure(error: unknown): Failure | null {
  if (typeof error !== 'object' || error === null || !('error_type' in error)) return null
  const { error_type, status_code, request_id } = error as Record<string, unknown>
  return {
    type: String(error_type),
    status: Number(status_code) || 0,
    ...(typeof request_id === 'string' && { reference: request_id }),
  }
}
