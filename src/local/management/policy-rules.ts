/**
 * What makes a policy one Stytch takes. Names that begin with `stytch` are its own; every permission is for
 * actions of a resource that exists, or for `*` alone; roles and scopes without permissions mean nothing.
 */
import { ApiError, type ApiErrorType } from '../errors.ts'
import type { Permission, Policy, Resource } from './policy.ts'

/** Characters of a name or a description. */
const MAX_NAME = 128
const MAX_DESCRIPTION = 512

/** Scopes that mean something to OpenID and to Stytch itself. */
const BUILT_IN_SCOPES = new Set([
  'openid',
  'email',
  'profile',
  'phone',
  'offline_access',
  'full_access',
])

/** RFC 6749 §3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** @throws ApiError of the first rule that is broken, by Stytch's own types */
export function requirePolicy(policy: Policy): void {
  requireResources(policy.custom_resources)
  const known = new Map(
    [...policy.stytch_resources, ...policy.custom_resources].map((resource) => [
      resource.resource_id,
      resource,
    ]),
  )
  for (const role of [policy.stytch_user, policy.stytch_member, policy.stytch_admin]) {
    if (role) requirePermissions(role.permissions, known)
  }
  requireRoles(policy, known)
  requireScopes(policy, known)
}

function requireResources(resources: Policy['custom_resources']): void {
  for (const { resource_id: id, description, available_actions: actions } of resources) {
    refuseIf(id === '', 'empty_rbac_resource_id')
    refuseIf(isStytchs(id), 'invalid_stytch_prefixed_resource')
    refuseIf(id.length > MAX_NAME, 'rbac_resource_id_too_long')
    refuseIf(description.length > MAX_DESCRIPTION, 'rbac_description_too_long')
    refuseIf(actions.length === 0, 'rbac_resource_missing_actions')
    refuseIf(actions.includes('*'), 'invalid_wildcard_action')
    refuseIf(actions.includes(''), 'invalid_permission_action')
    refuseIf(
      actions.some((action) => action.length > MAX_NAME),
      'rbac_action_too_long',
    )
    refuseIf(repeats(actions), 'rbac_action_duplicate')
  }
  refuseIf(repeats(resources.map(({ resource_id }) => resource_id)), 'rbac_resource_duplicate')
}

function requireRoles({ custom_roles: roles }: Policy, known: Map<string, Resource>): void {
  for (const { role_id: id, description, permissions } of roles) {
    refuseIf(id === '', 'empty_rbac_role_id')
    refuseIf(isStytchs(id), 'invalid_rbac_custom_role')
    refuseIf(id.length > MAX_NAME, 'rbac_role_id_too_long')
    refuseIf(description.length > MAX_DESCRIPTION, 'rbac_description_too_long')
    refuseIf(permissions.length === 0, 'rbac_role_missing_permissions')
    requirePermissions(permissions, known)
  }
  refuseIf(repeats(roles.map(({ role_id }) => role_id)), 'rbac_role_duplicate')
}

function requireScopes({ custom_scopes: scopes }: Policy, known: Map<string, Resource>): void {
  for (const { scope, description, permissions } of scopes) {
    refuseIf(scope === '', 'empty_rbac_scope')
    refuseIf(BUILT_IN_SCOPES.has(scope) || isStytchs(scope), 'rbac_reserved_scope')
    refuseIf(!SCOPE_TOKEN.test(scope), 'invalid_rbac_scope')
    refuseIf(scope.length > MAX_NAME, 'rbac_scope_too_long')
    refuseIf(description.length > MAX_DESCRIPTION, 'rbac_description_too_long')
    refuseIf(permissions.length === 0, 'rbac_scope_missing_permissions')
    requirePermissions(permissions, known)
  }
  refuseIf(repeats(scopes.map(({ scope }) => scope)), 'rbac_scope_duplicate')
}

function requirePermissions(
  permissions: readonly Permission[],
  known: ReadonlyMap<string, Resource>,
): void {
  for (const { resource_id, actions } of permissions) {
    const resource = known.get(resource_id)
    if (!resource) throw new ApiError('invalid_permission_resource')
    refuseIf(actions.length === 0, 'rbac_permission_missing_actions')
    const wildcard = actions.includes('*')
    refuseIf(wildcard && actions.length > 1, 'cannot_specify_wildcard_with_other_actions')
    refuseIf(
      !wildcard && !actions.every((action) => resource.available_actions.includes(action)),
      'invalid_permission_action',
    )
    refuseIf(repeats(actions), 'rbac_action_duplicate')
  }
}

function isStytchs(name: string): boolean {
  return name.startsWith('stytch')
}

function repeats(values: readonly string[]): boolean {
  return new Set(values).size < values.length
}

function refuseIf(broken: boolean, rule: ApiErrorType): void {
  if (broken) throw new ApiError(rule)
}
