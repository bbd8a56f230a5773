/**
 * Every operation of Stytch's management API as somebody meets it here: through which tool, with which of
 * the API's fields, about what, and what must be so at Stytch afterwards.
 */
import { expect } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import type { OPERATIONS } from '../../src/stytch/operations.ts'
import { ifThere } from '../../src/tools/management/if-there.ts'
import type { Loose } from '../support/managing.ts'
import type { Args } from './clients.ts'
import type { There } from './stage.ts'

/** One operation. */
export interface Walk {
  readonly operation: (typeof OPERATIONS)[number]['operation']
  readonly tool: string
  /** The API's fields as arguments, in paths; without those that name the place. */
  readonly fields: readonly string[]
  /** Makes what the call is about. */
  arrange?(there: There): Promise<Loose>
  args(made: Loose): Args
  /** What a person must type. */
  readonly phrase?: string
  /** What a person types on the page the tool answers with; the operation comes after it. */
  readonly typed?: Readonly<Record<string, string>>
  /** What Stytch has that the operation is about. */
  look(there: There, made: Loose): Promise<unknown>
  /** Of a read: where the answer says what {@link Walk.look} finds. */
  tells?(data: Loose): unknown
  /** Of a write: what {@link Walk.look} finds afterwards. */
  readonly becomes?: unknown
  /** Arguments that name something that is not there; nothing can be missing from a workspace. */
  readonly absent?: Args
  /** Arguments that no call can have. */
  readonly invalid: Args
}

const { consumer, b2b } = SEED_PROJECTS
/** For most, the project this server does not run on. */
const PROJECT = { project_slug: b2b.slug }
const HERE = { ...PROJECT, environment_slug: b2b.test }
const here = { project: b2b.slug, environment: b2b.test }
const OWN = { project_slug: consumer.slug, environment_slug: consumer.test }
const own = { project: consumer.slug, environment: consumer.test }
const NO_PROJECT = { project_slug: 'nobodys' }
const NOWHERE = { environment_slug: 'nowhere' }
const DOTS = { environment_slug: '..' }
const NIL = '00000000-0000-4000-8000-000000000000'

const PLACE = ['project_id', 'project_slug', 'environment_slug']

const PROJECTS: readonly Walk[] = [
  {
    operation: 'projects.create',
    tool: 'createProject',
    fields: ['project_name', 'vertical', 'project_slug'],
    args: () => ({ project_name: 'Acme', vertical: 'B2B', project_slug: 'acme' }),
    look: ({ projects }) => ifThere(projects.get('acme')),
    becomes: expect.objectContaining({ project_slug: 'acme', name: 'Acme', vertical: 'B2B' }),
    invalid: { vertical: 'BOTH' },
  },
  {
    operation: 'projects.getAll',
    tool: 'listProjects',
    fields: [],
    args: () => ({}),
    look: async ({ projects }) =>
      (await projects.getAll()).map(({ project_slug, name }) => [project_slug, name]),
    tells: ({ projects }) => projects.map((one: Loose) => [one.project_slug, one.name]),
    invalid: { project_slug: 'local-stytch' },
  },
  {
    operation: 'projects.get',
    tool: 'getProject',
    fields: ['project_id', 'project_slug'],
    args: () => PROJECT,
    look: ({ projects }) => projects.get(b2b.slug),
    tells: ({ project }) => project,
    absent: NO_PROJECT,
    invalid: { project_slug: '..' },
  },
  {
    operation: 'projects.update',
    tool: 'updateProject',
    fields: ['project_id', 'project_slug', 'project_name'],
    args: () => ({ ...PROJECT, project_name: 'Renamed' }),
    look: async ({ projects }) => (await projects.get(b2b.slug)).name,
    becomes: 'Renamed',
    absent: NO_PROJECT,
    invalid: { project_name: '' },
  },
  {
    operation: 'projects.delete',
    tool: 'deleteProject',
    fields: ['project_id', 'project_slug'],
    arrange: ({ projects }) =>
      projects.create({ name: 'Acme', vertical: 'CONSUMER', project_slug: 'acme' }),
    args: () => ({ project_slug: 'acme' }),
    phrase: 'acme',
    look: ({ projects }) => ifThere(projects.get('acme')),
    becomes: undefined,
    absent: NO_PROJECT,
    invalid: { project_slug: 'acme/../local-stytch' },
  },
]

const STAGING = { name: 'Staging', type: 'TEST', environment_slug: 'staging' } as const
const staging = { project: b2b.slug, environment: 'staging' }

