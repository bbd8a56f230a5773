/** A wanted RBAC policy: how it is written, and what becomes of it in a project of some vertical. */
import { z } from 'zod'
import { ApiError } from '../errors.ts'
import { newPolicy, type Policy } from './policy.ts'
import { requirePolicy } from './policy-rules.ts'
import type { Vertical } from './state.ts'
import { list, optional, text } from './zero-values.ts'

const permissions = list(z.object({ resource_id: text(), actions: list(z.string()) }))
const defaultRole = optional(z.object({ permissions }))

/** Body of the request; unknown members, and `stytch_resources` with them, are ignored. */
export const policyRequest = z.object({
  stytch_user: defaultRole,
  stytch_member: defaultRole,
  stytch_admin: defaultRole,
  custom_roles: list(z.object({ role_id: text(), description: text(), permissions })),
  custom_resources: list(
    z.object({ resource_id: text(), description: text(), available_actions: list(z.string()) }),
  ),
  custom_scopes: list(z.object({ scope: text(), description: text(), permissions })),
})

/**
 * @returns the whole policy that results
 * @throws ApiError `invalid_role_for_vertical`, or by the rule of `policy-rules.ts` that is broken
 */
export function policyFrom(wanted: z.output<typeof policyRequest>, vertical: Vertical): Policy {
  const { stytch_user, stytch_member, stytch_admin, ...custom } = wanted
  if (vertical === 'CONSUMER' ? stytch_member || stytch_admin : stytch_user) {
    throw new ApiError('invalid_role_for_vertical')
  }
  const policy: Policy = {
    ...newPolicy(vertical),
    ...(stytch_user && { stytch_user }),
    ...(stytch_member && { stytch_member }),
    ...(stytch_admin && { stytch_admin }),
    ...custom,
  }
  requirePolicy(policy)
  return policy
}
