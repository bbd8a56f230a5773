/** The scopes this project knows, what they mean to a person, and who may grant them. */
import type { Project } from '../project.ts'
import type { User } from '../state.ts'

const STANDARD: Readonly<Record<string, string>> = {
  openid: 'Verify your identity',
  email: 'View your email address',
  profile: 'View your name, picture and language',
  phone: 'View your phone number',
  offline_access: 'Stay signed in when you are away',
}

/** @returns every scope a client may ask for, the OpenID ones first */
export function supportedScopes(project: Project): string[] {
  return [...Object.keys(STANDARD), ...project.scopes.map(({ scope }) => scope)]
}

/** @returns what the consent page may say about a supported scope */
export function describeScope(project: Project, scope: string): string {
  return (
    project.scopes.find((custom) => custom.scope === scope)?.description ?? STANDARD[scope] ?? ''
  )
}

/** @returns true when this user holds a role that may grant the scope, or the scope asks for none */
export function mayGrant(project: Project, user: User, scope: string): boolean {
  const roles = project.scopes.find((custom) => custom.scope === scope)?.roles
  return roles === undefined || roles.some((role) => user.roles.includes(role))
}
