/** Who may do what in an environment: roles, resources and scopes. Set as a whole. */
import { z } from 'zod'
import { list, maybe, type Whole, whole } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

const permissions = list(z.object({ resource_id: z.string(), actions: list(z.string()) }))
const defaultRole = z.object({ permissions })
const role = z.object({ role_id: z.string(), description: maybe(z.string()), permissions })
const scope = z.object({ scope: z.string(), description: maybe(z.string()), permissions })
const resource = z.object({
  resource_id: z.string(),
  description: maybe(z.string()),
  available_actions: list(z.string()),
})

const policy = z.object({
  /** Stytch's own, and only it can change them. */
  stytch_resources: list(resource),
  /** Consumer projects only: what every user may do. */
  stytch_user: maybe(defaultRole),
  /** B2B projects only, as the next: what every member may do. */
  stytch_member: maybe(defaultRole),
  stytch_admin: maybe(defaultRole),
  custom_roles: list(role),
  custom_resources: list(resource),
  custom_scopes: list(scope),
})

export type RBACPolicy = z.output<typeof policy>
export type RBACPermission = z.output<typeof permissions>[number]

/** A policy without what Stytch alone defines. What is left out is removed. */
export type NewRBACPolicy = Partial<Omit<RBACPolicy, 'stytch_resources'>>

const one = z.object({ policy: whole(policy) })

/** RBAC policies, per environment. */
export function rbacPolicy(call: Call) {
  return Object.freeze({
    async get(where: Where, options?: CallOptions): Promise<Whole<RBACPolicy>> {
      const given = { path: inEnvironment(where), answer: one, options }
      return (await call('rbacPolicy.get', given)).policy
    },

    /** Replaces the policy: read it first, and send everything that should remain. */
    async set(
      where: Where,
      body: NewRBACPolicy,
      options?: CallOptions,
    ): Promise<Whole<RBACPolicy>> {
      const given = { path: inEnvironment(where), body, answer: one, options }
      return (await call('rbacPolicy.set', given)).policy
    },
  })
}
