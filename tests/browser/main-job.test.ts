/**
 * The main job, as a stranger does it: a real client meets the 401, a real browser shows the real Stytch
 * component, a person mistypes the password, signs in, allows, and the client calls `whoami`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { mintExpired } from '../support/local-stytch.ts'
import { readNetLog } from '../support/net-log.ts'
import { MemoryProvider } from '../support/oauth-provider.ts'
import { CLIENTS, type ClientKind, type Session } from '../support/real-clients.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'
import { launchChromium } from './chromium.ts'

const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]):\d+$/
const PASSWORD = 'local-stytch'

let server: ServerProcess
let browser: Browser
let callback: ReturnType<typeof Bun.serve>
let scratch: string
const arrivals = new Map<string, (url: URL) => void>()

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'main-job-'))
  server = await startServer('bun')
  browser = await launchChromium([`--log-net-log=${join(scratch, 'net.json')}`])
  callback = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const url = new URL(request.url)
      arrivals.get(url.pathname)?.(url)
      return new Response('You can close this window.', {
        headers: { 'Content-Type': 'text/plain' },
      })
    },
  })
}, 60_000)

afterAll(async () => {
  await server.stop()
  callback.stop(true)
  await rm(scratch, { recursive: true })
})

/** Where a client waits for the browser, and the promise of its arrival there. */
function redirect(path: string): { url: string; arrival: Promise<URL> } {
  const arrival = new Promise<URL>((resolve) => arrivals.set(path, resolve))
  return { url: `http://127.0.0.1:${callback.port}${path}`, arrival }
}

async function typePassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
}

describe.each([...CLIENTS])('$name', (client: ClientKind) => {
  const path = `/callback-${client.protocolVersion}`
  let provider: MemoryProvider

  test('signs in through the browser, wrong password first, and calls whoami', async () => {
    const { url, arrival } = redirect(path)
    provider = new MemoryProvider(url)
    const endpoint = new URL('/mcp', server.url)
    expect(await client.connect(endpoint, provider)).toBeUndefined()

    const page = await (await browser.newContext()).newPage()
    await page.goto(String(provider.authorizationUrl))
    await page.getByLabel('Email').fill('ada@example.com')
    await page.getByRole('button', { name: 'Continue' }).click()
    await typePassword(page, 'not the password')
    await page
      .getByRole('alert')
      .or(page.getByText(/email or password|password is incorrect/i))
      .first()
      .waitFor()
    await typePassword(page, PASSWORD)

    await page.getByText(`127.0.0.1:${callback.port}`).first().waitFor()
    await page.getByText('ada@example.com').first().waitFor()
    await page.getByRole('button', { name: 'Allow' }).click()
    const back = await arrival
    expect(back.searchParams.get('state')).toBe(provider.sentState)
    expect(await client.finish(endpoint, provider, back)).toBeUndefined()

    const session = (await client.connect(endpoint, provider)) as Session
    expect(session.protocolVersion).toBe(client.protocolVersion)
    expect(await session.listTools()).toContain('whoami')
    const { structuredContent } = await session.callTool('whoami')
    expect(structuredContent).toMatchObject({ email: 'ada@example.com', name: 'Ada Lovelace' })

    const before = provider.kept
    if (before === undefined) throw new Error('no tokens')
    provider.kept = { ...before, access_token: await mintExpired(server.localStytch) }
    expect((await session.callTool('whoami')).structuredContent).toMatchObject({
      email: 'ada@example.com',
    })
    expect(provider.kept.refresh_token).not.toBe(before.refresh_token)
    await session.close()
    await page.context().close()
  }, 60_000)

  test('Deny reaches the client as access_denied', async () => {
    const { url, arrival } = redirect(`${path}-denied`)
    const refused = new MemoryProvider(url)
    const endpoint = new URL('/mcp', server.url)
    await client.connect(endpoint, refused)

    const page = await (await browser.newContext()).newPage()
    await page.goto(String(refused.authorizationUrl))
    await page.getByLabel('Email').fill('bob@example.com')
    await page.getByRole('button', { name: 'Continue' }).click()
    await typePassword(page, PASSWORD)
    await page.getByRole('button', { name: 'Deny' }).click()
    const back = await arrival
    expect(back.searchParams.get('state')).toBe(refused.sentState)
    expect(await client.finish(endpoint, refused, back)).toBe('access_denied')
    expect(refused.kept).toBeUndefined()
    await page.context().close()
  }, 60_000)
})

test('nothing left this machine: neither the browser nor the server', async () => {
  await browser.close()
  const { connections, datagrams } = await readNetLog(join(scratch, 'net.json'))
  expect(connections).toContain(new URL(server.url).host.replace('localhost', '127.0.0.1'))
  expect(connections).toContain(new URL(server.localStytch).host.replace('localhost', '127.0.0.1'))
  expect(connections.filter((address) => !LOOPBACK.test(address))).toEqual([])
  expect(datagrams).toBe(0)

  const hosts = await server.egress()
  expect(hosts).toContain('localhost')
  expect(hosts.filter((host) => !/^(?:localhost|127\.0\.0\.1)$/.test(host))).toEqual([])
})
