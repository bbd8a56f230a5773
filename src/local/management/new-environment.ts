/** An environment as Stytch makes it, before anybody configured it. */
import { newIdOf } from './ids.ts'
import { REDIRECT_TYPES } from './redirect-url.ts'
import { newSettings } from './settings.ts'
import type { EnvironmentOptions, EnvironmentType, ManagedEnvironment, Vertical } from './state.ts'

const DEFAULT_OPTIONS: EnvironmentOptions = {
  cross_org_passwords_enabled: false,
  user_impersonation_enabled: false,
  zero_downtime_session_migration_url: '',
  use_custom_domain_in_magic_link_emails: false,
  user_lock_self_serve_enabled: false,
  user_lock_threshold: 10,
  user_lock_ttl: 3600,
  idp_authorization_url: '',
  idp_dynamic_client_registration_enabled: false,
  idp_dynamic_client_registration_access_token_template_content: '',
}

/** Where a test environment sends people until told otherwise. */
const TEST_REDIRECT_URL = 'http://localhost:3000/authenticate'

export interface EnvironmentWish {
  readonly slug: string
  readonly name: string
  readonly type: EnvironmentType
  readonly createdAt: number
  readonly options?: Partial<EnvironmentOptions>
  /** Default: made up, as are the secrets and tokens one gives it later. */
  readonly ids?: { readonly projectId: string; readonly oauthCallbackId: string }
}

/** @returns an environment without secrets and public tokens */
export function newEnvironment(vertical: Vertical, wish: EnvironmentWish): ManagedEnvironment {
  const { slug, name, type, createdAt, options, ids } = wish
  return {
    slug,
    name,
    type,
    projectId: ids?.projectId ?? newIdOf(type, 'project'),
    oauthCallbackId: ids?.oauthCallbackId ?? newIdOf(type, 'oauth-callback'),
    createdAt,
    options: { ...DEFAULT_OPTIONS, ...options },
    secrets: new Map(),
    publicTokens: new Map(),
    redirectUrls: type === 'TEST' ? testRedirectUrls(vertical) : new Map(),
    settings: newSettings(vertical),
  }
}

/** Discovery, of organizations to join, is for B2B alone. */
function testRedirectUrls(vertical: Vertical): ManagedEnvironment['redirectUrls'] {
  const types = REDIRECT_TYPES.filter((type) => vertical === 'B2B' || type !== 'DISCOVERY')
  const validTypes = new Map(types.map((type) => [type, true]))
  return new Map([[TEST_REDIRECT_URL, { url: TEST_REDIRECT_URL, validTypes }]])
}
