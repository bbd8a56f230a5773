/**
 * The two ways Stytch says no. Its OAuth endpoints speak RFC 6749 (`error`, `error_description`,
 * `error_uri`); everything else says `error_type`, `error_message`, `error_url`. Messages are ours and
 * fixed; at most they name a field, never a value that was sent.
 */

/** Stytch `error_type` → HTTP status and message. */
const API_ERRORS = {
  bad_domain_for_stytch_sdk: [
    403,
    'This origin may not use the SDK. Local Stytch serves pages on this machine only.',
  ],
  bad_request: [400, 'The request is malformed.'],
  breached_password: [400, 'Password appears in the list of breached passwords and must be reset.'],
  connected_app_not_found: [404, 'The Connected App could not be found.'],
  connected_app_supplied_redirect_url_not_found_in_client: [
    401,
    'The redirect_uri is not registered for this client.',
  ],
  duplicate_email: [400, 'A user with the specified email already exists for this project.'],
  email_not_found: [404, 'Email not found.'],
  internal_server_error: [500, 'Local Stytch failed. This is a bug in it, not in the request.'],
  invalid_argument: [400, 'An argument has a value that is not supported.'],
  invalid_client_id_metadata_document: [400, 'The client metadata document could not be used.'],
  invalid_email: [400, 'Email format is invalid.'],
  invalid_password_reset_redirect_url: [
    400,
    'reset_password_redirect_url must be a URL on this machine.',
  ],
  invalid_pkce_code_challenge: [
    400,
    'code_challenge must be the 43 base64url characters of an S256 challenge.',
  ],
  invalid_session_duration_minutes: [400, 'session_duration_minutes must be between 5 and 527040.'],
  no_user_password: [400, 'Password not found for this user.'],
  not_addressed_to_loopback: [403, 'Local Stytch answers requests addressed to this machine only.'],
  oauth_invalid_scope_requested: [
    400,
    'A requested scope is unknown to this project or malformed.',
  ],
  pkce_required_for_idp_authorization_flow: [400, 'code_challenge is required, with method S256.'],
  project_not_found: [404, 'The project could not be found.'],
  public_token_not_found: [404, 'The public token could not be found.'],
  request_too_large: [413, 'The request body is too large.'],
  route_not_found: [404, 'The requested route could not be found.'],
  session_not_found: [404, 'Session could not be found.'],
  unable_to_auth_password_reset_token: [
    401,
    'The password reset token was already used or has expired.',
  ],
  unauthorized_credentials: [401, 'Unauthorized credentials.'],
  user_unauthenticated: [401, 'Must have an active session to call this method.'],
  weak_password: [
    400,
    'Password does not meet the strength policy: 8 characters of at least 2 kinds.',
  ],
} as const satisfies Record<string, readonly [number, string]>

export type ApiErrorType = keyof typeof API_ERRORS

/** Codes of RFC 6749 §5.2 and §4.1.2.1, RFC 6750 §3.1, RFC 7591 §3.2.2 and RFC 8707 §2 in use here. */
export type OAuthErrorCode =
  | 'access_denied'
  | 'consent_required'
  | 'invalid_client'
  | 'invalid_client_metadata'
  | 'invalid_grant'
  | 'invalid_redirect_uri'
  | 'invalid_request'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'

/** A refusal that knows how Stytch would word it. Thrown anywhere, answered once in `app.ts`. */
export abstract class Refusal extends Error {
  abstract readonly status: number
  /** Short stable name for the request log. */
  abstract readonly code: string
  /** More about why, for the request log alone. */
  readonly reason?: string
  readonly headers: Readonly<Record<string, string>> = {}
  abstract body(): Record<string, string>
}

/** Refusal of the browser API, the knobs and plain routes. */
export class ApiError extends Refusal {
  readonly status: number
  override readonly headers: Readonly<Record<string, string>>

  /** @param detail replaces the table's message when the caller knows more */
  constructor(
    readonly code: ApiErrorType,
    detail?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail ?? API_ERRORS[code][1])
    this.status = API_ERRORS[code][0]
    this.headers = headers
  }

  body() {
    return {
      error_type: this.code,
      error_message: this.message,
      error_url: errorPage(this.status, this.code),
    }
  }
}

/** Refusal of the OAuth endpoints. Clients act on `code`; Stytch's own name leads the description. */
export class OAuthError extends Refusal {
  readonly status: number
  override readonly headers: Readonly<Record<string, string>>

  /**
   * @param code what RFC-abiding clients act on
   * @param type Stytch's `error_type` for the same thing
   * @param description printable ASCII without quotes or backslashes (RFC 6749 §5.2)
   */
  constructor(
    readonly code: OAuthErrorCode,
    readonly type: string,
    description: string,
    { status, headers }: { status?: number; headers?: Record<string, string> } = {},
  ) {
    super(`${type}: ${description}`)
    this.status = status ?? (code === 'invalid_client' || code === 'invalid_token' ? 401 : 400)
    this.headers = headers ?? {}
  }

  body() {
    return {
      error: this.code,
      error_description: this.message,
      error_uri: errorPage(this.status, this.type),
    }
  }
}

function errorPage(status: number, type: string): string {
  return `https://stytch.com/docs/api/errors/${status}#${type}`
}