/** What an environment can be told when it is made, and later. */
const OPTIONS = [
  'cross_org_passwords_enabled',
  'user_impersonation_enabled',
  'zero_downtime_session_migration_url',
  'user_lock_self_serve_enabled',
  'user_lock_threshold',
  'user_lock_ttl',
  'idp_authorization_url',
  'idp_dynamic_client_registration_enabled',
  'idp_dynamic_client_registration_access_token_template_content',
]

const ENVIRONMENTS: readonly Walk[] = [
  {
    operation: 'environments.create',
    tool: 'createEnvironment',
    fields: [...PLACE, 'name', 'type', ...OPTIONS],
    args: () => ({ ...PROJECT, ...STAGING, user_lock_threshold: 7 }),
    look: ({ environments }) => ifThere(environments.get(staging)),
    becomes: expect.objectContaining({ ...STAGING, user_lock_threshold: 7 }),
    absent: NO_PROJECT,
    invalid: { type: 'STAGING' },
  },
  {
    operation: 'environments.getAll',
    tool: 'getAllEnvironments',
    fields: ['project_id', 'project_slug'],
    args: () => PROJECT,
    look: async ({ environments }) =>
      (await environments.getAll(b2b.slug)).map((one) => [
        one.environment_slug,
        one.type,
        one.project_id,
      ]),
    tells: ({ environments }) =>
      environments.map((one: Loose) => [one.environment_slug, one.type, one.project_id]),
    absent: NO_PROJECT,
    invalid: { project_slug: ['local-stytch'] },
  },
  {
    operation: 'environments.get',
    tool: 'getEnvironment',
    fields: PLACE,
    args: () => HERE,
    look: ({ environments }) => environments.get(here),
    tells: ({ environment }) => environment,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'environments.update',
    tool: 'updateEnvironment',
    fields: [...PLACE, 'name', 'use_custom_domain_in_magic_link_emails', ...OPTIONS],
    args: () => ({ ...HERE, user_lock_threshold: 5, user_lock_ttl: 60 }),
    look: ({ environments }) => environments.get(here),
    becomes: expect.objectContaining({ user_lock_threshold: 5, user_lock_ttl: 60 }),
    absent: NOWHERE,
    invalid: { user_lock_threshold: 'five' },
  },
  {
    operation: 'environments.delete',
    tool: 'deleteEnvironment',
    fields: PLACE,
    arrange: ({ environments }) => environments.create(b2b.slug, STAGING),
    args: () => ({ ...PROJECT, environment_slug: 'staging' }),
    phrase: 'staging',
    look: ({ environments }) => ifThere(environments.get(staging)),
    becomes: undefined,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'metrics.get',
    tool: 'getEnvironmentMetrics',
    fields: PLACE,
    args: () => HERE,
    look: ({ metrics }) => metrics.get(here),
    tells: ({ metrics }) => metrics,
    absent: NOWHERE,
    invalid: { environment_slug: 7 },
  },
]

const secretIds = async ({ secrets }: There) =>
  (await secrets.getAll(here)).map(({ secret_id }) => secret_id)
const aSecret = async ({ secrets }: There) => ({
  secret_id: (await secrets.create(here)).secret_id,
})
const NO_SECRET = { secret_id: `secret-test-${NIL}` }

const SECRETS: readonly Walk[] = [
  {
    operation: 'secrets.create',
    tool: 'createSecret',
    fields: PLACE,
    args: () => HERE,
    look: secretIds,
    becomes: [expect.any(String)],
    absent: NOWHERE,
    invalid: { environment_slug: 'Test' },
  },
  {
    operation: 'secrets.getAll',
    tool: 'getAllSecrets',
    fields: PLACE,
    arrange: aSecret,
    args: () => HERE,
    look: ({ secrets }) => secrets.getAll(here),
    tells: ({ secrets }) => secrets,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'secrets.get',
    tool: 'getSecret',
    fields: [...PLACE, 'secret_id'],
    arrange: aSecret,
    args: ({ secret_id }) => ({ ...HERE, secret_id }),
    look: ({ secrets }, { secret_id }) => secrets.get(here, secret_id),
    tells: ({ secret }) => secret,
    absent: NO_SECRET,
    invalid: { secret_id: '..' },
  },
  {
    operation: 'secrets.delete',
    tool: 'deleteSecret',
    fields: [...PLACE, 'secret_id'],
    arrange: aSecret,
    args: ({ secret_id }) => ({ ...HERE, secret_id }),
    phrase: b2b.test,
    look: secretIds,
    becomes: [],
    absent: NO_SECRET,
    invalid: { secret_id: '.' },
  },
]

