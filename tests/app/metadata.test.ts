/** What clients read before they sign in, and what the configuration must be for it to be true. */
import { describe, expect, test } from 'bun:test'
import {
  discoverOAuthProtectedResourceMetadata as modernDiscover,
  selectResourceURL as modernResource,
} from '@modelcontextprotocol/client'
import {
  discoverOAuthProtectedResourceMetadata as legacyDiscover,
  selectResourceURL as legacyResource,
} from '@modelcontextprotocol/sdk/client/auth.js'
import { ConfigError, loadConfig } from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { rpc } from '../support/mcp.ts'

const PRM = '/.well-known/oauth-protected-resource'
const AS = '/.well-known/oauth-authorization-server'
const STYTCH = {
  STYTCH_PROJECT_ID: 'project-test-11111111-1111-4111-8111-111111111111',
  STYTCH_DOMAIN: 'https://login.example.com',
  STYTCH_PUBLIC_TOKEN: 'public-token-test-11111111-1111-4111-8111-111111111111',
}
const PRODUCTION = { ...STYTCH, NODE_ENV: 'production', PUBLIC_URL: 'https://mcp.example.com' }

const { send, config, local } = createFixture()
const deployed = createFixture({ env: PRODUCTION })

type Document = Record<string, unknown>
const read = async (fixture: { send: typeof send }, path: string) =>
  (await (await fixture.send(path)).json()) as Document

describe('protected resource metadata', () => {
  test.each([PRM, `${PRM}/mcp`])('A3.01–A3.03 %s', async (path) => {
    const response = await send(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      resource: 'http://localhost:3000/mcp',
      authorization_servers: ['http://localhost:3001'],
      scopes_supported: ['openid', 'email', 'profile'],
      bearer_methods_supported: ['header'],
      resource_name: 'Stytch MCP Server',
      resource_documentation: 'http://localhost:3000/',
    })
  })

  test('A3.03 both places hold the same bytes', async () => {
    const [root, inserted] = await Promise.all([send(PRM), send(`${PRM}/mcp`)])
    expect(await root.text()).toBe(await inserted.text())
  })

  test.each([
    `${PRM}/`,
    `${PRM}/mcp/`,
    `${PRM}/mcp/x`,
    `${PRM}/other`,
    `${PRM}/MCP`,
    `${PRM}/..%2fmcp`,
    `${PRM}/%6dcp`,
    `${PRM}%2fmcp`,
    '/%2ewell-known%2foauth-protected-resource',
    `/mcp${PRM}`,
    `/mcp/${PRM}`,
  ])('A3.04, E-O43 %s is not here', async (path) => {
    expect((await send(path)).status).toBe(404)
  })

  test('A3.05 the resource is the address people configure, in one spelling', async () => {
    const { resource } = await read(deployed, `${PRM}/mcp`)
    expect(resource).toBe('https://mcp.example.com/mcp')
    expect(resource).toBe(deployed.config.resource)
    const { protocol, search, hash, href } = new URL(resource as string)
    expect([protocol, search, hash, href]).toEqual(['https:', '', '', resource as string])
  })

  test('A3.06, A3.07 one authorization server, which names itself the same way', async () => {
    const { authorization_servers } = await read({ send }, PRM)
    expect(authorization_servers).toHaveLength(1)
    const [issuer] = authorization_servers as [string]
    const metadata = await local.fetch(new Request(`${issuer}${AS}`))
    expect(((await metadata.json()) as Document).issuer).toBe(issuer)
    expect((await read(deployed, PRM)).authorization_servers).toEqual(['https://login.example.com'])
  })

  test('A3.08 asks for the baseline, never for everything', async () => {
    const { scopes_supported } = await read({ send }, PRM)
    const baseline = ['openid', 'email', 'profile']
    expect((scopes_supported as string[]).filter((scope) => !baseline.includes(scope))).toEqual([])
  })

  test('A3.10 what people read is plain text, and pages are https', async () => {
    const { resource_name, resource_documentation } = await read(deployed, PRM)
    expect(resource_name).toMatch(/^[ -;=?-~]+$/)
    expect(resource_documentation).toStartWith('https://')
    const { pathname } = new URL(resource_documentation as string)
    expect((await deployed.send(pathname)).headers.get('content-type')).toStartWith('text/html')
  })

  test.each([
    ['local', { send }],
    ['deployed', deployed],
  ])('A3.09, A3.11, A3.12 %s says what is so and leaves out the rest', async (_, fixture) => {
    const document = await read(fixture, PRM)
    expect(document.bearer_methods_supported).toEqual(['header'])
    for (const [name, value] of Object.entries(document)) {
      expect([name, value]).not.toEqual([name, null])
      expect([name, value]).not.toEqual([name, []])
      expect([name, value]).not.toEqual([name, ''])
    }
    expect(Object.keys(document)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/jwks_uri|signed_metadata|dpop|tls_/)]),
    )
  })

  test('A3.13 request headers change nothing', async () => {
    const plain = await (await send(PRM)).text()
    const forwarded = await send(PRM, {
      headers: {
        Host: '127.0.0.1:3000',
        'X-Forwarded-Host': 'evil.test',
        'X-Forwarded-Proto': 'https',
        'X-Original-URL': 'https://evil.test/',
        Forwarded: 'host=evil.test;proto=http',
      },
    })
    expect(await forwarded.text()).toBe(plain)
  })
})

