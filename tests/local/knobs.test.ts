import { describe, expect, test } from 'bun:test'
import { createLocalJWKSet, decodeProtectedHeader, exportSPKI, importJWK, jwtVerify } from 'jose'
import { SEED_CLIENT_ID } from '../../src/local/index.ts'
import { type Json, START, walkthrough } from './walkthrough.ts'

const world = walkthrough()
const { local, postJson, get, introspect, userinfo } = world
const mint = async (body: Json) => (await postJson('/local/tokens', body)).json
const now = START / 1000

async function verify(token: string) {
  const keys = createLocalJWKSet((await get('/.well-known/jwks.json')).json)
  return jwtVerify(token, keys, { currentDate: new Date(START) })
}

describe('minting', () => {
  test('an access token is as good as one issued', async () => {
    const { token, claims, header } = await mint({ kind: 'access', scope: 'openid email' })
    const { payload, protectedHeader } = await verify(token)
    expect(claims).toEqual(payload)
    expect(header).toEqual(protectedHeader)
    expect(payload).toMatchObject({
      iss: local.url,
      aud: [local.projectId],
      client_id: SEED_CLIENT_ID,
      scope: 'openid email',
      iat: now,
      nbf: now,
      exp: now + 3600,
    })
    expect((await userinfo(token)).json.email).toBe('ada@example.com')
    expect((await introspect(SEED_CLIENT_ID, token)).json.active).toBe(true)
  })

  test('for another user and client', async () => {
    const { client_id } = await world.register({ client_name: 'Minted for' })
    const { token, claims } = await mint({ kind: 'access', user: 'bob@example.com', client_id })
    expect(claims.sub).toBe('user-test-b0b00000-1925-4330-9abc-000000000002')
    expect((await introspect(client_id, token)).json.active).toBe(true)
  })

  test('unregistered, it verifies but nobody remembers it', async () => {
    const { token } = await mint({ kind: 'access', registered: false, client_id: 'stranger' })
    expect((await verify(token)).payload.client_id).toBe('stranger')
    expect((await userinfo(token)).status).toBe(401)
  })

  test('a session JWT has Stytch’s session claim, and neither scope nor client', async () => {
    const { claims } = await mint({ kind: 'session' })
    expect(claims).toMatchObject({ aud: [local.projectId], exp: now + 300 })
    expect(claims['https://stytch.com/session'].id).toStartWith('session-test-')
    expect(claims).not.toHaveProperty('scope')
    expect(claims).not.toHaveProperty('client_id')
  })

  test('a machine’s token has scope but no client', async () => {
    const { claims } = await mint({ kind: 'm2m', scope: 'read:projects' })
    expect(claims.sub).toStartWith('m2m-client-test-')
    expect(claims).toMatchObject({ aud: [local.projectId], scope: 'read:projects' })
    expect(claims).not.toHaveProperty('client_id')
  })

  test('an ID token is for the client', async () => {
    const { claims } = await mint({ kind: 'id', client_id: 'c' })
    expect(claims).toMatchObject({ aud: ['c'], email: 'ada@example.com', name: 'Ada Lovelace' })
  })

  test('a B2B access token is a member’s, in an organization', async () => {
    const { claims } = await mint({ kind: 'b2b-access' })
    expect(claims.sub).toStartWith('member-test-')
    expect(claims['https://stytch.com/organization']).toMatchObject({ slug: 'local' })
  })

  test('claims and header members are set, and null drops them', async () => {
    const { token, claims, header } = await mint({
      kind: 'access',
      claims: { aud: 'https://other.test', exp: null, extra: { deep: [1] } },
      header: { typ: 'at+jwt', kid: null, crit: ['x'] },
    })
    expect(claims).toMatchObject({ aud: 'https://other.test', extra: { deep: [1] } })
    expect(claims).not.toHaveProperty('exp')
    expect(header).toEqual({ alg: 'RS256', typ: 'at+jwt', crit: ['x'] })
    expect(decodeProtectedHeader(token)).toEqual(header)
  })

  test('expired, it is expired everywhere', async () => {
    const { token, claims } = await mint({ kind: 'access', expires_in: -10 })
    expect(claims.exp).toBe(now - 10)
    expect(claims.iat).toBeLessThan(claims.exp)
    expect((await userinfo(token)).json.error_description).toStartWith('idp_access_token_expired')
    expect((await introspect(SEED_CLIENT_ID, token)).json.active).toBe(false)
  })

  test('a foreign key claims the published kid and does not verify', async () => {
    const { token, header } = await mint({ kind: 'access', key: 'foreign' })
    const { json } = await get('/.well-known/jwks.json')
    expect(header.kid).toBe(json.keys[0].kid)
    expect(verify(token)).rejects.toThrow('signature verification failed')
    expect((await userinfo(token)).status).toBe(401)
  })

  test('an HS256 token is keyed with the public key, as in the classic confusion', async () => {
    const { token, header } = await mint({ kind: 'access', key: 'hs256-public' })
    expect(header.alg).toBe('HS256')
    const [jwk] = (await get('/.well-known/jwks.json')).json.keys
    const pem = await exportSPKI((await importJWK({ ...jwk, ext: true }, 'RS256')) as CryptoKey)
    const { payload } = await jwtVerify(token, new TextEncoder().encode(pem), {
      currentDate: new Date(START),
    })
    expect(payload.sub).toStartWith('user-test-')
  })

  test('an unsigned token ends in a dot', async () => {
    const { token, header } = await mint({ kind: 'access', key: 'none' })
    expect(header.alg).toBe('none')
    expect(token).toEndWith('.')
  })

  const malformed: [Json, string][] = [
    [{}, 'kind: '],
    [{ kind: 'refresh' }, 'kind: '],
    [{ kind: 'access', expires_in: 'soon' }, 'expires_in: '],
    [{ kind: 'access', claims: [] }, 'claims: '],
    [{ kind: 'access', key: 'mine' }, 'key: '],
    [{ kind: 'access', colour: 'red' }, 'body: Unrecognized key'],
    [{ kind: 'access', user: 'eve@example.com' }, 'user: nobody'],
    [{ kind: 'access', client_id: 'nobody' }, 'client_id: no such client'],
    [{ kind: 'session', registered: true }, 'registered: only access tokens'],
    [[], 'body: '],
  ]
  for (const [body, message] of malformed) {
    test(`${JSON.stringify(body)} is refused in a sentence`, async () => {
      const { status, json } = await postJson('/local/tokens', body)
      expect(status).toBe(400)
      expect(json.error_message).toStartWith(message)
      expect(json.error_message).toEndWith('.')
    })
  }
})

