/**
 * Stytch's names of what went wrong (`error_type`), as far as the operations here can meet them. Only these
 * are ever passed on; any other name still decides the kind of failure, and is then forgotten.
 *
 * @see https://stytch.com/docs/api/errors/400
 */
import type { FailureKind } from './failure.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'bad_request',
  'cannot_add_pem_file_to_non_pem_trusted_token_profile',
  'cannot_delete_default_email_template',
  'cannot_specify_wildcard_with_other_actions',
  'cannot_toggle_cross_org_passwords_when_password_in_use',
  'country_code_allowlist_b2b_whatsapp_not_supported',
  'country_code_allowlist_billing_not_verified',
  'country_code_allowlist_empty',
  'country_code_allowlist_invalid_country_codes',
  'custom_claims_too_large',
  'duplicate_email_template_vanity_id',
  'duplicate_redirect_url',
  'email_template_not_found',
  'empty_rbac_resource_id',
  'empty_rbac_role_id',
  'empty_rbac_scope',
  'environment_not_found',
  'event_log_streaming_bad_datadog_config',
  'event_log_streaming_bad_grafana_loki_config',
  'event_log_streaming_invalid_destination_type',
  'event_log_streaming_invalid_streaming_status',
  'event_log_streaming_not_found',
  'event_log_streaming_too_many_destinations',
  'idp_invalid_access_token_jwt_template',
  'internal_server_error',
  'invalid_argument',
  'invalid_b2b_endpoint',
  'invalid_consumer_endpoint',
  'invalid_domain',
  'invalid_email_domain',
  'invalid_email_html',
  'invalid_email_plaintext',
  'invalid_email_subject',
  'invalid_email_template_content',
  'invalid_email_template_parameters',
  'invalid_from_local_part',
  'invalid_jwks_url',
  'invalid_password_strength_luds_complexity',
  'invalid_password_strength_luds_length',
  'invalid_permission_action',
  'invalid_permission_resource',
  'invalid_project_id',
  'invalid_project_id_authentication',
  'invalid_project_name',
  'invalid_public_token_id',
  'invalid_rbac_custom_role',
  'invalid_rbac_role_id',
  'invalid_rbac_scope',
  'invalid_rbac_stytch_role_edit',
  'invalid_redirect_url_type',
  'invalid_reply_to_local_part',
  'invalid_role_for_vertical',
  'invalid_secret_authentication',
  'invalid_secret_id',
  'invalid_stytch_prefixed_resource',
  'invalid_template_id',
  'invalid_template_values',
  'invalid_user_id',
  'invalid_wildcard_action',
  'jwt_template_invalid_json',
  'jwt_template_invalid_tag',
  'jwt_template_mismatched_tag',
  'jwt_template_not_found',
  'member_not_found',
  'method_not_allowed',
  'must_have_jwks_url_for_trusted_token_profile_with_type_jwk',
  'must_have_pem_files_for_trusted_token_profile_with_type_pem',
  'no_wildcards_in_live_redirect_url',
  'organization_not_found',
  'passwords_incompatible_with_sdk_config',
  'project_has_no_public_tokens',
  'project_not_found',
  'public_token_not_found',
  'rbac_action_duplicate',
  'rbac_action_too_long',
  'rbac_cannot_delete_attribute_used_in_org_policy',
  'rbac_description_too_long',
  'rbac_permission_missing_actions',
  'rbac_reserved_scope',
  'rbac_resource_duplicate',
  'rbac_resource_id_too_long',
  'rbac_resource_missing_actions',
  'rbac_role_duplicate',
  'rbac_role_id_too_long',
  'rbac_role_missing_permissions',
  'rbac_scope_duplicate',
  'rbac_scope_missing_permissions',
  'rbac_scope_too_long',
  'redirect_url_cannot_use_protocol',
  'redirect_url_must_use_https',
  'redirect_url_not_found',
  'redirect_url_with_query_param_placeholder_cannot_be_default',
  'redirect_url_with_wildcard_cannot_be_default',
  'required_custom_email_domain',
  'reserved_claims_in_custom_claims',
  'route_not_found',
  'route_not_supported_in_test',
  'secret_not_found',
  'sso_discovery_incompatible_with_sdk_config',
  'stytch_claims_in_custom_claims',
  'too_many_domains',
  'too_many_email_templates',
  'too_many_pem_files_for_trusted_token_profile',
  'too_many_projects',
  'too_many_public_tokens',
  'too_many_redirect_urls',
  'too_many_requests',
  'too_many_secrets',
  'too_many_trusted_token_profiles_for_project',
  'trusted_token_profile_cannot_have_multiple_external_ids',
  'trusted_token_profile_incorrect_external_id_mapping',
  'trusted_token_profile_invalid_request',
  'trusted_token_profile_not_found',
  'unable_to_delete_last_public_token',
  'unauthorized_action',
  'unauthorized_credentials',
  'user_not_found',
])

/**
 * @param value the `error_type` of an answer, whatever that is
 * @returns the name when it is one we know
 */
export function knownErrorType(value: unknown): string | undefined {
  return typeof value === 'string' && KNOWN.has(value) ? value : undefined
}

/**
 * What a refusal in Stytch's form means. Stytch says 400 of much that other APIs give a status of its own,
 * so there the name decides.
 *
 * @param status HTTP status, 4xx and not 429
 * @param errorType its `error_type`, known or not
 */
export function kindOfRefusal(status: number, errorType: string): FailureKind {
  switch (status) {
    case 400:
    case 422:
      if (errorType.endsWith('_not_found')) return 'not_found'
      return CONFLICT.test(errorType) ? 'conflict' : 'invalid'
    case 401:
      return 'unauthorised'
    case 403:
      return 'forbidden'
    case 404:
      // Of an API without the route we learn nothing about the object.
      return errorType === 'route_not_found' ? 'unexpected' : 'not_found'
    case 409:
      return 'conflict'
    case 413:
      return 'invalid'
    default:
      return 'unexpected'
  }
}

const CONFLICT =
  /^(?:duplicate|cannot_delete|cannot_toggle|unable_to_delete|too_many)_|_already_(?:exists|used)$/
