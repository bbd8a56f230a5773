import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { type Method, OWN, refused, workspace } from './workspace.ts'

const PROJECT = '/pwa/v3/projects/local-stytch'

/** Every operation on settings, by path within an environment. */
const OF_ENVIRONMENT: readonly [Method, string][] = [
  ['GET', 'password_strength_config'],
  ['PUT', 'password_strength_config'],
  ['GET', 'jwt_templates/SESSION'],
  ['PUT', 'jwt_templates/SESSION'],
  ['GET', 'rbac_policy'],
  ['PUT', 'rbac_policy'],
  ['GET', 'sdk/consumer'],
  ['PUT', 'sdk/consumer'],
  ['GET', 'sdk/b2b'],
  ['PUT', 'sdk/b2b'],
  ['GET', 'allowed_country_codes/sms'],
  ['POST', 'allowed_country_codes/sms'],
  ['GET', 'allowed_country_codes/whatsapp'],
  ['POST', 'allowed_country_codes/whatsapp'],
  ['POST', 'event_log_streaming'],
  ['GET', 'event_log_streaming/DATADOG'],
  ['PUT', 'event_log_streaming/DATADOG'],
  ['DELETE', 'event_log_streaming/DATADOG'],
  ['POST', 'event_log_streaming/DATADOG/enable'],
  ['POST', 'event_log_streaming/DATADOG/disable'],
  ['POST', 'trusted_token_profiles'],
  ['GET', 'trusted_token_profiles'],
  ['GET', 'trusted_token_profiles/x'],
  ['PATCH', 'trusted_token_profiles/x'],
  ['DELETE', 'trusted_token_profiles/x'],
  ['POST', 'trusted_token_profiles/x/keys'],
  ['GET', 'trusted_token_profiles/x/keys/y'],
  ['DELETE', 'trusted_token_profiles/x/keys/y'],
]

/** And by path within a project. */
const OF_PROJECT: readonly [Method, string][] = [
  ['POST', 'email_templates'],
  ['GET', 'email_templates'],
  ['GET', 'email_templates/x'],
  ['PUT', 'email_templates/x'],
  ['DELETE', 'email_templates/x'],
  ['POST', 'default_email_templates/LOGIN'],
  ['GET', 'default_email_templates/LOGIN'],
  ['DELETE', 'default_email_templates/LOGIN'],
]

const bodyFor = (method: Method) => (method === 'GET' || method === 'DELETE' ? undefined : {})

describe('every operation on settings', () => {
  const { manage, send, basic, local } = workspace()
  const paths: [Method, string][] = [
    ...OF_PROJECT.map(([method, path]): [Method, string] => [method, `${PROJECT}/${path}`]),
    ...OF_ENVIRONMENT.map(([method, path]): [Method, string] => [method, `${OWN}/${path}`]),
  ]
  for (const [method, path] of paths) {
    test(`${method} ${path} exists, for whoever has the workspace key`, async () => {
      const { json } = await manage(method, path, bodyFor(method))
      expect(json.error_type).not.toBe('route_not_found')
      expect(await send(path, { method })).toMatchObject(refused(401, 'unauthorized_credentials'))
    })

    test(`${method} ${path} needs the project, and the environment if it names one`, async () => {
      const body = bodyFor(method)
      const elsewhere = path.replace('local-stytch', 'nothing')
      expect(await manage(method, elsewhere, body)).toMatchObject(refused(404, 'project_not_found'))
      if (!path.startsWith(OWN)) return
      const nowhere = path.replace('environments/test', 'environments/nothing')
      expect(await manage(method, nowhere, body)).toMatchObject(
        refused(404, 'environment_not_found'),
      )
    })
  }

  test('takes JSON, said to be JSON', async () => {
    const authorization = basic(local.workspaceKeyId, local.workspaceKeySecret)
    for (const body of ['{', 'null', '[]', '"x"']) {
      const answer = await send(`${OWN}/password_strength_config`, {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/json' },
        body,
      })
      expect(answer).toMatchObject(refused(400, 'bad_request'))
    }
    const plain = await send(`${OWN}/rbac_policy`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'text/plain' },
      body: '{}',
    })
    expect(plain).toMatchObject(refused(400, 'bad_request'))
  })
})

test('a reset puts every setting back', async () => {
  const { manage, postJson } = workspace()
  const settings = [
    'password_strength_config',
    'jwt_templates/M2M',
    'rbac_policy',
    'sdk/consumer',
    'allowed_country_codes/sms',
    'event_log_streaming/DATADOG',
    'trusted_token_profiles',
  ].map((path) => `${OWN}/${path}`)
  const everything = [
    ...settings,
    `${PROJECT}/email_templates`,
    `${PROJECT}/default_email_templates/PREBUILT`,
  ]
  const look = async () => {
    const seen: Json[] = []
    for (const path of everything) {
      const { request_id: _, ...json } = (await manage('GET', path)).json
      seen.push(json)
    }
    return seen
  }
  const before = await look()
  const datadog = { api_key: 'a'.repeat(32), site: 'EU' }
  const changes: [Method, string, Json][] = [
    ['PUT', `${OWN}/password_strength_config`, { validation_policy: 'ZXCVBN' }],
    ['PUT', `${OWN}/jwt_templates/M2M`, { template_content: '{"a":1}' }],
    [
      'PUT',
      `${OWN}/rbac_policy`,
      { custom_resources: [{ resource_id: 'a', available_actions: ['b'] }] },
    ],
    ['PUT', `${OWN}/sdk/consumer`, { config: { basic: { enabled: true } } }],
    ['POST', `${OWN}/allowed_country_codes/sms`, { country_codes: ['NZ'] }],
    [
      'POST',
      `${OWN}/event_log_streaming`,
      { destination_type: 'DATADOG', destination_config: { datadog } },
    ],
    [
      'POST',
      `${OWN}/trusted_token_profiles`,
      {
        name: 'a',
        audience: 'b',
        issuer: 'c',
        public_key_type: 'JWK',
        jwks_url: 'https://id.example.com/keys',
      },
    ],
    [
      'POST',
      `${PROJECT}/email_templates`,
      { template_id: 'a', prebuilt_customization: { font_family: 'ARIAL' } },
    ],
    ['POST', `${PROJECT}/default_email_templates/PREBUILT`, { template_id: 'a' }],
  ]
  for (const [method, path, body] of changes) {
    expect({ path, status: (await manage(method, path, body)).status }).toEqual({
      path,
      status: 200,
    })
  }
  const changed = await look()
  for (const [n, path] of everything.entries()) {
    expect({ path, same: Bun.deepEquals(changed[n], before[n]) }).toEqual({ path, same: false })
  }
  await postJson('/local/reset', {})
  expect(await look()).toEqual(before)
})

test('no credential that was taken in is told anywhere', async () => {
  const { manage, get, handedOut } = workspace()
  const path = `${OWN}/event_log_streaming`
  const password = 'never-to-be-seen-again'
  const grafana_loki = { hostname: 'logs.example.com', username: 'a', password }
  const body = { destination_type: 'GRAFANA_LOKI', destination_config: { grafana_loki } }
  await manage('POST', path, body)
  await manage('POST', path, body)
  expect(handedOut).toEqual([password, password])
  const told = [
    await get('/local/requests'),
    await manage('GET', `${path}/GRAFANA_LOKI`),
    await manage('GET', OWN),
    await manage('GET', '/pwa/v3/projects'),
  ]
  for (const { json } of told) expect(JSON.stringify(json)).not.toContain(password)
})
