import { describe, expect, test } from 'bun:test'
import { LOCAL_PROJECT, SEED_PROJECTS } from '../../src/local/index.ts'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const PROJECTS = '/pwa/v3/projects'
const START = '2026-11-22T12:00:00.000Z'

describe('the seeds', () => {
  const { manage, local } = workspace()

  test('are a consumer project and a B2B project', async () => {
    const { json } = await manage('GET', PROJECTS)
    expect(json.projects).toEqual([
      {
        project_slug: SEED_PROJECTS.consumer.slug,
        name: 'Local Stytch',
        vertical: 'CONSUMER',
        created_at: START,
      },
      {
        project_slug: SEED_PROJECTS.b2b.slug,
        name: 'Local Stytch B2B',
        vertical: 'B2B',
        created_at: START,
      },
    ])
  })

  test('have Local Stytch’s own ids in the test environment, and others elsewhere', async () => {
    const own = (await manage('GET', OWN)).json.environment
    expect(own).toMatchObject({
      type: 'TEST',
      project_id: local.projectId,
      idp_authorization_url: LOCAL_PROJECT.authorizationEndpoint,
      idp_dynamic_client_registration_enabled: true,
    })
    const live = (await manage('GET', `${PROJECTS}/local-stytch/environments/production`)).json
    expect(live.environment).toMatchObject({
      type: 'LIVE',
      project_id: expect.stringMatching(/^project-live-[0-9a-f-]{36}$/),
      oauth_callback_id: expect.stringMatching(/^oauth-callback-live-[0-9a-f-]{36}$/),
    })
    const tokens = (await manage('GET', `${OWN}/public_tokens`)).json.public_tokens
    expect(tokens).toEqual([{ public_token: local.publicToken, created_at: START }])
    const { secrets } = (await manage('GET', `${OWN}/secrets`)).json
    expect(secrets).toEqual([
      {
        secret_id: expect.stringMatching(/^secret-test-[0-9a-f-]{36}$/),
        last_four: local.secret.slice(-4),
        created_at: START,
      },
    ])
  })

  test('are the same in every Local Stytch', async () => {
    const other = workspace()
    for (const path of ['/web/v1/projects', OWN, `${OWN}/secrets`]) {
      const { request_id: _, ...mine } = (await manage('GET', path)).json
      const { request_id: __, ...theirs } = (await other.manage('GET', path)).json
      expect(mine).toEqual(theirs)
    }
  })

  test('are what a reset comes back to, changed or deleted', async () => {
    const { manage, postJson, disposable } = workspace()
    const before = (await manage('GET', '/web/v1/projects')).json.projects
    const secrets = (await manage('GET', `${OWN}/secrets`)).json.secrets
    await manage('POST', `${OWN}/secrets`)
    await disposable()
    await manage('PATCH', `${PROJECTS}/local-stytch`, { name: 'Renamed' })
    await manage('DELETE', `${PROJECTS}/local-stytch-b2b`)
    await postJson('/local/reset', {})
    expect((await manage('GET', '/web/v1/projects')).json.projects).toEqual(before)
    expect((await manage('GET', `${OWN}/secrets`)).json.secrets).toEqual(secrets)
  })
})

