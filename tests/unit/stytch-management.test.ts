import { describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import type { Attempt } from '../../src/stytch/http.ts'
import {
  createManagement,
  type Management,
  ManagementError,
  type ManagementOptions,
} from '../../src/stytch/management.ts'
import {
  LEGACY_OPERATIONS,
  OPERATIONS,
  type OperationName,
  operationNamed,
} from '../../src/stytch/operations.ts'
import { Sealed } from '../../src/stytch/sealed.ts'
import {
  type Answering,
  LEAK,
  REQUEST_ID,
  recordingFetch,
  stytchAnswer,
} from '../support/recording-fetch.ts'

const KEY_ID = 'workspace-key-test-1'
const KEY_SECRET = 'workspace-secret-of-the-test'
const UUID = '3f0c8a52-6a1d-4d5e-9a57-3f3c1b0a9d11'
const WHERE = { project: 'proj', environment: 'env' }
const SECRET_ID = `secret-test-${UUID}`
const TOKEN = `public-token-test-${UUID}`
const PROFILE_ID = `trusted-token-profile-test-${UUID}`
const PEM_ID = `pem-file-test-${UUID}`
const PROJECT_ID = `project-test-${UUID}`
const APP_URL = 'https://app.example.com/callback?x=1&y=2'
const VALUE = 'secret-test-7mVr0FvZxXkWn2jUo3K1u5bqTgq8pQyL4aE='
const P = '/pwa/v3/projects/proj'
const E = `${P}/environments/env`

function client(answer: Answering, more: Partial<ManagementOptions> = {}) {
  const { fetch, sent } = recordingFetch(answer)
  const management = createManagement({
    baseUrl: 'https://management.stytch.com',
    keyId: KEY_ID,
    keySecret: KEY_SECRET,
    fetch,
    pause: async () => {},
    ...more,
  })
  return { management, sent }
}

const project = { project_slug: 'proj', name: 'Proj', vertical: 'B2B', created_at: '2026-11-22' }
const environment = {
  environment_slug: 'env',
  project_slug: 'proj',
  name: 'Env',
  type: 'TEST',
  project_id: PROJECT_ID,
  oauth_callback_id: `oauth-callback-test-${UUID}`,
  cross_org_passwords_enabled: false,
  user_impersonation_enabled: true,
  zero_downtime_session_migration_url: '',
  use_custom_domain_in_magic_link_emails: false,
  user_lock_self_serve_enabled: false,
  user_lock_threshold: 10,
  user_lock_ttl: 3600,
  idp_authorization_url: 'https://app.example.com/oauth/authorize',
  idp_dynamic_client_registration_enabled: true,
  idp_dynamic_client_registration_access_token_template_content: '{}',
  created_at: '2026-11-22T12:00:00Z',
}
const metrics = { user_count: 2, organization_count: 0, member_count: 0, m2m_client_count: 1 }
const masked = { secret_id: SECRET_ID, last_four: '4aE=', created_at: 'now', used_at: 'now' }
const publicToken = { public_token: TOKEN, created_at: '2026-11-22T12:00:00Z' }
const redirectURL = { url: APP_URL, valid_types: [{ type: 'LOGIN', is_default: true }] }
const emailTemplate = {
  template_id: 'welcome',
  name: 'Welcome',
  sender_information: {
    from_local_part: 'hello',
    from_domain: 'example.com',
    from_name: 'Hello',
    reply_to_local_part: 'support',
    reply_to_name: 'Support',
  },
  prebuilt_customization: {
    button_border_radius: 3.5,
    button_color: '#000000',
    button_text_color: '#ffffff',
    font_family: 'ARIAL',
    text_alignment: 'LEFT',
  },
  custom_html_customization: {
    template_type: 'LOGIN',
    html_content: '<p>{{magic_link_url}}</p>',
    plaintext_content: '{{magic_link_url}}',
    subject: 'Hello',
  },
}
const { template_id: _, ...templateContent } = emailTemplate
const password = {
  check_breach_on_creation: true,
  check_breach_on_authentication: false,
  validate_on_authentication: true,
  validation_policy: 'LUDS',
  luds_min_password_length: 8,
  luds_min_password_complexity: 3,
}
const jwtTemplate = { template_content: '{}', custom_audience: '', jwt_template_type: 'M2M' }
const permissions = [{ resource_id: 'documents', actions: ['read', '*'] }]
const resource = { resource_id: 'documents', description: 'D', available_actions: ['read'] }
const policy = {
  stytch_resources: [{ ...resource, resource_id: 'stytch.member' }],
  stytch_member: { permissions },
  stytch_admin: { permissions },
  stytch_user: { permissions },
  custom_roles: [{ role_id: 'editor', description: 'E', permissions }],
  custom_resources: [resource],
  custom_scopes: [{ scope: 'read:documents', description: 'R', permissions }],
}
const { stytch_resources: __, ...newPolicy } = policy
const pkce = { enabled: true, pkce_required: false }
const autofill = [{ metadata_type: 'domain', metadata_value: 'example.com', bundle_id: 'com.x' }]
const common = {
  sessions: { max_session_duration_minutes: 60 },
  oauth: pkce,
  totps: { enabled: true, create_totps: true },
  dfppa: { enabled: 'PASSIVE', on_challenge: 'TRIGGER_CAPTCHA' },
  passwords: { enabled: true, pkce_required_for_password_resets: true },
  cookies: { http_only: 'ENFORCED' },
  user_impersonation: { enabled: false },
}
const consumerConfig = {
  basic: { enabled: true, domains: ['https://example.com'], bundle_ids: ['com.x'] },
  ...common,
  magic_links: { login_or_create_enabled: true, send_enabled: true, pkce_required: false },
  otps: {
    sms_login_or_create_enabled: true,
    whatsapp_login_or_create_enabled: true,
    email_login_or_create_enabled: true,
    sms_send_enabled: true,
    whatsapp_send_enabled: true,
    email_send_enabled: true,
    sms_autofill_metadata: autofill,
  },
  webauthn: { enabled: true, create_webauthns: true },
  crypto_wallets: { enabled: true, siwe_required: true },
  biometrics: { enabled: true, create_biometrics_enabled: true },
}
const b2bConfig = {
  basic: {
    enabled: true,
    allow_self_onboarding: true,
    enable_member_permissions: true,
    domains: [{ domain: 'https://example.com', slug_pattern: 'https://{{slug}}.example.com' }],
    bundle_ids: [],
  },
  ...common,
  magic_links: pkce,
  sso: pkce,
  otps: { sms_enabled: true, email_enabled: true, sms_autofill_metadata: [] },
}
const streaming = {
  destination_type: 'DATADOG',
  destination_config: { datadog: { api_key_last_four: '1234', site: 'US' } },
  streaming_status: 'DISABLED',
}
const destination_config = { datadog: { api_key: 'ab'.repeat(16), site: 'US' } }
const pemFile = { pem_file_id: PEM_ID, public_key: '-----BEGIN PUBLIC KEY-----' }
const profile = {
  profile_id: PROFILE_ID,
  name: 'Partner',
  audience: 'us',
  issuer: 'https://partner.example.com',
  public_key_type: 'PEM',
  jwks_url: 'https://partner.example.com/jwks',
  pem_files: [pemFile],
  attribute_mapping: { email: 'mail' },
  can_jit_provision: false,
}
const newProfile = {
  name: 'Partner',
  audience: 'us',
  issuer: 'https://partner.example.com',
  public_key_type: 'PEM',
  pem_files: ['-----BEGIN PUBLIC KEY-----'],
  can_jit_provision: false,
} as const
const legacy = {
  project_slug: 'proj',
  name: 'Proj',
  vertical: 'CONSUMER',
  live_project_id: `project-live-${UUID}`,
  test_project_id: PROJECT_ID,
  live_project_slug: 'production',
  test_project_slug: 'test',
  created_at: '2026-11-22T12:00:00Z',
}

/** One operation: how it is asked, what must leave, what comes back, what the caller then has. */
interface Step {
  readonly ask: (management: Management) => Promise<unknown>
  /** Method and path; the query is decoded. */
  readonly request: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly answer?: object
  readonly result?: unknown
}

const whole = (document: unknown) => ({ document, complete: true })

const WALK: Record<OperationName, Step> = {
  'projects.create': {
    ask: (m) => m.projects.create({ name: 'Proj', vertical: 'B2B', project_slug: 'proj' }),
    request: 'POST /pwa/v3/projects',
    body: { name: 'Proj', vertical: 'B2B', project_slug: 'proj' },
    answer: { project },
    result: project,
  },
  'projects.getAll': {
    ask: (m) => m.projects.getAll(),
    request: 'GET /pwa/v3/projects',
    answer: { projects: [project] },
    result: [project],
  },
  'projects.get': {
    ask: (m) => m.projects.get('proj'),
    request: `GET ${P}`,
    answer: { project },
    result: project,
  },
  'projects.update': {
    ask: (m) => m.projects.update('proj', { name: 'Proj' }),
    request: `PATCH ${P}`,
    body: { name: 'Proj' },
    answer: { project },
    result: project,
  },
  'projects.delete': { ask: (m) => m.projects.delete('proj'), request: `DELETE ${P}` },
  'environments.create': {
    ask: (m) =>
      m.environments.create('proj', { name: 'Env', type: 'TEST', environment_slug: 'env' }),
    request: `POST ${P}/environments`,
    body: { name: 'Env', type: 'TEST', environment_slug: 'env' },
    answer: { environment },
    result: environment,
  },
  'environments.getAll': {
    ask: (m) => m.environments.getAll('proj'),
    request: `GET ${P}/environments`,
    answer: { environments: [environment] },
    result: [environment],
  },
  'environments.get': {
    ask: (m) => m.environments.get(WHERE),
    request: `GET ${E}`,
    answer: { environment },
    result: environment,
  },
  'environments.update': {
    ask: (m) => m.environments.update(WHERE, { user_lock_ttl: 60 }),
    request: `PATCH ${E}`,
    body: { user_lock_ttl: 60 },
    answer: { environment },
    result: environment,
  },
  'environments.delete': { ask: (m) => m.environments.delete(WHERE), request: `DELETE ${E}` },
  'metrics.get': {
    ask: (m) => m.metrics.get(WHERE),
    request: `GET ${E}/metrics`,
    answer: { metrics },
    result: metrics,
  },
  'secrets.create': {
    ask: (m) => m.secrets.create(WHERE),
    request: `POST ${E}/secrets`,
    body: {},
    answer: { secret: { secret_id: SECRET_ID, secret: VALUE, created_at: 'now' } },
    result: { secret_id: SECRET_ID, secret: expect.any(Sealed), created_at: 'now' },
  },
  'secrets.getAll': {
    ask: (m) => m.secrets.getAll(WHERE),
    request: `GET ${E}/secrets`,
    answer: { secrets: [masked] },
    result: [masked],
  },
  'secrets.get': {
    ask: (m) => m.secrets.get(WHERE, SECRET_ID),
    request: `GET ${E}/secrets/${SECRET_ID}`,
    answer: { secret: masked },
    result: masked,
  },
  'secrets.delete': {
    ask: (m) => m.secrets.delete(WHERE, SECRET_ID),
    request: `DELETE ${E}/secrets/${SECRET_ID}`,
  },
  'publicTokens.create': {
    ask: (m) => m.publicTokens.create(WHERE),
    request: `POST ${E}/public_tokens`,
    body: {},
    answer: { public_token: publicToken },
    result: publicToken,
  },
  'publicTokens.getAll': {
    ask: (m) => m.publicTokens.getAll(WHERE),
    request: `GET ${E}/public_tokens`,
    answer: { public_tokens: [publicToken] },
    result: [publicToken],
  },
  'publicTokens.get': {
    ask: (m) => m.publicTokens.get(WHERE, TOKEN),
    request: `GET ${E}/public_tokens/${TOKEN}`,
    answer: { public_token: publicToken },
    result: publicToken,
  },
  'publicTokens.delete': {
    ask: (m) => m.publicTokens.delete(WHERE, TOKEN),
    request: `DELETE ${E}/public_tokens/${TOKEN}`,
  },
  'redirectURLs.create': {
    ask: (m) =>
      m.redirectURLs.create(WHERE, { url: APP_URL, valid_types: redirectURL.valid_types }),
    request: `POST ${E}/redirect_urls`,
    body: redirectURL,
    answer: { redirect_url: redirectURL },
    result: redirectURL,
  },
  'redirectURLs.getAll': {
    ask: (m) => m.redirectURLs.getAll(WHERE),
    request: `GET ${E}/redirect_urls/all`,
    answer: { redirect_urls: [redirectURL] },
    result: [redirectURL],
  },
  'redirectURLs.get': {
    ask: (m) => m.redirectURLs.get(WHERE, APP_URL),
    request: `GET ${E}/redirect_urls`,
    query: { url: APP_URL },
    answer: { redirect_url: redirectURL },
    result: redirectURL,
  },
  'redirectURLs.update': {
    ask: (m) =>
      m.redirectURLs.update(WHERE, APP_URL, {
        valid_types: redirectURL.valid_types,
        do_not_promote_defaults: true,
      }),
    request: `PUT ${E}/redirect_urls`,
    query: { url: APP_URL },
    body: { valid_types: redirectURL.valid_types, do_not_promote_defaults: true },
    answer: { redirect_url: redirectURL },
    result: redirectURL,
  },
  'redirectURLs.delete': {
    ask: (m) => m.redirectURLs.delete(WHERE, APP_URL, { do_not_promote_defaults: true }),
    request: `DELETE ${E}/redirect_urls`,
    query: { url: APP_URL, do_not_promote_defaults: 'true' },
  },
  'emailTemplates.create': {
    ask: (m) => m.emailTemplates.create('proj', emailTemplate),
    request: `POST ${P}/email_templates`,
    body: emailTemplate,
    answer: { email_template: emailTemplate },
    result: emailTemplate,
  },
  'emailTemplates.getAll': {
    ask: (m) => m.emailTemplates.getAll('proj'),
    request: `GET ${P}/email_templates`,
    answer: { email_templates: [emailTemplate] },
    result: [emailTemplate],
  },
  'emailTemplates.get': {
    ask: (m) => m.emailTemplates.get('proj', 'welcome'),
    request: `GET ${P}/email_templates/welcome`,
    answer: { email_template: emailTemplate },
    result: emailTemplate,
  },
  'emailTemplates.update': {
    ask: (m) => m.emailTemplates.update('proj', 'welcome', templateContent),
    request: `PUT ${P}/email_templates/welcome`,
    body: templateContent,
    answer: { email_template: emailTemplate },
    result: emailTemplate,
  },
  'emailTemplates.delete': {
    ask: (m) => m.emailTemplates.delete('proj', 'welcome'),
    request: `DELETE ${P}/email_templates/welcome`,
  },
  'defaultEmailTemplates.set': {
    ask: (m) => m.defaultEmailTemplates.set('proj', 'LOGIN', 'welcome'),
    request: `POST ${P}/default_email_templates/LOGIN`,
    body: { template_id: 'welcome' },
  },
  'defaultEmailTemplates.get': {
    ask: (m) => m.defaultEmailTemplates.get('proj', 'UNLOCK'),
    request: `GET ${P}/default_email_templates/UNLOCK`,
    answer: { template_id: 'welcome' },
    result: 'welcome',
  },
  'defaultEmailTemplates.unset': {
    ask: (m) => m.defaultEmailTemplates.unset('proj', 'ONE_TIME_PASSCODE'),
    request: `DELETE ${P}/default_email_templates/ONE_TIME_PASSCODE`,
  },
  'passwordStrength.get': {
    ask: (m) => m.passwordStrength.get(WHERE),
    request: `GET ${E}/password_strength_config`,
    answer: { password_strength_config: password },
    result: password,
  },
  'passwordStrength.set': {
    ask: (m) => m.passwordStrength.set(WHERE, password),
    request: `PUT ${E}/password_strength_config`,
    body: password,
    answer: { password_strength_config: password },
    result: password,
  },
  'jwtTemplates.get': {
    ask: (m) => m.jwtTemplates.get(WHERE, 'M2M'),
    request: `GET ${E}/jwt_templates/M2M`,
    answer: { jwt_template: jwtTemplate },
    result: jwtTemplate,
  },
  'jwtTemplates.set': {
    ask: (m) => m.jwtTemplates.set(WHERE, 'M2M', { template_content: '{}', custom_audience: 'us' }),
    request: `PUT ${E}/jwt_templates/M2M`,
    body: { template_content: '{}', custom_audience: 'us' },
    answer: { jwt_template: jwtTemplate },
    result: jwtTemplate,
  },
  'rbacPolicy.get': {
    ask: (m) => m.rbacPolicy.get(WHERE),
    request: `GET ${E}/rbac_policy`,
    answer: { policy },
    result: whole(policy),
  },
  'rbacPolicy.set': {
    ask: (m) => m.rbacPolicy.set(WHERE, newPolicy),
    request: `PUT ${E}/rbac_policy`,
    body: newPolicy,
    answer: { policy },
    result: whole(policy),
  },
  'sdkConfig.getConsumer': {
    ask: (m) => m.sdkConfig.getConsumer(WHERE),
    request: `GET ${E}/sdk/consumer`,
    answer: { config: consumerConfig },
    result: whole(consumerConfig),
  },
  'sdkConfig.setConsumer': {
    ask: (m) => m.sdkConfig.setConsumer(WHERE, consumerConfig),
    request: `PUT ${E}/sdk/consumer`,
    body: { config: consumerConfig },
    answer: { config: consumerConfig },
    result: whole(consumerConfig),
  },
  'sdkConfig.getB2B': {
    ask: (m) => m.sdkConfig.getB2B(WHERE),
    request: `GET ${E}/sdk/b2b`,
    answer: { config: b2bConfig },
    result: whole(b2bConfig),
  },
  'sdkConfig.setB2B': {
    ask: (m) => m.sdkConfig.setB2B(WHERE, b2bConfig),
    request: `PUT ${E}/sdk/b2b`,
    body: { config: b2bConfig },
    answer: { config: b2bConfig },
    result: whole(b2bConfig),
  },
  'countryCodes.getSMS': {
    ask: (m) => m.countryCodes.getSMS(WHERE),
    request: `GET ${E}/allowed_country_codes/sms`,
    answer: { country_codes: ['CA', 'US'] },
    result: ['CA', 'US'],
  },
  'countryCodes.setSMS': {
    ask: (m) => m.countryCodes.setSMS(WHERE, ['CH']),
    request: `POST ${E}/allowed_country_codes/sms`,
    body: { country_codes: ['CH'] },
    answer: { country_codes: ['CH'] },
    result: ['CH'],
  },
  'countryCodes.getWhatsApp': {
    ask: (m) => m.countryCodes.getWhatsApp(WHERE),
    request: `GET ${E}/allowed_country_codes/whatsapp`,
    answer: { country_codes: null },
    result: [],
  },
  'countryCodes.setWhatsApp': {
    ask: (m) => m.countryCodes.setWhatsApp(WHERE, ['CH', 'DE']),
    request: `POST ${E}/allowed_country_codes/whatsapp`,
    body: { country_codes: ['CH', 'DE'] },
    answer: { country_codes: ['CH', 'DE'] },
    result: ['CH', 'DE'],
  },
  'eventLogStreaming.create': {
    ask: (m) =>
      m.eventLogStreaming.create(WHERE, { destination_type: 'DATADOG', destination_config }),
    request: `POST ${E}/event_log_streaming`,
    body: { destination_type: 'DATADOG', destination_config },
    answer: { event_log_streaming_config: streaming },
    result: streaming,
  },
  'eventLogStreaming.get': {
    ask: (m) => m.eventLogStreaming.get(WHERE, 'DATADOG'),
    request: `GET ${E}/event_log_streaming/DATADOG`,
    answer: { event_log_streaming_config: streaming },
    result: streaming,
  },
  'eventLogStreaming.update': {
    ask: (m) => m.eventLogStreaming.update(WHERE, 'DATADOG', { destination_config }),
    request: `PUT ${E}/event_log_streaming/DATADOG`,
    body: { destination_config },
    answer: { event_log_streaming_config: streaming },
    result: streaming,
  },
  'eventLogStreaming.delete': {
    ask: (m) => m.eventLogStreaming.delete(WHERE, 'GRAFANA_LOKI'),
    request: `DELETE ${E}/event_log_streaming/GRAFANA_LOKI`,
  },
  'eventLogStreaming.enable': {
    ask: (m) => m.eventLogStreaming.enable(WHERE, 'DATADOG'),
    request: `POST ${E}/event_log_streaming/DATADOG/enable`,
    body: {},
  },
  'eventLogStreaming.disable': {
    ask: (m) => m.eventLogStreaming.disable(WHERE, 'DATADOG'),
    request: `POST ${E}/event_log_streaming/DATADOG/disable`,
    body: {},
  },
  'trustedTokens.create': {
    ask: (m) => m.trustedTokens.create(WHERE, newProfile),
    request: `POST ${E}/trusted_token_profiles`,
    body: newProfile,
    answer: { profile },
    result: profile,
  },
  'trustedTokens.getAll': {
    ask: (m) => m.trustedTokens.getAll(WHERE),
    request: `GET ${E}/trusted_token_profiles`,
    answer: { profiles: [profile] },
    result: [profile],
  },
  'trustedTokens.get': {
    ask: (m) => m.trustedTokens.get(WHERE, PROFILE_ID),
    request: `GET ${E}/trusted_token_profiles/${PROFILE_ID}`,
    answer: { profile },
    result: profile,
  },
  'trustedTokens.update': {
    ask: (m) => m.trustedTokens.update(WHERE, PROFILE_ID, { name: 'Partner' }),
    request: `PATCH ${E}/trusted_token_profiles/${PROFILE_ID}`,
    body: { name: 'Partner' },
    answer: { profile },
    result: profile,
  },
  'trustedTokens.delete': {
    ask: (m) => m.trustedTokens.delete(WHERE, PROFILE_ID),
    request: `DELETE ${E}/trusted_token_profiles/${PROFILE_ID}`,
  },
  'trustedTokens.createPEM': {
    ask: (m) => m.trustedTokens.createPEM(WHERE, PROFILE_ID, pemFile.public_key),
    request: `POST ${E}/trusted_token_profiles/${PROFILE_ID}/keys`,
    body: { public_key: pemFile.public_key },
    answer: { pem_file: pemFile },
    result: pemFile,
  },
  'trustedTokens.getPEM': {
    ask: (m) => m.trustedTokens.getPEM(WHERE, PROFILE_ID, PEM_ID),
    request: `GET ${E}/trusted_token_profiles/${PROFILE_ID}/keys/${PEM_ID}`,
    answer: { pem_file: pemFile },
    result: pemFile,
  },
  'trustedTokens.deletePEM': {
    ask: (m) => m.trustedTokens.deletePEM(WHERE, PROFILE_ID, PEM_ID),
    request: `DELETE ${E}/trusted_token_profiles/${PROFILE_ID}/keys/${PEM_ID}`,
  },
  'legacyProjects.getAll': {
    ask: (m) => m.legacyProjects.getAll(),
    request: 'GET /web/v1/projects',
    answer: { projects: [legacy] },
    result: [legacy],
  },
  'legacyProjects.get': {
    ask: (m) => m.legacyProjects.get(PROJECT_ID),
    request: `GET /web/v1/projects/${PROJECT_ID}`,
    answer: { project: legacy },
    result: legacy,
  },
}

const STEPS = Object.entries(WALK) as [OperationName, Step][]

describe('the table of operations', () => {
  test('has the 60 of version 3, and the two of the map', () => {
    expect(OPERATIONS).toHaveLength(60)
    expect(OPERATIONS.filter(({ path }) => path.startsWith('/pwa/v3/projects'))).toHaveLength(60)
    expect(LEGACY_OPERATIONS).toHaveLength(2)
    const all = [...OPERATIONS, ...LEGACY_OPERATIONS]
    expect(new Set(all.map(({ operation }) => operation)).size).toBe(62)
    expect(new Set(all.map(({ method, path }) => `${method} ${path}`)).size).toBe(62)
  })

  test('calls a read what only reads, and destructive what deletes or replaces a whole', () => {
    const replaced = ['rbacPolicy.set', 'sdkConfig.setConsumer', 'sdkConfig.setB2B']
    const wrong = OPERATIONS.filter(({ operation, method, risk }) => {
      const destroys = method === 'DELETE' || replaced.includes(operation)
      return risk !== (method === 'GET' ? 'read' : destroys ? 'destructive' : 'write')
    })
    expect(wrong).toEqual([])
  })

  test('cannot be changed', () => {
    expect(Object.isFrozen(OPERATIONS)).toBe(true)
    expect([...OPERATIONS, ...LEGACY_OPERATIONS].filter((row) => !Object.isFrozen(row))).toEqual([])
  })

  test('names every method of the client, and no other', () => {
    const { management } = client(() => stytchAnswer())
    const methods = Object.entries(management).flatMap(([resource, operations]) =>
      Object.keys(operations).map((method) => `${resource}.${method}`),
    )
    const rows = [...OPERATIONS, ...LEGACY_OPERATIONS].map(({ operation }) => operation)
    expect(methods.sort()).toEqual([...rows].sort())
    expect(STEPS.map(([name]) => name).sort()).toEqual([...rows].sort())
  })
})

describe('the operation', () => {
  test.each(STEPS)('%s makes its one request, and answers with the object', async (name, step) => {
    const attempts: Attempt[] = []
    const { management, sent } = client(() => stytchAnswer(step.answer), {
      onAnswer: (attempt) => attempts.push(attempt),
    })
    expect(await step.ask(management)).toEqual(step.result)

    expect(sent).toHaveLength(1)
    const [{ method, url, body } = {}] = sent
    expect(`${method} ${url?.pathname}`).toBe(step.request)
    expect(url?.origin).toBe('https://management.stytch.com')
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual(step.query ?? {})
    expect(body).toEqual(step.body)

    const row = operationNamed(name)
    expect(method).toBe(row.method)
    expect(url?.pathname).toMatch(new RegExp(`^${row.path.replace(/\{\w+\}/g, '[\\w-]+')}$`))
    expect(attempts).toEqual([
      {
        operation: name,
        method: row.method,
        status: 200,
        requestId: REQUEST_ID,
        ms: expect.any(Number),
      },
    ])
  })

  test.each(STEPS)('D4.03 %s leaves behind what it does not know', async (_, step) => {
    const { management } = client(() => stytchAnswer(planted(step.answer ?? {}) as object))
    const result = await step.ask(management)
    expect(inspect(result, { depth: 9 })).not.toContain(LEAK)
    const expected = isWhole(step.result) ? { ...step.result, complete: false } : step.result
    expect(result).toEqual(expected)
  })

  test.each(STEPS)('%s takes null for absent where something may be', async (_, step) => {
    const { management } = client(() => stytchAnswer(withNulls(step.answer ?? {}) as object))
    const result = await step.ask(management)
    expect(inspect(result, { depth: 9 })).not.toContain('null')
  })

  test.each(STEPS)('%s hands its signal on', async (name, step) => {
    const { management, sent } = client(() => stytchAnswer(step.answer))
    const [resource = '', method = ''] = name.split('.')
    type Methods = Record<string, Record<string, (...given: unknown[]) => Promise<unknown>>>
    let given: unknown[] = []
    const listening: Methods = { [resource]: { [method]: async (...all) => (given = all) } }
    await step.ask(listening as unknown as Management)
    // The one whose options hold more than a signal.
    const own = name === 'redirectURLs.delete' ? (given.pop() as object) : {}

    const options = { ...own, signal: AbortSignal.abort('done with it') }
    const asking = (management as unknown as Methods)[resource]?.[method]?.(...given, options)
    await expect(asking as Promise<unknown>).rejects.toBe('done with it')
    expect(sent).toEqual([])
  })
})

/** A field nobody knows, in every object but the free-form one. */
function planted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(planted)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, inner]) => [
    name,
    name === 'attribute_mapping' ? inner : planted(inner),
  ])
  return { ...Object.fromEntries(fields), secret_value2: LEAK, nested_value2: { value: LEAK } }
}

