/** Everything an environment can be set to, beside what is said when it is created. */
import type { DestinationType, EventLogStream } from './event-log-stream.ts'
import { DEFAULT_JWT_TEMPLATE, type JwtTemplate, type JwtTemplateType } from './jwt-template.ts'
import { DEFAULT_PASSWORD_POLICY, type PasswordPolicy } from './password-policy.ts'
import { newPolicy, type Policy } from './policy.ts'
import { type B2bSdkConfig, type ConsumerSdkConfig, newSdkSettings } from './sdk-settings.ts'
import type { Vertical } from './state.ts'
import type { TrustedTokenProfile } from './trusted-token-profile.ts'

export interface Settings {
  passwordPolicy: PasswordPolicy
  readonly jwtTemplates: Record<JwtTemplateType, JwtTemplate>
  rbacPolicy: Policy
  /** That of the project's vertical. */
  sdk: ConsumerSdkConfig | B2bSdkConfig
  /** ISO 3166-1 alpha-2 codes, sorted, by how a passcode travels. */
  readonly countryCodes: Record<'sms' | 'whatsapp', readonly string[]>
  readonly eventLogStreams: Map<DestinationType, EventLogStream>
  /** By id, the oldest first. */
  readonly trustedTokenProfiles: Map<string, TrustedTokenProfile>
}

/** Where passcodes may go unless set otherwise. */
const DEFAULT_COUNTRY_CODES: readonly string[] = ['CA', 'US']

/** @returns the settings of an environment nobody has changed */
export function newSettings(vertical: Vertical): Settings {
  return {
    passwordPolicy: DEFAULT_PASSWORD_POLICY,
    jwtTemplates: { SESSION: DEFAULT_JWT_TEMPLATE, M2M: DEFAULT_JWT_TEMPLATE },
    rbacPolicy: newPolicy(vertical),
    sdk: newSdkSettings(vertical),
    countryCodes: { sms: DEFAULT_COUNTRY_CODES, whatsapp: DEFAULT_COUNTRY_CODES },
    eventLogStreams: new Map(),
    trustedTokenProfiles: new Map(),
  }
}
