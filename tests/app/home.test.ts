/** The page at `/`: what a person finds who opens the server in a browser. */
import { describe, expect, test } from 'bun:test'
import { SEED_PASSWORD, SEED_USERS } from '../../src/local/index.ts'
import { createFixture } from '../support/fixture.ts'

const STYTCH = {
  STYTCH_PROJECT_ID: 'project-test-11111111-1111-4111-8111-111111111111',
  STYTCH_DOMAIN: 'https://login.example.com',
  STYTCH_PUBLIC_TOKEN: 'public-token-test-22222222-2222-4222-8222-222222222222',
  STYTCH_SECRET: 'secret-test-c4n4ry',
}
const PUBLIC = { ...STYTCH, NODE_ENV: 'production', PUBLIC_URL: 'https://mcp.example.com' }

const local = createFixture()
const deployed = createFixture({ env: PUBLIC })
const page = async ({ send }: typeof local) => (await send('/')).text()

describe('the home page', () => {
  test.each([
    ['with Local Stytch', local, 'http://localhost:3000/mcp'],
    ['deployed', deployed, 'https://mcp.example.com/mcp'],
  ])('%s names the endpoint and how each app takes it', async (_, fixture, endpoint) => {
    const html = await page(fixture)
    expect(html).toContain(`<code>${endpoint}</code>`)
    expect(html).toContain(`claude mcp add --transport http stytch ${endpoint}`)
    expect(html).toContain(`&quot;url&quot;: &quot;${endpoint}&quot;`)
    expect(html).toContain('ChatGPT')
    expect(html).toContain('href="/login"')
  })

  test('Cursor and VS Code get an entry they can read', async () => {
    const html = await page(deployed)
    const links = [...html.matchAll(/href="((?:cursor|vscode):[^"]*)"/g)].map(
      ([, url]) => new URL((url as string).replaceAll('&amp;', '&')),
    )
    expect(links).toHaveLength(2)
    const [cursor, code] = links as [URL, URL]
    expect(cursor.href).toStartWith('cursor://anysphere.cursor-deeplink/mcp/install?name=stytch&')
    expect(JSON.parse(atob(cursor.searchParams.get('config') as string))).toEqual({
      url: 'https://mcp.example.com/mcp',
    })
    expect(code.href).toStartWith('vscode:mcp/install?')
    expect(JSON.parse(decodeURIComponent(code.search.slice(1)))).toEqual({
      name: 'stytch',
      type: 'http',
      url: 'https://mcp.example.com/mcp',
    })
  })

  test('with Local Stytch names the seeded people, and says who cannot reach this computer', async () => {
    const html = await page(local)
    for (const { email } of Object.values(SEED_USERS)) expect(html).toContain(email)
    expect(html).toContain(SEED_PASSWORD)
    expect(html).toContain('cannot reach this computer')
  })

  test('deployed says nothing of the project, nor of Local Stytch', async () => {
    const html = await page(deployed)
    for (const value of Object.values(STYTCH)) expect(html).not.toContain(value)
    expect(html).not.toMatch(/ada@|local-stytch|this computer/i)
  })

  test('runs nothing, loads from here only, and cannot be framed', async () => {
    const response = await deployed.send('/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toStartWith("default-src 'none';")
    expect(policy).not.toMatch(/script-src|connect-src|unsafe/)
    expect(response.headers.get('x-frame-options')).toBe('DENY')
    const html = await response.text()
    expect(html).not.toMatch(/<script|\son\w+=|style=/)
    const loaded = [...html.matchAll(/<(?:link|img)[^>]*(?:src|href)="([^"]+)"/g)]
    expect(loaded.length).toBeGreaterThan(2)
    for (const [, url] of loaded) expect(url).toStartWith('/assets/')
  })

  test('takes nothing from the request', async () => {
    const plain = await page(deployed)
    const response = await deployed.send('/?x=%3Cscript%3E', {
      headers: { 'X-Forwarded-Host': 'evil.test', Referer: 'https://evil.test' },
    })
    expect(await response.text()).toBe(plain)
  })

  test('HEAD has the headers of GET and no body', async () => {
    const [head, full] = [await local.send('/', { method: 'HEAD' }), await local.send('/')]
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(head.headers.get('content-security-policy')).toBe(
      full.headers.get('content-security-policy'),
    )
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s is 405 and points to the endpoint',
    async (method) => {
      const response = await local.send('/', { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      expect(await response.text()).toContain('http://localhost:3000/mcp')
    },
  )

  test('stands at / only', async () => {
    for (const path of ['/index.html', '/home', '/x/']) {
      expect((await local.send(path)).status).toBe(404)
    }
  })
})