const aPublicToken = async ({ publicTokens }: There) => ({
  public_token: (await publicTokens.create(here)).public_token,
  others: (await publicTokens.getAll(here)).length - 1,
})
const NO_TOKEN = { public_token: `public-token-test-${NIL}` }

const PUBLIC_TOKENS: readonly Walk[] = [
  {
    operation: 'publicTokens.create',
    tool: 'createPublicToken',
    fields: PLACE,
    args: () => HERE,
    look: async ({ publicTokens }) => (await publicTokens.getAll(here)).length,
    becomes: 1,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'publicTokens.getAll',
    tool: 'getAllPublicTokens',
    fields: PLACE,
    arrange: aPublicToken,
    args: () => HERE,
    look: ({ publicTokens }) => publicTokens.getAll(here),
    tells: ({ public_tokens }) => public_tokens,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'publicTokens.get',
    tool: 'getPublicToken',
    fields: [...PLACE, 'public_token'],
    arrange: aPublicToken,
    args: ({ public_token }) => ({ ...HERE, public_token }),
    look: ({ publicTokens }, { public_token }) => publicTokens.get(here, public_token),
    tells: ({ public_token }) => public_token,
    absent: NO_TOKEN,
    invalid: { public_token: `public-token-test-${NIL}?x=1` },
  },
  {
    operation: 'publicTokens.delete',
    tool: 'deletePublicToken',
    fields: [...PLACE, 'public_token'],
    arrange: aPublicToken,
    args: ({ public_token }) => ({ ...HERE, public_token }),
    phrase: b2b.test,
    look: ({ publicTokens }, { public_token }) => ifThere(publicTokens.get(here, public_token)),
    becomes: undefined,
    absent: NO_TOKEN,
    invalid: { public_token: '' },
  },
]

const URL_ = 'https://app.example.com/callback?next=%2Fhome'
const LOGIN = [{ type: 'LOGIN', is_default: false }] as const
const SIGNUP = [{ type: 'SIGNUP', is_default: false }] as const
const VALID_TYPES = ['valid_types', 'valid_types.type', 'valid_types.is_default']
const PROMOTE = 'do_not_promote_defaults'
const aRedirectURL = ({ redirectURLs }: There) =>
  redirectURLs.create(here, { url: URL_, valid_types: LOGIN, [PROMOTE]: true })
const redirectURL = ({ redirectURLs }: There) => ifThere(redirectURLs.get(here, URL_))
const NO_URL = { url: 'https://app.example.com/nowhere' }

const REDIRECT_URLS: readonly Walk[] = [
  {
    operation: 'redirectURLs.create',
    tool: 'createRedirectURL',
    fields: [...PLACE, 'url', ...VALID_TYPES, PROMOTE],
    args: () => ({ ...HERE, url: URL_, valid_types: LOGIN, [PROMOTE]: true }),
    look: redirectURL,
    becomes: { url: URL_, valid_types: LOGIN },
    absent: NOWHERE,
    invalid: { valid_types: [{ type: 'LOGOUT' }] },
  },
  {
    operation: 'redirectURLs.getAll',
    tool: 'getAllRedirectURLs',
    fields: PLACE,
    arrange: aRedirectURL,
    args: () => HERE,
    look: ({ redirectURLs }) => redirectURLs.getAll(here),
    tells: ({ redirect_urls }) => redirect_urls,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'redirectURLs.get',
    tool: 'getRedirectURL',
    fields: [...PLACE, 'url'],
    arrange: aRedirectURL,
    args: () => ({ ...HERE, url: URL_ }),
    look: redirectURL,
    tells: ({ redirect_url }) => redirect_url,
    absent: NO_URL,
    invalid: { url: 7 },
  },
  {
    operation: 'redirectURLs.update',
    tool: 'updateRedirectURL',
    fields: [...PLACE, 'url', ...VALID_TYPES, PROMOTE],
    arrange: aRedirectURL,
    args: () => ({ ...HERE, url: URL_, valid_types: SIGNUP, [PROMOTE]: true }),
    look: redirectURL,
    becomes: { url: URL_, valid_types: SIGNUP },
    absent: NO_URL,
    invalid: { valid_types: [] },
  },
  {
    operation: 'redirectURLs.delete',
    tool: 'deleteRedirectURL',
    fields: [...PLACE, 'url', PROMOTE],
    arrange: aRedirectURL,
    args: () => ({ ...HERE, url: URL_, [PROMOTE]: true }),
    phrase: b2b.test,
    look: redirectURL,
    becomes: undefined,
    absent: NO_URL,
    invalid: { [PROMOTE]: 'yes' },
  },
]