describe('authorization server metadata mirror', () => {
  test('A3.18 names the endpoints Local Stytch names itself', async () => {
    const mirror = await read({ send }, AS)
    const original = (await (
      await local.fetch(new Request(`${config.stytch.domain}${AS}`))
    ).json()) as Document
    for (const [name, value] of Object.entries(mirror)) {
      if (name.endsWith('_endpoint') || name === 'issuer' || name === 'jwks_uri') {
        expect([name, value]).toEqual([name, original[name]])
      }
    }
    expect(mirror.authorization_endpoint).toBe('http://localhost:3000/oauth/authorize')
    expect(mirror.code_challenge_methods_supported).toEqual(['S256'])
    expect(JSON.stringify(mirror)).not.toContain('offline_access')
  })

  test.each(['/.well-known/openid-configuration', `${AS}/mcp`, `/mcp${AS}`, `${AS}/`])(
    'A3.18, E-O44 there is no %s',
    async (path) => expect((await send(path)).status).toBe(404),
  )
})

describe.each([PRM, `${PRM}/mcp`, AS])('%s', (path) => {
  test('A3.14, E-H36 is readable from any web page, without credentials', async () => {
    const response = await send(path, { headers: { Origin: 'https://anyone.test' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const preflight = await send(path, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://anyone.test',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'mcp-protocol-version',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(',')
    expect(allowed).toEqual(['accept', 'content-type', 'mcp-protocol-version'])
    for (const { headers } of [response, preflight]) {
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  test('A3.14 OPTIONS of no browser is answered too', async () => {
    expect((await send(path, { method: 'OPTIONS' })).status).toBe(204)
  })

  test('A3.15 is kept for five minutes and revalidated by a strong tag', async () => {
    const first = await send(path)
    expect(first.headers.get('cache-control')).toBe('public, max-age=300')
    expect(first.headers.get('vary')).toBeNull()
    const tag = first.headers.get('etag') as string
    expect(tag).toMatch(/^"[^"]+"$/)
    for (const match of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await send(path, {
        headers: { 'If-None-Match': match, Origin: 'https://anyone.test' },
      })
      expect([match, again.status, await again.text()]).toEqual([match, 304, ''])
      expect(again.headers.get('etag')).toBe(tag)
      expect(again.headers.get('cache-control')).toBe('public, max-age=300')
      expect(again.headers.get('access-control-allow-origin')).toBe('*')
    }
    expect((await send(path, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
  })

  test('A3.16 HEAD has the headers of GET and no body', async () => {
    const [head, full] = [await send(path, { method: 'HEAD' }), await send(path)]
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(head.headers.get('etag')).toBe(full.headers.get('etag'))
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('A3.16, E-O43 %s is 405', async (method) => {
    const response = await send(path, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  test('A3.16 neither a query nor credentials of any kind matter', async () => {
    const plain = await (await send(path)).text()
    for (const value of ['Bearer x', 'Bearer', 'Basic !', 'Bearer a, Bearer b']) {
      const response = await send(`${path}?resource=https://evil.test`, {
        headers: { Authorization: value, Cookie: 'access_token=x' },
      })
      expect([response.status, await response.text()]).toEqual([200, plain])
    }
  })

  test('A3.17 is small and not to be sniffed', async () => {
    for (const fixture of [{ send }, deployed]) {
      const response = await fixture.send(path)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect((await response.text()).length).toBeLessThan(4096)
    }
  })
})

describe('A4.01 PUBLIC_URL', () => {
  const production = (PUBLIC_URL: string | undefined) => () =>
    loadConfig({ ...PRODUCTION, PUBLIC_URL })

  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['no URL', 'mcp.example.com'],
    ['http', 'http://mcp.example.com'],
    ['http on loopback', 'http://localhost:3000'],
    ['user info', 'https://ada@mcp.example.com'],
    ['a query', 'https://mcp.example.com?x=1'],
    ['an empty query', 'https://mcp.example.com?'],
    ['a fragment', 'https://mcp.example.com#x'],
    ['a path', 'https://mcp.example.com/mcp'],
    ['a trailing slash', 'https://mcp.example.com/'],
    ['capitals in the host', 'https://MCP.example.com'],
    ['capitals in the scheme', 'HTTPS://mcp.example.com'],
    ['the default port', 'https://mcp.example.com:443'],
    ['another scheme', 'ftp://mcp.example.com'],
  ])('with %s does not start in production, and says why in one line', (_, value) => {
    expect(production(value)).toThrow(ConfigError)
    try {
      production(value)()
    } catch (error) {
      const { problems } = error as ConfigError
      expect(problems.map(({ variable }) => variable)).toEqual(['PUBLIC_URL'])
    }
  })

  test('may be http on this machine while developing, and nowhere else', () => {
    const { resource } = loadConfig({ PUBLIC_URL: 'http://127.0.0.1:4000' })
    expect(resource).toBe('http://127.0.0.1:4000/mcp')
    expect(() => loadConfig({ ...STYTCH, PUBLIC_URL: 'http://mcp.example.com' })).toThrow(
      ConfigError,
    )
  })
})

describe('A4.02 official clients ask for this very resource', () => {
  const fetch = (async (url: string | URL, init?: RequestInit) =>
    deployed.send(String(url), init)) as typeof globalThis.fetch
  const generations = [
    ['v1 @modelcontextprotocol/sdk', legacyDiscover, legacyResource],
    ['v2 @modelcontextprotocol/client', modernDiscover, modernResource],
  ] as const
  const cases = generations.flatMap(([name, discover, resource]) =>
    ['https://mcp.example.com/mcp', 'https://mcp.example.com/mcp/'].map(
      (url) => [name, url, discover, resource] as const,
    ),
  )
  test.each(cases)('%s, configured with %s', async (_, url, discover, resource) => {
    const found = await discover(url, {}, fetch)
    const provider = {} as never
    expect(String(await resource(url, provider, found as never))).toBe(
      'https://mcp.example.com/mcp',
    )
  })
})

describe('A4.03 the resource in a token is compared as it is written', () => {
  const RES = 'http://localhost:3000/mcp'
  test.each([
    [RES, 200],
    ['HTTP://LOCALHOST:3000/mcp', 401],
    ['http://localhost:3000/MCP', 401],
    [`${RES}/`, 401],
    [`${RES}?x`, 401],
  ])('%s → %i', async (aud, status) => {
    const fixture = createFixture({ env: { AUDIENCE: 'resource' } })
    const token = await fixture.token({ claims: { aud: [aud] } })
    const response = await fixture.send('/mcp', rpc('modern', 'tools/list', {}, token))
    expect(response.status).toBe(status)
  })
})

describe('A4.04 the endpoint has one address', () => {
  test.each(['//mcp', '/mcp;x', '/MCP', '/%6dcp', '/mcp//', '/mcp/x', '/mcp%2f', '/x/..%2fmcp'])(
    '%s is not it',
    async (path) => {
      const response = await send(`http://localhost:3000${path}`, { method: 'POST' })
      expect(response.status).toBe(404)
    },
  )

  test('one trailing slash is forgiven, without a redirect', async () => {
    const [plain, slash] = [await send('/mcp'), await send('/mcp/')]
    expect([slash.status, slash.headers.get('www-authenticate')]).toEqual([
      plain.status,
      plain.headers.get('www-authenticate'),
    ])
    expect(plain.status).toBe(401)
  })

  test('under a foreign authority it is refused', async () => {
    const response = await send('http://evil.test/mcp', { method: 'POST' })
    expect(response.status).toBe(403)
  })
})
