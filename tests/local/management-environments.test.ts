import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const PROJECT = '/pwa/v3/projects/local-stytch'
const ALL = `${PROJECT}/environments`

describe('an environment', () => {
  test('is created with Stytch’s defaults', async () => {
    const { manage } = workspace()
    const { status, json } = await manage('POST', ALL, { name: 'Staging', type: 'TEST' })
    expect(status).toBe(200)
    expect(json.environment).toEqual({
      environment_slug: 'staging',
      project_slug: 'local-stytch',
      name: 'Staging',
      type: 'TEST',
      project_id: expect.stringMatching(/^project-test-[0-9a-f-]{36}$/),
      oauth_callback_id: expect.stringMatching(/^oauth-callback-test-[0-9a-f-]{36}$/),
      cross_org_passwords_enabled: false,
      user_impersonation_enabled: false,
      zero_downtime_session_migration_url: '',
      use_custom_domain_in_magic_link_emails: false,
      user_lock_self_serve_enabled: false,
      user_lock_threshold: 10,
      user_lock_ttl: 3600,
      idp_authorization_url: '',
      idp_dynamic_client_registration_enabled: false,
      idp_dynamic_client_registration_access_token_template_content: '',
      created_at: '2026-11-22T12:00:00.000Z',
    })
    expect((await manage('GET', `${ALL}/staging`)).json.environment).toEqual(json.environment)
    expect((await manage('GET', `${ALL}/staging/secrets`)).json.secrets).toEqual([])
    expect((await manage('GET', `${ALL}/staging/public_tokens`)).json.public_tokens).toEqual([])
    const { environments } = (await manage('GET', ALL)).json
    expect(environments.map((each: Json) => each.environment_slug)).toEqual([
      'test',
      'production',
      'staging',
    ])
  })

  const options = {
    cross_org_passwords_enabled: true,
    user_impersonation_enabled: true,
    zero_downtime_session_migration_url: 'https://example.com/userinfo',
    user_lock_self_serve_enabled: true,
    user_lock_threshold: 5,
    user_lock_ttl: 600,
    idp_authorization_url: 'https://example.com/idp',
    idp_dynamic_client_registration_enabled: true,
    idp_dynamic_client_registration_access_token_template_content: '{"f": {{ user.user_id }} }',
  }

  test('takes every option when it is created', async () => {
    const { manage } = workspace()
    const wish = { name: 'Staging', type: 'TEST', environment_slug: 'stage-1', ...options }
    const { environment } = (await manage('POST', ALL, wish)).json
    expect(environment).toMatchObject({ ...wish, use_custom_domain_in_magic_link_emails: false })
  })

  test('changes only what a PATCH says', async () => {
    const { manage } = workspace()
    let expected = (await manage('GET', OWN)).json.environment
    const changes = { ...options, name: 'New', use_custom_domain_in_magic_link_emails: true }
    for (const [name, value] of Object.entries(changes)) {
      expected = { ...expected, [name]: value }
      const answer = await manage('PATCH', OWN, { [name]: value })
      expect(answer.json.environment).toEqual(expected)
    }
    const kept = { name: null, user_lock_ttl: null, type: 'LIVE', project_id: 'x', slug: 'y' }
    expect((await manage('PATCH', OWN, kept)).json.environment).toEqual(expected)
    expect((await manage('GET', OWN)).json.environment).toEqual(expected)
    const off = { cross_org_passwords_enabled: false, idp_authorization_url: '' }
    expect((await manage('PATCH', OWN, off)).json.environment).toEqual({ ...expected, ...off })
  })

  const invalid: Json[] = [
    { name: '' },
    { name: 1 },
    { cross_org_passwords_enabled: 'yes' },
    { user_lock_threshold: 0 },
    { user_lock_threshold: 1.5 },
    { user_lock_ttl: -1 },
    { user_lock_ttl: '600' },
    { idp_authorization_url: 'javascript:alert(1)' },
    { idp_authorization_url: 'example.com' },
    { zero_downtime_session_migration_url: 'https://' },
    { idp_dynamic_client_registration_access_token_template_content: 1 },
  ]
  for (const change of invalid) {
    test(`${JSON.stringify(change)} is refused, new or not`, async () => {
      const { manage } = workspace()
      const before = (await manage('GET', OWN)).json.environment
      const [name] = Object.keys(change)
      const created = await manage('POST', ALL, { name: 'Staging', type: 'TEST', ...change })
      for (const answer of [created, await manage('PATCH', OWN, change)]) {
        expect(answer).toMatchObject(refused(400, 'bad_request'))
        expect(answer.json.error_message).toStartWith(`${name}: `)
      }
      expect((await manage('GET', OWN)).json.environment).toEqual(before)
      expect((await manage('GET', ALL)).json.environments).toHaveLength(2)
    })
  }

  test('needs a name, a type there is, and a slug that is one', async () => {
    const { manage } = workspace()
    const wishes = [
      {},
      { name: 'x' },
      { type: 'TEST' },
      { name: 'x', type: 'STAGING' },
      { name: 'x', type: 'TEST', environment_slug: 'A b' },
      { name: 'x', type: 'TEST', environment_slug: '../test' },
    ]
    for (const wish of wishes) {
      expect(await manage('POST', ALL, wish)).toMatchObject(refused(400, 'bad_request'))
    }
  })

  test('may not take a slug of its project, and may one of another', async () => {
    const { manage, disposable } = workspace()
    const wish = { name: 'x', type: 'TEST', environment_slug: 'test' }
    expect(await manage('POST', ALL, wish)).toMatchObject(
      refused(400, 'environment_slug_already_used'),
    )
    await disposable('shop')
    const elsewhere = await manage('POST', '/pwa/v3/projects/shop/environments', wish)
    expect(elsewhere.json.environment.environment_slug).toBe('test')
    const made = await manage('POST', ALL, { name: 'Test', type: 'TEST' })
    expect(made.json.environment.environment_slug).toBe('test-2')
  })

  test('is live once per project, first, and for good', async () => {
    const { manage } = workspace()
    expect(await manage('POST', ALL, { name: 'Second', type: 'LIVE' })).toMatchObject(
      refused(400, 'live_environment_already_exists'),
    )
    expect(await manage('DELETE', `${ALL}/production`)).toMatchObject(
      refused(400, 'cannot_delete_live_environment'),
    )
    expect((await manage('GET', `${ALL}/production`)).status).toBe(200)
    const bare = { name: 'Bare', vertical: 'B2B', project_slug: 'bare' }
    await manage('POST', '/pwa/v3/projects', bare)
    const path = '/pwa/v3/projects/bare/environments'
    expect(await manage('POST', path, { name: 'Try', type: 'TEST' })).toMatchObject(
      refused(400, 'live_environment_required'),
    )
    const live = await manage('POST', path, { name: 'Live', type: 'LIVE' })
    expect(live.json.environment.project_id).toStartWith('project-live-')
    expect((await manage('POST', path, { name: 'Try', type: 'TEST' })).status).toBe(200)
  })

  test('is deleted with all it has; the others stay', async () => {
    const { manage, disposable } = workspace()
    const path = await disposable('shop')
    await manage('POST', `${path}/secrets`)
    expect((await manage('DELETE', path, {})).status).toBe(200)
    for (const gone of [path, `${path}/secrets`, `${path}/public_tokens`, `${path}/metrics`]) {
      expect(await manage('GET', gone)).toMatchObject(refused(404, 'environment_not_found'))
    }
    expect((await manage('GET', OWN)).status).toBe(200)
    const { environments } = (await manage('GET', '/pwa/v3/projects/shop/environments')).json
    expect(environments).toHaveLength(1)
  })

  test('that does not exist is not found, nor one of another project', async () => {
    const { manage, disposable } = workspace()
    await disposable('shop')
    const cases = [
      ['/pwa/v3/projects/nobody/environments/test', 'project_not_found'],
      [`${ALL}/try`, 'environment_not_found'],
      ['/pwa/v3/projects/shop/environments/test', 'environment_not_found'],
    ] as const
    for (const [path, type] of cases) {
      for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
        const answer = await manage(method, path, method === 'GET' ? undefined : {})
        expect(answer).toMatchObject(refused(404, type))
      }
      expect(await manage('GET', `${path}/metrics`)).toMatchObject(refused(404, type))
    }
    for (const method of ['GET', 'POST'] as const) {
      const path = '/pwa/v3/projects/nobody/environments'
      const answer = await manage(method, path, method === 'GET' ? undefined : {})
      expect(answer).toMatchObject(refused(404, 'project_not_found'))
    }
  })
})

describe('metrics', () => {
  test('count the people there are, in Local Stytch’s own environment', async () => {
    const { manage, sdk } = workspace()
    const metrics = async (path: string) => (await manage('GET', `${path}/metrics`)).json.metrics
    const none = { organization_count: 0, member_count: 0, m2m_client_count: 0 }
    expect(await metrics(OWN)).toEqual({ user_count: 2, ...none })
    await sdk('/passwords', {
      email: 'eve@example.com',
      password: 'correct horse battery',
      session_duration_minutes: 60,
    })
    expect(await metrics(OWN)).toEqual({ user_count: 3, ...none })
    expect(await metrics(`${ALL}/production`)).toEqual({ user_count: 0, ...none })
    const b2b = '/pwa/v3/projects/local-stytch-b2b/environments/test'
    expect(await metrics(b2b)).toEqual({ user_count: 0, ...none })
  })
})
