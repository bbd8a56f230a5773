import { describe, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { type Json, PAGE, walkthrough } from './walkthrough.ts'

const world = walkthrough()
const { local, sdk, send, signIn, mail } = world
const bootstrapPath = `/sdk/v1/projects/bootstrap/${local.publicToken}`
const basic = { authorization: `Basic ${btoa(`${local.publicToken}:${local.publicToken}`)}` }

describe('bootstrap', () => {
  test('has what the SDK cannot do without, and nothing that needs the internet', async () => {
    const { status, json } = await world.get(bootstrapPath, { ...basic, origin: PAGE })
    expect(status).toBe(200)
    expect(json.data).toMatchObject({
      project_name: 'Local Stytch',
      vertical: 'CONSUMER',
      captcha_settings: { enabled: false },
      dfp_protected_auth_enabled: false,
      password_config: { luds_complexity: 2, luds_minimum_count: 8 },
      rbac_policy: { roles: [], resources: [], scopes: [] },
      status_code: 200,
    })
  })

  test('describes custom scopes, so the consent page lists them', async () => {
    const custom = walkthrough({ scopes: [{ scope: 'read:projects', description: 'See them' }] })
    const { json } = await custom.get(bootstrapPath, basic)
    expect(json.data.rbac_policy.scopes).toEqual([
      { scope: 'read:projects', description: 'See them', permissions: [] },
    ])
  })

  test('of another public token is not found', async () => {
    const { status, json } = await world.get(
      '/sdk/v1/projects/bootstrap/public-token-test-x',
      basic,
    )
    expect({ status, type: json.error_type }).toEqual({
      status: 404,
      type: 'public_token_not_found',
    })
  })
})

describe('who may call', () => {
  test('a page on this machine, with credentials, under its exact origin', async () => {
    for (const origin of [PAGE, 'http://127.0.0.1:8080', 'http://[::1]:5173']) {
      const { status, headers } = await send('/sdk/v1/passwords', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
      expect(status).toBe(204)
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('access-control-allow-credentials')).toBe('true')
      for (const name of ['authorization', 'content-type', 'x-sdk-client', 'x-sdk-parent-host']) {
        expect(headers.get('access-control-allow-headers')).toContain(name)
      }
    }
  })

  for (const origin of ['https://evil.test', 'http://localhost.evil.test', 'null']) {
    test(`no page of ${origin}`, async () => {
      for (const method of ['OPTIONS', 'GET']) {
        const { status, headers } = await send(bootstrapPath, {
          method,
          headers: { ...basic, origin },
        })
        expect(status).toBe(403)
        expect(headers.has('access-control-allow-origin')).toBe(false)
      }
    })
  }

  test('nobody without the public token', async () => {
    for (const authorization of [undefined, 'Bearer x', `Basic ${btoa('other:other')}`]) {
      const headers: Record<string, string> = authorization ? { authorization } : {}
      const { status, json } = await world.postJson('/sdk/v1/users/search', {}, headers)
      expect({ status, type: json.error_type }).toEqual({
        status: 401,
        type: 'unauthorized_credentials',
      })
    }
  })

  test('telemetry needs no credentials and is dropped', async () => {
    const { status } = await world.postJson('/sdk/v1/events', [{ event: {} }], { origin: PAGE })
    expect(status).toBe(200)
    expect((await world.get('/sdk/v1/events', basic)).status).toBe(404)
  })

  test('a page may read an error', async () => {
    const { headers } = await sdk('/passwords/authenticate', {})
    expect(headers.get('access-control-allow-origin')).toBe(PAGE)
  })
})

describe('signing in', () => {
  test('answers everything the SDK stores', async () => {
    const { status, json } = await sdk('/passwords/authenticate', {
      email: ' Ada@Example.com ',
      password: 'local-stytch',
      session_duration_minutes: 60,
    })
    expect(status).toBe(200)
    expect(json.data).toMatchObject({
      user_id: 'user-test-ada00000-1815-4210-9abc-000000000001',
      user: { roles: ['stytch_user', 'admin'], emails: [{ email: 'ada@example.com' }] },
      session: { roles: ['stytch_user', 'admin'], expires_at: '2026-11-22T13:00:00.000Z' },
    })
    expect(json.data.session_token).toHaveLength(43)
    const claims = decodeJwt(json.data.session_jwt)
    expect(claims).toMatchObject({ aud: [local.projectId], sub: json.data.user_id })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300)
    expect(claims).not.toHaveProperty('scope')
    expect(claims).not.toHaveProperty('client_id')
  })

  const wrong: [string, Json, number, string][] = [
    ['a wrong password', { password: 'wrong' }, 401, 'unauthorized_credentials'],
    ['nobody’s address', { email: 'eve@example.com' }, 404, 'email_not_found'],
    ['no address', { email: 'ada' }, 400, 'invalid_email'],
    ['no password', { password: undefined }, 400, 'bad_request'],
    ['a password of 1 KiB', { password: 'x'.repeat(1024) }, 400, 'bad_request'],
    [
      'a minute’s session',
      { session_duration_minutes: 1 },
      400,
      'invalid_session_duration_minutes',
    ],
  ]
  for (const [name, changes, status, type] of wrong) {
    test(`with ${name} is ${type}`, async () => {
      const body = { email: 'ada@example.com', password: 'local-stytch', ...changes }
      const answer = await sdk('/passwords/authenticate', body)
      expect({ status: answer.status, type: answer.json.error_type }).toEqual({ status, type })
      expect(answer.json).not.toHaveProperty('data')
      for (const schemaErrorMark of ['body', 'params', 'query']) {
        expect(answer.json).not.toHaveProperty(schemaErrorMark)
      }
    })
  }

  test('the form first learns what kind of user an address is', async () => {
    const kind = async (email: string) => (await sdk('/users/search', { email })).json.data.userType
    expect(await kind('bob@example.com')).toBe('password')
    expect(await kind('new@example.com')).toBe('new')
  })

  test('malformed JSON and other content types are bad requests', async () => {
    for (const [body, type] of [
      ['{', 'application/json'],
      ['email=ada', 'application/x-www-form-urlencoded'],
    ] as const) {
      const headers = { ...basic, 'content-type': type }
      const answer = await send('/sdk/v1/users/search', { method: 'POST', body, headers })
      expect({ status: answer.status, type: answer.json.error_type }).toEqual({
        status: 400,
        type: 'bad_request',
      })
    }
  })
})

