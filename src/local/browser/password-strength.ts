/**
 * Stytch's LUDS policy: enough characters, of enough kinds (lower case, upper case, digits, symbols).
 * Counted exactly as the policy says; breaches are checked against a handful of notorious passwords
 * instead of HaveIBeenPwned, which is on the internet.
 */
import { ApiError } from '../errors.ts'

/** At least `length` characters of at least `complexity` kinds. */
export const PASSWORD_POLICY = { length: 8, complexity: 2 } as const

const NOTORIOUS = new Set([
  '123456789a',
  'abcd1234',
  'letmein1',
  'p@ssw0rd',
  'passw0rd',
  'password1',
  'password123',
  'qwerty123',
  'trustno1',
])

/** The data of `POST /sdk/v1/passwords/strength_check`. `score` counts the kinds met, 0 if refused. */
export function passwordStrength(password: string) {
  const kinds = {
    has_lower_case: /\p{Ll}/u.test(password),
    has_upper_case: /\p{Lu}/u.test(password),
    has_digit: /\p{Nd}/u.test(password),
    has_symbol: /[^\p{L}\p{Nd}]/u.test(password),
  }
  const met = Object.values(kinds).filter(Boolean).length
  const missingCharacters = Math.max(0, PASSWORD_POLICY.length - [...password].length)
  const missingComplexity = Math.max(0, PASSWORD_POLICY.complexity - met)
  const breached = NOTORIOUS.has(password.toLowerCase())
  const valid = missingCharacters === 0 && missingComplexity === 0 && !breached
  return {
    valid_password: valid,
    score: valid ? met : 0,
    breached_password: breached,
    breach_detection_on_create: true,
    strength_policy: 'luds',
    feedback: {
      warning: '',
      suggestions: [],
      luds_requirements: {
        ...kinds,
        missing_characters: missingCharacters,
        missing_complexity: missingComplexity,
      },
    },
  }
}

/** @throws ApiError `weak_password` or `breached_password` */
export function requireStrong(password: string): void {
  const { valid_password, breached_password } = passwordStrength(password)
  if (breached_password) throw new ApiError('breached_password')
  if (!valid_password) throw new ApiError('weak_password')
}
