import { describe, expect, test } from 'bun:test'
import { createLocalStytch, type PreRegisteredClient } from '../../src/local/index.ts'
import { generations, mcpClient } from './mcp-client.ts'
import { type Json, REDIRECT, redirected, VERIFIER, walkthrough } from './walkthrough.ts'

const PUBLIC = 'connected-app-test-00000000-0000-4000-8000-000000000001'
const CONFIDENTIAL = 'connected-app-test-00000000-0000-4000-8000-000000000002'
const OURS = 'connected-app-test-00000000-0000-4000-8000-000000000003'
const SECRET = 'a:secret%with+reserved/characters'

const CLIENTS: readonly PreRegisteredClient[] = [
  { clientId: PUBLIC, name: 'Public', redirectUris: [REDIRECT] },
  {
    clientId: CONFIDENTIAL,
    type: 'third_party',
    secret: SECRET,
    name: 'Confidential',
    redirectUris: [REDIRECT],
  },
  { clientId: OURS, type: 'first_party_public', name: 'Ours', redirectUris: [REDIRECT] },
]

const basic = (secret: string) => ({
  authorization: `Basic ${btoa(`${CONFIDENTIAL}:${encodeURIComponent(secret)}`)}`,
})

describe('a pre-registered public client', () => {
  test('signs a person in', async () => {
    const { code, exchange, userinfo } = walkthrough({ clients: CLIENTS })
    const { json } = await exchange(PUBLIC, await code(PUBLIC))
    expect((await userinfo(json.access_token)).status).toBe(200)
  })

  test('is there again after a reset', async () => {
    const { postJson, code, exchange } = walkthrough({ clients: CLIENTS })
    await postJson('/local/reset', {})
    expect((await exchange(PUBLIC, await code(PUBLIC))).status).toBe(200)
  })

  for (const [generation, auth] of generations) {
    test(`${generation} uses it and registers nothing`, async () => {
      const callback = 'http://localhost:33418/callback'
      const world = walkthrough({ clients: [{ clientId: PUBLIC, redirectUris: [callback] }] })
      const client = mcpClient(world, auth, 'openid')
      client.saved.client = { client_id: PUBLIC, issuer: world.local.url }
      await client.connect()
      const { requests } = (await world.get('/local/requests')).json
      expect(JSON.stringify(requests)).not.toContain('/v1/oauth2/register')
    })
  }
})

describe('a pre-registered confidential client', () => {
  const methods: [string, Record<string, string>, Record<string, string>][] = [
    ['client_secret_basic', {}, basic(SECRET)],
    ['client_secret_post', { client_id: CONFIDENTIAL, client_secret: SECRET }, {}],
  ]
  for (const [method, fields, headers] of methods) {
    test(`B2.11 completes everything with ${method}`, async () => {
      const { code, postForm, userinfo } = walkthrough({ clients: CLIENTS })
      const post = (name: string, body: Record<string, string>) =>
        postForm(`/v1/oauth2/${name}`, { ...fields, ...body }, headers)
      const exchanged = await post('token', {
        grant_type: 'authorization_code',
        code: await code(CONFIDENTIAL),
        redirect_uri: REDIRECT,
        code_verifier: VERIFIER,
      })
      expect(exchanged.status).toBe(200)
      const { refresh_token } = exchanged.json
      const refreshed = await post('token', { grant_type: 'refresh_token', refresh_token })
      expect(refreshed.status).toBe(200)
      expect(refreshed.json).not.toHaveProperty('refresh_token')
      const token = refreshed.json.access_token
      expect((await post('introspect', { token })).json).toMatchObject({
        active: true,
        client_id: CONFIDENTIAL,
      })
      expect((await post('revoke', { token: refresh_token })).status).toBe(200)
      expect((await userinfo(token)).status).toBe(401)
    })
  }

  const wrong: [string, Record<string, string>, Record<string, string>][] = [
    ['no secret', { client_id: CONFIDENTIAL }, {}],
    ['a wrong secret', { client_id: CONFIDENTIAL, client_secret: 'x' }, {}],
    ['a wrong secret in the header', {}, basic('x')],
  ]
  for (const [name, fields, headers] of wrong) {
    test(`E-O38 with ${name} gets nothing, and the code survives`, async () => {
      const { code, postForm } = walkthrough({ clients: CLIENTS })
      const body = {
        grant_type: 'authorization_code',
        code: await code(CONFIDENTIAL),
        redirect_uri: REDIRECT,
        code_verifier: VERIFIER,
      }
      const refused = await postForm('/v1/oauth2/token', { ...body, ...fields }, headers)
      expect({ status: refused.status, error: refused.json.error }).toEqual({
        status: 401,
        error: 'invalid_client',
      })
      expect(refused.headers.has('www-authenticate')).toBe('authorization' in headers)
      expect((await postForm('/v1/oauth2/token', body, basic(SECRET))).status).toBe(200)
    })
  }

  test('E-O15 needs a challenge, secret or not', async () => {
    const { submit, signIn } = walkthrough({ clients: CLIENTS })
    const answer = await submit(await signIn(), CONFIDENTIAL, { code_challenge: undefined })
    expect(redirected(answer).get('error')).toBe('invalid_request')
  })
})

