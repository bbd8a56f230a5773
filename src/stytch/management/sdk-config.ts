/** What the frontend SDKs may do in an environment. Set as a whole, one document for each vertical. */
import { z } from 'zod'
import { list, maybe, type Whole, whole, word } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

export const HTTP_ONLY = ['DISABLED', 'ENABLED', 'ENFORCED'] as const
export const DFPPA_SETTINGS = ['ENABLED', 'PASSIVE', 'DISABLED'] as const
export const DFPPA_ON_CHALLENGE = ['ALLOW', 'BLOCK', 'TRIGGER_CAPTCHA'] as const
export const AUTOFILL_TYPES = ['domain', 'hash'] as const

const flag = maybe(z.boolean())
const texts = maybe(list(z.string()))
const switchable = maybe(z.object({ enabled: flag }))
const withPKCE = maybe(z.object({ enabled: flag, pkce_required: flag }))
const autofill = maybe(
  list(
    z.object({
      metadata_type: maybe(word<(typeof AUTOFILL_TYPES)[number]>()),
      metadata_value: maybe(z.string()),
      bundle_id: maybe(z.string()),
    }),
  ),
)

/** The sections both verticals have. */
const common = {
  /** Minutes. */
  sessions: maybe(z.object({ max_session_duration_minutes: maybe(z.number()) })),
  oauth: withPKCE,
  totps: maybe(z.object({ enabled: flag, create_totps: flag })),
  /** Device fingerprinting before a sign-in is let through. */
  dfppa: maybe(
    z.object({
      enabled: maybe(word<(typeof DFPPA_SETTINGS)[number]>()),
      on_challenge: maybe(word<(typeof DFPPA_ON_CHALLENGE)[number]>()),
    }),
  ),
  passwords: maybe(z.object({ enabled: flag, pkce_required_for_password_resets: flag })),
  cookies: maybe(z.object({ http_only: maybe(word<(typeof HTTP_ONLY)[number]>()) })),
  user_impersonation: switchable,
}

const consumer = z.object({
  basic: maybe(z.object({ enabled: flag, domains: texts, bundle_ids: texts })),
  ...common,
  magic_links: maybe(
    z.object({ login_or_create_enabled: flag, send_enabled: flag, pkce_required: flag }),
  ),
  otps: maybe(
    z.object({
      sms_login_or_create_enabled: flag,
      whatsapp_login_or_create_enabled: flag,
      email_login_or_create_enabled: flag,
      sms_send_enabled: flag,
      whatsapp_send_enabled: flag,
      email_send_enabled: flag,
      sms_autofill_metadata: autofill,
    }),
  ),
  webauthn: maybe(z.object({ enabled: flag, create_webauthns: flag })),
  crypto_wallets: maybe(z.object({ enabled: flag, siwe_required: flag })),
  biometrics: maybe(z.object({ enabled: flag, create_biometrics_enabled: flag })),
})

const b2b = z.object({
  basic: maybe(
    z.object({
      enabled: flag,
      allow_self_onboarding: flag,
      enable_member_permissions: flag,
      domains: maybe(
        list(z.object({ domain: maybe(z.string()), slug_pattern: maybe(z.string()) })),
      ),
      bundle_ids: texts,
    }),
  ),
  ...common,
  magic_links: withPKCE,
  sso: withPKCE,
  otps: maybe(
    z.object({ sms_enabled: flag, email_enabled: flag, sms_autofill_metadata: autofill }),
  ),
})

export type ConsumerSDKConfig = z.output<typeof consumer>
export type B2BSDKConfig = z.output<typeof b2b>

const oneConsumer = z.object({ config: whole(consumer) })
const oneB2B = z.object({ config: whole(b2b) })

/** SDK configurations, per environment; there is the one of its vertical. */
export function sdkConfig(call: Call) {
  return Object.freeze({
    async getConsumer(where: Where, options?: CallOptions): Promise<Whole<ConsumerSDKConfig>> {
      const given = { path: inEnvironment(where), answer: oneConsumer, options }
      return (await call('sdkConfig.getConsumer', given)).config
    },

    /** Replaces the configuration: what is left out is switched off. */
    async setConsumer(
      where: Where,
      config: ConsumerSDKConfig,
      options?: CallOptions,
    ): Promise<Whole<ConsumerSDKConfig>> {
      const given = { path: inEnvironment(where), body: { config }, answer: oneConsumer, options }
      return (await call('sdkConfig.setConsumer', given)).config
    },

    async getB2B(where: Where, options?: CallOptions): Promise<Whole<B2BSDKConfig>> {
      const given = { path: inEnvironment(where), answer: oneB2B, options }
      return (await call('sdkConfig.getB2B', given)).config
    },

    /** Replaces the configuration: what is left out is switched off. */
    async setB2B(
      where: Where,
      config: B2BSDKConfig,
      options?: CallOptions,
    ): Promise<Whole<B2BSDKConfig>> {
      const given = { path: inEnvironment(where), body: { config }, answer: oneB2B, options }
      return (await call('sdkConfig.setB2B', given)).config
    },
  })
}