const PREBUILT = {
  template_id: 'plain',
  name: 'Plain',
  prebuilt_customization: { button_color: '#106ee9', text_alignment: 'LEFT' },
} as const
const HTML = {
  template_id: 'welcome',
  name: 'Welcome',
  sender_information: { from_local_part: 'hello', from_domain: 'mail.example.com' },
  custom_html_customization: {
    template_type: 'LOGIN',
    html_content: '<p><a href="{{magic_link_url}}">Sign in</a></p>',
    plaintext_content: '{{magic_link_url}}',
    subject: 'Sign in',
  },
} as const
const SENDER = ['fromLocalPart', 'fromDomain', 'fromName', 'replyToLocalPart', 'replyToName']
const LOOKS = [
  'buttonBorderRadius',
  'buttonColor',
  'buttonTextColor',
  'fontFamily',
  'textAlignment',
]
const TEXTS = ['templateType', 'htmlContent', 'plaintextContent', 'subject']
const SECTIONS = ['senderInformation', 'prebuiltCustomization', 'customHtmlCustomization']
const TEMPLATE = ['project_id', 'project_slug', 'template_id']
const NO_TEMPLATE = { template_id: 'nowhere' }

const aTemplate = ({ emailTemplates }: There) => emailTemplates.create(b2b.slug, HTML)
const template =
  (id: string) =>
  ({ emailTemplates }: There) =>
    ifThere(emailTemplates.get(b2b.slug, id))
const aDefault = async (there: There) => {
  await aTemplate(there)
  await there.defaultEmailTemplates.set(b2b.slug, 'LOGIN', HTML.template_id)
}
const theDefault = ({ defaultEmailTemplates }: There) =>
  ifThere(defaultEmailTemplates.get(b2b.slug, 'LOGIN'))

const EMAIL_TEMPLATES: readonly Walk[] = [
  {
    operation: 'emailTemplates.create',
    tool: 'createEmailTemplate',
    fields: [
      ...TEMPLATE,
      'name',
      ...SENDER.map((name) => `senderInformation.${name}`),
      ...LOOKS.map((name) => `prebuiltCustomization.${name}`),
      ...TEXTS.map((name) => `customHtmlCustomization.${name}`),
    ],
    args: () => ({
      ...PROJECT,
      template_id: 'plain',
      name: 'Plain',
      prebuiltCustomization: { buttonColor: '#106ee9', textAlignment: 'LEFT' },
    }),
    look: template('plain'),
    becomes: expect.objectContaining({
      ...PREBUILT,
      prebuilt_customization: expect.objectContaining(PREBUILT.prebuilt_customization),
    }),
    absent: NO_PROJECT,
    invalid: { template_id: '../welcome' },
  },
  {
    operation: 'emailTemplates.getAll',
    tool: 'getAllEmailTemplates',
    fields: ['project_id', 'project_slug'],
    arrange: ({ emailTemplates }) => emailTemplates.create(b2b.slug, PREBUILT),
    args: () => PROJECT,
    look: async ({ emailTemplates }) =>
      (await emailTemplates.getAll(b2b.slug)).map((one) => [
        one.template_id,
        one.prebuilt_customization?.button_color,
      ]),
    tells: ({ email_templates }) =>
      email_templates.map((one: Loose) => [
        one.template_id,
        one.prebuiltCustomization?.buttonColor,
      ]),
    absent: NO_PROJECT,
    invalid: { project_slug: 'Local-Stytch' },
  },
  {
    operation: 'emailTemplates.get',
    tool: 'getEmailTemplate',
    fields: TEMPLATE,
    arrange: aTemplate,
    args: () => ({ ...PROJECT, template_id: 'welcome' }),
    look: async (there) => {
      const found = await template('welcome')(there)
      return [found?.name, ...Object.values(found?.custom_html_customization ?? {})].sort()
    },
    tells: ({ email_template: { name, customHtmlCustomization } }) =>
      [name, ...Object.values(customHtmlCustomization)].sort(),
    absent: NO_TEMPLATE,
    invalid: { template_id: '.' },
  },
  {
    operation: 'emailTemplates.update',
    tool: 'updateEmailTemplate',
    // What is within the sections is published once, where one is created.
    fields: [...TEMPLATE, 'name', ...SECTIONS],
    arrange: aTemplate,
    args: () => ({
      ...PROJECT,
      template_id: 'welcome',
      name: 'Hello',
      customHtmlCustomization: { subject: 'Your link' },
    }),
    look: template('welcome'),
    becomes: expect.objectContaining({
      name: 'Hello',
      sender_information: expect.objectContaining(HTML.sender_information),
      custom_html_customization: { ...HTML.custom_html_customization, subject: 'Your link' },
    }),
    absent: NO_TEMPLATE,
    invalid: { customHtmlCustomization: { subject: 'one\r\nBcc: two' } },
  },
  {
    operation: 'emailTemplates.delete',
    tool: 'deleteEmailTemplate',
    fields: TEMPLATE,
    arrange: aTemplate,
    args: () => ({ ...PROJECT, template_id: 'welcome' }),
    phrase: 'welcome',
    look: template('welcome'),
    becomes: undefined,
    absent: NO_TEMPLATE,
    invalid: { template_id: '' },
  },
  {
    operation: 'defaultEmailTemplates.set',
    tool: 'setDefaultEmailTemplate',
    fields: [...TEMPLATE, 'email_template_type'],
    arrange: aTemplate,
    args: () => ({ ...PROJECT, email_template_type: 'LOGIN', template_id: 'welcome' }),
    look: theDefault,
    becomes: 'welcome',
    absent: NO_TEMPLATE,
    invalid: { email_template_type: 'ALL' },
  },
  {
    operation: 'defaultEmailTemplates.get',
    tool: 'getDefaultEmailTemplate',
    fields: ['project_id', 'project_slug', 'email_template_type'],
    arrange: aDefault,
    args: () => ({ ...PROJECT, email_template_type: 'LOGIN' }),
    look: theDefault,
    tells: ({ template_id }) => template_id,
    absent: { email_template_type: 'SIGNUP' },
    invalid: { email_template_type: 'login' },
  },
  {
    operation: 'defaultEmailTemplates.unset',
    tool: 'unsetDefaultEmailTemplate',
    fields: ['project_id', 'project_slug', 'email_template_type'],
    arrange: aDefault,
    args: () => ({ ...PROJECT, email_template_type: 'LOGIN' }),
    phrase: b2b.slug,
    look: theDefault,
    becomes: undefined,
    absent: { email_template_type: 'SIGNUP' },
    invalid: { email_template_type: 'PREBUILT' },
  },
]

