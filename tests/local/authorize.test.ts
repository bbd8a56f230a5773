import { describe, expect, test } from 'bun:test'
import { CHALLENGE, type Json, REDIRECT, redirected, START, walkthrough } from './walkthrough.ts'

const CUSTOM = [
  { scope: 'read:projects', description: 'See your projects' },
  { scope: 'admin:projects', description: 'Create and delete projects', roles: ['admin'] },
]
const world = walkthrough({ scopes: CUSTOM })
const { local, sdk, register, signIn, submit, authorization } = world
const session = await signIn()
const { client_id: clientId } = await register({
  redirect_uris: [REDIRECT, 'https://client.test/cb', 'cursor://app/oauth?fixed=1'],
})
const start = (changes: Json = {}, id = clientId, token = session) =>
  sdk('/idp/oauth/authorize/start', authorization(id, changes), token)

describe('start', () => {
  test('says who asks for what, of whom', async () => {
    const { status, json } = await start({ scopes: ['openid', 'read:projects'] })
    expect(status).toBe(200)
    expect(json.data).toMatchObject({
      user_id: 'user-test-ada00000-1815-4210-9abc-000000000001',
      user: { name: { first_name: 'Ada', last_name: 'Lovelace' } },
      client: {
        client_id: clientId,
        client_name: 'Test client',
        client_type: 'third_party_public',
        client_description: '',
      },
      consent_required: true,
      scope_results: [
        { scope: 'openid', is_grantable: true },
        { scope: 'read:projects', is_grantable: true, description: 'See your projects' },
      ],
    })
  })

  test('a scope the user’s roles cannot grant is shown as not grantable', async () => {
    const bob = await signIn('bob@example.com')
    const asBob = await start({ scopes: ['openid', 'admin:projects'] }, clientId, bob)
    const asAda = await start({ scopes: ['openid', 'admin:projects'] })
    expect(asBob.json.data.scope_results[1].is_grantable).toBe(false)
    expect(asAda.json.data.scope_results[1].is_grantable).toBe(true)
  })

  test('needs no challenge, as Stytch’s types have none, but checks one that is sent', async () => {
    expect((await start({ code_challenge: undefined })).status).toBe(200)
    expect((await start({ code_challenge: 'short' })).json.error_type).toBe(
      'invalid_pkce_code_challenge',
    )
  })

  test('a missing response_type means code, as at Stytch', async () => {
    expect((await start({ response_type: undefined })).status).toBe(200)
  })

  const faults = [
    ['E-O17 response_type token', { response_type: 'token' }, 'invalid_argument'],
    [
      'E-O15 method plain',
      { code_challenge_method: 'plain' },
      'pkce_required_for_idp_authorization_flow',
    ],
    ['E-O15 empty challenge', { code_challenge: '' }, 'pkce_required_for_idp_authorization_flow'],
    ['E-O21 unknown scope', { scopes: ['openid', 'root'] }, 'oauth_invalid_scope_requested'],
    ['E-O21 no scope at all', { scopes: [] }, 'oauth_invalid_scope_requested'],
    ['missing client_id', { client_id: undefined }, 'bad_request'],
    ['scopes as a string', { scopes: 'openid' }, 'bad_request'],
  ] as const
  for (const [name, changes, type] of faults) {
    test(`${name} is ${type}`, async () => {
      const { status, json } = await start(changes)
      expect({ status, type: json.error_type }).toEqual({ status: 400, type })
    })
  }

  test('without a session it is user_unauthenticated', async () => {
    const { status, json } = await start({}, clientId, local.publicToken)
    expect({ status, type: json.error_type }).toEqual({ status: 401, type: 'user_unauthenticated' })
  })

  test('with a session that is over it is session_not_found', async () => {
    const { status, json } = await start({}, clientId, 'gone')
    expect({ status, type: json.error_type }).toEqual({ status: 404, type: 'session_not_found' })
  })
})

