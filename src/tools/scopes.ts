/**
 * Scopes of the management tools: Stytch's hosted names, and one for reading beside each, so that looking
 * need not take the right to change.
 */

export const MANAGE_PROJECTS = 'admin:projects'
export const MANAGE_KEYS = 'manage:api_keys'
export const MANAGE_TEST_KEYS = 'manage:api_keys:test'
export const MANAGE_SETTINGS = 'manage:project_settings'
export const MANAGE_DATA = 'manage:project_data'
export const READ_PROJECTS = 'read:projects'
export const READ_KEYS = 'read:api_keys'
export const READ_SETTINGS = 'read:project_settings'
export const READ_DATA = 'read:project_data'

/** What else each scope grants. A table, not prefixes: a name that looks alike grants nothing. */
export const IMPLIED_SCOPES: Readonly<Record<string, readonly string[]>> = Object.freeze({
  [MANAGE_PROJECTS]: [READ_PROJECTS],
  [MANAGE_KEYS]: [MANAGE_TEST_KEYS, READ_KEYS],
  [MANAGE_TEST_KEYS]: [READ_KEYS],
  [MANAGE_SETTINGS]: [READ_SETTINGS],
  [MANAGE_DATA]: [READ_DATA],
})

/** What a person is asked on the consent page, by scope. */
export const SCOPE_DESCRIPTIONS: Readonly<Record<string, string>> = Object.freeze({
  [MANAGE_PROJECTS]: 'Create, change and delete Stytch projects and environments',
  [MANAGE_KEYS]: 'Create and delete API secrets of all environments',
  [MANAGE_TEST_KEYS]: 'Create and delete API secrets of test environments',
  [MANAGE_SETTINGS]: 'Change how sign-in works: URLs, SDK, e-mails, roles',
  [MANAGE_DATA]: 'Change data of your projects',
  [READ_PROJECTS]: 'See your Stytch projects and environments',
  [READ_KEYS]: 'See which API secrets exist, not their values',
  [READ_SETTINGS]: 'See how sign-in is set up',
  [READ_DATA]: 'See how much your projects are used',
})