const PASSWORDS = [
  'check_breach_on_creation',
  'check_breach_on_authentication',
  'validate_on_authentication',
  'validation_policy',
  'luds_min_password_length',
  'luds_min_password_complexity',
]
const LUDS = {
  validation_policy: 'LUDS',
  luds_min_password_length: 12,
  luds_min_password_complexity: 3,
}
const CLAIMS = '{"role": {{ user.trusted_metadata.role }}}'
const aJWTTemplate = ({ jwtTemplates }: There) =>
  jwtTemplates.set(here, 'M2M', { template_content: CLAIMS, custom_audience: 'backend' })
const jwtTemplate = async ({ jwtTemplates }: There) => {
  const { template_content, custom_audience = '' } = await jwtTemplates.get(here, 'M2M')
  return { template_content, custom_audience }
}
const RESOURCE = { resource_id: 'report', description: 'Reports', available_actions: ['read'] }
const policy = async ({ rbacPolicy }: There) => (await rbacPolicy.get(here)).document
const COOKIES = { cookies: { http_only: 'ENFORCED' } }
const consumerConfig = async ({ sdkConfig }: There) => (await sdkConfig.getConsumer(own)).document
const b2bConfig = async ({ sdkConfig }: There) => (await sdkConfig.getB2B(here)).document

