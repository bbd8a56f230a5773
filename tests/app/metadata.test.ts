/** What clients read before they sign in. */
import { describe, expect, test } from 'bun:test'
import { createFixture } from '../support/fixture.ts'

const { send, config } = createFixture()
const PRM = '/.well-known/oauth-protected-resource'
const AS = '/.well-known/oauth-authorization-server'

describe('protected resource metadata', () => {
  test.each([PRM, `${PRM}/mcp`])('A3.01–A3.03 %s', async (path) => {
    const response = await send(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await response.json()).toEqual({
      resource: 'http://localhost:3000/mcp',
      authorization_servers: ['http://localhost:3001'],
      scopes_supported: ['openid', 'email', 'profile'],
      bearer_methods_supported: ['header'],
      resource_name: 'Stytch MCP Server',
    })
  })

  test.each([`${PRM}/mcp/`, `${PRM}/other`, `/mcp${PRM}`, '/.well-known/openid-configuration'])(
    'A3.04 %s is not here',
    async (path) => expect((await send(path)).status).toBe(404),
  )

  test('A3.13 forwarded headers change nothing', async () => {
    const plain = await (await send(PRM)).text()
    const forwarded = await send(PRM, {
      headers: { 'X-Forwarded-Host': 'evil.test', Forwarded: 'host=evil.test;proto=http' },
    })
    expect(await forwarded.text()).toBe(plain)
  })

  test('A3.15 the entity tag answers 304', async () => {
    const tag = (await send(PRM)).headers.get('etag') as string
    expect(tag).toMatch(/^"/)
    expect((await send(PRM, { headers: { 'If-None-Match': tag } })).status).toBe(304)
  })
})

describe('authorization server metadata mirror', () => {
  test('names the endpoints Local Stytch names itself', async () => {
    const { local } = createFixture()
    const mirror = (await (await send(AS)).json()) as Record<string, unknown>
    const original = (await (
      await local.fetch(new Request(`${config.stytch.domain}${AS}`))
    ).json()) as Record<string, unknown>
    for (const [name, value] of Object.entries(mirror)) {
      if (name.endsWith('_endpoint') || name === 'issuer' || name === 'jwks_uri') {
        expect([name, value]).toEqual([name, original[name]])
      }
    }
    expect(mirror.authorization_endpoint).toBe('http://localhost:3000/oauth/authorize')
    expect(mirror.code_challenge_methods_supported).toEqual(['S256'])
    expect(JSON.stringify(mirror)).not.toContain('offline_access')
  })
})

describe.each([PRM, `${PRM}/mcp`, AS])('%s', (path) => {
  test('A3.14 is readable from any web page', async () => {
    const response = await send(path, { headers: { Origin: 'https://anyone.test' } })
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
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(
      'mcp-protocol-version',
    )
  })

  test('A3.16 HEAD has no body, POST is not allowed, credentials do not matter', async () => {
    const head = await send(path, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const post = await send(path, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect((await send(path, { headers: { Authorization: 'Bearer x' } })).status).toBe(200)
  })
})
