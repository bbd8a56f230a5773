/** `protectedResource`: RFC 9728 metadata of a resource, at its own place and nowhere else. */
import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { protectedResource } from '../../src/index.ts'

const UUID = '11111111-1111-4111-8111-111111111111'
const settings = {
  publicUrl: 'https://notes.example.com',
  stytch: {
    projectId: `project-test-${UUID}`,
    domain: 'https://login.example.com',
    publicToken: `public-token-test-${UUID}`,
  },
}
const AT = 'https://notes.example.com/.well-known/oauth-protected-resource'

describe('RFC 9728 §3.1 the metadata', () => {
  test.each([
    [undefined, '/mcp', 'https://notes.example.com/mcp'],
    ['/api', '/api', 'https://notes.example.com/api'],
    ['/api/v1', '/api/v1', 'https://notes.example.com/api/v1'],
    ['/', '', 'https://notes.example.com'],
  ])('of %s is at …%s', async (path, place, resource) => {
    const { fetch } = protectedResource({ ...settings, ...(path && { path }) })
    const response = await fetch(new Request(AT + place))
    expect(await response.json()).toEqual({
      resource,
      authorization_servers: ['https://login.example.com'],
      scopes_supported: ['openid', 'email', 'profile'],
      bearer_methods_supported: ['header'],
    })
  })

  test('says what it was told', async () => {
    const told = { name: 'Notes', documentation: 'https://x.example/docs', scopes: ['read:notes'] }
    const response = await protectedResource({ ...settings, ...told }).request(`${AT}/mcp`)
    expect(await response.json()).toMatchObject({
      resource_name: 'Notes',
      resource_documentation: 'https://x.example/docs',
      scopes_supported: ['read:notes'],
    })
  })

  test('is read by any page, and by nothing but reading', async () => {
    const app = protectedResource(settings)
    const headers = { Origin: 'https://any.example' }
    const response = await app.request(`${AT}/mcp`, { headers })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const etag = response.headers.get('etag') as string
    const again = await app.request(`${AT}/mcp`, { headers: { 'If-None-Match': etag } })
    expect(again.status).toBe(304)
    expect((await app.request(`${AT}/mcp`, { method: 'POST' })).status).toBe(405)
  })

  test('touches no other path', async () => {
    const app = new Hono().route('/', protectedResource({ ...settings, path: '/api' }))
    app.notFound((c) => c.text('theirs', 404))
    for (const place of ['', '/mcp', '/api/']) {
      expect(await (await app.request(AT + place)).text()).toBe('theirs')
    }
  })

  test.each(['docs', '/docs', 'javascript:alert(1)'])('does not lead to %s', (documentation) => {
    const make = () => protectedResource({ ...settings, documentation })
    expect(make).toThrow('documentation: is not a web address.')
  })
})
