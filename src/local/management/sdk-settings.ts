/**
 * What the frontend SDKs may do in an environment. The schemas are the documents: a section or member left
 * out of a request is what it is in an environment nobody has changed, since setting replaces all of it.
 */
import { z } from 'zod'
import type { Vertical } from './state.ts'
import { flag, list, text } from './zero-values.ts'

const HTTP_ONLY = ['DISABLED', 'ENABLED', 'ENFORCED'] as const
const DFPPA_SETTINGS = ['DISABLED', 'PASSIVE', 'ENABLED'] as const
const DFPPA_ON_CHALLENGE = ['ALLOW', 'BLOCK', 'TRIGGER_CAPTCHA'] as const

/** Minutes of the longest session the SDK may start, unless set. */
const DEFAULT_SESSION_MINUTES = 60

/** A section of the document: left out, it is what it would be with nothing in it. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((value) => value ?? {}, z.object(shape))
}

/** One of these; the first unless set. */
function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.preprocess((value) => value ?? values[0], z.enum(values))
}

const autofill = list(
  z.object({
    metadata_type: z.enum(['domain', 'hash']),
    metadata_value: z.string().min(1),
    bundle_id: z.string().min(1),
  }),
)

const sessions = section({
  max_session_duration_minutes: z.preprocess((value) => value ?? DEFAULT_SESSION_MINUTES, z.int()),
})
const withPkce = section({ enabled: flag(), pkce_required: flag() })
const switchable = section({ enabled: flag() })
const totps = section({ enabled: flag(), create_totps: flag() })
const dfppa = section({
  enabled: choice(DFPPA_SETTINGS),
  on_challenge: choice(DFPPA_ON_CHALLENGE),
})
const passwords = section({ enabled: flag(), pkce_required_for_password_resets: flag() })
const cookies = section({ http_only: choice(HTTP_ONLY) })

export const consumerSdkConfig = z.object({
  basic: section({ enabled: flag(), domains: list(z.string()), bundle_ids: list(z.string()) }),
  sessions,
  magic_links: section({
    login_or_create_enabled: flag(),
    send_enabled: flag(),
    pkce_required: flag(),
  }),
  otps: section({
    sms_login_or_create_enabled: flag(),
    whatsapp_login_or_create_enabled: flag(),
    email_login_or_create_enabled: flag(),
    sms_send_enabled: flag(),
    whatsapp_send_enabled: flag(),
    email_send_enabled: flag(),
    sms_autofill_metadata: autofill,
  }),
  oauth: withPkce,
  totps,
  webauthn: section({ enabled: flag(), create_webauthns: flag() }),
  crypto_wallets: section({ enabled: flag(), siwe_required: flag() }),
  dfppa,
  biometrics: section({ enabled: flag(), create_biometrics_enabled: flag() }),
  passwords,
  cookies,
  user_impersonation: switchable,
})

export const b2bSdkConfig = z.object({
  basic: section({
    enabled: flag(),
    allow_self_onboarding: flag(),
    enable_member_permissions: flag(),
    domains: list(z.object({ domain: z.string(), slug_pattern: text() })),
    bundle_ids: list(z.string()),
  }),
  sessions,
  magic_links: withPkce,
  oauth: withPkce,
  totps,
  sso: withPkce,
  otps: section({ sms_enabled: flag(), email_enabled: flag(), sms_autofill_metadata: autofill }),
  dfppa,
  passwords,
  cookies,
  user_impersonation: switchable,
})

export type ConsumerSdkConfig = z.output<typeof consumerSdkConfig>
export type B2bSdkConfig = z.output<typeof b2bSdkConfig>

/** @returns everything off, as in an environment nobody has changed */
export function newSdkSettings(vertical: Vertical): ConsumerSdkConfig | B2bSdkConfig {
  return (vertical === 'CONSUMER' ? consumerSdkConfig : b2bSdkConfig).parse({})
}
