/**
 * What the browser SDK asks before anything else. Captcha and device fingerprinting are off because
 * their scripts live on the internet; `rbac_policy` holds empty lists rather than null because the SDK
 * drops custom scopes from the consent list when it is null.
 */
import type { Project } from '../project.ts'
import { PASSWORD_POLICY } from './password-strength.ts'

/** @returns the data of `GET /sdk/v1/projects/bootstrap/{public_token}` */
export function bootstrap(project: Project): object {
  return {
    project_name: 'Local Stytch',
    vertical: 'CONSUMER',
    disable_sdk_watermark: true,
    cname_domain: null,
    email_domains: [],
    captcha_settings: { enabled: false },
    dfp_protected_auth_enabled: false,
    pkce_required_for_email_magic_links: false,
    pkce_required_for_password_resets: false,
    pkce_required_for_oauth: false,
    pkce_required_for_sso: false,
    siwe_required_for_crypto_wallets: false,
    slug_pattern: null,
    create_organization_enabled: false,
    password_config: {
      luds_complexity: PASSWORD_POLICY.complexity,
      luds_minimum_count: PASSWORD_POLICY.length,
    },
    rbac_policy: {
      roles: [],
      resources: [],
      scopes: project.scopes.map(({ scope, description }) => ({
        scope,
        description,
        permissions: [],
      })),
    },
  }
}
