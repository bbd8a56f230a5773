/** The page where people let apps in, in a frontend that had pages of its own. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Example, startExample } from '../support/example-process.ts'

const MCP = 'https://mcp.example.com/mcp'

let example: Example
beforeAll(async () => {
  example = await startExample('consent-page/app.ts', { env: { MCP_URL: MCP } })
})
afterAll(() => example.stop())

function authorize(resource: string): string {
  return `/oauth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: 'connected-app-test-c11e0000-2026-4440-9abc-000000000003',
    redirect_uri: 'http://127.0.0.1/callback',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    resource,
  })}`
}

test('the frontend is as it was', async () => {
  const text = async (path: string) => (await example.send(path)).text()
  expect(await text('/')).toContain('Your frontend')
  expect(await text('/assets/own.css')).toBe('h1 { color: teal }')
  expect(await text('/login')).toBe('Your own sign-in.')
  expect((await example.send('/assets/none.css')).status).toBe(404)
  expect((await example.send('/mcp')).status).toBe(404)
})

test('the page asks about the MCP endpoint it was told of, and loads its files', async () => {
  const page = await example.send(authorize(MCP))
  expect(page.status).toBe(200)
  const html = await page.text()
  expect(html).toContain(MCP)
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path)
  expect(files.length).toBeGreaterThan(1)
  for (const path of files) expect((await example.send(path as string)).status).toBe(200)
})

test('and about no other', async () => {
  expect((await example.send(authorize(`${example.url}/mcp`))).status).toBe(400)
})