describe('faults that must stay with the person', () => {
  test('E-O11 B2.10 an unknown client', async () => {
    const { status, json } = await submit(session, 'connected-app-test-unknown')
    expect({ status, type: json.error_type }).toEqual({
      status: 404,
      type: 'connected_app_not_found',
    })
  })

  const elsewhere = [
    'http://127.0.0.1:33418/other',
    'http://127.0.0.1:33418/callback/',
    'http://127.0.0.1:33418/callback?x=1',
    'http://127.0.0.1:33418/CALLBACK',
    'http://127.0.0.1:33418/callback/../x',
    'http://127.0.0.1:33418/%2e%2e/callback',
    'http://127.0.0.1:33418/callback\r\n',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1@evil.test/callback',
    'http://127.0.0.1.evil.test/callback',
    'http://127.0.0.1:33418@evil.test/callback',
    'http://127.1/callback',
    'http://127.0.0.2:33418/callback',
    'http://localhost:33418/callback',
    'http://[::1]:33418/callback',
    'http://[::ffff:127.0.0.1]/callback',
    'https://127.0.0.1:33418/callback',
    'https://client.test/cb/',
    'https://client.test:8443/cb',
    'https://CLIENT.test/cb',
    'cursor://app/oauth',
    'javascript:alert(1)',
  ]
  for (const redirect_uri of elsewhere) {
    test(`E-O12 E-O13 ${JSON.stringify(redirect_uri)} is not registered`, async () => {
      for (const answer of [
        await start({ redirect_uri }),
        await submit(session, clientId, { redirect_uri }),
      ]) {
        expect({ status: answer.status, type: answer.json.error_type }).toEqual({
          status: 401,
          type: 'connected_app_supplied_redirect_url_not_found_in_client',
        })
      }
    })
  }

  test('B3.01 a wrong redirect URI wins over a wrong scope', async () => {
    const changes = { redirect_uri: 'https://evil.test', scopes: ['root'] }
    expect((await submit(session, clientId, changes)).status).toBe(401)
  })
})

describe('E-O14 loopback redirects', () => {
  for (const redirect_uri of ['http://127.0.0.1:51234/callback', 'http://127.0.0.1/callback']) {
    test(`${redirect_uri} matches the registered one, whatever its port`, async () => {
      const answer = await submit(session, clientId, { redirect_uri })
      expect(answer.json.data.redirect_uri).toStartWith(`${redirect_uri}?code=`)
    })
  }
})

