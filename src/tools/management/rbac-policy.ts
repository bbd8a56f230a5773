/** RBAC policy: roles, resources and scopes of an environment. Stytch replaces it as a whole. */
import { z } from 'zod'
import { applyPatch, fingerprint, type Json } from '../../mcp/difference.ts'
import type { Tool } from '../../mcp/tool.ts'
import type { RBACPolicy } from '../../stytch/management/rbac-policy.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { checked, invalid } from './checked.ts'
import type { Declare } from './declare.ts'
import { complete, inWords, replacing, UNCHANGED, version } from './patch.ts'
import { requirePolicy } from './rbac-rules.ts'

const name = z.string().min(1).max(128)
const description = z.string().max(512).optional()
const permissions = z
  .array(z.strictObject({ resource_id: name, actions: z.array(name).max(200) }))
  .max(500)
const role = z.strictObject({ permissions }).optional()

/** What may be patched. Lists are given whole. */
const settings = z
  .strictObject({
    stytch_user: role,
    stytch_member: role,
    stytch_admin: role,
    custom_roles: z.array(z.strictObject({ role_id: name, description, permissions })).max(500),
    custom_resources: z
      .array(
        z.strictObject({
          resource_id: name,
          description,
          available_actions: z.array(name).max(200),
        }),
      )
      .max(500),
    custom_scopes: z.array(z.strictObject({ scope: name, description, permissions })).max(500),
  })
  .partial()

const common = {
  toolset: 'rbac_policy',
  at: 'environment',
  audited: ['project_id', 'project_slug', 'environment_slug'],
  long: { maxText: 512, maxSize: 256 * 1024 },
} as const

/** The tools of toolset `rbac_policy`. */
export function rbacPolicyTools({ read, change }: Declare): readonly Tool[] {
  return [
    read({
      ...common,
      name: 'getRBACPolicy',
      title: 'Look at the RBAC policy',
      description: 'Tells the roles, resources and scopes of an environment.',
      scopes: [READ_SETTINGS],
      operations: ['rbacPolicy.get'],
      input: {},
      output: z.object({ policy: z.looseObject({}), version: z.string() }),
      async run(_, { stytch, where, signal }) {
        const { document, complete } = await stytch.rbacPolicy.get(where, { signal })
        return {
          summary: complete
            ? 'Found.'
            : 'Found. Stytch has further parts that this server does not know, so it cannot change any.',
          data: { policy: { ...document }, version: await fingerprint(document) },
        }
      },
    }),
    change({
      ...common,
      name: 'updateRBACPolicy',
      title: 'Change the RBAC policy',
      description:
        'Changes who may do what in an environment, at once for everybody. Call getRBACPolicy first: a list of the patch replaces the whole list. Names beginning with stytch are Stytch’s; roles and scopes need permissions. A person must confirm.',
      risk: 'destructive',
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['rbacPolicy.get', 'rbacPolicy.set'],
      input: {
        policy: z.looseObject({}).describe('Only what changes (JSON Merge Patch)'),
        ...version,
      },
      output: z.object({ version: z.string() }),
      async prepare(input, { stytch, where, signal }) {
        const patch = checked('policy', settings, input.policy)
        const { before, after, changes, replace } = await replacing<RBACPolicy>({
          read: async () => complete(await stytch.rbacPolicy.get(where, { signal })),
          change(current) {
            requireVertical(current, patch)
            // Lists of objects are no `Json` to the compiler only because members may be left out.
            const wanted = applyPatch(current as unknown as Json, patch as unknown as Json)
            requirePolicy(wanted as unknown as RBACPolicy)
            return wanted as unknown as RBACPolicy
          },
          async write({ stytch_resources: _, ...policy }) {
            return (await stytch.rbacPolicy.set(where, policy, { signal })).document
          },
          version: input.version,
        })
        const { environment, project } = where
        return {
          before,
          after,
          ...(changes.length > 0 && {
            confirm: {
              question: `Change the RBAC policy of environment ${environment} of project ${project}: ${inWords(changes)}`,
              phrase: environment,
            },
          }),
          apply: async () => {
            const { version } = await replace()
            return {
              summary: changes.length === 0 ? UNCHANGED : 'The RBAC policy was changed.',
              data: { version },
            }
          },
        }
      },
    }),
  ]
}

/** A project has the default roles of its vertical, and no others. */
function requireVertical(current: RBACPolicy, patch: z.output<typeof settings>): void {
  const consumer = current.stytch_user !== undefined
  const b2b = current.stytch_member !== undefined || current.stytch_admin !== undefined
  if (consumer && (patch.stytch_member ?? patch.stytch_admin) !== undefined) {
    throw invalid('policy.stytch_member and stytch_admin are for B2B projects; this is none.')
  }
  if (b2b && patch.stytch_user !== undefined) {
    throw invalid('policy.stytch_user is for Consumer projects; this is none.')
  }
}
