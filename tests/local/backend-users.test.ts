import { describe, expect, test } from 'bun:test'
import { SEED_USERS } from '../../src/local/index.ts'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const { ada, bob } = SEED_USERS

/** A workspace whose backend asks about people. */
function backend() {
  const space = workspace()
  const { local, get, basic, postJson } = space
  return {
    ...space,
    user: (id: string, projectId = local.projectId, secret = local.secret) =>
      get(`/v1/users/${id}`, { authorization: basic(projectId, secret) }),
    change: (body: Json) => postJson('/local/users', body),
  }
}

describe('reading a user', () => {
  test('answers Stytch’s user, flat', async () => {
    const { status, json } = await backend().user(ada.userId)
    expect(status).toBe(200)
    const uuid = ada.userId.slice('user-test-'.length)
    expect(json).toEqual({
      user_id: ada.userId,
      name: { first_name: 'Ada', middle_name: '', last_name: 'Lovelace' },
      emails: [{ email_id: `email-test-${uuid}`, email: ada.email, verified: true }],
      phone_numbers: [
        { phone_id: `phone-number-test-${uuid}`, phone_number: ada.phone, verified: true },
      ],
      password: { password_id: `password-test-${uuid}`, requires_reset: false },
      providers: [],
      crypto_wallets: [],
      totps: [],
      webauthn_registrations: [],
      biometric_registrations: [],
      roles: ['stytch_user', 'admin'],
      status: 'active',
      created_at: '2026-11-22T12:00:00.000Z',
      trusted_metadata: {},
      untrusted_metadata: {},
      external_id: null,
      is_locked: false,
      lock_created_at: null,
      lock_expires_at: null,
      request_id: expect.stringMatching(/^request-id-test-/),
      status_code: 200,
    })
  })

  test('finds nobody under an unknown id, an address or a path', async () => {
    const { user } = backend()
    for (const id of ['user-test-nobody', ada.email, `x%2f..%2f${ada.userId}`, '__proto__']) {
      expect(await user(id)).toMatchObject(refused(404, 'user_not_found'))
    }
  })

  test('needs project id and secret, both', async () => {
    const { user, local, get, basic } = backend()
    const wrong = [
      await user(ada.userId, local.projectId, 'secret-test-other'),
      await user(ada.userId, local.projectId, ''),
      await user(ada.userId, 'project-test-other'),
      await user(ada.userId, local.publicToken, local.secret),
      await user(ada.userId, local.workspaceKeyId, local.workspaceKeySecret),
      await get(`/v1/users/${ada.userId}`),
      await get(`/v1/users/${ada.userId}`, { authorization: `Bearer ${local.secret}` }),
      await get('/v1/users/user-test-nobody', { authorization: basic('x', 'y') }),
    ]
    for (const answer of wrong) {
      expect(answer).toMatchObject(refused(401, 'unauthorized_credentials'))
    }
  })

  test('finds nobody in another environment, and refuses its secret in this one', async () => {
    const { user, manage, disposable, local } = backend()
    const path = await disposable()
    const { project_id } = (await manage('GET', path)).json.environment
    const { secret } = (await manage('POST', `${path}/secrets`)).json.secret
    expect(await user(ada.userId, project_id, secret)).toMatchObject(refused(404, 'user_not_found'))
    expect((await user(ada.userId, local.projectId, secret)).status).toBe(401)
    expect((await user(ada.userId, project_id, local.secret)).status).toBe(401)
  })

  test('ends with the environment, and is back after a reset', async () => {
    const { user, manage, postJson } = backend()
    await manage('DELETE', OWN)
    expect((await user(ada.userId)).status).toBe(401)
    await postJson('/local/reset', {})
    expect((await user(ada.userId)).status).toBe(200)
  })

  test('stays closed to the browser’s credentials, and to other methods', async () => {
    const { local, send, basic } = backend()
    const authorization = basic(local.projectId, local.secret)
    const answer = await send(`/v1/users/${ada.userId}`, {
      method: 'DELETE',
      headers: { authorization },
    })
    expect(answer).toMatchObject(refused(404, 'route_not_found'))
  })
})

