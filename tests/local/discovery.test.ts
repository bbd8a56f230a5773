import { describe, expect, test } from 'bun:test'
import { walkthrough } from './walkthrough.ts'

const world = walkthrough()
const { local, get, send } = world
const SHARED = `/v1/public/${local.projectId}`

describe('metadata', () => {
  test('B1.01 the issuer is the origin the document was fetched from', async () => {
    const { status, json } = await get('/.well-known/oauth-authorization-server')
    expect(status).toBe(200)
    expect(json.issuer).toBe(local.url)
  })

  test('B1.02 OpenID Connect discovery states the same facts', async () => {
    const oauth = await get('/.well-known/oauth-authorization-server')
    const openid = await get('/.well-known/openid-configuration')
    expect({ ...openid.json, request_id: '' }).toEqual({ ...oauth.json, request_id: '' })
  })

  test('B1.03–B1.05 it promises S256, code, query, three client authentications and iss', async () => {
    const { json } = await get('/.well-known/oauth-authorization-server')
    expect(json).toMatchObject({
      authorization_endpoint: 'http://localhost:3000/oauth/authorize',
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
      authorization_response_iss_parameter_supported: true,
      scopes_supported: ['openid', 'email', 'profile', 'phone', 'offline_access'],
      id_token_signing_alg_values_supported: ['RS256'],
      status_code: 200,
    })
    expect(json.request_id).toStartWith('request-id-test-')
    expect(json).not.toHaveProperty('client_id_metadata_document_supported')
  })

  test('under the shared API the issuer has no scheme and the endpoints stay under its prefix', async () => {
    const { json } = await get(`${SHARED}/.well-known/openid-configuration`)
    expect(json.issuer).toBe(`stytch.com/${local.projectId}`)
    expect(json.token_endpoint).toBe(`${local.url}${SHARED}/oauth2/token`)
    expect(json).not.toHaveProperty('authorization_response_iss_parameter_supported')
  })

  test('custom scopes are advertised', async () => {
    const custom = walkthrough({
      scopes: [{ scope: 'read:projects', description: 'See projects' }],
    })
    const { json } = await custom.get('/.well-known/oauth-authorization-server')
    expect(json.scopes_supported).toContain('read:projects')
  })

  for (const prefix of ['', SHARED]) {
    test(`B1.09 every URL advertised at ${prefix || 'the domain'} is served`, async () => {
      const { json } = await get(`${prefix}/.well-known/oauth-authorization-server`)
      const served = Object.entries(json).filter(
        ([name, value]) =>
          /_endpoint$|_uri$/.test(name) && String(value).startsWith(`${local.url}/`),
      )
      expect(served).toHaveLength(6)
      for (const [name, url] of served) {
        const answer = await get(String(url))
        expect({ name, status: answer.status }).not.toEqual({ name, status: 404 })
      }
    })
  }

  test('another project is not found', async () => {
    const { status, json } = await get(
      '/v1/public/project-test-other/.well-known/openid-configuration',
    )
    expect(status).toBe(404)
    expect(json.error_type).toBe('project_not_found')
  })
})

describe('keys', () => {
  const forms = [
    '/.well-known/jwks.json',
    `${SHARED}/.well-known/jwks.json`,
    `/v1/sessions/jwks/${local.projectId}`,
    `/v1/b2b/sessions/jwks/${local.projectId}`,
  ]

  test('B4.13 the four URL forms serve one RS256 key, public members only', async () => {
    const sets = await Promise.all(forms.map((form) => get(form)))
    for (const { status, json } of sets) {
      expect(status).toBe(200)
      expect(json.keys).toEqual(sets[0]?.json.keys)
    }
    const [key] = sets[0]?.json.keys ?? []
    expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'key_ops', 'kid', 'kty', 'n', 'use'])
    expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', key_ops: ['verify'] })
    expect(key.kid).toMatch(/^jwk-test-[0-9a-f-]{36}$/)
    expect(Buffer.from(key.n, 'base64url')).toHaveLength(256)
  })

  test('keys of another project are not found', async () => {
    expect((await get('/v1/sessions/jwks/project-test-other')).status).toBe(404)
  })
})

describe('CORS', () => {
  const open = [
    '/.well-known/oauth-authorization-server',
    '/.well-known/jwks.json',
    ...['token', 'register', 'revoke', 'introspect', 'userinfo'].map(
      (name) => `/v1/oauth2/${name}`,
    ),
    `${SHARED}/oauth2/token`,
  ]
  for (const path of open) {
    test(`B1.08 any page may preflight ${path.replace(SHARED, '…')}`, async () => {
      const { status, headers } = await send(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://client.test',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'mcp-protocol-version, authorization, content-type',
        },
      })
      expect(status).toBe(204)
      expect(headers.get('access-control-allow-origin')).toBe('*')
      const allowed = headers.get('access-control-allow-headers')
      for (const name of ['mcp-protocol-version', 'authorization', 'content-type']) {
        expect(allowed).toContain(name)
      }
      expect(headers.has('access-control-allow-credentials')).toBe(false)
    })
  }

  test('any page may read an error, too', async () => {
    const answer = await world.postForm('/v1/oauth2/token', {}, { origin: 'https://client.test' })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('what is not served', () => {
  test('is answered with Stytch’s route_not_found', async () => {
    const { status, json } = await get('/v1/users')
    expect(status).toBe(404)
    expect(json).toMatchObject({ error_type: 'route_not_found', status_code: 404 })
    expect(json.request_id).toStartWith('request-id-test-')
    expect(json.error_url).toContain('#route_not_found')
  })

  for (const name of ['register', 'token', 'introspect', 'revoke']) {
    test(`E-O26 E-O41 GET ${name} is 405`, async () => {
      const { status, headers, json } = await get(`/v1/oauth2/${name}`)
      expect(status).toBe(405)
      expect(headers.get('allow')).toBe('POST, OPTIONS')
      expect(json.error).toBe('invalid_request')
    })
  }
})