function isWhole(value: unknown): value is { readonly complete: boolean } {
  return typeof value === 'object' && value !== null && 'complete' in value
}

/** Names whose values Stytch always sends. */
const ALWAYS =
  /^(?:name|audience|issuer|url|type|domain|scope|role_id|resource_id|public_key|last_four|template_content|destination_type|secret|check_.*|validate_.*|(?:project|environment)_slug|(?:secret|template|profile|pem_file)_id|public_token|(?:live|test)_project_id)$/

function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (name === 'attribute_mapping') return [name, null]
      if (typeof inner === 'object' && inner !== null) return [name, withNulls(inner)]
      return [name, ALWAYS.test(name) ? inner : null]
    }),
  )
}

describe('E-G26 an answer about another object', () => {
  const OTHER_UUID = '00000000-0000-4000-8000-000000000000'
  const OTHER: Partial<Record<OperationName, object>> = {
    'projects.create': { project: { ...project, project_slug: 'other' } },
    'projects.get': { project: { ...project, project_slug: 'other' } },
    'projects.update': { project: { ...project, project_slug: 'other' } },
    'environments.create': { environment: { ...environment, project_slug: 'other' } },
    'environments.getAll': { environments: [environment, { ...environment, project_slug: 'x' }] },
    'environments.get': { environment: { ...environment, environment_slug: 'other' } },
    'environments.update': { environment: { ...environment, project_slug: 'other' } },
    'secrets.get': { secret: { ...masked, secret_id: `secret-test-${OTHER_UUID}` } },
    'publicTokens.get': { public_token: { public_token: `public-token-test-${OTHER_UUID}` } },
    'redirectURLs.create': { redirect_url: { ...redirectURL, url: 'https://evil.test' } },
    'redirectURLs.get': { redirect_url: { ...redirectURL, url: `${APP_URL}#` } },
    'redirectURLs.update': { redirect_url: { ...redirectURL, url: 'https://evil.test' } },
    'emailTemplates.create': { email_template: { ...emailTemplate, template_id: 'other' } },
    'emailTemplates.get': { email_template: { ...emailTemplate, template_id: 'Welcome' } },
    'emailTemplates.update': { email_template: { ...emailTemplate, template_id: 'other' } },
    'jwtTemplates.get': { jwt_template: { ...jwtTemplate, jwt_template_type: 'SESSION' } },
    'jwtTemplates.set': { jwt_template: { ...jwtTemplate, jwt_template_type: 'SESSION' } },
    'eventLogStreaming.create': {
      event_log_streaming_config: { ...streaming, destination_type: 'GRAFANA_LOKI' },
    },
    'eventLogStreaming.get': {
      event_log_streaming_config: { ...streaming, destination_type: 'GRAFANA_LOKI' },
    },
    'eventLogStreaming.update': {
      event_log_streaming_config: { ...streaming, destination_type: 'GRAFANA_LOKI' },
    },
    'trustedTokens.get': { profile: { ...profile, profile_id: OTHER_UUID } },
    'trustedTokens.update': { profile: { ...profile, profile_id: OTHER_UUID } },
    'trustedTokens.getPEM': { pem_file: { ...pemFile, pem_file_id: OTHER_UUID } },
    'legacyProjects.get': { project: { ...legacy, test_project_id: `project-test-${OTHER_UUID}` } },
  }

  test.each(Object.entries(OTHER))('is no answer to %s', async (name, answer) => {
    const { management } = client(() => stytchAnswer(answer))
    const error = await WALK[name as OperationName].ask(management).catch((reason) => reason)
    expect(error).toBeInstanceOf(ManagementError)
    const mayHaveHappened = operationNamed(name as OperationName).method !== 'GET'
    const common = { operation: name, requestId: REQUEST_ID, mayHaveHappened }
    expect(error).toMatchObject({ kind: 'unexpected', ...common })
  })

  test('may write the same URL in another way', async () => {
    const { management } = client(() =>
      stytchAnswer({ redirect_url: { ...redirectURL, url: 'https://app.example.com/' } }),
    )
    const found = await management.redirectURLs.get(WHERE, 'https://APP.example.com')
    expect(found.url).toBe('https://app.example.com/')
  })

  test('without the list is no empty list', async () => {
    const { management } = client(() => stytchAnswer())
    const error = await management.publicTokens.getAll(WHERE).catch((reason) => reason)
    expect(error).toMatchObject({ kind: 'unexpected' })
  })
})

