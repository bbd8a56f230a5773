import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const CONSUMER = `${OWN}/rbac_policy`
const B2B = '/pwa/v3/projects/local-stytch-b2b/environments/test/rbac_policy'

const documents = {
  resource_id: 'documents',
  description: 'Papers',
  available_actions: ['read', 'write'],
}
const reading = [{ resource_id: 'documents', actions: ['read'] }]
const everything = [{ resource_id: 'documents', actions: ['*'] }]

const custom = {
  custom_resources: [documents],
  custom_roles: [{ role_id: 'reader', description: 'Reads', permissions: reading }],
  custom_scopes: [{ scope: 'read:documents', description: 'Read', permissions: reading }],
}

describe('the RBAC policy', () => {
  test('of a Consumer environment starts with a user who may do nothing', async () => {
    const { manage } = workspace()
    const { status, json } = await manage('GET', CONSUMER)
    expect(status).toBe(200)
    expect(json.policy).toEqual({
      stytch_resources: [],
      stytch_user: { permissions: [] },
      custom_roles: [],
      custom_resources: [],
      custom_scopes: [],
    })
  })

  test('of a B2B environment starts with members, admins and Stytch’s resources', async () => {
    const { manage } = workspace()
    const { policy } = (await manage('GET', B2B)).json
    const all = (id: string) => ({ resource_id: id, actions: ['*'] })
    expect(policy).toMatchObject({
      stytch_member: { permissions: [all('stytch.self')] },
      stytch_admin: {
        permissions: ['organization', 'member', 'sso', 'scim'].map((id) => all(`stytch.${id}`)),
      },
      custom_roles: [],
      custom_resources: [],
      custom_scopes: [],
    })
    expect(policy).not.toHaveProperty('stytch_user')
    expect(policy.stytch_resources.map(({ resource_id }: Json) => resource_id).sort()).toEqual([
      'stytch.member',
      'stytch.organization',
      'stytch.scim',
      'stytch.self',
      'stytch.sso',
    ])
    for (const { available_actions } of policy.stytch_resources) {
      expect(available_actions).toContain('delete')
      expect(new Set(available_actions).size).toBe(available_actions.length)
    }
  })

  test('is what it was set to', async () => {
    const { manage } = workspace()
    const wanted = { ...custom, stytch_user: { permissions: everything } }
    const set = await manage('PUT', CONSUMER, wanted)
    expect(set).toMatchObject({ status: 200 })
    expect(set.json.policy).toEqual({ stytch_resources: [], ...wanted })
    expect((await manage('GET', CONSUMER)).json.policy).toEqual(set.json.policy)
  })

  test('is replaced whole: what is left out is as in the beginning', async () => {
    const { manage } = workspace()
    for (const [path, roles] of [
      [CONSUMER, ['stytch_user']],
      [B2B, ['stytch_member', 'stytch_admin']],
    ] as const) {
      const before = (await manage('GET', path)).json.policy
      const theirs = roles.map((role) => [role, { permissions: reading }])
      const set = await manage('PUT', path, { ...custom, ...Object.fromEntries(theirs) })
      expect(set.json.policy).toMatchObject({ ...custom, ...Object.fromEntries(theirs) })
      expect((await manage('PUT', path, {})).json.policy).toEqual(before)
      expect((await manage('GET', path)).json.policy).toEqual(before)
    }
  })

  test('keeps Stytch’s resources, whatever is sent for them', async () => {
    const { manage } = workspace()
    const before = (await manage('GET', B2B)).json.policy
    const { json } = await manage('PUT', B2B, { stytch_resources: [documents], surprise: true })
    expect(json.policy).toEqual(before)
  })

  test('may grant Stytch’s resources, in B2B', async () => {
    const { manage } = workspace()
    const permissions = [{ resource_id: 'stytch.member', actions: ['search', 'create'] }]
    const body = { custom_roles: [{ role_id: 'inviter', permissions }] }
    expect((await manage('PUT', B2B, body)).json.policy.custom_roles).toEqual([
      { role_id: 'inviter', description: '', permissions },
    ])
    expect(await manage('PUT', CONSUMER, body)).toMatchObject(
      refused(400, 'invalid_permission_resource'),
    )
  })

  test('has the default roles of its vertical only', async () => {
    const { manage } = workspace()
    const role = { permissions: [] }
    const refusal = refused(400, 'invalid_role_for_vertical')
    expect(await manage('PUT', B2B, { stytch_user: role })).toMatchObject(refusal)
    expect(await manage('PUT', CONSUMER, { stytch_member: role })).toMatchObject(refusal)
    expect(await manage('PUT', CONSUMER, { stytch_admin: role })).toMatchObject(refusal)
    expect((await manage('PUT', B2B, { stytch_user: null })).status).toBe(200)
  })

  const long = 'x'.repeat(129)
  const resource = (change: Json) => ({ custom_resources: [{ ...documents, ...change }] })
  const role = (change: Json) => ({
    ...custom,
    custom_roles: [{ ...custom.custom_roles[0], ...change }],
  })
  const scope = (change: Json) => ({
    ...custom,
    custom_scopes: [{ ...custom.custom_scopes[0], ...change }],
  })
  const twice = (items: readonly unknown[]) => [...items, ...items]
  const wrong: [string, Json, string][] = [
    ['a resource without a name', resource({ resource_id: '' }), 'empty_rbac_resource_id'],
    ['stytch.mine', resource({ resource_id: 'stytch.mine' }), 'invalid_stytch_prefixed_resource'],
    ['stytchy', resource({ resource_id: 'stytchy' }), 'invalid_stytch_prefixed_resource'],
    ['too long a resource', resource({ resource_id: long }), 'rbac_resource_id_too_long'],
    ['no actions', resource({ available_actions: [] }), 'rbac_resource_missing_actions'],
    ['the action *', resource({ available_actions: ['read', '*'] }), 'invalid_wildcard_action'],
    ['an empty action', resource({ available_actions: [''] }), 'invalid_permission_action'],
    ['too long an action', resource({ available_actions: [long] }), 'rbac_action_too_long'],
    ['an action twice', resource({ available_actions: ['a', 'a'] }), 'rbac_action_duplicate'],
    ['too much to say', resource({ description: 'x'.repeat(513) }), 'rbac_description_too_long'],
    [
      'a resource twice',
      { custom_resources: twice(custom.custom_resources) },
      'rbac_resource_duplicate',
    ],
    ['a role without a name', role({ role_id: '' }), 'empty_rbac_role_id'],
    ['stytch_mine', role({ role_id: 'stytch_mine' }), 'invalid_rbac_custom_role'],
    ['too long a role', role({ role_id: long }), 'rbac_role_id_too_long'],
    ['a role for nothing', role({ permissions: [] }), 'rbac_role_missing_permissions'],
    [
      'a role twice',
      { ...custom, custom_roles: twice(custom.custom_roles) },
      'rbac_role_duplicate',
    ],
    ['a scope without a name', scope({ scope: '' }), 'empty_rbac_scope'],
    ['openid', scope({ scope: 'openid' }), 'rbac_reserved_scope'],
    ['offline_access', scope({ scope: 'offline_access' }), 'rbac_reserved_scope'],
    ['full_access', scope({ scope: 'full_access' }), 'rbac_reserved_scope'],
    ['stytch:mine', scope({ scope: 'stytch:mine' }), 'rbac_reserved_scope'],
    ['two scopes in one', scope({ scope: 'read write' }), 'invalid_rbac_scope'],
    ['too long a scope', scope({ scope: long }), 'rbac_scope_too_long'],
    ['a scope for nothing', scope({ permissions: [] }), 'rbac_scope_missing_permissions'],
    ['a scope by scope_id', scope({ scope: undefined, scope_id: 'x' }), 'empty_rbac_scope'],
    [
      'a scope twice',
      { ...custom, custom_scopes: twice(custom.custom_scopes) },
      'rbac_scope_duplicate',
    ],
    ['roles in a string', { custom_roles: 'reader' }, 'bad_request'],
  ]
  const grants: [string, Json, string][] = [
    [
      'an unknown resource',
      { resource_id: 'photos', actions: ['read'] },
      'invalid_permission_resource',
    ],
    [
      'an unknown action',
      { resource_id: 'documents', actions: ['burn'] },
      'invalid_permission_action',
    ],
    ['no action', { resource_id: 'documents', actions: [] }, 'rbac_permission_missing_actions'],
    [
      '* and more',
      { resource_id: 'documents', actions: ['*', 'read'] },
      'cannot_specify_wildcard_with_other_actions',
    ],
    [
      'an action twice',
      { resource_id: 'documents', actions: ['read', 'read'] },
      'rbac_action_duplicate',
    ],
  ]
  for (const [what, permission, type] of grants) {
    const permissions = [...reading, permission]
    wrong.push(
      [`a role granting ${what}`, role({ permissions }), type],
      [`a scope of ${what}`, scope({ permissions }), type],
      [`users granted ${what}`, { ...custom, stytch_user: { permissions } }, type],
    )
  }
  for (const [what, body, type] of wrong) {
    test(`with ${what} is refused, and changes nothing`, async () => {
      const { manage } = workspace()
      await manage('PUT', CONSUMER, custom)
      expect(await manage('PUT', CONSUMER, body)).toMatchObject(refused(400, type))
      expect((await manage('GET', CONSUMER)).json.policy).toMatchObject(custom)
    })
  }

  for (const [name, permissions] of Object.entries({
    stytch_member: [{ resource_id: 'photos', actions: ['*'] }],
    stytch_admin: [{ resource_id: 'stytch.sso', actions: ['burn'] }],
  })) {
    test(`holds ${name} to what exists`, async () => {
      const { manage } = workspace()
      expect((await manage('PUT', B2B, { [name]: { permissions } })).status).toBe(400)
    })
  }

  test('takes a name of the greatest length, and no description', async () => {
    const { manage } = workspace()
    const id = 'x'.repeat(128)
    const body = {
      custom_resources: [{ resource_id: id, available_actions: [id] }],
      custom_scopes: [{ scope: id, permissions: [{ resource_id: id, actions: [id] }] }],
    }
    expect((await manage('PUT', CONSUMER, body)).json.policy).toMatchObject(body)
  })
})
