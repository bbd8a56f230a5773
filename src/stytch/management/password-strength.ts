/** What an environment demands of passwords. */
import { z } from 'zod'
import { maybe, type Word, word } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

export const VALIDATION_POLICIES = ['LUDS', 'ZXCVBN'] as const
type ValidationPolicy = (typeof VALIDATION_POLICIES)[number]

const passwordStrengthConfig = z.object({
  check_breach_on_creation: z.boolean(),
  check_breach_on_authentication: z.boolean(),
  validate_on_authentication: z.boolean(),
  validation_policy: maybe(word<ValidationPolicy>()),
  luds_min_password_length: maybe(z.number()),
  luds_min_password_complexity: maybe(z.number()),
})

/** As it stands, and as it is set: all of it at once. */
export interface PasswordStrength {
  /** Whether passwords known from breaches are refused when set. */
  readonly check_breach_on_creation: boolean
  /** Whether they are refused at sign-in. */
  readonly check_breach_on_authentication: boolean
  /** Whether a password below the policy must be reset at sign-in. */
  readonly validate_on_authentication: boolean
  readonly validation_policy?: Word<ValidationPolicy> | undefined
  /** Characters, 8 to 32; only with `LUDS`, as the next. */
  readonly luds_min_password_length?: number | undefined
  /** Kinds of characters, 1 to 4. */
  readonly luds_min_password_complexity?: number | undefined
}

const one = z.object({ password_strength_config: passwordStrengthConfig })

/** Password policies, per environment. */
export function passwordStrength(call: Call) {
  return Object.freeze({
    async get(where: Where, options?: CallOptions): Promise<PasswordStrength> {
      const given = { path: inEnvironment(where), answer: one, options }
      return (await call('passwordStrength.get', given)).password_strength_config
    },

    async set(
      where: Where,
      body: PasswordStrength,
      options?: CallOptions,
    ): Promise<PasswordStrength> {
      const given = { path: inEnvironment(where), body, answer: one, options }
      return (await call('passwordStrength.set', given)).password_strength_config
    },
  })
}
