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
  cannot_add_pem_file_to_non_pem_trusted_token_profile: [
    400,
    'PEM files belong to profiles of public_key_type PEM.',
  ],
  cannot_delete_default_email_template: [
    400,
    'A template that is a default cannot be deleted. Make another the default first.',
  ],
  cannot_delete_live_environment: [
    400,
    'A live environment cannot be deleted. Delete the project instead.',
  ],
  cannot_specify_wildcard_with_other_actions: [
    400,
    'The action * stands for all actions and must be alone.',
  ],
  connected_app_not_found: [404, 'The Connected App could not be found.'],
  connected_app_supplied_redirect_url_not_found_in_client: [
    401,
    'The redirect_uri is not registered for this client.',
  ],
  country_code_allowlist_b2b_whatsapp_not_supported: [
    400,
    'WhatsApp country codes are for Consumer projects only.',
  ],
  country_code_allowlist_empty: [400, 'country_codes must name at least one country.'],
  country_code_allowlist_invalid_country_codes: [
    400,
    'country_codes must be ISO 3166-1 alpha-2 codes in capitals.',
  ],
  custom_claims_too_large: [400, 'Custom claims must fit in 4 KB.'],
  duplicate_email: [400, 'A user with the specified email already exists for this project.'],
  duplicate_email_template_vanity_id: [
    400,
    'The project has an email template of that template_id already.',
  ],
  email_not_found: [404, 'Email not found.'],
  email_template_not_found: [404, 'The email template could not be found.'],
  empty_rbac_resource_id: [400, 'resource_id is required.'],
  empty_rbac_role_id: [400, 'role_id is required.'],
  empty_rbac_scope: [400, 'scope is required.'],
  environment_not_found: [404, 'The environment could not be found.'],
  environment_slug_already_used: [400, 'The project has an environment of that slug already.'],
  event_log_streaming_bad_datadog_config: [
    400,
    'datadog must have an api_key of 32 lower-case hex digits and a site: US, US3, US5, EU or AP1.',
  ],
  event_log_streaming_bad_grafana_loki_config: [
    400,
    'grafana_loki must have a hostname, a username and a password of more than 4 characters.',
  ],
  event_log_streaming_invalid_destination_type: [
    400,
    'destination_type must be DATADOG or GRAFANA_LOKI.',
  ],
  event_log_streaming_not_found: [404, 'The environment does not stream its event log there.'],
  event_log_streaming_too_many_destinations: [
    400,
    'The environment streams its event log somewhere already. Delete that first.',
  ],
  internal_server_error: [500, 'Local Stytch failed. This is a bug in it, not in the request.'],
  invalid_argument: [400, 'An argument has a value that is not supported.'],
  invalid_b2b_endpoint: [
    400,
    'This endpoint is for B2B projects. The project is a Consumer project.',
  ],
  invalid_client_id_metadata_document: [400, 'The client metadata document could not be used.'],
  invalid_consumer_endpoint: [
    400,
    'This endpoint is for Consumer projects. The project is a B2B project.',
  ],
  invalid_domain: [400, 'A domain is not valid.'],
  invalid_email: [400, 'Email format is invalid.'],
  invalid_email_html: [400, 'html_content is required.'],
  invalid_email_plaintext: [400, 'plaintext_content is required.'],
  invalid_email_subject: [400, 'subject is required.'],
  invalid_email_template_parameters: [400, 'A variable the mail cannot do without is missing.'],
  invalid_from_local_part: [400, 'from_local_part must be what comes before the @ of an address.'],
  invalid_jwks_url: [400, 'jwks_url must be an https URL.'],
  invalid_password_reset_redirect_url: [
    400,
    'reset_password_redirect_url must be a URL on this machine.',
  ],
  invalid_password_strength_luds_complexity: [
    400,
    'luds_min_password_complexity must be a whole number from 1 to 4.',
  ],
  invalid_password_strength_luds_length: [
    400,
    'luds_min_password_length must be a whole number from 8 to 32.',
  ],
  invalid_permission_action: [400, 'A permission names an action its resource does not have.'],
  invalid_permission_resource: [400, 'A permission names a resource that is not in the policy.'],
  invalid_pkce_code_challenge: [
    400,
    'code_challenge must be the 43 base64url characters of an S256 challenge.',
  ],
  invalid_rbac_custom_role: [400, 'A custom role may not have a role_id that begins with stytch.'],
  invalid_rbac_scope: [
    400,
    'A scope must be printable ASCII without spaces, quotes and backslashes.',
  ],
  invalid_redirect_url: [
    400,
    'url must be https, an app scheme, or in a test environment http on loopback.',
  ],
  invalid_reply_to_local_part: [
    400,
    'reply_to_local_part must be what comes before the @ of an address.',
  ],
  invalid_role_for_vertical: [
    400,
    'stytch_user is for Consumer projects, stytch_member and stytch_admin for B2B projects.',
  ],
  invalid_session_duration_minutes: [400, 'session_duration_minutes must be between 5 and 527040.'],
  invalid_stytch_prefixed_resource: [
    400,
    'A custom resource may not have a resource_id that begins with stytch.',
  ],
  invalid_template_id: [
    400,
    'template_id must be 1 to 128 letters, digits, dots, dashes and underscores.',
  ],
  invalid_template_values: [
    400,
    'Colors must be #rrggbb and button_border_radius must not be negative.',
  ],
  invalid_wildcard_action: [400, 'A resource cannot have * among its available_actions.'],
  jwt_template_invalid_json: [
    400,
    'template_content must be a JSON object once its tags have values.',
  ],
  jwt_template_invalid_tag: [400, 'A tag must name a variable, such as {{ user.user_id }}.'],
  jwt_template_mismatched_tag: [400, 'A tag is opened by {{ and not closed by }}.'],
  live_environment_already_exists: [400, 'The project has a live environment already.'],
  live_environment_required: [
    400,
    'The project needs its live environment before it can have a test environment.',
  ],
  member_not_found: [404, 'The member could not be found.'],
  must_have_jwks_url_for_trusted_token_profile_with_type_jwk: [
    400,
    'A profile of public_key_type JWK must have a jwks_url.',
  ],
  must_have_pem_files_for_trusted_token_profile_with_type_pem: [
    400,
    'A profile of public_key_type PEM must have at least one PEM file.',
  ],
  no_user_password: [400, 'Password not found for this user.'],
  not_addressed_to_loopback: [403, 'Local Stytch answers requests addressed to this machine only.'],
  oauth_invalid_scope_requested: [
    400,
    'A requested scope is unknown to this project or malformed.',
  ],
  organization_not_found: [404, 'The organization could not be found.'],
  pem_file_not_found: [404, 'The PEM file could not be found.'],
  pkce_required_for_idp_authorization_flow: [400, 'code_challenge is required, with method S256.'],
  project_not_found: [404, 'The project could not be found.'],
  project_slug_already_used: [400, 'The workspace has a project of that slug already.'],
  public_token_not_found: [404, 'The public token could not be found.'],
  rbac_action_duplicate: [400, 'An action is named twice.'],
  rbac_action_too_long: [400, 'An action is longer than 128 characters.'],
  rbac_description_too_long: [400, 'A description is longer than 512 characters.'],
  rbac_permission_missing_actions: [400, 'A permission must name at least one action.'],
  rbac_reserved_scope: [
    400,
    'A custom scope may not have the name of a built-in one, nor begin with stytch.',
  ],
  rbac_resource_duplicate: [400, 'Two custom resources have the same resource_id.'],
  rbac_resource_id_too_long: [400, 'A resource_id is longer than 128 characters.'],
  rbac_resource_missing_actions: [
    400,
    'A custom resource must have at least one available action.',
  ],
  rbac_role_duplicate: [400, 'Two custom roles have the same role_id.'],
  rbac_role_id_too_long: [400, 'A role_id is longer than 128 characters.'],
  rbac_role_missing_permissions: [400, 'A custom role must have at least one permission.'],
  rbac_scope_duplicate: [400, 'Two custom scopes have the same name.'],
  rbac_scope_missing_permissions: [400, 'A custom scope must have at least one permission.'],
  rbac_scope_too_long: [400, 'A scope is longer than 128 characters.'],
  redirect_url_not_found: [404, 'The redirect URL could not be found.'],
  request_too_large: [413, 'The request body is too large.'],
  required_custom_email_domain: [
    400,
    'A custom HTML template needs sender_information with a from_domain of your own.',
  ],
  reserved_claims_in_custom_claims: [
    400,
    'Custom claims may not be registered ones: iss, sub, aud, exp, nbf, iat, jti.',
  ],
  route_not_found: [404, 'The requested route could not be found.'],
  secret_not_found: [404, 'The secret could not be found.'],
  session_not_found: [404, 'Session could not be found.'],
  stytch_claims_in_custom_claims: [400, 'Custom claims may not begin with https://stytch.com/.'],
  too_many_email_templates: [400, 'The project holds as many email templates as it may.'],
  too_many_pem_files_for_trusted_token_profile: [400, 'A profile can have at most 5 PEM files.'],
  too_many_trusted_token_profiles_for_project: [
    400,
    'The environment holds as many trusted token profiles as it may.',
  ],
  trusted_token_profile_invalid_request: [400, 'The trusted token profile is not valid.'],
  trusted_token_profile_not_found: [404, 'The trusted token profile could not be found.'],
  unable_to_auth_password_reset_token: [
    401,
    'The password reset token was already used or has expired.',
  ],
  unauthorized_credentials: [401, 'Unauthorized credentials.'],
  user_not_found: [404, 'The user could not be found.'],
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
