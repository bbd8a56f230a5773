/** What an environment demands of passwords. */

export const VALIDATION_POLICIES = ['LUDS', 'ZXCVBN'] as const

interface Checks {
  readonly check_breach_on_creation: boolean
  readonly check_breach_on_authentication: boolean
  readonly validate_on_authentication: boolean
}

/** The two numbers belong to LUDS and are absent under ZXCVBN. */
export type PasswordPolicy =
  | (Checks & { readonly validation_policy: 'ZXCVBN' })
  | (Checks & {
      readonly validation_policy: 'LUDS'
      /** Characters, 8 to 32. */
      readonly luds_min_password_length: number
      /** Kinds of characters, 1 to 4. */
      readonly luds_min_password_complexity: number
    })

/** What Stytch starts an environment with. */
export const DEFAULT_PASSWORD_POLICY: PasswordPolicy = {
  check_breach_on_creation: true,
  check_breach_on_authentication: true,
  validate_on_authentication: true,
  validation_policy: 'ZXCVBN',
}
