import { describe, expect, test } from 'bun:test'
import { walkthrough } from './walkthrough.ts'

const { postJson, send, register } = walkthrough()
const post = (body: unknown) => postJson('/v1/oauth2/register', body)

describe('registration', () => {
  test('B2.01 answers 201, no-store, with what was registered', async () => {
    const answer = await post({
      client_name: 'Inspector',
      client_uri: 'https://client.test/',
      redirect_uris: ['http://127.0.0.1/callback'],
      token_endpoint_auth_method: 'none',
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.json).toMatchObject({
      client_name: 'Inspector',
      client_uri: 'https://client.test/',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      status_code: 201,
    })
    expect(answer.json.client_id).toMatch(/^connected-app-test-[0-9a-f-]{36}$/)
    expect(answer.json).not.toHaveProperty('client_secret')
  })

  test('B2.03 without an authentication method the client is public, as at Stytch', async () => {
    expect((await register()).token_endpoint_auth_method).toBe('none')
  })

  test('B2.12 a public client that says the same things twice is one client', async () => {
    const [first, again, other] = await Promise.all([
      register({ client_name: 'Same' }),
      register({ client_name: 'Same' }),
      register({ client_name: 'Other' }),
    ])
    expect(again.client_id).toBe(first.client_id)
    expect(other.client_id).not.toBe(first.client_id)
  })

  for (const method of ['client_secret_post', 'client_secret_basic']) {
    test(`a ${method} client is new, with a new secret, every time`, async () => {
      const first = await register({ token_endpoint_auth_method: method })
      const second = await register({ token_endpoint_auth_method: method })
      expect(first.client_secret_expires_at).toBe(0)
      expect(second.client_id).not.toBe(first.client_id)
      expect(second.client_secret).not.toBe(first.client_secret)
    })
  }

  test('E-O09 a client cannot choose its id, secret or scope', async () => {
    const chosen = { client_id: 'mine', client_secret: 'mine', scope: 'admin' }
    const answer = await register({ ...chosen, token_endpoint_auth_method: 'client_secret_post' })
    expect(answer.client_id).not.toBe('mine')
    expect(answer.client_secret).not.toBe('mine')
    expect(answer).not.toHaveProperty('scope')
  })

  test('too many clients are refused', async () => {
    const crowded = walkthrough()
    let last: { status: number; json: { error_description: string } } | undefined
    for (let i = 0; i < 1000; i++) {
      last = await crowded.postJson('/v1/oauth2/register', {
        client_name: `client ${i}`,
        redirect_uris: ['https://client.test/cb'],
      })
    }
    expect(last?.status).toBe(400)
    expect(last?.json.error_description).toStartWith('too_many_connected_apps')
  })
})

describe('redirect URIs that may be registered', () => {
  const good = [
    'https://client.test/callback',
    'https://client.test/callback?tenant=1',
    'http://localhost:3334/callback',
    'http://localhost',
    'http://127.0.0.1/callback',
    'http://[::1]:8080/callback',
    'com.example.app:/callback',
    'cursor://anysphere.cursor-retrieval/oauth/user-stytch/callback',
    'vscode://vscode.github-authentication/did-authenticate',
  ]
  for (const uri of good) {
    test(uri, async () => {
      expect((await post({ redirect_uris: [uri] })).status).toBe(201)
    })
  }
})

describe('B2.04 redirect URIs that may not', () => {
  const bad = [
    ['http://client.test/cb', 'connected_app_redirect_url_http_scheme_must_use_loopback'],
    ['http://127.0.0.1.evil.test/cb', 'connected_app_redirect_url_http_scheme_must_use_loopback'],
    ['http://127.1/cb', 'connected_app_redirect_url_http_scheme_must_use_loopback'],
    ['http://0.0.0.0/cb', 'connected_app_redirect_url_http_scheme_must_use_loopback'],
    ['http://localhost.evil.test/cb', 'connected_app_redirect_url_http_scheme_must_use_loopback'],
    ['http://localhost@evil.test/cb', 'connected_app_invalid_redirect_url'],
    ['https://user:secret@client.test/cb', 'connected_app_invalid_redirect_url'],
    ['https://client.test/cb#fragment', 'connected_app_invalid_redirect_url'],
    ['https://*.client.test/cb', 'connected_app_invalid_redirect_url'],
    ['https://client.test\\@evil.test/cb', 'connected_app_invalid_redirect_url'],
    ['https://client.test/c b', 'connected_app_invalid_redirect_url'],
    ['https://client.test/cb\r\nX: y', 'connected_app_invalid_redirect_url'],
    ['https:client.test/cb', 'connected_app_redirect_url_must_use_https_scheme'],
    ['https://', 'connected_app_redirect_url_must_include_scheme'],
    ['/callback', 'connected_app_redirect_url_must_include_scheme'],
    ['', 'connected_app_invalid_redirect_url'],
    ['javascript:alert(1)', 'connected_app_invalid_redirect_url'],
    ['JavaScript:alert(1)', 'connected_app_invalid_redirect_url'],
    ['java\nscript:alert(1)', 'connected_app_invalid_redirect_url'],
    ['data:text/html,x', 'connected_app_invalid_redirect_url'],
    ['vbscript:x', 'connected_app_invalid_redirect_url'],
    ['file:///etc/passwd', 'connected_app_invalid_redirect_url'],
    ['blob:https://client.test/1', 'connected_app_invalid_redirect_url'],
    [`https://client.test/${'a'.repeat(3072)}`, 'connected_app_invalid_redirect_url'],
  ] as const
  for (const [uri, type] of bad) {
    test(JSON.stringify(uri.slice(0, 60)), async () => {
      const { status, json } = await post({ redirect_uris: ['https://fine.test/cb', uri] })
      expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_redirect_uri' })
      expect(json.error_description).toStartWith(type)
    })
  }
})

describe('registrations that are refused', () => {
  const fine = { redirect_uris: ['https://client.test/cb'] }
  const many = Array.from({ length: 11 }, (_, i) => `https://client.test/${i}`)
  const cases = [
    ['E-O01 no redirect_uris', {}, 'invalid_redirect_uri'],
    ['E-O01 empty redirect_uris', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['E-O01 a string', { redirect_uris: 'https://client.test' }, 'invalid_client_metadata'],
    ['E-O01 a number', { redirect_uris: [1] }, 'invalid_client_metadata'],
    ['E-O04 eleven URIs', { redirect_uris: many }, 'invalid_client_metadata'],
    [
      'E-O06 unknown auth method',
      { ...fine, token_endpoint_auth_method: 'magic' },
      'invalid_client_metadata',
    ],
    ['E-O06 implicit grant', { ...fine, grant_types: ['implicit'] }, 'invalid_client_metadata'],
    [
      'E-O06 refresh without code',
      { ...fine, grant_types: ['refresh_token'] },
      'invalid_client_metadata',
    ],
    ['E-O06 token response', { ...fine, response_types: ['token'] }, 'invalid_client_metadata'],
    [
      'E-O08 a name that flips text',
      { ...fine, client_name: 'a\u202eb' },
      'invalid_client_metadata',
    ],
    ['E-O08 a name with a newline', { ...fine, client_name: 'a\nb' }, 'invalid_client_metadata'],
    ['E-O08 a hidden name', { ...fine, client_name: '\u200b' }, 'invalid_client_metadata'],
    ['E-O08 10 KiB name', { ...fine, client_name: 'x'.repeat(10_240) }, 'invalid_client_metadata'],
    ['a name that is no string', { ...fine, client_name: {} }, 'invalid_client_metadata'],
    ['E-O07 a script as logo', { ...fine, logo_uri: 'javascript:1' }, 'invalid_client_metadata'],
    ['a body that is a list', [], 'invalid_client_metadata'],
  ] as const
  for (const [name, body, error] of cases) {
    test(name, async () => {
      const answer = await post(body)
      expect({ status: answer.status, error: answer.json.error }).toEqual({ status: 400, error })
      expect(answer.json.status_code).toBe(400)
    })
  }

  test('malformed JSON', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await send('/v1/oauth2/register', { method: 'POST', body: '{', headers })
    expect(answer.json.error).toBe('invalid_client_metadata')
  })

  test('a form', async () => {
    const body = new URLSearchParams({ client_name: 'x' })
    const answer = await send('/v1/oauth2/register', { method: 'POST', body })
    expect(answer.json.error).toBe('invalid_client_metadata')
  })

  test('a body beyond any reason', async () => {
    const answer = await post({ ...fine, client_name: 'x'.repeat(300 * 1024) })
    expect(answer.status).toBe(413)
  })
})