describe('signing up', () => {
  test('makes a user who is signed in and can sign in again', async () => {
    const credentials = { email: 'carol@example.com', password: 'correct horse battery' }
    const { json } = await sdk('/passwords', { ...credentials, session_duration_minutes: 60 })
    expect(json.data.user_id).toMatch(/^user-test-[0-9a-f-]{36}$/)
    expect(json.data.email_id).toMatch(/^email-test-/)
    expect(json.data.user.emails[0].verified).toBe(false)
    expect(json.data.session_token).toBeString()
    expect(await signIn(credentials.email, credentials.password)).toBeString()
  })

  const refused = [
    ['ada@example.com', 'long-enough-1', 'duplicate_email'],
    ['weak@example.com', 'aaaaaaaaaaaa', 'weak_password'],
    ['weak@example.com', 'aA1-', 'weak_password'],
    ['weak@example.com', 'Password123', 'breached_password'],
  ] as const
  for (const [email, password, type] of refused) {
    test(`${email} with ${password} is ${type}`, async () => {
      const { status, json } = await sdk('/passwords', { email, password })
      expect({ status, type: json.error_type }).toEqual({ status: 400, type })
    })
  }

  const strengths = [
    ['', 'aB', { missing_characters: 6, missing_complexity: 0 }, false],
    ['', 'abcdefgh', { missing_characters: 0, missing_complexity: 1, has_lower_case: true }, false],
    ['', 'abcdefg1', { missing_characters: 0, missing_complexity: 0, has_digit: true }, true],
    ['', 'local-stytch', { has_symbol: true, has_upper_case: false }, true],
  ] as const
  for (const [, password, requirements, valid] of strengths) {
    test(`strength of ${password} is counted by LUDS`, async () => {
      const { json } = await sdk('/passwords/strength_check', { password })
      expect(json.data).toMatchObject({
        valid_password: valid,
        strength_policy: 'luds',
        breached_password: false,
        feedback: { luds_requirements: requirements },
      })
    })
  }
})