const SETTINGS: readonly Walk[] = [
  {
    operation: 'passwordStrength.get',
    tool: 'getPasswordStrengthConfig',
    fields: PLACE,
    args: () => HERE,
    look: ({ passwordStrength }) => passwordStrength.get(here),
    tells: ({ password_strength_config }) => password_strength_config,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'passwordStrength.set',
    tool: 'setPasswordStrengthConfig',
    fields: [...PLACE, ...PASSWORDS.map((name) => `password_strength_config.${name}`)],
    args: () => ({ ...HERE, password_strength_config: LUDS }),
    look: ({ passwordStrength }) => passwordStrength.get(here),
    becomes: expect.objectContaining(LUDS),
    absent: NOWHERE,
    invalid: { password_strength_config: { ...LUDS, luds_min_password_length: 7 } },
  },
  {
    operation: 'jwtTemplates.get',
    tool: 'getJWTTemplate',
    fields: [...PLACE, 'jwt_template_type'],
    arrange: aJWTTemplate,
    args: () => ({ ...HERE, jwt_template_type: 'M2M' }),
    look: jwtTemplate,
    tells: ({ jwt_template: { template_content, custom_audience } }) => ({
      template_content,
      custom_audience,
    }),
    absent: NOWHERE,
    invalid: { jwt_template_type: 'ACCESS' },
  },
  {
    operation: 'jwtTemplates.set',
    tool: 'setJWTTemplate',
    fields: [...PLACE, 'jwt_template_type', 'template_content', 'custom_audience'],
    args: () => ({
      ...HERE,
      jwt_template_type: 'M2M',
      template_content: CLAIMS,
      custom_audience: 'backend',
    }),
    look: jwtTemplate,
    becomes: { template_content: CLAIMS, custom_audience: 'backend' },
    absent: NOWHERE,
    invalid: { template_content: '{"iss": "elsewhere"}' },
  },
  {
    operation: 'rbacPolicy.get',
    tool: 'getRBACPolicy',
    fields: PLACE,
    args: () => HERE,
    look: policy,
    tells: (data) => data.policy,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'rbacPolicy.set',
    tool: 'updateRBACPolicy',
    fields: [...PLACE, 'policy'],
    args: () => ({ ...HERE, policy: { custom_resources: [RESOURCE] } }),
    phrase: b2b.test,
    look: policy,
    becomes: expect.objectContaining({ custom_resources: [RESOURCE] }),
    absent: NOWHERE,
    invalid: { policy: { roles: [] } },
  },
  {
    operation: 'sdkConfig.getConsumer',
    tool: 'getConsumerSDKConfig',
    fields: PLACE,
    args: () => OWN,
    look: consumerConfig,
    tells: ({ config }) => config,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'sdkConfig.setConsumer',
    tool: 'updateConsumerSDKConfig',
    fields: [...PLACE, 'config'],
    args: () => ({ ...OWN, config: COOKIES }),
    phrase: consumer.test,
    look: consumerConfig,
    becomes: expect.objectContaining(COOKIES),
    absent: NOWHERE,
    invalid: { config: { sso: { enabled: true } } },
  },
  {
    operation: 'sdkConfig.getB2B',
    tool: 'getB2BSDKConfig',
    fields: PLACE,
    args: () => HERE,
    look: b2bConfig,
    tells: ({ config }) => config,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'sdkConfig.setB2B',
    tool: 'updateB2BSDKConfig',
    fields: [...PLACE, 'config'],
    args: () => ({ ...HERE, config: COOKIES }),
    phrase: b2b.test,
    look: b2bConfig,
    becomes: expect.objectContaining(COOKIES),
    absent: NOWHERE,
    invalid: { config: { cookies: { http_only: 'SOMETIMES' } } },
  },
]

const countries = (channel: 'SMS' | 'WhatsApp') => (there: There) =>
  there.countryCodes[`get${channel}`](own)

/** Both channels are one tool's. WhatsApp is there for consumers only. */
const COUNTRY_CODES: readonly Walk[] = (['SMS', 'WhatsApp'] as const).flatMap((channel) => [
  {
    operation: `countryCodes.get${channel}` as const,
    tool: 'getAllowedCountryCodes',
    fields: [...PLACE, 'channel'],
    args: () => ({ ...OWN, channel: channel.toLowerCase() }),
    look: async (there: There) => [...(await countries(channel)(there))].sort(),
    tells: ({ country_codes }: Loose) => country_codes,
    absent: NOWHERE,
    invalid: { channel: 'fax' },
  },
  {
    operation: `countryCodes.set${channel}` as const,
    tool: 'setAllowedCountryCodes',
    fields: [...PLACE, 'channel', 'country_codes'],
    args: () => ({ ...OWN, channel: channel.toLowerCase(), country_codes: ['FR', 'DE'] }),
    look: async (there: There) => [...(await countries(channel)(there))].sort(),
    becomes: ['DE', 'FR'],
    absent: NOWHERE,
    invalid: { country_codes: ['Germany'] },
  },
])

const LOKI = { hostname: 'logs.example.com', username: 'stytch' }
const STREAM = { ...HERE, destination_type: 'GRAFANA_LOKI' }
const NO_STREAM = { destination_type: 'DATADOG' }
const NO_DESTINATION = { destination_type: 'SYSLOG' }
const DESTINATION = ['destination_type', 'site', 'hostname', 'username']
const aStream = ({ eventLogStreaming }: There) =>
  eventLogStreaming.create(here, {
    destination_type: 'GRAFANA_LOKI',
    destination_config: { grafana_loki: { ...LOKI, password: 'loki-password-first-1234' } },
  })
const aRunningStream = async (there: There) => {
  await aStream(there)
  await there.eventLogStreaming.enable(here, 'GRAFANA_LOKI')
}
const stream = ({ eventLogStreaming }: There) =>
  ifThere(eventLogStreaming.get(here, 'GRAFANA_LOKI'))