describe('a secret', () => {
  test('D4.03 is sealed when it is created', async () => {
    const { management } = client(() =>
      stytchAnswer({ secret: { secret_id: SECRET_ID, secret: VALUE } }),
    )
    const created = await management.secrets.create(WHERE)
    expect(created.secret.reveal()).toBe(VALUE)
    const shown = [
      JSON.stringify(created),
      `${created.secret}`,
      String(created.secret),
      inspect(created, { depth: 9, showHidden: true }),
      Bun.inspect(created),
      JSON.stringify(Object.entries(created.secret)),
      JSON.stringify(structuredClone({ ...created, secret: { ...created.secret } })),
    ].join()
    expect(shown).toContain('[secret]')
    expect(shown).not.toContain(VALUE)
  })

  test('D4.03 is not what stands where its last four belong', async () => {
    const { management } = client(() =>
      stytchAnswer({ secrets: [{ ...masked, last_four: VALUE }] }),
    )
    const error = await management.secrets.getAll(WHERE).catch((reason) => reason)
    expect(error).toMatchObject({ kind: 'unexpected' })
    expect(inspect(error, { depth: 9 })).not.toContain(VALUE)
  })

  test('D4.03 that Stytch repeats when streaming is set up is left behind', async () => {
    const loki = { hostname: 'h', username: 'u', password: LEAK }
    const answers = [
      { ...streaming, destination_config },
      {
        ...streaming,
        destination_type: 'GRAFANA_LOKI',
        destination_config: { grafana_loki: loki },
      },
    ]
    const { management } = client(() =>
      stytchAnswer({ event_log_streaming_config: answers.shift() }),
    )
    const datadog = await management.eventLogStreaming.create(WHERE, {
      destination_type: 'DATADOG',
      destination_config,
    })
    expect(datadog.destination_config).toEqual({ datadog: { site: 'US' } })
    const grafana = await management.eventLogStreaming.update(WHERE, 'GRAFANA_LOKI', {
      destination_config: { grafana_loki: loki },
    })
    expect(grafana.destination_config).toEqual({ grafana_loki: { hostname: 'h', username: 'u' } })
  })
})