describe('sessions', () => {
  test('continue, keep their token, and can be extended', async () => {
    const token = await signIn()
    const same = await sdk('/sessions/authenticate', {}, token)
    expect(same.json.data.session_token).toBe(token)
    expect(same.json.data.session.expires_at).toBe('2026-11-22T13:00:00.000Z')
    const longer = await sdk('/sessions/authenticate', { session_duration_minutes: 120 }, token)
    expect(longer.json.data.session.expires_at).toBe('2026-11-22T14:00:00.000Z')
  })

  test('end when revoked', async () => {
    const token = await signIn()
    expect((await sdk('/sessions/revoke', undefined, token)).status).toBe(200)
    const { status, json } = await sdk('/sessions/authenticate', {}, token)
    expect({ status, type: json.error_type }).toEqual({ status: 404, type: 'session_not_found' })
  })

  test('end in time', async () => {
    const clocked = walkthrough()
    const token = await clocked.signIn()
    clocked.advance(3599)
    expect((await clocked.sdk('/sessions/authenticate', {}, token)).status).toBe(200)
    clocked.advance(1)
    expect((await clocked.sdk('/sessions/authenticate', {}, token)).status).toBe(404)
  })

  test('a JWT is not a session token', async () => {
    const { json } = await sdk('/sessions/authenticate', {}, await signIn())
    expect((await sdk('/sessions/authenticate', {}, json.data.session_jwt)).status).toBe(404)
  })
})

describe('resetting a password', () => {
  const ask = (changes: Json = {}) =>
    sdk('/passwords/email/reset/start', {
      email: 'bob@example.com',
      reset_password_redirect_url: `${PAGE}/reset?x=1`,
      ...changes,
    })
  const complete = (token: string, password = 'a-new-password-1') =>
    sdk('/passwords/email/reset', { token, password, session_duration_minutes: 60 })
  const mailedToken = () => new URL(mail.at(-1)?.link ?? '').searchParams.get('token') ?? ''

  test('mails a link the SDK understands', async () => {
    expect((await ask()).status).toBe(200)
    expect(mail.at(-1)).toMatchObject({ to: 'bob@example.com', subject: 'Reset your password' })
    const link = new URL(mail.at(-1)?.link ?? '')
    expect(link.origin + link.pathname).toBe(`${PAGE}/reset`)
    expect(link.searchParams.get('x')).toBe('1')
    expect(link.searchParams.get('stytch_token_type')).toBe('reset_password')
  })

  test('sets the new password once, and ends older sessions', async () => {
    const before = await signIn('bob@example.com')
    await ask()
    const token = mailedToken()
    expect((await complete(token, 'weakling')).json.error_type).toBe('weak_password')
    const { status, json } = await complete(token)
    expect(status).toBe(200)
    expect(json.data.session_token).toBeString()
    expect((await complete(token)).json.error_type).toBe('unable_to_auth_password_reset_token')
    expect((await sdk('/sessions/authenticate', {}, before)).status).toBe(404)
    const old = await sdk('/passwords/authenticate', {
      email: 'bob@example.com',
      password: 'local-stytch',
    })
    expect(old.json.error_type).toBe('unauthorized_credentials')
    expect(await signIn('bob@example.com', 'a-new-password-1')).toBeString()
  })

  test('is refused after half an hour', async () => {
    const clocked = walkthrough()
    await clocked.sdk('/passwords/email/reset/start', { email: 'ada@example.com' })
    const token = new URL(clocked.mail.at(-1)?.link ?? '').searchParams.get('token')
    clocked.advance(30 * 60)
    const body = { token, password: 'a-new-password-1' }
    const { status, json } = await clocked.sdk('/passwords/email/reset', body)
    expect({ status, type: json.error_type }).toEqual({
      status: 401,
      type: 'unable_to_auth_password_reset_token',
    })
  })

  test('is refused for strangers and for pages elsewhere', async () => {
    expect((await ask({ email: 'eve@example.com' })).json.error_type).toBe('email_not_found')
    const elsewhere = await ask({ reset_password_redirect_url: 'https://evil.test/' })
    expect(elsewhere.json.error_type).toBe('invalid_password_reset_redirect_url')
  })
})

describe('signing out for a client', () => {
  test('is confirmed by the person, then returns to a registered place', async () => {
    const target = 'https://client.test/bye'
    const { client_id } = await world.register({ post_logout_redirect_uris: [target] })
    const logout = (uri: string) =>
      sdk('/oauth/logout/start', { client_id, post_logout_redirect_uri: uri, state: 's' })
    expect((await logout(target)).json.data).toMatchObject({
      consent_required: true,
      redirect_uri: `${target}?state=s`,
    })
    expect((await logout('https://evil.test/')).status).toBe(401)
  })
})