describe('changing a user', () => {
  test('replaces what is given and leaves the rest', async () => {
    const { user, change } = backend()
    const { request_id: _, status_code: __, ...before } = (await user(bob.userId)).json
    const changes: [Json, Json][] = [
      [{ roles: ['stytch_user', 'editor'] }, { roles: ['stytch_user', 'editor'] }],
      [{ trusted_metadata: { plan: { tier: 1 } } }, { trusted_metadata: { plan: { tier: 1 } } }],
      [{ untrusted_metadata: { theme: 'dark' } }, { untrusted_metadata: { theme: 'dark' } }],
      [
        { name: { first_name: 'Robert', last_name: 'N' } },
        { name: { first_name: 'Robert', middle_name: '', last_name: 'N' } },
      ],
      [{ trusted_metadata: {} }, { trusted_metadata: {} }],
      [{ roles: [] }, { roles: [] }],
    ]
    let expected = before
    for (const [body, effect] of changes) {
      expected = { ...expected, ...effect }
      const answer = await change({ user_id: bob.userId, ...body })
      expect(answer).toMatchObject({ status: 200, json: { user: effect } })
      expect((await user(bob.userId)).json).toMatchObject(expected)
    }
    expect((await user(ada.userId)).json.roles).toEqual(['stytch_user', 'admin'])
  })

  test('reaches the browser and userinfo, and what may be granted', async () => {
    const scopes = [{ scope: 'write:things', description: 'Write', roles: ['writer'] }]
    const { signIn, sdk, postJson, register, authorization } = workspace({ scopes })
    const session = await signIn('bob@example.com')
    const { client_id } = await register()
    const asked = authorization(client_id, { scopes: ['openid', 'write:things'] })
    const grantable = async () => {
      const { data } = (await sdk('/idp/oauth/authorize/start', asked, session)).json
      return data.scope_results.find((each: Json) => each.scope === 'write:things').is_grantable
    }
    expect(await grantable()).toBe(false)
    await postJson('/local/users', { user_id: bob.userId, roles: ['stytch_user', 'writer'] })
    expect(await grantable()).toBe(true)
    const { data } = (await sdk('/sessions/authenticate', {}, session)).json
    expect(data.user.roles).toEqual(['stytch_user', 'writer'])
  })

  test('is undone by a reset', async () => {
    const { user, change, postJson } = backend()
    const changes = { roles: ['admin'], trusted_metadata: { a: 1 }, name: { first_name: 'X' } }
    await change({ user_id: bob.userId, ...changes })
    await postJson('/local/reset', {})
    expect((await user(bob.userId)).json).toMatchObject({
      roles: ['stytch_user'],
      trusted_metadata: {},
      name: { first_name: 'Bob', last_name: 'Noether' },
    })
  })

  const malformed: [Json, string][] = [
    [{}, 'user_id: '],
    [{ user_id: 'user-test-nobody' }, 'user_id: nobody here'],
    [{ user_id: bob.userId, roles: 'admin' }, 'roles: '],
    [{ user_id: bob.userId, roles: [''] }, 'roles.0: '],
    [{ user_id: bob.userId, trusted_metadata: [] }, 'trusted_metadata: '],
    [{ user_id: bob.userId, name: 'Bob' }, 'name: '],
    [{ user_id: bob.userId, email: 'x@example.com' }, 'body: Unrecognized key'],
  ]
  for (const [body, message] of malformed) {
    test(`${JSON.stringify(body)} is refused in a sentence`, async () => {
      const { status, json } = await backend().change(body)
      expect(status).toBe(400)
      expect(json.error_message).toStartWith(message)
    })
  }

  test('is no business of a web page elsewhere', async () => {
    const { postJson } = workspace()
    const origin = 'https://evil.test'
    const answer = await postJson(
      '/local/users',
      { user_id: bob.userId, roles: ['admin'] },
      { origin },
    )
    expect(answer.status).toBe(403)
  })
})
