/**
 * Says in words what an app would be allowed, gravest last so that it stands next to the button.
 * Stytch's own list leaves `full_access` out and does not tell looking from changing.
 */
import type { Project } from '../stytch/project.ts'
import { displayName } from './display-name.ts'

interface Section {
  readonly header: string
  readonly items: readonly { readonly text: string; readonly details?: string[] }[]
}

const BUILT_IN: Record<string, string> = {
  openid: 'Who you are on this server',
  profile: 'Your name, picture and language',
  email: 'Your email address',
  phone: 'Your phone number',
  offline_access: 'Also while you are not using the app, until you disconnect it',
  full_access: 'Everything you can: it acts as you',
}

const IDENTITY = ['openid', 'profile', 'email', 'phone']

/** Whether a scope is one of Stytch's own, not one this server's operator defined. */
export function isBuiltIn(scope: string): boolean {
  return Object.hasOwn(BUILT_IN, scope)
}

/**
 * The list of what is asked for, as Stytch's component wants it.
 *
 * @param scopes what this account can grant
 * @param unavailable built-in scopes it cannot
 */
export function consentManifest(
  scopes: readonly string[],
  unavailable: readonly string[],
  { scopeDescriptions }: Project,
): Section[] {
  const describe = (scope: string) => text(scope, scopeDescriptions.get(scope))
  const custom = scopes.filter((scope) => !isBuiltIn(scope))
  const groups: readonly (readonly [header: string, scopes: readonly string[]])[] = [
    ['About you', scopes.filter((scope) => IDENTITY.includes(scope))],
    ['Keeps access', scopes.filter((scope) => scope === 'offline_access')],
    ['Can look at', custom.filter(onlyReads)],
    [
      'Can change or delete',
      [...custom.filter((scope) => !onlyReads(scope)), ...scopes.filter(isFullAccess)],
    ],
    ['Not available to your account', unavailable],
  ]
  const sections = groups
    .filter(([, members]) => members.length > 0)
    .map(([header, members]) => ({ header, items: members.map(describe) }))
  return sections.length > 0 ? sections : [{ header: 'Nothing', items: [NOTHING] }]
}

const NOTHING = { text: 'Your account can give this app none of what it asked for.' }

function isFullAccess(scope: string): boolean {
  return scope === 'full_access'
}

/** By the naming rule of this server's scopes; whatever does not follow it may change things. */
function onlyReads(scope: string): boolean {
  return /^(?:read|view|list)[:._]|[:._](?:read|view|list)$/.test(scope)
}

function text(scope: string, description: string | undefined) {
  if (isBuiltIn(scope)) return { text: BUILT_IN[scope] ?? scope }
  const name = displayName(scope)
  if (description) return { text: displayName(description), details: [`Permission: ${name}`] }
  return { text: `“${name}”, a permission this server does not describe` }
}
