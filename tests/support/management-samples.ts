/** For every management tool arguments that its schema accepts, without the place: for tests of all of them. */

const UUID = '00000000-0000-4000-8000-000000000001'
const types = { url: 'https://app.example.com/callback', valid_types: [{ type: 'LOGIN' }] }
const token = { public_token: `public-token-test-${UUID}` }
const secret = { secret_id: `secret-test-${UUID}` }
const template = { template_id: 'welcome' }
const profile = { profile_id: `trusted-token-profile-test-${UUID}` }
const pem = { ...profile, pem_file_id: `pem-file-test-${UUID}` }
const stream = { destination_type: 'DATADOG' }

/** By place, then by name. */
export const SAMPLES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  workspace: {
    listProjects: {},
    createProject: { project_name: 'Shop', vertical: 'CONSUMER', project_slug: 'shop' },
  },
  project: {
    getProject: {},
    updateProject: { project_name: 'Shop' },
    deleteProject: {},
    getAllEnvironments: {},
    createEnvironment: { name: 'Staging', type: 'TEST', environment_slug: 'staging' },
    getAllEmailTemplates: {},
    getEmailTemplate: template,
    createEmailTemplate: { ...template, name: 'Welcome', prebuiltCustomization: {} },
    updateEmailTemplate: { ...template, name: 'Welcome' },
    deleteEmailTemplate: template,
    getDefaultEmailTemplate: { email_template_type: 'LOGIN' },
    setDefaultEmailTemplate: { email_template_type: 'LOGIN', ...template },
    unsetDefaultEmailTemplate: { email_template_type: 'LOGIN' },
  },
  environment: {
    getEnvironment: {},
    updateEnvironment: { user_lock_ttl: 60 },
    deleteEnvironment: {},
    getAllRedirectURLs: {},
    getRedirectURL: { url: types.url },
    createRedirectURL: types,
    updateRedirectURL: types,
    deleteRedirectURL: { url: types.url },
    getAllPublicTokens: {},
    getPublicToken: token,
    createPublicToken: {},
    deletePublicToken: token,
    getAllSecrets: {},
    getSecret: secret,
    createSecret: {},
    deleteSecret: secret,
    getPasswordStrengthConfig: {},
    setPasswordStrengthConfig: { password_strength_config: { check_breach_on_creation: true } },
    getConsumerSDKConfig: {},
    getB2BSDKConfig: {},
    updateConsumerSDKConfig: { config: {} },
    updateB2BSDKConfig: { config: {} },
    getRBACPolicy: {},
    updateRBACPolicy: { policy: {} },
    getJWTTemplate: { jwt_template_type: 'SESSION' },
    setJWTTemplate: { jwt_template_type: 'SESSION', template_content: '{}' },
    getAllowedCountryCodes: { channel: 'sms' },
    setAllowedCountryCodes: { channel: 'sms', add: ['GB'] },
    getEventLogStreaming: stream,
    createEventLogStreaming: { ...stream, site: 'EU' },
    updateEventLogStreaming: { ...stream, site: 'EU' },
    enableEventLogStreaming: stream,
    disableEventLogStreaming: stream,
    deleteEventLogStreaming: stream,
    getAllTrustedTokenProfiles: {},
    getTrustedTokenProfile: profile,
    createTrustedTokenProfile: {
      name: 'Partner',
      audience: 'https://app.example.com',
      issuer: 'https://idp.example.com',
      public_key_type: 'JWK',
      jwks_url: 'https://idp.example.com/jwks.json',
    },
    updateTrustedTokenProfile: { ...profile, name: 'Partner' },
    deleteTrustedTokenProfile: profile,
    getPEMFile: pem,
    createPEMFile: { ...profile, public_key: 'PEM' },
    deletePEMFile: pem,
    getEnvironmentMetrics: {},
  },
}