describe('submit', () => {
  test('Allow sends the browser back with code, state and iss', async () => {
    const answer = await submit(session, clientId)
    const query = redirected(answer)
    expect(answer.json.data.redirect_uri).toStartWith(`${REDIRECT}?`)
    expect(query.get('code')).toBe(answer.json.data.authorization_code)
    expect(query.get('code')).toHaveLength(43)
    expect(query.get('state')).toBe('state-1')
    expect(query.get('iss')).toBe(local.url)
  })

  test('a query the client registered stays as it was', async () => {
    const answer = await submit(session, clientId, { redirect_uri: 'cursor://app/oauth?fixed=1' })
    expect(answer.json.data.redirect_uri).toStartWith('cursor://app/oauth?fixed=1&code=')
  })

  test('Deny sends it back with access_denied', async () => {
    const { client_id } = await register({ client_name: 'Denied' })
    const answer = await submit(session, client_id, { consent_granted: false })
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(redirected(answer))).toEqual({
      error: 'access_denied',
      error_description: 'the user denied the request',
      state: 'state-1',
      iss: local.url,
    })
    expect(answer.json.data).not.toHaveProperty('authorization_code')
  })

  test('E-O24 B3.09 state comes back byte for byte', async () => {
    for (const state of ['a b+c&d=%25', '"><script>', 'x\r\nSet-Cookie: y', '✓', '']) {
      expect(redirected(await submit(session, clientId, { state })).get('state')).toBe(state)
    }
    expect(redirected(await submit(session, clientId, { state: undefined })).has('state')).toBe(
      false,
    )
  })

  const faults = [
    ['E-O15 no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['E-O15 plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['E-O16 42 characters', { code_challenge: CHALLENGE.slice(1) }, 'invalid_request'],
    ['E-O16 44 characters', { code_challenge: `${CHALLENGE}a` }, 'invalid_request'],
    ['E-O16 padded', { code_challenge: `${CHALLENGE.slice(1)}=` }, 'invalid_request'],
    ['E-O16 standard alphabet', { code_challenge: `${CHALLENGE.slice(1)}+` }, 'invalid_request'],
    ['E-O17 token', { response_type: 'token' }, 'unsupported_response_type'],
    ['E-O17 code id_token', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['E-O19 a relative resource', { resources: ['/mcp'] }, 'invalid_target'],
    ['E-O19 a fragment', { resources: ['https://mcp.test/mcp#x'] }, 'invalid_target'],
    ['E-O20 one good, one bad', { resources: ['https://mcp.test', 'x'] }, 'invalid_target'],
    ['E-O21 unknown scope', { scopes: ['openid', 'root'] }, 'invalid_scope'],
    ['E-O21 a quote', { scopes: ['openid"'] }, 'invalid_scope'],
    ['E-O21 10 KiB', { scopes: ['x'.repeat(10_240)] }, 'invalid_scope'],
    ['B3.13 unknown prompt', { prompt: 'maybe' }, 'invalid_request'],
    ['B3.13 none with others', { prompt: 'none consent' }, 'invalid_request'],
  ] as const
  for (const [name, changes, error] of faults) {
    test(`${name} goes back as ${error}, E-O25 with state and iss`, async () => {
      const query = redirected(await submit(session, clientId, changes))
      expect(query.get('error')).toBe(error)
      expect(query.get('state')).toBe('state-1')
      expect(query.get('iss')).toBe(local.url)
      expect(query.has('code')).toBe(false)
    })
  }

  test('Stytch’s name for a missing challenge is in the description', async () => {
    const query = redirected(await submit(session, clientId, { code_challenge: undefined }))
    expect(query.get('error_description')).toBe('pkce_required_for_idp_authorization_flow')
  })

  test('E-O24 a state of 4 KiB is refused and not repeated', async () => {
    const query = redirected(await submit(session, clientId, { state: 'x'.repeat(4096) }))
    expect(query.get('error')).toBe('invalid_request')
    expect(query.has('state')).toBe(false)
  })

  test('scopes the user cannot grant are left out', async () => {
    const bob = await signIn('bob@example.com')
    const scopes = ['openid', 'admin:projects']
    const answer = await submit(bob, clientId, { scopes })
    const { json } = await world.exchange(clientId, answer.json.data.authorization_code)
    expect(json.scope).toBe('openid')
    const nothing = await submit(bob, clientId, { scopes: ['admin:projects'] })
    expect(redirected(nothing).get('error')).toBe('invalid_scope')
  })
})

describe('consent', () => {
  const fresh = async (name: string) => (await register({ client_name: name })).client_id

  test('is asked once, and then a code comes without it', async () => {
    const id = await fresh('once')
    expect((await start({}, id)).json.data.consent_required).toBe(true)
    await submit(session, id)
    expect((await start({}, id)).json.data.consent_required).toBe(false)
    const silent = await submit(session, id, { consent_granted: false })
    expect(redirected(silent).has('code')).toBe(true)
  })

  test('is asked again for more, not for less', async () => {
    const id = await fresh('grows')
    await submit(session, id, { scopes: ['openid', 'email'] })
    const needed = async (scopes: string[]) =>
      (await start({ scopes }, id)).json.data.consent_required
    expect(await needed(['openid'])).toBe(false)
    expect(await needed(['openid', 'email', 'profile'])).toBe(true)
  })

  test('B3.13 prompt=consent asks again, prompt=none never shows a page', async () => {
    const id = await fresh('prompted')
    const none = await submit(session, id, { prompt: 'none' })
    expect(redirected(none).get('error')).toBe('consent_required')
    await submit(session, id)
    expect((await start({ prompt: 'consent' }, id)).json.data.consent_required).toBe(true)
    const denied = await submit(session, id, { prompt: 'consent', consent_granted: false })
    expect(redirected(denied).get('error')).toBe('access_denied')
    expect(redirected(await submit(session, id, { prompt: 'none' })).has('code')).toBe(true)
  })

  test('of one user is not consent of another', async () => {
    const id = await fresh('personal')
    await submit(session, id)
    const bob = await signIn('bob@example.com')
    expect((await start({}, id, bob)).json.data.consent_required).toBe(true)
  })
})

test('authorizing takes the time of the test’s clock', async () => {
  const answer = await world.exchange(clientId, await world.code(clientId))
  const [, payload] = answer.json.access_token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  expect(claims.iat).toBe(START / 1000)
})
