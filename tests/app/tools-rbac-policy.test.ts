import { describe, expect, test } from 'bun:test'
import { B2B, B2B_ENVIRONMENT, ENVIRONMENT, manage, TEST } from '../support/managing.ts'

const PATH = `${ENVIRONMENT}/rbac_policy`
const reading = [{ resource_id: 'documents', actions: ['read'] }]
const documents = {
  resource_id: 'documents',
  description: '',
  available_actions: ['read', 'write'],
}
const reader = { role_id: 'reader', description: 'Reads', permissions: reading }
const scope = { scope: 'read:documents', description: '', permissions: reading }
const good = { custom_resources: [documents], custom_roles: [reader], custom_scopes: [scope] }

describe('the RBAC policy', () => {
  test('is patched with a person’s agreement; lists are whole, everything else stays', async () => {
    const { call, agree, apply, stytch } = manage()
    const { data: seen } = await call('getRBACPolicy', TEST)
    expect(seen.policy).toEqual((await stytch('GET', PATH)).policy)

    const args = { ...TEST, policy: good, version: seen.version }
    const done = await agree('updateRBACPolicy', args, 'test')
    expect(done.question).toContain('"/custom_roles/0" from nothing to')
    expect(done.summary).toBe('The RBAC policy was changed.')
    expect((await stytch('GET', PATH)).policy).toEqual({ ...seen.policy, ...good })

    const writing = [{ resource_id: 'documents', actions: ['*'] }]
    const policy = { custom_roles: [{ role_id: 'writer', permissions: writing }] }
    const { data } = await apply('updateRBACPolicy', { ...TEST, policy }, 'test')
    expect(data.changes.map(({ path }: { path: string }) => path)).toEqual([
      '/custom_roles/0',
      '/custom_roles/0',
    ])
    expect((await stytch('GET', PATH)).policy).toMatchObject({
      ...good,
      custom_roles: [{ role_id: 'writer', description: '', permissions: writing }],
    })
  })

  test('of a B2B project keeps Stytch’s resources, and lets default roles change', async () => {
    const { apply, stytch } = manage()
    const before = (await stytch('GET', `${B2B_ENVIRONMENT}/rbac_policy`)).policy
    const permissions = [{ resource_id: 'stytch.member', actions: ['create', 'search'] }]
    const policy = { stytch_admin: { permissions } }
    const { summary } = await apply('updateRBACPolicy', { ...B2B, policy }, 'test')
    expect(summary).toBe('The RBAC policy was changed.')
    expect((await stytch('GET', `${B2B_ENVIRONMENT}/rbac_policy`)).policy).toEqual({
      ...before,
      stytch_admin: { permissions },
    })
  })

  test('a dry run shows the difference; the order of roles is none, and nobody is asked', async () => {
    const { call, apply, writes } = manage()
    const { data } = await call('updateRBACPolicy', { ...TEST, policy: good, dryRun: true })
    expect(data.changes).toHaveLength(3)
    expect(writes()).toEqual([])
    const another = { ...reader, role_id: 'another' }
    const custom_roles = [reader, another]
    await apply('updateRBACPolicy', { ...TEST, policy: { ...good, custom_roles } }, 'test')
    const turned = { custom_roles: [another, reader] }
    const { summary } = await call('updateRBACPolicy', { ...TEST, policy: turned })
    expect(summary).toBe('Nothing was changed: it is so already.')
    expect(writes()).toHaveLength(1)
  })

  const refusing = manage()
  test.each<[string, object, string]>([
    ['Stytch’s own resources', { stytch_resources: [] }, 'policy'],
    ['an unknown part', { roles: [] }, 'policy'],
    ['an unknown member', { custom_roles: [{ ...reader, name: 'x' }] }, 'custom_roles[0]'],
    [
      'a role without permissions',
      role({ permissions: [] }),
      'custom_roles[0].permissions is empty',
    ],
    ['a role of Stytch’s', role({ role_id: 'stytch_admin' }), 'custom_roles[0].role_id'],
    ['a role without a name', role({ role_id: '' }), 'custom_roles[0].role_id'],
    ['two roles of one name', { ...good, custom_roles: [reader, reader] }, 'policy.custom_roles'],
    [
      'a scope without permissions',
      scoped({ permissions: [] }),
      'custom_scopes[0].permissions is empty',
    ],
    ['a scope of OpenID’s', scoped({ scope: 'openid' }), 'custom_scopes[0].scope is a reserved'],
    ['a scope of Stytch’s', scoped({ scope: 'stytch:all' }), 'custom_scopes[0].scope'],
    [
      'a resource of Stytch’s',
      resource({ resource_id: 'stytch.x' }),
      'custom_resources[0].resource_id',
    ],
    [
      'a resource without actions',
      resource({ available_actions: [] }),
      'available_actions is empty',
    ],
    ['a resource for everything', resource({ available_actions: ['*'] }), 'available_actions'],
    ['an action twice', resource({ available_actions: ['read', 'read'] }), 'something twice'],
    ['a permission for nothing known', allowing('papers', ['read']), 'permissions[0].resource_id'],
    ['an action nothing has', allowing('documents', ['burn']), 'permissions[0].actions'],
    ['a permission to do nothing', allowing('documents', []), 'permissions[0].actions is empty'],
    ['everything and more', allowing('documents', ['*', 'read']), '* alone'],
    ['a B2B role', { stytch_admin: { permissions: [] } }, 'B2B'],
    ['a resource in use taken away', { ...good, custom_resources: [] }, 'resource_id names no'],
  ])('E-G01 %s is refused by where it is', async (_, policy, where) => {
    const { call, writes } = refusing
    const { error } = await call('updateRBACPolicy', { ...TEST, policy })
    expect(error?.code).toBe('invalid_arguments')
    expect(error?.message).toContain(where)
    for (const value of ['burn', 'papers', 'openid', 'stytch.x']) {
      expect(error?.message).not.toContain(value)
    }
    expect(writes()).toEqual([])
  })

  test('a Consumer role has no place in a B2B project', async () => {
    const policy = { stytch_user: { permissions: [] } }
    const { error } = await manage().call('updateRBACPolicy', { ...B2B, policy })
    expect(error?.message).toContain('Consumer')
  })

  test('a version that is not current is refused', async () => {
    const { call, stytch, writes } = manage()
    const { version } = (await call('getRBACPolicy', TEST)).data
    await stytch('PUT', PATH, { custom_resources: [documents] })
    const { error } = await call('updateRBACPolicy', { ...TEST, policy: good, version })
    expect(error?.code).toBe('changed')
    expect(writes()).toEqual([])
  })

  test('what was changed in the last moment is not overwritten', async () => {
    let looks = 0
    const { apply, stytch, writes } = manage({
      async upstream(request, next) {
        if (request.method === 'GET' && request.url.endsWith('/rbac_policy') && ++looks === 3) {
          await stytch('PUT', PATH, { custom_resources: [documents] })
        }
        return next(request)
      },
    })
    const { error } = await apply('updateRBACPolicy', { ...TEST, policy: good }, 'test')
    expect(error?.code).toBe('changed')
    expect(writes()).toEqual([])
    expect((await stytch('GET', PATH)).policy.custom_resources).toEqual([documents])
  })
})

function role(change: object) {
  return { ...good, custom_roles: [{ ...reader, ...change }] }
}

function scoped(change: object) {
  return { ...good, custom_scopes: [{ ...scope, ...change }] }
}

function resource(change: object) {
  return { custom_resources: [{ ...documents, ...change }] }
}

function allowing(resource_id: string, actions: string[]) {
  return role({ permissions: [{ resource_id, actions }] })
}
