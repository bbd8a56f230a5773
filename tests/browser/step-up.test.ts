/**
 * Step-up, as a person meets it: a client signed in for reading wants to change something, is told which
 * scope that takes, and sends the person back to the consent page for everything it had and that.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext } from 'playwright-core'
import { loadConfig } from '../../src/index.ts'
import { MemoryProvider } from '../support/oauth-provider.ts'
import { CLIENTS, type ClientKind, type Session } from '../support/real-clients.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'
import { launchChromium } from './chromium.ts'

const [, v2] = CLIENTS as [ClientKind, ClientKind]
const PROJECT = loadConfig({}).stytch.projectId
const URL_TO_ADD = 'https://app.example.com/callback'
const CHANGE = {
  project_id: PROJECT,
  url: URL_TO_ADD,
  valid_types: [{ type: 'LOGIN', is_default: false }],
}

let server: ServerProcess
let browser: Browser
let callback: ReturnType<typeof Bun.serve>
let arrived: (url: URL) => void

beforeAll(async () => {
  server = await startServer('bun')
  browser = await launchChromium()
  callback = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      arrived(new URL(request.url))
      return new Response('You can close this window.')
    },
  })
}, 60_000)

afterAll(async () => {
  await browser.close()
  await server.stop()
  callback.stop(true)
})

/** Follows a client to the consent page and allows what it asks for. */
async function allow(
  context: BrowserContext,
  provider: MemoryProvider,
  signIn?: string,
): Promise<{ back: URL; shown: string }> {
  const arrival = new Promise<URL>((resolve) => {
    arrived = resolve
  })
  const page = await context.newPage()
  await page.goto(String(provider.authorizationUrl))
  if (signIn !== undefined) {
    await page.getByLabel('Email').fill(signIn)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Password', { exact: true }).fill('local-stytch')
    await page.getByRole('button', { name: 'Continue' }).click()
  }
  const button = page.getByRole('button', { name: 'Allow' })
  await button.waitFor()
  const shown = await page.locator('body').innerText()
  await button.click()
  const back = await arrival
  await page.close()
  return { back, shown }
}

const scopesOf = (provider: MemoryProvider) =>
  new Set(provider.authorizationUrl?.searchParams.get('scope')?.split(' '))

test('a baseline token, a change, 403, consent to the union of scopes, and the change is made', async () => {
  const provider = new MemoryProvider(`http://127.0.0.1:${callback.port}/callback`)
  const endpoint = new URL('/mcp', server.url)
  const context = await browser.newContext()

  await v2.connect(endpoint, provider)
  const first = await allow(context, provider, 'ada@example.com')
  expect(await v2.finish(endpoint, provider, first.back)).toBeUndefined()
  const baseline = (await v2.connect(endpoint, provider)) as Session
  expect(provider.kept?.scope?.split(' ')).not.toContain('manage:project_settings')
  expect(await baseline.listTools()).toContain('createRedirectURL')

  // The client sees the 403 and sends the person away.
  await baseline.callTool('createRedirectURL', CHANGE).then(
    () => expect.unreachable('the call ran without its scope'),
    (error: Error) => expect(error.message).toMatch(/unauthorized|scope/i),
  )
  expect([...scopesOf(provider)]).toEqual(
    expect.arrayContaining(['openid', 'email', 'profile', 'manage:project_settings']),
  )
  const second = await allow(context, provider)
  expect(second.shown).toContain('Change how sign-in works')
  expect(await v2.finish(endpoint, provider, second.back)).toBeUndefined()
  await baseline.close()

  const stepped = (await v2.connect(endpoint, provider)) as Session
  expect(stepped.protocolVersion).toBe('2026-07-28')
  const changed = await stepped.callTool('createRedirectURL', CHANGE)
  expect(changed.isError ?? false).toBe(false)
  expect(changed.structuredContent).toMatchObject({ redirect_url: { url: URL_TO_ADD } })
  const { structuredContent } = await stepped.callTool('getAllRedirectURLs', {
    project_id: PROJECT,
  })
  expect(JSON.stringify(structuredContent)).toContain(URL_TO_ADD)
  await stepped.close()
  await context.close()
}, 90_000)
