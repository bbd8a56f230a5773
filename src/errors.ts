/**
 * Every way this server says no, in one table. A code is stable and documented; the sentence is the
 * whole of what a caller is told, so nothing a request carried can leak back through it.
 *
 * Sentences travel in `WWW-Authenticate`, whose `error_description` some clients parse with a regular
 * expression: they hold no `=`, no `"` and no `\`.
 */

/** RFC 6750 §3.1 error codes a challenge may carry; `none` means a challenge without `error`. */
export type ChallengeError = 'none' | 'invalid_request' | 'invalid_token' | 'insufficient_scope'

/** A stable, documented error code. */
export type ErrorCode =
  | 'credentials_missing'
  | 'authorization_malformed'
  | 'token_malformed'
  | 'token_algorithm'
  | 'token_signature'
  | 'token_claims'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_lifetime'
  | 'token_issuer'
  | 'token_audience'
  | 'token_kind'
  | 'token_client'
  | 'token_denied'
  | 'token_revoked'
  | 'token_unconfirmed'
  | 'insufficient_scope'
  | 'step_up_repeated'
  | 'role_missing'
  | 'verification_unavailable'
  | 'forbidden_origin'
  | 'internal_error'

/** What one error code means to the caller, the operator and the log. */
export interface ErrorKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 406 | 413 | 415 | 429 | 500 | 503
  /** Whether the answer carries `WWW-Authenticate`, and with which `error`. */
  readonly challenge?: ChallengeError
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** Told to the caller, verbatim. */
  readonly sentence: string
  /** Told to the operator, in the log. */
  readonly hint: string
}

const token = (sentence: string, hint: string, level: ErrorKind['level'] = 'info'): ErrorKind => ({
  status: 401,
  challenge: 'invalid_token',
  level,
  sentence,
  hint,
})

/** Code → status → challenge → log level → sentence → hint. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorKind>> = {
  credentials_missing: {
    status: 401,
    challenge: 'none',
    level: 'debug',
    sentence: 'Authentication required',
    hint: 'Normal for a first request: the client follows the challenge and signs in.',
  },
  authorization_malformed: {
    status: 400,
    challenge: 'invalid_request',
    level: 'info',
    sentence: 'The Authorization header must be one Bearer token and nothing else',
    hint: 'Send exactly one header of the form "Authorization: Bearer <token>".',
  },
  token_malformed: token(
    'The access token is not a well formed signed JWT',
    'The client sent something other than a compact RS256 JWT from Stytch.',
  ),
  token_algorithm: token(
    'The access token is not signed the way Stytch signs',
    'Only RS256 with a key id is accepted; a token with another header is not from Stytch.',
    'warn',
  ),
  token_signature: token(
    'The access token is not signed by a current key',
    'The key is unknown to this project, or the token was altered. Is the client signed in to the right project?',
    'warn',
  ),
  token_claims: token(
    'The access token lacks a claim it needs or has one of the wrong type',
    'Stytch access tokens carry iss, sub, aud, client_id, scope, exp and iat.',
    'warn',
  ),
  token_expired: token(
    'The access token expired',
    'Normal at the end of a token life: the client refreshes or signs in again.',
    'debug',
  ),
  token_not_yet_valid: token(
    'The access token is not valid yet',
    'The clock of this machine is likely behind; check that it is synchronised.',
    'warn',
  ),
  token_lifetime: token(
    'The access token lives longer than this server accepts',
    'Shorten the access token lifetime of the Connected App.',
    'warn',
  ),
  token_issuer: token(
    'The access token was issued by another authorization server',
    'Compare the issuer with STYTCH_DOMAIN and STYTCH_PROJECT_ID.',
  ),
  token_audience: token(
    'The access token is meant for another resource',
    'The audience must hold this Stytch project and must not name another URL.',
  ),
  token_kind: token(
    'This is not an access token of a Connected App',
    'Session JWTs, M2M tokens and ID tokens of the same project are refused on purpose.',
    'warn',
  ),
  token_client: token(
    'The access token belongs to an app this server does not accept',
    'The client is not in ALLOWED_CLIENTS.',
  ),
  token_denied: token(
    'The access token has been barred from this server',
    'Its jti is in DENIED_TOKEN_IDS.',
    'warn',
  ),
  token_revoked: token(
    'The access token was revoked',
    'The person disconnected the app or signed out everywhere; the client signs in again.',
  ),
  token_unconfirmed: token(
    'The access token is not the one the authorization server knows',
    'Introspection or userinfo answered about another token. Someone or something is lying: investigate.',
    'error',
  ),
  insufficient_scope: {
    status: 403,
    challenge: 'insufficient_scope',
    level: 'info',
    sentence: 'This operation needs a scope the access token does not have',
    hint: 'Normal step-up: the client asks the user for the named scopes.',
  },
  step_up_repeated: {
    status: 429,
    level: 'warn',
    sentence: 'The same scope was asked for again and again without being granted',
    hint: 'Likely a client that loops, or a person whose role does not allow the scope: an administrator must grant it.',
  },
  role_missing: {
    status: 403,
    level: 'info',
    sentence: 'This operation needs a role you do not have',
    hint: 'Consenting again cannot help: whoever administers roles must give the person one.',
  },
  verification_unavailable: {
    status: 503,
    level: 'error',
    sentence: 'The access token cannot be verified right now',
    hint: 'Stytch could not be asked for its keys or about the token. Check the network and STYTCH_DOMAIN.',
  },
  forbidden_origin: {
    status: 403,
    level: 'warn',
    sentence: 'Forbidden',
    hint: 'A browser page or a host name that is not allowed. See PUBLIC_URL and ALLOWED_ORIGINS.',
  },
  internal_error: {
    status: 500,
    level: 'error',
    sentence: 'Something went wrong on this server',
    hint: 'The log line with this request id names the error.',
  },
}

/**
 * The row of a code.
 *
 * @param code a code of the table
 * @returns its row
 */
export function errorKind(code: ErrorCode): ErrorKind {
  return ERRORS[code]
}
