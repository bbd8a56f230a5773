/**
 * What every browser test of one-time secrets plays on: the pages and Local Stytch, each on a free port,
 * and a browser in which everything that is sent, and everything that goes wrong, is written down.
 */
import { Hono } from 'hono'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { loadConfig } from '../../src/config.ts'
import { createLocalStytch } from '../../src/local/index.ts'
import { createAuthority } from '../../src/oauth/authority.ts'
import { issuersOf } from '../../src/oauth/claim-values.ts'
import type { Principal } from '../../src/oauth/principal.ts'
import { createLog } from '../../src/observe/log.ts'
import { requestLog } from '../../src/observe/request-log.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { pages } from '../../src/web/pages.ts'
import {
  type Completion,
  createOneTimeSecrets,
  type OneTimeSecrets,
} from '../../src/web/secrets/one-time-secrets.ts'
import { secretsPage } from '../../src/web/secrets/secrets-page.ts'
import { freePorts } from '../support/free-ports.ts'
import { launchChromium } from './chromium.ts'

/** A running stage. */
export interface SecretsStage {
  readonly publicUrl: string
  readonly secrets: OneTimeSecrets
  /** Everything the server logged, one JSON object a line. */
  readonly lines: readonly string[]
  /** A caller, as a token of theirs proves them. */
  person(email?: string): Promise<Principal>
  /** Moves the clock of secrets and of what counts requests; sessions stay as old as they are. */
  aMinuteLater(): void
  /** A page in a fresh profile, watched. */
  visit(options?: BrowserContextOptions): Promise<Visit>
  close(): Promise<void>
}

/** One person at one browser. */
export interface Visit {
  readonly page: Page
  /** Console errors, uncaught errors, CSP violations and requests that left this machine. */
  readonly offences: string[]
  /** Every request the browser sent: method, address, headers and body, as one text each. */
  readonly sent: string[]
  close(): Promise<void>
}

/** Sets the stage. */
export async function setSecretsStage(
  completions: Readonly<Record<string, Completion>>,
): Promise<SecretsStage> {
  const [port, stytchPort] = (await freePorts(2)) as [number, number]
  const config = loadConfig({ PORT: `${port}`, LOCAL_STYTCH_PORT: `${stytchPort}` })
  const { publicUrl, stytch } = config
  const { domain, projectId, publicToken } = stytch
  const local = createLocalStytch({ url: domain, projectId, publicToken })
  const back = Bun.serve({ hostname: '127.0.0.1', port: stytchPort, fetch: local.fetch })

  const lines: string[] = []
  const world = {
    fetch: globalThis.fetch,
    now: Date.now,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
  }
  let ahead = 0
  const now = () => Date.now() + ahead
  const secrets = createOneTimeSecrets({
    store: memoryStore({ now }),
    now,
    publicUrl,
    issuers: issuersOf(config.stytch),
    completions,
  })
  const app = new Hono<{ Variables: { requestId: string } }>()
  app.use(requestLog(world.log, world.now))
  app.route('/', pages(config))
  const authority = createAuthority(config, world)
  app.route('/', secretsPage(config, { ...world, keys: authority.keys, secrets }))
  const front = Bun.serve({ hostname: '127.0.0.1', port, fetch: app.fetch })
  const browser = await launchChromium()

  return {
    publicUrl,
    secrets,
    lines,
    aMinuteLater: () => {
      ahead += 60_000
    },
    visit: (options) => visit(browser, options),
    async person(email = 'ada@example.com') {
      const response = await fetch(`${domain}/local/tokens`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ kind: 'access', user: email }),
      })
      const { token } = (await response.json()) as { token: string }
      const verified = await authority.verify(token)
      if (!verified.ok) throw new Error(verified.code)
      return verified.principal
    },
    async close() {
      await browser.close()
      await Promise.all([front.stop(true), back.stop(true)])
    },
  }
}

async function visit(browser: Browser, options?: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const offences: string[] = []
  const sent: string[] = []
  await context.exposeFunction('reportViolation', (text: string) => offences.push(`CSP: ${text}`))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (violation) => {
      const { reportViolation } = globalThis as unknown as Record<string, (text: string) => void>
      reportViolation?.(`${violation.violatedDirective} ${violation.blockedURI}`)
    })
  })
  page.on('console', (message) => {
    if (message.type() === 'error') offences.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => offences.push(`uncaught: ${error.message}`))
  page.on('request', async (request) => {
    const { protocol, hostname } = new URL(request.url())
    const stays = protocol === 'data:' || ['localhost', '127.0.0.1'].includes(hostname)
    if (!stays) offences.push(`request: ${request.url()}`)
    const line = [request.method(), request.url(), request.postData() ?? '']
    const at = sent.push(line.join(' ')) - 1
    const headers = await request.allHeaders().catch(() => request.headers())
    sent[at] = [...line, JSON.stringify(headers)].join(' ')
  })
  return { page, offences, sent, close: () => context.close() }
}
