/**
 * What may be asked of an SDK configuration: its sections and their members, each to be set or, with
 * `null`, put back. Closed, so that a misspelled name is refused instead of lost.
 */
import { z } from 'zod'
import {
  AUTOFILL_TYPES,
  DFPPA_ON_CHALLENGE,
  DFPPA_SETTINGS,
  HTTP_ONLY,
} from '../../stytch/management/sdk-config.ts'

const flag = z.boolean()
const texts = z.array(z.string().max(2_048)).max(500)

/** An object of which anything may be left out. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const members = Object.entries(shape).map(([name, schema]) => [
    name,
    (schema as z.ZodType).nullish(),
  ])
  return z.strictObject(Object.fromEntries(members)).nullish()
}

const withPKCE = section({ enabled: flag, pkce_required: flag })
const autofill = z
  .array(
    z.strictObject({
      metadata_type: z.enum(AUTOFILL_TYPES),
      metadata_value: z.string().max(256),
      bundle_id: z.string().max(256),
    }),
  )
  .max(100)

/** The sections both verticals have. */
const common = {
  sessions: section({ max_session_duration_minutes: z.int().min(5).max(527_040) }),
  oauth: withPKCE,
  totps: section({ enabled: flag, create_totps: flag }),
  dfppa: section({ enabled: z.enum(DFPPA_SETTINGS), on_challenge: z.enum(DFPPA_ON_CHALLENGE) }),
  passwords: section({ enabled: flag, pkce_required_for_password_resets: flag }),
  cookies: section({ http_only: z.enum(HTTP_ONLY) }),
  user_impersonation: section({ enabled: flag }),
}

export const consumerSettings = z.strictObject({
  ...common,
  basic: section({ enabled: flag, domains: texts, bundle_ids: texts }),
  magic_links: section({ login_or_create_enabled: flag, send_enabled: flag, pkce_required: flag }),
  otps: section({
    sms_login_or_create_enabled: flag,
    whatsapp_login_or_create_enabled: flag,
    email_login_or_create_enabled: flag,
    sms_send_enabled: flag,
    whatsapp_send_enabled: flag,
    email_send_enabled: flag,
    sms_autofill_metadata: autofill,
  }),
  webauthn: section({ enabled: flag, create_webauthns: flag }),
  crypto_wallets: section({ enabled: flag, siwe_required: flag }),
  biometrics: section({ enabled: flag, create_biometrics_enabled: flag }),
})

export const b2bSettings = z.strictObject({
  ...common,
  basic: section({
    enabled: flag,
    allow_self_onboarding: flag,
    enable_member_permissions: flag,
    domains: z
      .array(
        z.strictObject({
          domain: z.string().max(2_048),
          slug_pattern: z.string().max(2_048).optional(),
        }),
      )
      .max(500),
    bundle_ids: texts,
  }),
  magic_links: withPKCE,
  sso: withPKCE,
  otps: section({ sms_enabled: flag, email_enabled: flag, sms_autofill_metadata: autofill }),
})
