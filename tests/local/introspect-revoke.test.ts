import { describe, expect, test } from 'bun:test'
import { START, walkthrough } from './walkthrough.ts'

const world = walkthrough()
const { local, introspect, userinfo, postForm, get, tokens, register, refresh } = world
const revoke = (clientId: string, token: string) =>
  postForm('/v1/oauth2/revoke', { client_id: clientId, token })

describe('introspection', () => {
  test('B4.15 tells the token’s own client everything', async () => {
    const { clientId, tokens: issued } = await tokens()
    const { status, json } = await introspect(clientId, issued.access_token)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      active: true,
      sub: 'user-test-ada00000-1815-4210-9abc-000000000001',
      client_id: clientId,
      scope: issued.scope,
      aud: [local.projectId],
      iss: local.url,
      iat: START / 1000,
      nbf: START / 1000,
      exp: START / 1000 + 3600,
      token_type: 'access_token',
    })
  })

  test('a refresh token is introspected as one', async () => {
    const { clientId, tokens: issued } = await tokens()
    const { json } = await introspect(clientId, issued.refresh_token)
    expect(json).toMatchObject({ active: true, token_type: 'refresh_token', scope: issued.scope })
  })

  test('B4.16 E-O42 of another client’s, an unknown or a malformed token it says only inactive', async () => {
    const { tokens: issued } = await tokens()
    const other = await register({ client_name: 'Curious' })
    for (const token of [issued.access_token, issued.refresh_token, 'unknown', '…']) {
      const { status, json } = await introspect(other.client_id, token)
      expect({ status, body: { ...json, request_id: '' } }).toEqual({
        status: 200,
        body: { active: false, request_id: '', status_code: 200 },
      })
    }
  })

  test('an expired token is inactive', async () => {
    const clocked = walkthrough()
    const { clientId, tokens: issued } = await clocked.tokens()
    clocked.advance(3599)
    expect((await clocked.introspect(clientId, issued.access_token)).json.active).toBe(true)
    clocked.advance(1)
    expect((await clocked.introspect(clientId, issued.access_token)).json.active).toBe(false)
  })

  test('E-O42 without a client it is 401, without a token 400, as JSON 400', async () => {
    const { clientId, tokens: issued } = await tokens()
    const anonymous = await postForm('/v1/oauth2/introspect', { token: issued.access_token })
    expect(anonymous.json.error).toBe('invalid_client')
    expect(anonymous.status).toBe(401)
    const empty = await postForm('/v1/oauth2/introspect', { client_id: clientId })
    expect(empty.json.error).toBe('invalid_request')
    const body = { client_id: clientId, token: issued.access_token }
    expect((await world.postJson('/v1/oauth2/introspect', body)).status).toBe(400)
  })

  test('E-O42 a resource server’s bearer token does not authenticate a client', async () => {
    const { tokens: issued } = await tokens()
    const headers = { authorization: `Bearer ${issued.access_token}` }
    const answer = await postForm('/v1/oauth2/introspect', { token: issued.access_token }, headers)
    expect(answer.status).toBe(401)
  })

  test('a confidential client must give its secret', async () => {
    const client = await register({ token_endpoint_auth_method: 'client_secret_post' })
    const fields = { client_id: client.client_id, token: 'x' }
    expect((await postForm('/v1/oauth2/introspect', fields)).status).toBe(401)
    const proven = { ...fields, client_secret: client.client_secret }
    expect((await postForm('/v1/oauth2/introspect', proven)).status).toBe(200)
  })
})

describe('revocation', () => {
  test('B4.14 of a refresh token takes its access tokens along', async () => {
    const { clientId, tokens: issued } = await tokens()
    expect((await revoke(clientId, issued.refresh_token)).status).toBe(200)
    expect((await userinfo(issued.access_token)).status).toBe(401)
    expect((await introspect(clientId, issued.access_token)).json.active).toBe(false)
    expect((await refresh(clientId, issued.refresh_token)).json.error).toBe('invalid_grant')
  })

  test('of an access token takes that one only', async () => {
    const { clientId, tokens: issued } = await tokens()
    await revoke(clientId, issued.access_token)
    expect((await userinfo(issued.access_token)).status).toBe(401)
    expect((await refresh(clientId, issued.refresh_token)).status).toBe(200)
  })

  test('E-O40 of an unknown or malformed token succeeds', async () => {
    const { clientId } = await tokens()
    for (const token of ['unknown', 'a.b.c', '\u0000']) {
      const { status, json } = await revoke(clientId, token)
      expect({ status, code: json.status_code }).toEqual({ status: 200, code: 200 })
    }
  })

  test('E-O40 of another client’s token is refused and changes nothing', async () => {
    const { tokens: issued } = await tokens()
    const other = await register({ client_name: 'Vandal' })
    const { status, json } = await revoke(other.client_id, issued.access_token)
    expect({ status, error: json.error }).toEqual({ status: 400, error: 'unauthorized_client' })
    expect((await userinfo(issued.access_token)).status).toBe(200)
  })

  test('E-O41 without a client it is 401, without a token 400', async () => {
    const { clientId } = await tokens()
    expect((await postForm('/v1/oauth2/revoke', { token: 'x' })).status).toBe(401)
    expect((await postForm('/v1/oauth2/revoke', { client_id: clientId })).status).toBe(400)
  })
})

describe('userinfo', () => {
  const claims = [
    [['openid'], {}],
    [['email'], { email: 'ada@example.com', email_verified: true }],
    [['profile'], { name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace' }],
    [['phone'], { phone_number: '+12025550143', phone_number_verified: true }],
  ] as const
  for (const [scopes, expected] of claims) {
    test(`with ${scopes} says ${Object.keys(expected).join(', ') || 'only sub'}`, async () => {
      const { tokens: issued } = await tokens({ scopes: [...scopes] })
      const { json } = await userinfo(issued.access_token)
      const { request_id, ...rest } = json
      expect(rest).toEqual({
        sub: 'user-test-ada00000-1815-4210-9abc-000000000001',
        ...expected,
        status_code: 200,
      })
    })
  }

  test('a narrowed token shows less', async () => {
    const { clientId, tokens: issued } = await tokens()
    const narrow = await refresh(clientId, issued.refresh_token, { scope: 'openid' })
    expect((await userinfo(narrow.json.access_token)).json).not.toHaveProperty('email')
  })

  test('without a token it is challenged without an error', async () => {
    const { status, headers } = await get('/v1/oauth2/userinfo')
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('Bearer realm="Local Stytch"')
  })

  test('with a bad token it is challenged with invalid_token', async () => {
    const { tokens: issued } = await tokens()
    for (const token of ['unknown', `${issued.access_token}x`, issued.id_token]) {
      const { status, headers, json } = await userinfo(token)
      expect({ status, error: json.error }).toEqual({ status: 401, error: 'invalid_token' })
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
    }
  })

  test('after an hour the token has expired', async () => {
    const clocked = walkthrough()
    const { tokens: issued } = await clocked.tokens()
    clocked.advance(3600)
    const { status, json } = await clocked.userinfo(issued.access_token)
    expect(status).toBe(401)
    expect(json.error_description).toStartWith('idp_access_token_expired')
  })
})
