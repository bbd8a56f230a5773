/**
 * Every request the management client can make, as data: what it is called, where it goes, and what it may
 * do. The client is built from these rows and has no other way to ask.
 *
 * `destructive` removes something or replaces a whole document; what only tightens, loosens or adds is a
 * `write`.
 *
 * @see https://stytch.com/docs/workspace-management/pwa/overview
 */
import type { Method } from './http.ts'

export type OperationRisk = 'read' | 'write' | 'destructive'

/** One row. */
export interface Operation {
  readonly operation: string
  readonly method: Method
  /** `{name}` stands for a segment; its name is a kind of identifier. */
  readonly path: string
  readonly risk: OperationRisk
}

/** Rows as given, and for good: who could change one could send the key elsewhere. */
function rows<const Rows extends readonly Operation[]>(all: Rows): Rows {
  for (const row of all) Object.freeze(row)
  return Object.freeze(all)
}

const P = '/pwa/v3/projects/{project_slug}' as const
const E = `${P}/environments/{environment_slug}` as const

/** The management API, version 3: all 60 operations. */
export const OPERATIONS = rows([
  { operation: 'projects.create', method: 'POST', path: '/pwa/v3/projects', risk: 'write' },
  { operation: 'projects.getAll', method: 'GET', path: '/pwa/v3/projects', risk: 'read' },
  { operation: 'projects.get', method: 'GET', path: P, risk: 'read' },
  { operation: 'projects.update', method: 'PATCH', path: P, risk: 'write' },
  { operation: 'projects.delete', method: 'DELETE', path: P, risk: 'destructive' },

  { operation: 'environments.create', method: 'POST', path: `${P}/environments`, risk: 'write' },
  { operation: 'environments.getAll', method: 'GET', path: `${P}/environments`, risk: 'read' },
  { operation: 'environments.get', method: 'GET', path: E, risk: 'read' },
  { operation: 'environments.update', method: 'PATCH', path: E, risk: 'write' },
  { operation: 'environments.delete', method: 'DELETE', path: E, risk: 'destructive' },
  { operation: 'metrics.get', method: 'GET', path: `${E}/metrics`, risk: 'read' },

  { operation: 'secrets.create', method: 'POST', path: `${E}/secrets`, risk: 'write' },
  { operation: 'secrets.getAll', method: 'GET', path: `${E}/secrets`, risk: 'read' },
  { operation: 'secrets.get', method: 'GET', path: `${E}/secrets/{secret_id}`, risk: 'read' },
  {
    operation: 'secrets.delete',
    method: 'DELETE',
    path: `${E}/secrets/{secret_id}`,
    risk: 'destructive',
  },

  { operation: 'publicTokens.create', method: 'POST', path: `${E}/public_tokens`, risk: 'write' },
  { operation: 'publicTokens.getAll', method: 'GET', path: `${E}/public_tokens`, risk: 'read' },
  {
    operation: 'publicTokens.get',
    method: 'GET',
    path: `${E}/public_tokens/{public_token}`,
    risk: 'read',
  },
  {
    operation: 'publicTokens.delete',
    method: 'DELETE',
    path: `${E}/public_tokens/{public_token}`,
    risk: 'destructive',
  },

  { operation: 'redirectURLs.create', method: 'POST', path: `${E}/redirect_urls`, risk: 'write' },
  { operation: 'redirectURLs.getAll', method: 'GET', path: `${E}/redirect_urls/all`, risk: 'read' },
  { operation: 'redirectURLs.get', method: 'GET', path: `${E}/redirect_urls`, risk: 'read' },
  { operation: 'redirectURLs.update', method: 'PUT', path: `${E}/redirect_urls`, risk: 'write' },
  {
    operation: 'redirectURLs.delete',
    method: 'DELETE',
    path: `${E}/redirect_urls`,
    risk: 'destructive',
  },

  {
    operation: 'emailTemplates.create',
    method: 'POST',
    path: `${P}/email_templates`,
    risk: 'write',
  },
  { operation: 'emailTemplates.getAll', method: 'GET', path: `${P}/email_templates`, risk: 'read' },
  {
    operation: 'emailTemplates.get',
    method: 'GET',
    path: `${P}/email_templates/{template_id}`,
    risk: 'read',
  },
  {
    operation: 'emailTemplates.update',
    method: 'PUT',
    path: `${P}/email_templates/{template_id}`,
    risk: 'write',
  },
  {
    operation: 'emailTemplates.delete',
    method: 'DELETE',
    path: `${P}/email_templates/{template_id}`,
    risk: 'destructive',
  },

  {
    operation: 'defaultEmailTemplates.set',
    method: 'POST',
    path: `${P}/default_email_templates/{email_template_type}`,
    risk: 'write',
  },
  {
    operation: 'defaultEmailTemplates.get',
    method: 'GET',
    path: `${P}/default_email_templates/{email_template_type}`,
    risk: 'read',
  },
  {
    operation: 'defaultEmailTemplates.unset',
    method: 'DELETE',
    path: `${P}/default_email_templates/{email_template_type}`,
    risk: 'destructive',
  },

  {
    operation: 'passwordStrength.get',
    method: 'GET',
    path: `${E}/password_strength_config`,
    risk: 'read',
  },
  {
    operation: 'passwordStrength.set',
    method: 'PUT',
    path: `${E}/password_strength_config`,
    risk: 'write',
  },

  {
    operation: 'jwtTemplates.get',
    method: 'GET',
    path: `${E}/jwt_templates/{jwt_template_type}`,
    risk: 'read',
  },
  {
    operation: 'jwtTemplates.set',
    method: 'PUT',
    path: `${E}/jwt_templates/{jwt_template_type}`,
    risk: 'write',
  },

  { operation: 'rbacPolicy.get', method: 'GET', path: `${E}/rbac_policy`, risk: 'read' },
  { operation: 'rbacPolicy.set', method: 'PUT', path: `${E}/rbac_policy`, risk: 'destructive' },

  { operation: 'sdkConfig.getConsumer', method: 'GET', path: `${E}/sdk/consumer`, risk: 'read' },
  {
    operation: 'sdkConfig.setConsumer',
    method: 'PUT',
    path: `${E}/sdk/consumer`,
    risk: 'destructive',
  },
  { operation: 'sdkConfig.getB2B', method: 'GET', path: `${E}/sdk/b2b`, risk: 'read' },
  { operation: 'sdkConfig.setB2B', method: 'PUT', path: `${E}/sdk/b2b`, risk: 'destructive' },

  {
    operation: 'countryCodes.getSMS',
    method: 'GET',
    path: `${E}/allowed_country_codes/sms`,
    risk: 'read',
  },
  {
    operation: 'countryCodes.setSMS',
    method: 'POST',
    path: `${E}/allowed_country_codes/sms`,
    risk: 'write',
  },
  {
    operation: 'countryCodes.getWhatsApp',
    method: 'GET',
    path: `${E}/allowed_country_codes/whatsapp`,
    risk: 'read',
  },
  {
    operation: 'countryCodes.setWhatsApp',
    method: 'POST',
    path: `${E}/allowed_country_codes/whatsapp`,
    risk: 'write',
  },

  {
    operation: 'eventLogStreaming.create',
    method: 'POST',
    path: `${E}/event_log_streaming`,
    risk: 'write',
  },
  {
    operation: 'eventLogStreaming.get',
    method: 'GET',
    path: `${E}/event_log_streaming/{destination_type}`,
    risk: 'read',
  },
  {
    operation: 'eventLogStreaming.update',
    method: 'PUT',
    path: `${E}/event_log_streaming/{destination_type}`,
    risk: 'write',
  },
  {
    operation: 'eventLogStreaming.delete',
    method: 'DELETE',
    path: `${E}/event_log_streaming/{destination_type}`,
    risk: 'destructive',
  },
  {
    operation: 'eventLogStreaming.enable',
    method: 'POST',
    path: `${E}/event_log_streaming/{destination_type}/enable`,
    risk: 'write',
  },
  {
    operation: 'eventLogStreaming.disable',
    method: 'POST',
    path: `${E}/event_log_streaming/{destination_type}/disable`,
    risk: 'write',
  },

  {
    operation: 'trustedTokens.create',
    method: 'POST',
    path: `${E}/trusted_token_profiles`,
    risk: 'write',
  },
  {
    operation: 'trustedTokens.getAll',
    method: 'GET',
    path: `${E}/trusted_token_profiles`,
    risk: 'read',
  },
  {
    operation: 'trustedTokens.get',
    method: 'GET',
    path: `${E}/trusted_token_profiles/{profile_id}`,
    risk: 'read',
  },
  {
    operation: 'trustedTokens.update',
    method: 'PATCH',
    path: `${E}/trusted_token_profiles/{profile_id}`,
    risk: 'write',
  },
  {
    operation: 'trustedTokens.delete',
    method: 'DELETE',
    path: `${E}/trusted_token_profiles/{profile_id}`,
    risk: 'destructive',
  },
  {
    operation: 'trustedTokens.createPEM',
    method: 'POST',
    path: `${E}/trusted_token_profiles/{profile_id}/keys`,
    risk: 'write',
  },
  {
    operation: 'trustedTokens.getPEM',
    method: 'GET',
    path: `${E}/trusted_token_profiles/{profile_id}/keys/{pem_file_id}`,
    risk: 'read',
  },
  {
    operation: 'trustedTokens.deletePEM',
    method: 'DELETE',
    path: `${E}/trusted_token_profiles/{profile_id}/keys/{pem_file_id}`,
    risk: 'destructive',
  },
])

/** The map from the ids of the API before version 3 to its slugs. Not part of version 3. */
export const LEGACY_OPERATIONS = rows([
  { operation: 'legacyProjects.getAll', method: 'GET', path: '/web/v1/projects', risk: 'read' },
  {
    operation: 'legacyProjects.get',
    method: 'GET',
    path: '/web/v1/projects/{project_id}',
    risk: 'read',
  },
])

/** A row of either table. */
export type ManagementRow = (typeof OPERATIONS)[number] | (typeof LEGACY_OPERATIONS)[number]

/** The name of an operation, for example `secrets.create`. */
export type OperationName = ManagementRow['operation']

/** The row of an operation. */
export type RowOf<Name extends OperationName> = Extract<ManagementRow, { operation: Name }>

/**
 * @param name an operation of either table
 * @returns its row
 */
export function operationNamed<Name extends OperationName>(name: Name): RowOf<Name> {
  const row = BY_NAME.get(name)
  if (row === undefined) throw new TypeError('There is no such operation.')
  return row as RowOf<Name>
}

const BY_NAME: ReadonlyMap<string, ManagementRow> = new Map(
  [...OPERATIONS, ...LEGACY_OPERATIONS].map((row) => [row.operation, row]),
)
