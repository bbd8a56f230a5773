/** Password policy: what an environment demands of passwords. */
import { z } from 'zod'
import type { Tool } from '../../mcp/tool.ts'
import {
  type PasswordStrength,
  VALIDATION_POLICIES,
} from '../../stytch/management/password-strength.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { invalid } from './checked.ts'
import type { Declare } from './declare.ts'
import { replacing, UNCHANGED } from './patch.ts'

const wanted = z
  .strictObject({
    check_breach_on_creation: z.boolean(),
    check_breach_on_authentication: z.boolean(),
    validate_on_authentication: z.boolean(),
    validation_policy: z.enum(VALIDATION_POLICIES),
    luds_min_password_length: z.int().min(8).max(32),
    luds_min_password_complexity: z.int().min(1).max(4),
  })
  .partial()
const output = z.object({ password_strength_config: z.looseObject({}) })
const common = {
  toolset: 'password_policy',
  at: 'environment',
  audited: ['project_id', 'project_slug', 'environment_slug'],
} as const

/** The tools of toolset `password_policy`. */
export function passwordPolicyTools({ read, change }: Declare): readonly Tool[] {
  return [
    read({
      ...common,
      name: 'getPasswordStrengthConfig',
      title: 'Look at the password policy',
      description: 'Tells what an environment demands of passwords.',
      scopes: [READ_SETTINGS],
      operations: ['passwordStrength.get'],
      input: {},
      output,
      async run(_, { stytch, where, signal }) {
        const found = await stytch.passwordStrength.get(where, { signal })
        return { summary: 'Found.', data: { password_strength_config: { ...found } } }
      },
    }),
    change({
      ...common,
      name: 'setPasswordStrengthConfig',
      title: 'Change the password policy',
      description:
        'Changes what an environment demands of passwords. What is left out stays. The luds_ members belong to LUDS, which needs both.',
      risk: 'write',
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['passwordStrength.get', 'passwordStrength.set'],
      input: { password_strength_config: wanted },
      output,
      async prepare({ password_strength_config: given }, { stytch, where, signal }) {
        const { before, after, changes, replace } = await replacing<PasswordStrength>({
          read: () => stytch.passwordStrength.get(where, { signal }),
          change: (current) => changed(current, given),
          write: (policy) => stytch.passwordStrength.set(where, policy, { signal }),
        })
        return {
          before,
          after,
          apply: async () => ({
            data: { password_strength_config: { ...(await replace()).document } },
            summary: changes.length === 0 ? UNCHANGED : 'The password policy was changed.',
          }),
        }
      },
    }),
  ]
}

function changed(current: PasswordStrength, given: z.output<typeof wanted>): PasswordStrength {
  const {
    luds_min_password_length: length,
    luds_min_password_complexity: complexity,
    ...policy
  } = { ...current, ...given }
  if (policy.validation_policy === 'LUDS') {
    // Stytch writes a number that is not set as zero.
    if (!length || !complexity) {
      throw invalid(
        'password_strength_config needs luds_min_password_length and luds_min_password_complexity for LUDS.',
      )
    }
    return { ...policy, luds_min_password_length: length, luds_min_password_complexity: complexity }
  }
  if (given.luds_min_password_length ?? given.luds_min_password_complexity) {
    throw invalid(
      'password_strength_config.luds_min_password_length and luds_min_password_complexity need validation_policy LUDS.',
    )
  }
  return policy
}
