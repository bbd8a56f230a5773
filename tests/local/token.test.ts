import { describe, expect, test } from 'bun:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { REDIRECT, START, VERIFIER, walkthrough } from './walkthrough.ts'

const world = walkthrough()
const { local, register, code, exchange, postForm, postJson, userinfo, introspect } = world
const { client_id: clientId } = await register()

async function verify(token: string, audience: string, issuer = local.url) {
  const keys = createLocalJWKSet((await world.get('/.well-known/jwks.json')).json)
  return jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: ['RS256'],
    typ: 'JWT',
    currentDate: new Date(START),
  })
}

describe('a code exchanged', () => {
  test('B4.02 answers access, ID and refresh token, and may not be stored', async () => {
    const { status, headers, json } = await exchange(clientId, await code(clientId))
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(json).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      scope: 'openid email profile offline_access',
      status_code: 200,
    })
    expect(json.request_id).toStartWith('request-id-test-')
    expect(json.refresh_token).toHaveLength(43)
  })

  test('B4.11 the access token says exactly what Stytch’s does', async () => {
    const { json } = await exchange(clientId, await code(clientId))
    const { payload, protectedHeader } = await verify(json.access_token, local.projectId)
    expect(protectedHeader).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: expect.stringMatching(/^jwk-test-/),
    })
    expect(payload).toEqual({
      iss: local.url,
      sub: 'user-test-ada00000-1815-4210-9abc-000000000001',
      aud: [local.projectId],
      client_id: clientId,
      scope: 'openid email profile offline_access',
      iat: START / 1000,
      nbf: START / 1000,
      exp: START / 1000 + 3600,
      jti: expect.any(String),
    })
  })

  test('the ID token is for the client and carries nonce and claims by scope', async () => {
    const scopes = ['openid', 'email', 'phone']
    const { json } = await exchange(clientId, await code(clientId, { scopes, nonce: 'n-1' }))
    const { payload } = await verify(json.id_token, clientId)
    expect(payload).toMatchObject({
      aud: [clientId],
      nonce: 'n-1',
      email: 'ada@example.com',
      email_verified: true,
      phone_number: '+12025550143',
    })
    expect(payload).not.toHaveProperty('name')
    expect(payload).not.toHaveProperty('client_id')
  })

  test('without openid there is no ID token, without offline_access no refresh token', async () => {
    const { json } = await exchange(clientId, await code(clientId, { scopes: ['email'] }))
    expect(json).not.toHaveProperty('id_token')
    expect(json).not.toHaveProperty('refresh_token')
  })

  test('through the shared API the issuer has no scheme', async () => {
    const { json } = await postForm(`/v1/public/${local.projectId}/oauth2/token`, {
      grant_type: 'authorization_code',
      client_id: clientId,
      code: await code(clientId),
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    })
    const { payload } = await verify(
      json.access_token,
      local.projectId,
      `stytch.com/${local.projectId}`,
    )
    expect(payload.sub).toStartWith('user-test-')
  })

  test('JSON is read as well as a form, as at Stytch', async () => {
    const { status } = await postJson('/v1/oauth2/token', {
      grant_type: 'authorization_code',
      client_id: clientId,
      code: await code(clientId),
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    })
    expect(status).toBe(200)
  })

  test('resource is accepted and leaves the audience alone', async () => {
    const resources = ['https://mcp.test/mcp']
    const { json } = await exchange(clientId, await code(clientId, { resources }), {
      resource: 'https://mcp.test/mcp',
    })
    const { payload } = await verify(json.access_token, local.projectId)
    expect(payload.aud).toEqual([local.projectId])
  })
})

describe('a code refused', () => {
  const wrong = [
    ['E-O28 wrong verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant', 'pkce_mismatch'],
    ['short verifier', { code_verifier: 'x' }, 'invalid_grant', 'invalid_pkce_code_verifier'],
    ['no verifier', { code_verifier: '' }, 'invalid_grant', 'pkce_expected_code_verifier'],
    [
      'E-O32 other redirect_uri',
      { redirect_uri: 'http://127.0.0.1:1/callback' },
      'invalid_grant',
      'connected_app_supplied_redirect_url_not_found_in_client',
    ],
    ['no redirect_uri', { redirect_uri: '' }, 'invalid_request', 'bad_request'],
    ['unknown code', { code: 'unknown' }, 'invalid_grant', 'idp_auth_code_not_found'],
    ['no code', { code: '' }, 'invalid_request', 'bad_request'],
    ['E-O34 resource not authorized', { resource: 'https://other.test' }, 'invalid_target', ''],
    ['E-O34 no resource at all', { resource: 'mcp' }, 'invalid_target', 'invalid_argument'],
    ['no grant_type', { grant_type: '' }, 'invalid_request', 'bad_request'],
    ['E-O39 password', { grant_type: 'password' }, 'unsupported_grant_type', ''],
    ['E-O39 machine', { grant_type: 'client_credentials' }, 'unsupported_grant_type', ''],
  ] as const
  for (const [name, changes, error, type] of wrong) {
    test(`${name} is ${error}`, async () => {
      const resources = ['https://mcp.test/mcp']
      const answer = await exchange(clientId, await code(clientId, { resources }), changes)
      expect({ status: answer.status, error: answer.json.error }).toEqual({ status: 400, error })
      expect(answer.json.error_description).toStartWith(type)
      expect(answer.headers.get('content-type')).toContain('application/json')
      expect(answer.headers.has('location')).toBe(false)
    })
  }

  test('E-O32 a code of another client', async () => {
    const other = await register({ client_name: 'Other' })
    const { status, json } = await exchange(other.client_id, await code(clientId))
    expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_grant' })
  })

  test('B3.11 after a minute it has expired', async () => {
    const clocked = walkthrough()
    const { client_id } = await clocked.register()
    const [inTime, late] = [await clocked.code(client_id), await clocked.code(client_id)]
    clocked.advance(59)
    expect((await clocked.exchange(client_id, inTime)).status).toBe(200)
    clocked.advance(1)
    const { json } = await clocked.exchange(client_id, late)
    expect(json.error).toBe('invalid_grant')
    expect(json.error_description).toStartWith('idp_auth_code_expired')
  })

  test('E-O30 used twice: refused, and the tokens of the first use are revoked', async () => {
    const once = await code(clientId)
    const first = (await exchange(clientId, once)).json
    expect((await userinfo(first.access_token)).status).toBe(200)
    const second = await exchange(clientId, once)
    expect(second.json.error).toBe('invalid_grant')
    expect((await userinfo(first.access_token)).status).toBe(401)
    expect((await introspect(clientId, first.access_token)).json.active).toBe(false)
    expect((await world.refresh(clientId, first.refresh_token)).json.error).toBe('invalid_grant')
  })

  test('E-O33 of parallel exchanges exactly one succeeds', async () => {
    const contested = await code(clientId)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => exchange(clientId, contested)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })
})

