/** `mountConsent`: the page in somebody's frontend, and the rest of the frontend as it was. */
import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { type MountConsentOptions, mountConsent } from '../../src/index.ts'
import { localStytch } from '../../src/testing.ts'
import { script, styles } from '../../src/web/assets.gen.ts'

const ORIGIN = 'http://localhost:3000'
const { publicUrl, localStytchPort } = localStytch().settings

function frontend(options: MountConsentOptions = {}) {
  const app = new Hono().get('/assets/own.js', (c) => c.text('own'))
  mountConsent(app, { publicUrl, localStytchPort, log: () => {}, ...options })
  app.notFound((c) => c.text('theirs', 404))
  return (path: string, init?: RequestInit) => app.request(ORIGIN + path, init)
}

function authorize(changes: Record<string, string> = {}): string {
  return `/oauth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: 'connected-app-test-c11e0000-2026-4440-9abc-000000000003',
    redirect_uri: 'http://127.0.0.1/callback',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...changes,
  })}`
}

test('the page and what it loads are there', async () => {
  const get = frontend()
  const page = await get(authorize())
  expect(page.status).toBe(200)
  expect(page.headers.get('x-frame-options')).toBe('DENY')
  const html = await page.text()
  for (const { path } of [script, styles]) {
    expect(html).toContain(path)
    expect((await get(path)).status).toBe(200)
    expect((await get(path, { method: 'POST' })).status).toBe(405)
  }
  expect((await get('/login')).status).toBe(200)
})

test('it says whose it is', async () => {
  const get = frontend({ title: 'Notes <&> more' })
  for (const path of [authorize(), authorize({ client_id: '' }), '/login']) {
    expect(await (await get(path)).text()).toContain('<span>Notes &lt;&amp;&gt; more</span>')
  }
})

test('a request that cannot be shown is refused before any script runs', async () => {
  const page = await frontend()(authorize({ code_challenge_method: 'plain' }))
  expect(page.status).toBe(400)
  expect(await page.text()).not.toContain('<script')
})

test.each(['/', '/mcp', '/assets/none.js', '/.well-known/oauth-protected-resource'])(
  '%s is theirs',
  async (path) => {
    const response = await frontend()(path, { headers: { Host: 'any.example' } })
    expect([response.status, await response.text()]).toEqual([404, 'theirs'])
  },
)

test('so are their own files, and /login if they say so', async () => {
  expect(await (await frontend()('/assets/own.js')).text()).toBe('own')
  expect(await (await frontend({ login: false })('/login')).text()).toBe('theirs')
})

test('a foreign host name does not get the page', async () => {
  const response = await frontend()(authorize(), { headers: { Host: 'evil.example' } })
  expect(response.status).toBe(403)
})

describe('RFC 8707 the endpoint that is opened', () => {
  const ELSEWHERE = 'https://mcp.example.com/mcp'

  test.each([
    [{}, `${ORIGIN}/mcp`, 200],
    [{}, ELSEWHERE, 400],
    [{ resource: ELSEWHERE }, ELSEWHERE, 200],
    [{ resource: ELSEWHERE }, `${ORIGIN}/mcp`, 400],
  ])('with %j, %s is %d', async (options, resource, status) => {
    const page = await frontend(options)(authorize({ resource }))
    expect(page.status).toBe(status)
    if (status === 200) expect(await page.text()).toContain(resource)
  })

  test.each([
    'mcp.example.com/mcp',
    'http://mcp.example.com/mcp',
    'https://mcp.example.com/mcp#x',
    'https://mcp.example.com/mcp?x',
    'https://user@mcp.example.com/mcp',
    'https://MCP.example.com/mcp',
    'javascript:alert(1)',
  ])('%s is none', (resource) => {
    expect(() => frontend({ resource })).toThrow('resource: is not the address of an MCP endpoint.')
  })
})
