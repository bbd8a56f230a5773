/** What is offered and what may be managed: nothing by default, and nothing half said. */
import { describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/index.ts'
import { problems } from '../support/config-problems.ts'

const UUID = '00000000-0000-4000-8000-000000000000'
const PROJECT = {
  STYTCH_PROJECT_ID: `project-test-${UUID}`,
  STYTCH_DOMAIN: 'https://acme-1234.customers.stytch.dev',
  STYTCH_PUBLIC_TOKEN: `public-token-test-${UUID}`,
}
const KEY = {
  ...PROJECT,
  STYTCH_WORKSPACE_KEY_ID: 'workspace-key-prod-1',
  STYTCH_WORKSPACE_KEY_SECRET: 'the-secret-of-the-key',
}
const MANAGED = { ...KEY, ADMIN_USERS: `user-test-${UUID}`, MANAGED_PROJECTS: 'acme' }

describe('a usable configuration', () => {
  test('without a key nothing is managed', () => {
    expect(loadConfig(PROJECT).management).toBeUndefined()
  })

  test('with a key, what was named and nothing more', () => {
    expect(loadConfig(MANAGED).management).toEqual({
      api: 'https://management.stytch.com',
      keyId: KEY.STYTCH_WORKSPACE_KEY_ID,
      keySecret: KEY.STYTCH_WORKSPACE_KEY_SECRET,
      adminUsers: [`user-test-${UUID}`],
      adminRoles: [],
      projects: ['acme'],
      allowLive: false,
    })
  })

  test('roles, all projects and live environments, when said', () => {
    const env = { STYTCH_SECRET: 'secret-test-x', ADMIN_ROLES: 'admin, ops', ALLOW_LIVE: 'true' }
    expect(loadConfig({ ...KEY, ...env, MANAGED_PROJECTS: '*' }).management).toMatchObject({
      adminUsers: [],
      adminRoles: ['admin', 'ops'],
      projects: 'all',
      allowLive: true,
    })
  })

  test('Local Stytch: its administrators, all of it, live as well unless forbidden', () => {
    expect(loadConfig({}).management).toMatchObject({
      api: 'http://localhost:3001',
      adminRoles: ['admin'],
      projects: 'all',
      allowLive: true,
    })
    expect(loadConfig({ ALLOW_LIVE: 'false' }).management?.allowLive).toBe(false)
    expect(loadConfig({ ADMIN_USERS: 'user-test-1' }).management?.adminRoles).toEqual([])
    expect(loadConfig({ MANAGED_PROJECTS: 'one,two' }).management?.projects).toEqual(['one', 'two'])
  })

  test('toolsets: the default ones, those named, or all', () => {
    const { offer } = loadConfig({})
    expect(offer.readOnly).toBe(false)
    expect(offer.toolsets).toContain('sdk_config')
    expect(offer.toolsets).not.toContain('rbac_policy')
    expect(loadConfig({ TOOLSETS: 'identity, rbac_policy' }).offer.toolsets).toEqual([
      'identity',
      'rbac_policy',
    ])
    expect(loadConfig({ TOOLSETS: 'all' }).offer.toolsets).toContain('metrics')
    expect(loadConfig({ READ_ONLY: 'true' }).offer.readOnly).toBe(true)
  })
})

describe('refuses to start', () => {
  const { ADMIN_USERS: _, ...nobody } = MANAGED
  const { MANAGED_PROJECTS: __, ...nothing } = MANAGED
  const { STYTCH_WORKSPACE_KEY_SECRET: ___, ...half } = MANAGED
  test.each<[string, Record<string, string>, RegExp]>([
    ['half a key', half, /^STYTCH_WORKSPACE_KEY_SECRET is not set/],
    [
      'something else for a key',
      { ...MANAGED, STYTCH_WORKSPACE_KEY_ID: 'key' },
      /^STYTCH_WORKSPACE_KEY_ID is not the id/,
    ],
    ['a key nobody may use', nobody, /^ADMIN_USERS is not set/],
    ['a key for no project', nothing, /^MANAGED_PROJECTS is not set/],
    ['no slug', { ...MANAGED, MANAGED_PROJECTS: 'acme,..' }, /^MANAGED_PROJECTS holds/],
    [
      'roles without the secret they are read with',
      { ...MANAGED, ADMIN_ROLES: 'admin' },
      /^STYTCH_SECRET is not set/,
    ],
    [
      'a key beside Local Stytch',
      { STYTCH_WORKSPACE_KEY_ID: 'workspace-key-prod-1' },
      /^STYTCH_WORKSPACE_KEY_ID is set, but sign-in is local/,
    ],
    ['an unknown toolset', { TOOLSETS: 'identity,everything' }, /^TOOLSETS holds "everything"/],
    [
      'management without a key',
      { ...PROJECT, TOOLSETS: 'projects' },
      /^TOOLSETS holds "projects"/,
    ],
    ['neither true nor false', { READ_ONLY: 'yes' }, /^READ_ONLY is neither/],
    ['live, perhaps', { ALLOW_LIVE: '1' }, /^ALLOW_LIVE is neither/],
  ])('%s', (_, env, problem) => {
    const found = problems(env)
    expect(found.filter((line) => problem.test(line))).toHaveLength(1)
    expect(found.join()).not.toContain(KEY.STYTCH_WORKSPACE_KEY_SECRET)
  })
})