const withStatus = (streaming_status: string) => expect.objectContaining({ streaming_status })
const withLoki = (grafana_loki: object) =>
  expect.objectContaining({ destination_config: { grafana_loki } })

const EVENT_LOG_STREAMING: readonly Walk[] = [
  {
    operation: 'eventLogStreaming.create',
    tool: 'createEventLogStreaming',
    // Credentials are no arguments: a person types them.
    fields: [...PLACE, ...DESTINATION],
    args: () => ({ ...STREAM, ...LOKI }),
    typed: { credential: 'loki-password-other-5678' },
    look: stream,
    becomes: withLoki({ ...LOKI, password_last_four: '5678' }),
    absent: NOWHERE,
    invalid: { hostname: '169.254.169.254' },
  },
  {
    operation: 'eventLogStreaming.get',
    tool: 'getEventLogStreaming',
    fields: [...PLACE, 'destination_type'],
    arrange: aStream,
    args: () => STREAM,
    look: stream,
    tells: ({ event_log_streaming_config }) => event_log_streaming_config,
    absent: NO_STREAM,
    invalid: NO_DESTINATION,
  },
  {
    operation: 'eventLogStreaming.update',
    tool: 'updateEventLogStreaming',
    fields: [...PLACE, ...DESTINATION],
    arrange: aStream,
    args: () => ({ ...STREAM, username: 'reader' }),
    typed: { credential: 'loki-password-other-5678' },
    look: stream,
    becomes: withLoki({ ...LOKI, username: 'reader', password_last_four: '5678' }),
    absent: { ...NO_STREAM, username: undefined, site: 'EU' },
    invalid: { site: 'EU' },
  },
  {
    operation: 'eventLogStreaming.delete',
    tool: 'deleteEventLogStreaming',
    fields: [...PLACE, 'destination_type'],
    arrange: aStream,
    args: () => STREAM,
    phrase: b2b.test,
    look: stream,
    becomes: undefined,
    absent: NO_STREAM,
    invalid: NO_DESTINATION,
  },
  {
    operation: 'eventLogStreaming.enable',
    tool: 'enableEventLogStreaming',
    fields: [...PLACE, 'destination_type'],
    arrange: aStream,
    args: () => STREAM,
    look: stream,
    becomes: withStatus('ACTIVE'),
    absent: NO_STREAM,
    invalid: NO_DESTINATION,
  },
  {
    operation: 'eventLogStreaming.disable',
    tool: 'disableEventLogStreaming',
    fields: [...PLACE, 'destination_type'],
    arrange: aRunningStream,
    args: () => STREAM,
    look: stream,
    becomes: withStatus('DISABLED'),
    absent: NO_STREAM,
    invalid: NO_DESTINATION,
  },
]

/** Of keys nobody has: Ed25519. */
const KEYS = [
  'MCowBQYDK2VwAyEAD7N7EUxzO/T+4MT3Pl1yN34D99E5dqOYDzmi5G6BTrM=',
  'MCowBQYDK2VwAyEAwbtbuIeQsE1R6Z7Mc+T1bv+OzmaPgRNCmP/ACsGdY0I=',
].map((key) => `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----`)
const [FIRST, SECOND] = KEYS as [string, string]

const ISSUER = { name: 'Legacy', audience: 'acme', issuer: 'https://id.example.com' }
const JWK = { ...ISSUER, public_key_type: 'JWK', jwks_url: 'https://id.example.com/keys' } as const
const PEM = { ...ISSUER, public_key_type: 'PEM' } as const
const REQUIRED = { attribute_mapping: { email: 'email' }, can_jit_provision: false }

const aProfile = ({ trustedTokens }: There) =>
  trustedTokens.create(here, { ...JWK, ...REQUIRED, pem_files: [] })
const aProfileWithKeys = async ({ trustedTokens }: There) => {
  const { profile_id, pem_files } = await trustedTokens.create(here, {
    ...PEM,
    ...REQUIRED,
    pem_files: KEYS,
  })
  return { profile_id, pem_file_id: pem_files[0]?.pem_file_id }
}
const profile = ({ trustedTokens }: There, { profile_id }: Loose) =>
  ifThere(trustedTokens.get(here, profile_id))
const keysOf = async (there: There, made: Loose) =>
  (await profile(there, made))?.pem_files.map(({ public_key }) => public_key.trim())