describe('D2.04 the workspace key', () => {
  test('cannot be read from the client', () => {
    const { management } = client(() => stytchAnswer())
    const seen = new Set<unknown>()
    const texts: string[] = []
    const look = (value: unknown): void => {
      if (seen.has(value)) return
      seen.add(value)
      texts.push(String(value))
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
      for (const key of Reflect.ownKeys(value)) {
        const { value: inner } = Object.getOwnPropertyDescriptor(value, key) ?? {}
        look(inner)
      }
    }
    look(management)
    expect(texts.length).toBeGreaterThan(62)
    const shown = texts.join() + inspect(management, { depth: 9, showHidden: true })
    for (const part of [KEY_SECRET, KEY_ID, btoa(`${KEY_ID}:${KEY_SECRET}`)]) {
      expect(shown).not.toContain(part)
    }
    expect(Object.isFrozen(management)).toBe(true)
    expect(Object.values(management).filter((group) => !Object.isFrozen(group))).toEqual([])
  })

  test('goes to the configured origin and nowhere else, over the whole walk', async () => {
    for (const [, step] of STEPS) {
      const { management, sent } = client(() => stytchAnswer(step.answer))
      await step.ask(management)
      expect(sent.map(({ url }) => url.origin)).toEqual(['https://management.stytch.com'])
      const elsewhere = sent.map(({ url, body }) => url.href + JSON.stringify(body)).join()
      expect(elsewhere).not.toContain(KEY_SECRET)
    }
  })
})
