/** What the RBAC policy of a real project would say about the scopes of the management tools. */
import type { CustomScope } from '../local/index.ts'
import { SCOPE_DESCRIPTIONS } from '../tools/scopes.ts'

/** The role whose holders may grant the scopes: Ada's. */
const ROLES = ['admin']

/** The scopes, for Local Stytch. */
export function managementScopes(): readonly CustomScope[] {
  return Object.entries(SCOPE_DESCRIPTIONS).map(([scope, description]) => ({
    scope,
    description,
    roles: ROLES,
  }))
}