describe('malformed token requests', () => {
  const fields: [string, string][] = [
    ['grant_type', 'authorization_code'],
    ['client_id', clientId],
  ]
  const cases: [string, [string, string][]][] = [
    ['E-O27 repeated code', [...fields, ['code', 'a'], ['code', 'b']]],
    ['E-O27 repeated grant_type', [...fields, ['grant_type', 'refresh_token']]],
    ['E-O26 empty', []],
  ]
  for (const [name, form] of cases) {
    test(`${name} is invalid_request`, async () => {
      const { status, json } = await postForm('/v1/oauth2/token', form)
      expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_request' })
    })
  }

  test('E-O26 multipart is invalid_request', async () => {
    const body = new FormData()
    body.set('grant_type', 'authorization_code')
    const answer = await world.send('/v1/oauth2/token', { method: 'POST', body })
    expect({ status: answer.status, error: answer.json.error }).toEqual({
      status: 400,
      error: 'invalid_request',
    })
  })

  test('E-O26 broken JSON, a JSON list and JSON numbers are invalid_request', async () => {
    for (const body of ['{', '[]', '{"grant_type":1}', '{"resource":1}']) {
      const headers = { 'content-type': 'application/json' }
      const answer = await world.send('/v1/oauth2/token', { method: 'POST', body, headers })
      expect(answer.json.error).toBe('invalid_request')
    }
  })
})

describe('client authentication', async () => {
  const post = await register({ token_endpoint_auth_method: 'client_secret_post' })
  const basic = await register({ token_endpoint_auth_method: 'client_secret_basic' })
  const header = (id: string, secret: string) => ({
    authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
  })
  const fieldsFor = async (id: string) => ({
    grant_type: 'authorization_code',
    code: await code(id),
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  })

  test('client_secret_post', async () => {
    const answer = await postForm('/v1/oauth2/token', {
      ...(await fieldsFor(post.client_id)),
      client_id: post.client_id,
      client_secret: post.client_secret,
    })
    expect(answer.status).toBe(200)
  })

  test('client_secret_basic, with or without client_id in the body', async () => {
    for (const extra of [{}, { client_id: basic.client_id }] as Record<string, string>[]) {
      const answer = await postForm(
        '/v1/oauth2/token',
        { ...(await fieldsFor(basic.client_id)), ...extra },
        header(basic.client_id, basic.client_secret),
      )
      expect(answer.status).toBe(200)
    }
  })

  test('E-O38 header and body secret together are invalid_request', async () => {
    const { status, json } = await postForm(
      '/v1/oauth2/token',
      { grant_type: 'refresh_token', client_secret: basic.client_secret },
      header(basic.client_id, basic.client_secret),
    )
    expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_request' })
  })

  test('E-O38 a secret in the URL is invalid_request', async () => {
    const path = `/v1/oauth2/token?client_secret=${post.client_secret}`
    const { status, json } = await postForm(path, { client_id: post.client_id })
    expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_request' })
  })

  const refused: [string, Record<string, string>, Record<string, string>, boolean][] = [
    ['B2.11 unknown client', { client_id: 'nobody' }, {}, false],
    ['no client', {}, {}, false],
    ['E-O38 wrong secret', { client_id: post.client_id, client_secret: 'x' }, {}, false],
    ['missing secret', { client_id: post.client_id }, {}, false],
    ['a public client with a secret', { client_id: clientId, client_secret: 'x' }, {}, false],
    ['B2.11 wrong secret in Basic', {}, header(basic.client_id, 'x'), true],
    ['a Bearer header', { client_id: clientId }, { authorization: 'Bearer x' }, true],
    ['E-O38 two Basics', {}, { authorization: 'Basic YTpi, Basic YTpi' }, true],
    ['Basic without a colon', {}, { authorization: `Basic ${btoa('alone')}` }, true],
    ['Basic with broken escapes', {}, { authorization: `Basic ${btoa('%:x')}` }, true],
  ]
  for (const [name, fields, headers, challenged] of refused) {
    test(`${name} is 401 invalid_client${challenged ? ' with a challenge' : ''}`, async () => {
      const form = { grant_type: 'authorization_code', code: 'x', ...fields }
      const answer = await postForm('/v1/oauth2/token', form, headers)
      expect({ status: answer.status, error: answer.json.error }).toEqual({
        status: 401,
        error: 'invalid_client',
      })
      expect(answer.headers.has('www-authenticate')).toBe(challenged)
    })
  }
})