describe('consent', () => {
  const openid = { scopes: ['openid', 'email'] }

  async function asked(clientId: string, changes: Json = {}) {
    const { sdk, authorization, signIn } = walkthrough({ clients: CLIENTS })
    const body = authorization(clientId, changes)
    const { json } = await sdk('/idp/oauth/authorize/start', body, await signIn())
    return { type: json.data.client.client_type, required: json.data.consent_required }
  }

  test('is needed by an app of somebody else', async () => {
    expect(await asked(PUBLIC, openid)).toEqual({ type: 'third_party_public', required: true })
    expect(await asked(CONFIDENTIAL, openid)).toEqual({ type: 'third_party', required: true })
  })

  test('is not needed by one of the project’s own, except to stay signed in', async () => {
    expect(await asked(OURS, openid)).toEqual({ type: 'first_party_public', required: false })
    expect((await asked(OURS)).required).toBe(true)
    expect((await asked(OURS, { ...openid, prompt: 'consent' })).required).toBe(true)
  })
})

describe('POST /local/clients', () => {
  const add = async (body: Json, world = walkthrough()) => ({
    ...(await world.postJson('/local/clients', body)),
    world,
  })

  test('adds a public client', async () => {
    const { status, json, world } = await add({ redirect_uris: [REDIRECT] })
    expect(status).toBe(200)
    expect(json).toMatchObject({ client_type: 'third_party_public', redirect_uris: [REDIRECT] })
    expect(json).not.toHaveProperty('client_secret')
    const { client_id } = json
    expect((await world.exchange(client_id, await world.code(client_id))).status).toBe(200)
  })

  test('adds a confidential one, with a secret of its own or a given one', async () => {
    const body = { client_type: 'first_party', redirect_uris: [REDIRECT] }
    for (const given of [{}, { client_id: CONFIDENTIAL, client_secret: SECRET }]) {
      const { json, world } = await add({ ...body, ...given })
      expect(json).toMatchObject(given)
      const { client_id, client_secret } = json
      const code = await world.code(client_id)
      expect((await world.exchange(client_id, code, { client_secret })).status).toBe(200)
    }
  })

  test('replaces a client of the same id', async () => {
    const first = await add({ client_id: PUBLIC, redirect_uris: [REDIRECT] })
    const { world } = first
    const tokens = (await world.exchange(PUBLIC, await world.code(PUBLIC))).json
    await add({ client_id: PUBLIC, client_name: 'Renamed', redirect_uris: [REDIRECT] }, world)
    const { clients } = (await world.get('/local/clients')).json
    expect(clients.filter(({ client_id }: Json) => client_id === PUBLIC)).toEqual([
      expect.objectContaining({ client_name: 'Renamed' }),
    ])
    expect((await world.refresh(PUBLIC, tokens.refresh_token)).status).toBe(200)
  })

  test('GET lists clients however they came, and no secret', async () => {
    const { world } = await add({
      client_id: CONFIDENTIAL,
      client_type: 'third_party',
      client_secret: SECRET,
      redirect_uris: [REDIRECT],
    })
    await world.register({ client_name: 'Registered' })
    const { json } = await world.get('/local/clients')
    expect(json.clients.map(({ client_name }: Json) => client_name)).toEqual([
      'Local test client',
      '',
      'Registered',
    ])
    expect(JSON.stringify(json)).not.toContain(SECRET)
  })

  const malformed: [Json, string][] = [
    [{}, 'redirect_uris: '],
    [{ redirect_uris: [] }, 'connected_app_invalid_redirect_url: '],
    [{ redirect_uris: ['http://a.test'] }, 'connected_app_redirect_url_http_scheme_must_use'],
    [{ redirect_uris: [REDIRECT], client_id: 'mine' }, 'a client id must look like'],
    [{ redirect_uris: [REDIRECT], client_type: 'confidential' }, 'client_type: '],
    [
      { redirect_uris: [REDIRECT], client_secret: 'x' },
      'a third_party_public client has no secret',
    ],
    [
      { redirect_uris: [REDIRECT], client_type: 'third_party', client_secret: '' },
      'a secret must be',
    ],
    [{ redirect_uris: [REDIRECT], colour: 'red' }, 'body: '],
  ]
  for (const [body, message] of malformed) {
    test(`refuses ${JSON.stringify(body)}`, async () => {
      const { status, json } = await add(body)
      expect(status).toBe(400)
      expect(json.error_message).toStartWith(message)
    })
  }
})

describe('the option refuses', () => {
  const wrong: [string, PreRegisteredClient][] = [
    ['an id that is none', { clientId: 'mine', redirectUris: [REDIRECT] }],
    ['a confidential client without a secret', { ...CLIENTS[0], type: 'third_party' } as Json],
    ['a public client with one', { ...CLIENTS[0], secret: SECRET } as Json],
    ['no redirect URI', { clientId: PUBLIC, redirectUris: [] }],
    ['a redirect URI nobody may register', { clientId: PUBLIC, redirectUris: ['http://a.test'] }],
  ]
  for (const [name, client] of wrong) {
    test(name, () => {
      expect(() => createLocalStytch({ clients: [client] })).toThrow(TypeError)
    })
  }
})
