/** `stytchRoles`: the roles somebody has at Stytch, now. */
import type { Principal } from '../oauth/principal.ts'
import type { AppDependencies } from '../parts.ts'
import { createMembers } from '../stytch/members.ts'
import { createPeople } from '../stytch/people.ts'
import type { RolesOf } from './authorize.ts'
import { configOf, type Settings } from './settings.ts'

/** Settings, and how Stytch's backend API is reached. */
export interface StytchRolesOptions
  extends Settings,
    Pick<AppDependencies, 'fetch' | 'now' | 'pause' | 'timeout'> {}

const BESIDES: Record<Exclude<keyof StytchRolesOptions, keyof Settings>, true> = {
  fetch: true,
  now: true,
  pause: true,
  timeout: true,
}

/**
 * Reads roles from Stytch's backend API: of users, or of members in the organization they signed in to. Every
 * question is asked, so that a role is gone the moment it is taken away; remember answers yourself where that
 * is too dear.
 *
 * ```ts
 * const admins = authorize({ roles: ['stytch_admin'], rolesOf: stytchRoles({ env: process.env }) })
 * ```
 *
 * @param options settings by the rule of `Settings`, with `stytch.secret`; `fetch`, `now`, `pause` instead of the
 *   platform's; `timeout` of one attempt in milliseconds, 10,000 unless set
 * @returns a function from a verified caller to the ids of their roles; none for somebody who does not exist or
 *   is not active. It rejects with `PeopleError` when Stytch cannot say
 * @throws {ConfigError} with everything that is wrong with the options, all at once
 * @see https://stytch.com/docs/b2b/guides/rbac/overview
 */
export function stytchRoles(options: StytchRolesOptions = {}): RolesOf {
  const reader = { name: 'stytchRoles', besides: Object.keys(BESIDES), signIn: false }
  const { stytch } = configOf(options, { ...reader, needsSecret: true })
  const { projectId, secret = '', browserApi: baseUrl } = stytch
  const { now, pause, timeout } = options
  const fetch = (options.fetch ?? globalThis.fetch) as typeof globalThis.fetch
  const api = { baseUrl, projectId, secret, fetch, now, pause, timeout }
  const people = createPeople(api)
  const members = createMembers(api)
  return ({ kind, subject, organization }: Principal) => {
    if (kind === 'user') return people.roles(subject)
    return organization === undefined ? [] : members.roles(organization.id, subject)
  }
}