const ids = ({ profile_id, pem_file_id }: Loose) => ({ ...HERE, profile_id, pem_file_id })
const NO_PROFILE = { profile_id: `trusted-token-profile-test-${NIL}` }
const NO_FILE = { pem_file_id: `pem-file-test-${NIL}` }
const CHANGES = ['name', 'audience', 'issuer', 'jwks_url', 'attribute_mapping', 'can_jit_provision']

const TRUSTED_TOKENS: readonly Walk[] = [
  {
    operation: 'trustedTokens.create',
    tool: 'createTrustedTokenProfile',
    fields: [...PLACE, ...CHANGES, 'public_key_type', 'pem_files'],
    args: () => ({ ...HERE, ...JWK }),
    phrase: b2b.test,
    look: ({ trustedTokens }) => trustedTokens.getAll(here),
    becomes: [expect.objectContaining(JWK)],
    absent: NOWHERE,
    invalid: { jwks_url: 'http://169.254.169.254/keys' },
  },
  {
    operation: 'trustedTokens.getAll',
    tool: 'getAllTrustedTokenProfiles',
    fields: PLACE,
    arrange: aProfile,
    args: () => HERE,
    look: async ({ trustedTokens }) =>
      (await trustedTokens.getAll(here)).map(({ pem_files: _, ...one }) => one),
    tells: ({ profiles }) => profiles,
    absent: NOWHERE,
    invalid: DOTS,
  },
  {
    operation: 'trustedTokens.get',
    tool: 'getTrustedTokenProfile',
    fields: [...PLACE, 'profile_id'],
    arrange: aProfile,
    args: ({ profile_id }) => ({ ...HERE, profile_id }),
    look: profile,
    tells: (data) => data.profile,
    absent: NO_PROFILE,
    invalid: { profile_id: '..' },
  },
  {
    operation: 'trustedTokens.update',
    tool: 'updateTrustedTokenProfile',
    fields: [...PLACE, 'profile_id', ...CHANGES],
    arrange: aProfile,
    args: ({ profile_id }) => ({ ...HERE, profile_id, issuer: 'https://id2.example.com' }),
    phrase: b2b.test,
    look: profile,
    becomes: expect.objectContaining({ ...JWK, issuer: 'https://id2.example.com' }),
    absent: NO_PROFILE,
    invalid: { jwks_url: 'https://localhost/keys' },
  },
  {
    operation: 'trustedTokens.delete',
    tool: 'deleteTrustedTokenProfile',
    fields: [...PLACE, 'profile_id'],
    arrange: aProfile,
    args: ({ profile_id }) => ({ ...HERE, profile_id }),
    phrase: b2b.test,
    look: profile,
    becomes: undefined,
    absent: NO_PROFILE,
    invalid: { profile_id: '..' },
  },
  {
    operation: 'trustedTokens.createPEM',
    tool: 'createPEMFile',
    fields: [...PLACE, 'profile_id', 'public_key'],
    arrange: ({ trustedTokens }) =>
      trustedTokens.create(here, { ...PEM, ...REQUIRED, pem_files: [FIRST] }),
    args: ({ profile_id }) => ({ ...HERE, profile_id, public_key: SECOND }),
    phrase: b2b.test,
    look: keysOf,
    becomes: KEYS,
    absent: NO_PROFILE,
    invalid: { public_key: 'a key' },
  },
  {
    operation: 'trustedTokens.getPEM',
    tool: 'getPEMFile',
    fields: [...PLACE, 'profile_id', 'pem_file_id'],
    arrange: aProfileWithKeys,
    args: ids,
    look: ({ trustedTokens }, { profile_id, pem_file_id }) =>
      trustedTokens.getPEM(here, profile_id, pem_file_id),
    tells: ({ pem_file }) => pem_file,
    absent: NO_FILE,
    invalid: { pem_file_id: '..' },
  },
  {
    operation: 'trustedTokens.deletePEM',
    tool: 'deletePEMFile',
    fields: [...PLACE, 'profile_id', 'pem_file_id'],
    arrange: aProfileWithKeys,
    args: ids,
    phrase: b2b.test,
    look: keysOf,
    becomes: [SECOND],
    absent: NO_FILE,
    invalid: { pem_file_id: '.' },
  },
]

/** All of them. */
export const WALKS: readonly Walk[] = [
  ...PROJECTS,
  ...ENVIRONMENTS,
  ...SECRETS,
  ...PUBLIC_TOKENS,
  ...REDIRECT_URLS,
  ...EMAIL_TEMPLATES,
  ...SETTINGS,
  ...COUNTRY_CODES,
  ...EVENT_LOG_STREAMING,
  ...TRUSTED_TOKENS,
]
