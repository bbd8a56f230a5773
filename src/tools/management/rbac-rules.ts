/**
 * Rules every RBAC policy keeps, checked before Stytch is asked: its refusal would not say which part of
 * the policy it is about.
 *
 * @see https://stytch.com/docs/b2b/guides/rbac/overview
 */
import type { RBACPermission, RBACPolicy } from '../../stytch/management/rbac-policy.ts'
import { invalid } from './checked.ts'

/** Scopes that are OpenID's or Stytch's. */
const RESERVED = ['openid', 'email', 'profile', 'phone', 'offline_access', 'full_access']

/** @throws {ToolError} `invalid_arguments` for the first rule that is broken, and where */
export function requirePolicy(policy: RBACPolicy): void {
  const { custom_resources, custom_roles, custom_scopes } = policy
  each('custom_resources', custom_resources, ({ resource_id, available_actions: actions }, at) => {
    refuseStytchs(resource_id, `${at}.resource_id`)
    if (actions.length === 0) throw invalid(`${at}.available_actions is empty.`)
    if (actions.includes('*')) throw invalid(`${at}.available_actions must not hold *.`)
    refuseRepeated(actions, `${at}.available_actions`)
  })
  refuseRepeated(
    custom_resources.map(({ resource_id }) => resource_id),
    'policy.custom_resources',
  )

  const known = new Map(
    [...policy.stytch_resources, ...custom_resources].map((resource) => [
      resource.resource_id,
      resource.available_actions,
    ]),
  )
  for (const role of ['stytch_user', 'stytch_member', 'stytch_admin'] as const) {
    requirePermissions(policy[role]?.permissions ?? [], known, `policy.${role}`)
  }
  each('custom_roles', custom_roles, ({ role_id, permissions }, at) => {
    refuseStytchs(role_id, `${at}.role_id`)
    if (permissions.length === 0) throw invalid(`${at}.permissions is empty.`)
    requirePermissions(permissions, known, at)
  })
  refuseRepeated(
    custom_roles.map(({ role_id }) => role_id),
    'policy.custom_roles',
  )
  each('custom_scopes', custom_scopes, ({ scope, permissions }, at) => {
    refuseStytchs(scope, `${at}.scope`)
    if (RESERVED.includes(scope)) throw invalid(`${at}.scope is a reserved name.`)
    if (permissions.length === 0) throw invalid(`${at}.permissions is empty.`)
    requirePermissions(permissions, known, at)
  })
  refuseRepeated(
    custom_scopes.map(({ scope }) => scope),
    'policy.custom_scopes',
  )
}

function each<Item>(
  list: string,
  items: readonly Item[],
  check: (item: Item, at: string) => void,
): void {
  for (const [index, item] of items.entries()) check(item, `policy.${list}[${index}]`)
}

function requirePermissions(
  permissions: readonly RBACPermission[],
  known: ReadonlyMap<string, readonly string[]>,
  owner: string,
): void {
  for (const [index, { resource_id, actions }] of permissions.entries()) {
    const at = `${owner}.permissions[${index}]`
    const available = known.get(resource_id)
    if (available === undefined) throw invalid(`${at}.resource_id names no resource of the policy.`)
    if (actions.length === 0) throw invalid(`${at}.actions is empty.`)
    if (actions.includes('*')) {
      if (actions.length > 1) throw invalid(`${at}.actions must hold * alone, or no *.`)
    } else if (!actions.every((action) => available.includes(action))) {
      throw invalid(`${at}.actions names an action that its resource does not have.`)
    }
    refuseRepeated(actions, `${at}.actions`)
  }
}

function refuseStytchs(name: string, at: string): void {
  if (name === '') throw invalid(`${at} is empty.`)
  if (name.startsWith('stytch')) throw invalid(`${at} must not begin with stytch.`)
}

function refuseRepeated(values: readonly string[], at: string): void {
  if (new Set(values).size < values.length) throw invalid(`${at} names something twice.`)
}
