import { describe, expect, test } from 'bun:test'
import { createLocalStytch, LOCAL_PROJECT, type LocalStytchOptions } from '../../src/local/index.ts'
import { managementApi } from '../../src/local/management/routes.ts'
import { resolveProject } from '../../src/local/project.ts'
import { createWorld } from '../../src/local/world.ts'
import { type Method, OWN, refused, workspace } from './workspace.ts'

/** Every operation, by its route, at something that exists or could. */
const OPERATIONS = managementApi(createWorld(resolveProject({})))
  .routes.filter(({ method }) => method !== 'ALL')
  .map(({ method, path }) => ({
    method: method as Method,
    path: path
      .replace(':project_slug', 'local-stytch')
      .replace(':environment_slug', 'test')
      .replace(':public_token', LOCAL_PROJECT.publicToken)
      .replace(':project_id', LOCAL_PROJECT.projectId)
      .replace(/:\w+/g, 'x'),
  }))

test('there are the 60 operations of Stytch’s v3, and the two of the id map', () => {
  expect(OPERATIONS).toHaveLength(62)
})

describe('the workspace key', () => {
  const { local, send, manage, basic, get } = workspace()
  const { workspaceKeyId: id, workspaceKeySecret: secret } = local

  for (const { method, path } of OPERATIONS) {
    test(`is needed for ${method} ${path}`, async () => {
      const before = (await manage('GET', '/web/v1/projects')).json.projects
      expect(await send(path, { method })).toMatchObject(refused(401, 'unauthorized_credentials'))
      expect((await manage('GET', '/web/v1/projects')).json.projects).toEqual(before)
    })
  }

  const wrong: Record<string, string> = {
    'another secret': basic(id, `${secret}x`),
    'no secret': basic(id, ''),
    'another id': basic('workspace-key-test-other', secret),
    'the project’s own credentials': basic(local.projectId, local.secret),
    'the halves swapped': basic(secret, id),
    'a bearer token': `Bearer ${secret}`,
    'something that is not base64': 'Basic §§',
  }
  for (const [what, authorization] of Object.entries(wrong)) {
    test(`is not ${what}`, async () => {
      expect(await get('/pwa/v3/projects', { authorization })).toMatchObject(
        refused(401, 'unauthorized_credentials'),
      )
    })
  }

  test('opens the API, whose answers carry request_id and status_code', async () => {
    const { status, json } = await manage('GET', '/pwa/v3/projects')
    expect(status).toBe(200)
    expect(json.status_code).toBe(200)
    expect(json.request_id).toStartWith('request-id-test-')
  })

  test('refused, is refused in Stytch’s shape and no more', async () => {
    for (const path of ['/pwa/v3/projects', `${OWN}/secrets/x`, '/web/v1/projects/x']) {
      const { json } = await get(path)
      expect(Object.keys(json).sort()).toEqual([
        'error_message',
        'error_type',
        'error_url',
        'request_id',
        'status_code',
      ])
      expect(json.error_message).toBe('Unauthorized credentials.')
      expect(json.request_id).toStartWith('request-id-test-')
    }
  })

  test('is asked for before a path is known or not', async () => {
    expect((await get('/pwa/v3/nothing')).status).toBe(401)
    expect(await manage('GET', '/pwa/v3/nothing')).toMatchObject(refused(404, 'route_not_found'))
  })

  test('may be chosen', async () => {
    const options = { workspaceKeyId: 'workspace-key-test-mine', workspaceKeySecret: 'mine:too' }
    const own = workspace(options)
    expect(own.local).toMatchObject(options)
    expect((await own.manage('GET', '/pwa/v3/projects')).status).toBe(200)
  })

  test('has a default', () => {
    const { workspaceKeyId, workspaceKeySecret } = LOCAL_PROJECT
    expect(createLocalStytch()).toMatchObject({ workspaceKeyId, workspaceKeySecret })
  })

  const unusable: LocalStytchOptions[] = [
    { workspaceKeyId: 'workspace-key-prod-10ca1577-c0de-4d44-8e57-0123456789ab' },
    { workspaceKeyId: 'workspace-key-test-a:b' },
    { workspaceKeySecret: '' },
    { workspaceKeySecret: 'two words' },
    { workspaceKeySecret: 'x'.repeat(257) },
  ]
  for (const options of unusable) {
    test(`${JSON.stringify(options).slice(0, 60)} is refused`, () => {
      expect(() => createLocalStytch(options)).toThrow(TypeError)
    })
  }
})

describe('paths', () => {
  const { manage, disposable } = workspace()

  test('encoded or not, a segment only ever names itself', async () => {
    await disposable('other')
    const before = (await manage('GET', '/web/v1/projects')).json.projects
    const astray = [
      ['/pwa/v3/projects/nobody%2f..%2fother', 'project_not_found'],
      ['/pwa/v3/projects/nobody%2F%2e%2e%2Fother', 'project_not_found'],
      ['/pwa/v3/projects/other%2fenvironments%2ftry', 'project_not_found'],
      ['/pwa/v3/projects/%252e%252e%252fother', 'project_not_found'],
      ['/pwa/v3/projects/other%00', 'project_not_found'],
      ['/pwa/v3/projects/other%3f', 'project_not_found'],
      ['/pwa/v3/projects/other.', 'project_not_found'],
      ['/pwa/v3/projects/OTHER', 'project_not_found'],
      ['/pwa/v3/projects/__proto__', 'project_not_found'],
      ['/pwa/v3/projects/other/environments/x%2f..%2ftry', 'environment_not_found'],
      ['/pwa/v3/projects/other/environments/..%5ctry', 'environment_not_found'],
      ['/pwa/v3/projects/other/environments/constructor', 'environment_not_found'],
      [`${OWN}/public_tokens/..%2fsecrets`, 'public_token_not_found'],
      [`${OWN}/secrets/x%2f..%2f..`, 'secret_not_found'],
      ['/pwa/v3/projects/other//', 'route_not_found'],
      ['/pwa/v3/projects/other/', 'route_not_found'],
      ['/pwa/v3/projects//environments/try', 'route_not_found'],
    ] as const
    for (const [path, type] of astray) {
      expect({ path, ...(await manage('DELETE', path)) }).toMatchObject({
        path,
        ...refused(404, type),
      })
    }
    expect((await manage('GET', '/web/v1/projects')).json.projects).toEqual(before)
  })

  test('a segment encoded without need is the same segment', async () => {
    const { json } = await manage('GET', '/pwa/v3/projects/%6cocal-stytch')
    expect(json.project.project_slug).toBe('local-stytch')
  })
})