describe('a project', () => {
  test('is created, read, renamed and deleted', async () => {
    const { manage } = workspace()
    const created = await manage('POST', PROJECTS, {
      name: 'Shop',
      vertical: 'B2B',
      project_slug: 'shop',
    })
    const shop = { project_slug: 'shop', name: 'Shop', vertical: 'B2B', created_at: START }
    expect(created).toMatchObject({ status: 200, json: { project: shop, status_code: 200 } })
    expect((await manage('GET', `${PROJECTS}/shop`)).json.project).toEqual(shop)
    expect((await manage('GET', `${PROJECTS}/shop/environments`)).json.environments).toEqual([])
    const renamed = { ...shop, name: 'Shop two' }
    expect((await manage('PATCH', `${PROJECTS}/shop`, { name: 'Shop two' })).json.project).toEqual(
      renamed,
    )
    expect((await manage('GET', `${PROJECTS}/shop`)).json.project).toEqual(renamed)
    expect((await manage('DELETE', `${PROJECTS}/shop`)).json).toMatchObject({ status_code: 200 })
    expect(await manage('GET', `${PROJECTS}/shop`)).toMatchObject(refused(404, 'project_not_found'))
    expect((await manage('GET', PROJECTS)).json.projects).toHaveLength(2)
  })

  test('gets a slug made of its name, with a number when it is taken', async () => {
    const { manage } = workspace()
    const slugOf = async (name: string) =>
      (await manage('POST', PROJECTS, { name, vertical: 'CONSUMER' })).json.project.project_slug
    expect(await slugOf('My shop (2)')).toBe('my-shop-2')
    expect(await slugOf('My shop!')).toBe('my-shop')
    expect(await slugOf('my SHOP')).toBe('my-shop-3')
    expect(await slugOf('店')).toBe('project')
    const long = await slugOf('a'.repeat(255))
    expect(await slugOf('a'.repeat(255))).toBe(`${long}-2`)
  })

  test('may not take a slug that is taken', async () => {
    const { manage } = workspace()
    const wish = { name: 'Another', vertical: 'B2B', project_slug: 'local-stytch' }
    expect(await manage('POST', PROJECTS, wish)).toMatchObject(
      refused(400, 'project_slug_already_used'),
    )
    expect((await manage('GET', `${PROJECTS}/local-stytch`)).json.project.name).toBe('Local Stytch')
  })

  const invalid: [Json, string][] = [
    [{}, 'name: '],
    [{ name: '', vertical: 'B2B' }, 'name: '],
    [{ name: 'x'.repeat(256), vertical: 'B2B' }, 'name: '],
    [{ name: 7, vertical: 'B2B' }, 'name: '],
    [{ name: 'x' }, 'vertical: '],
    [{ name: 'x', vertical: 'ALL' }, 'vertical: '],
    [{ name: 'x', vertical: 'b2b' }, 'vertical: '],
    ...['', 'A', 'a b', 'a/b', '..', 'a.b', '-a', 'é', 'a%2fb', 'x'.repeat(129)].map(
      (project_slug): [Json, string] => [
        { name: 'x', vertical: 'B2B', project_slug },
        'project_slug: ',
      ],
    ),
    [[], 'body: '],
  ]
  for (const [body, message] of invalid) {
    test(`${JSON.stringify(body).slice(0, 70)} is refused in a sentence`, async () => {
      const { manage } = workspace()
      const answer = await manage('POST', PROJECTS, body)
      expect(answer).toMatchObject(refused(400, 'bad_request'))
      expect(answer.json.error_message).toStartWith(message)
      expect((await manage('GET', PROJECTS)).json.projects).toHaveLength(2)
    })
  }

  test('must be sent as JSON', async () => {
    const { local, basic, send } = workspace()
    const authorization = basic(local.workspaceKeyId, local.workspaceKeySecret)
    for (const [type, body] of [
      ['text/plain', '{}'],
      ['application/json', '{'],
    ] as const) {
      const headers = { authorization, 'content-type': type }
      expect(await send(PROJECTS, { method: 'POST', headers, body })).toMatchObject(
        refused(400, 'bad_request'),
      )
    }
  })

  test('has fields nobody knows ignored, and an empty PATCH changes nothing', async () => {
    const { manage } = workspace()
    const path = `${PROJECTS}/local-stytch`
    const before = (await manage('GET', path)).json.project
    for (const body of [{}, { name: null }, { vertical: 'B2B', project_slug: 'x', colour: 1 }]) {
      expect((await manage('PATCH', path, body)).json.project).toEqual(before)
    }
    expect(await manage('PATCH', path, { name: '' })).toMatchObject(refused(400, 'bad_request'))
  })

  test('takes all it has with it, and its name can be used again', async () => {
    const { manage, disposable, get, basic } = workspace()
    const path = await disposable('shop')
    const { project_id } = (await manage('GET', path)).json.environment
    const { secret } = (await manage('POST', `${path}/secrets`)).json.secret
    const authorization = basic(project_id, secret)
    expect((await get('/v1/users/user-test-x', { authorization })).status).toBe(404)
    await manage('DELETE', `${PROJECTS}/shop`, {})
    for (const gone of [path, `${path}/secrets`, `${path}/metrics`]) {
      expect(await manage('GET', gone)).toMatchObject(refused(404, 'project_not_found'))
    }
    expect((await get('/v1/users/user-test-x', { authorization })).status).toBe(401)
    expect((await manage('GET', `${await disposable('shop')}/secrets`)).json.secrets).toEqual([])
  })

  test('that does not exist is not found, whatever is asked of it', async () => {
    const { manage } = workspace()
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      expect(
        await manage(method, `${PROJECTS}/nobody`, method === 'GET' ? undefined : {}),
      ).toMatchObject(refused(404, 'project_not_found'))
    }
  })
})

describe('the map of legacy ids', () => {
  test('leads from either id to the slugs', async () => {
    const { manage, local } = workspace()
    const { projects } = (await manage('GET', '/web/v1/projects')).json
    expect(projects[0]).toEqual({
      live_project_id: expect.stringMatching(/^project-live-/),
      test_project_id: local.projectId,
      live_project_slug: 'production',
      test_project_slug: 'test',
      project_slug: 'local-stytch',
      name: 'Local Stytch',
      vertical: 'CONSUMER',
      created_at: START,
    })
    for (const id of [projects[0].live_project_id, projects[0].test_project_id]) {
      expect((await manage('GET', `/web/v1/projects/${id}`)).json.project).toEqual(projects[0])
    }
  })

  test('knows the oldest test environment alone', async () => {
    const { manage, disposable } = workspace()
    const first = (await manage('GET', await disposable('shop'))).json.environment
    const path = `${PROJECTS}/shop/environments`
    const second = (await manage('POST', path, { name: 'Second', type: 'TEST' })).json.environment
    const known = await manage('GET', `/web/v1/projects/${first.project_id}`)
    expect(known.json.project).toMatchObject({ project_slug: 'shop', test_project_slug: 'try' })
    expect(await manage('GET', `/web/v1/projects/${second.project_id}`)).toMatchObject(
      refused(404, 'project_not_found'),
    )
  })

  test('has empty ids where there is no environment, which find nothing', async () => {
    const { manage } = workspace()
    await manage('POST', PROJECTS, { name: 'Bare', vertical: 'B2B', project_slug: 'bare' })
    const { projects } = (await manage('GET', '/web/v1/projects')).json
    expect(projects[2]).toMatchObject({ live_project_id: '', test_project_id: '' })
    expect(await manage('GET', '/web/v1/projects/project-test-nobody')).toMatchObject(
      refused(404, 'project_not_found'),
    )
    expect((await manage('GET', '/web/v1/projects/')).status).toBe(404)
  })
})
