/**
 * Why an authorization request cannot be shown: the closed list of sentences the error page may print.
 * The person reading it did not write the request, so the hint says who can mend it.
 */

/** What the error page says. Contains nothing of the request. */
export interface RequestProblem {
  /** Stable; for whoever reads a bug report. */
  readonly code: ProblemCode
  readonly sentence: string
  readonly hint: string
}

const TELL_DEVELOPER = 'This is a mistake in the app. Tell its developer the code below.'
const START_AGAIN = 'Go back to the app and connect again.'
const DISTRUST = 'Close this page. If you did not expect it, do not use the app that sent you here.'

const PROBLEMS = {
  request_too_long: ['The request is too long.', TELL_DEVELOPER],
  parameter_repeated: ['The request says the same thing twice.', DISTRUST],
  parameter_malformed: ['The request contains characters it may not.', DISTRUST],
  parameter_too_long: ['A part of the request is too long.', TELL_DEVELOPER],
  client_id_missing: ['The request does not say which app it is from.', START_AGAIN],
  client_id_malformed: ['The app’s identifier is not one Stytch knows.', TELL_DEVELOPER],
  redirect_uri_missing: ['The request does not say where to return to.', START_AGAIN],
  redirect_uri_malformed: ['The address to return to is not a valid one.', DISTRUST],
  redirect_uri_scheme: ['The address to return to is of a kind that is never allowed.', DISTRUST],
  redirect_uri_insecure: [
    'The app wants to return to an unencrypted address on another computer.',
    DISTRUST,
  ],
  response_type_not_code: ['The app asks for an answer this server does not give.', TELL_DEVELOPER],
  code_challenge_missing: ['The app did not protect its request (PKCE).', TELL_DEVELOPER],
  code_challenge_malformed: ['The app’s request protection (PKCE) is broken.', TELL_DEVELOPER],
  code_challenge_method_not_s256: [
    'The app protects its request in an outdated way (PKCE without S256).',
    TELL_DEVELOPER,
  ],
  scope_malformed: ['The permissions asked for are not written correctly.', TELL_DEVELOPER],
  scope_too_long: ['The app asks for too many permissions at once.', TELL_DEVELOPER],
  prompt_malformed: ['The request is not written correctly.', TELL_DEVELOPER],
  prompt_none: [
    'The app wants an answer without asking you. This server always asks.',
    START_AGAIN,
  ],
  resource_unknown: [
    'The app asks for access to another server than this one.',
    'Check the server address in the app, then connect again.',
  ],
} as const satisfies Record<string, readonly [sentence: string, hint: string]>

/** A stable, documented code. */
export type ProblemCode = keyof typeof PROBLEMS

/** The problem with a code. */
export function problem(code: ProblemCode): RequestProblem {
  const [sentence, hint] = PROBLEMS[code]
  return { code, sentence, hint }
}
