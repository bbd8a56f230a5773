import { describe, expect, test } from 'bun:test'
import { redactPath } from '../../src/local/requests.ts'
import { redirected, VERIFIER, walkthrough } from './walkthrough.ts'

describe('the request log', () => {
  test('says what came in and how it was answered', async () => {
    const { get, postForm } = walkthrough()
    const { json: metadata } = await get('/.well-known/oauth-authorization-server?x=1')
    await postForm('/v1/oauth2/token', { grant_type: 'password' })
    const { json } = await get('/local/requests')
    expect(json.requests).toEqual([
      {
        request_id: metadata.request_id,
        time: '2026-11-22T12:00:00.000Z',
        method: 'GET',
        path: '/.well-known/oauth-authorization-server',
        status: 200,
      },
      expect.objectContaining({
        method: 'POST',
        path: '/v1/oauth2/token',
        status: 400,
        error: 'unsupported_grant_type',
      }),
    ])
  })

  test('A17 holds no token, code, password, secret or verifier', async () => {
    const world = walkthrough()
    const session = await world.signIn()
    const { client_id, client_secret } = await world.register({
      token_endpoint_auth_method: 'client_secret_post',
    })
    const answer = await world.submit(session, client_id, { state: 'canary-state' })
    const code = redirected(answer).get('code') ?? ''
    const secret = { client_secret }
    const { json: tokens } = await world.exchange(client_id, code, secret)
    await world.refresh(client_id, tokens.refresh_token, secret)
    await world.userinfo(tokens.access_token)
    await world.sdk('/passwords/authenticate', { email: 'ada@example.com', password: 'canary-pw' })
    await world.sdk('/passwords/email/reset/start', { email: 'ada@example.com' })
    for (const lost of [tokens.access_token, tokens.refresh_token, code, client_secret, session]) {
      await world.get(`/v1/lost/${lost}?token=${lost}`)
    }
    const log = JSON.stringify((await world.get('/local/requests')).json)
    const canaries = {
      code,
      session,
      client_secret,
      VERIFIER,
      state: 'canary-state',
      access: tokens.access_token,
      accessSignature: tokens.access_token.split('.')[2],
      refresh: tokens.refresh_token,
      id: tokens.id_token,
      password: 'canary-pw',
      seed: 'local-stytch',
      address: 'ada@example.com',
      mailed: new URL(world.mail[0]?.link ?? '').searchParams.get('token'),
    }
    for (const [name, value] of Object.entries(canaries)) {
      expect({ name, found: log.includes(String(value)) }).toEqual({ name, found: false })
    }
  })

  test('is bounded', async () => {
    const { get } = walkthrough()
    for (let i = 0; i < 510; i++) await get('/nope')
    expect((await get('/local/requests')).json.requests).toHaveLength(500)
  })
})

describe('paths', () => {
  const cases = [
    ['/sdk/v1/passwords/email/reset', '/sdk/v1/passwords/email/reset'],
    ['/.well-known/jwks.json', '/.well-known/jwks.json'],
    [
      '/v1/sessions/jwks/project-test-10ca1577-c0de-4a11-8e57-0123456789ab',
      '/v1/sessions/jwks/project-test-10ca1577-c0de-4a11-8e57-0123456789ab',
    ],
    ['/v1/secret-test-10ca1577-c0de-4a11-8e57-0123456789ab', '/v1/…'],
    ['/eyJhbGciOi.x.y/', '/…/'],
    ['/%0a/A/9', '/…/…/…'],
    [`/${'a/'.repeat(50)}`, '/a/a/a/a/a/a/a/a'],
  ] as const
  for (const [path, shown] of cases) {
    test(`${path.slice(0, 50)} is shown as ${shown}`, () => {
      expect(redactPath(path)).toBe(shown)
    })
  }
})