describe('reset', () => {
  test('forgets users, clients, tokens and requests, and keeps the keys', async () => {
    const own = walkthrough()
    const { clientId, tokens } = await own.tokens()
    await own.sdk('/passwords', { email: 'new@example.com', password: 'long-enough-1' })
    const keys = (await own.get('/.well-known/jwks.json')).json.keys
    expect((await own.postJson('/local/reset', {})).status).toBe(200)
    expect((await own.get('/local/requests')).json.requests).toEqual([])
    expect((await own.userinfo(tokens.access_token)).status).toBe(401)
    expect((await own.introspect(clientId, 'x')).json.error).toBe('invalid_client')
    const search = await own.sdk('/users/search', { email: 'new@example.com' })
    expect(search.json.data.userType).toBe('new')
    expect((await own.get('/.well-known/jwks.json')).json.keys).toEqual(keys)
    expect(await own.signIn()).toBeString()
  })

  test('makes new keys when asked', async () => {
    const own = walkthrough()
    const kid = async () => (await own.get('/.well-known/jwks.json')).json.keys[0].kid
    const before = await kid()
    await own.postJson('/local/reset', { keep_keys: false })
    expect(await kid()).not.toBe(before)
  })
})

describe('knobs are out of reach of', () => {
  const knobs = [
    ['POST', '/local/tokens'],
    ['POST', '/local/reset'],
    ['GET', '/local/requests'],
    ['GET', '/local/faults'],
    ['POST', '/local/faults'],
    ['POST', '/local/keys/rotate'],
    ['POST', '/local/keys/retire'],
    ['POST', '/local/grants/revoke'],
  ] as const
  const attempts: [string, string, Record<string, string>][] = [
    ['a page elsewhere', 'http://localhost:3001', { origin: 'https://evil.test' }],
    ['an opaque origin', 'http://localhost:3001', { origin: 'null' }],
    ['a rebound name', 'http://evil.test:3001', {}],
    ['a name that starts like ours', 'http://localhost.evil.test:3001', {}],
    ['a foreign Host header', 'http://localhost:3001', { host: 'evil.test' }],
    ['a private address', 'http://192.168.0.2:3001', {}],
  ]
  for (const [who, base, headers] of attempts) {
    test(who, async () => {
      for (const [method, path] of knobs) {
        const body = method === 'POST' ? '{"kind":"access"}' : undefined
        const answer = await world.send(`${base}${path}`, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          ...(body && { body }),
        })
        expect({ path, status: answer.status }).toEqual({ path, status: 403 })
        expect(answer.json).not.toHaveProperty('token')
        expect(answer.headers.has('access-control-allow-origin')).toBe(false)
      }
    })
  }

  test('a form', async () => {
    const body = new URLSearchParams({ kind: 'access' })
    const answer = await world.send('/local/tokens', { method: 'POST', body })
    expect(answer.status).toBe(400)
    const plain = await world.send('/local/tokens', { method: 'POST', body: '{"kind":"access"}' })
    expect(plain.status).toBe(400)
  })

  test('a preflight', async () => {
    const answer = await world.send('/local/tokens', {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:9999', 'access-control-request-method': 'POST' },
    })
    expect(answer.status).toBe(404)
    expect(answer.headers.has('access-control-allow-origin')).toBe(false)
  })
})

test('nothing at all is served to a rebound name', async () => {
  for (const path of ['/.well-known/jwks.json', '/v1/oauth2/userinfo', '/nope']) {
    expect((await world.send(`http://evil.test:3001${path}`)).status).toBe(403)
  }
})
