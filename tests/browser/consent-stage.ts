/**
 * What every consent test plays on: the pages and Local Stytch, each on a free port, an app that waits
 * for its answer on a third, and a browser watched for anything it should not do.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Config } from '../../src/config.ts'
import { createLocalStytch, type Mail, SEED_PASSWORD } from '../../src/local/index.ts'
import { pages } from '../../src/web/pages.ts'
import { launchChromium } from './chromium.ts'

/** RFC 7636 appendix B. */
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** A running stage. */
export interface Stage {
  readonly publicUrl: string
  readonly resource: string
  readonly stytchUrl: string
  /** An app's redirect URI, answered by a server that says `received`. */
  readonly callback: string
  /** Reset links Local Stytch would have mailed. */
  readonly mails: Mail[]
  readonly browser: Browser
  /** Registers an app and returns its `client_id`. */
  register(name: string, redirectUri: string): Promise<string>
  /** The consent page's address for an app; `changes` replace or (undefined) remove parameters. */
  authorizeUrl(
    clientId: string,
    redirectUri: string,
    changes?: Record<string, string | undefined>,
  ): string
  /** A page in a fresh profile, watched. */
  visit(options?: BrowserContextOptions): Promise<Visit>
  close(): Promise<void>
}

/** One person at one browser. */
export interface Visit {
  readonly page: Page
  /** Requests that left this machine, console errors, uncaught errors and CSP violations. */
  readonly offences: string[]
  close(): Promise<void>
}

/** Sets the stage. */
export async function setStage(): Promise<Stage> {
  const mails: Mail[] = []
  let answer: (request: Request) => Response | Promise<Response> = unset
  const front = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => answer(request) })
  const publicUrl = `http://localhost:${front.port}`

  let answerStytch: typeof answer = unset
  const back = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => answerStytch(request),
  })
  const stytchUrl = `http://localhost:${back.port}`
  const stytch = createLocalStytch({
    url: stytchUrl,
    authorizationEndpoint: `${publicUrl}/oauth/authorize`,
    onMail: (mail) => mails.push(mail),
  })
  answerStytch = stytch.fetch

  const config: Config = {
    environment: 'development',
    listen: { host: '127.0.0.1', port: front.port ?? 0 },
    publicUrl,
    resource: `${publicUrl}/mcp`,
    stytch: {
      local: true,
      projectId: stytch.projectId,
      domain: stytchUrl,
      publicToken: stytch.publicToken,
      browserApi: stytchUrl,
      vertical: 'consumer',
    },
  } as Config
  answer = pages(config).fetch

  const app = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response('<title>app</title>received', { headers: HTML }),
  })
  const browser = await launchChromium()

  return {
    publicUrl,
    resource: config.resource,
    stytchUrl,
    callback: `http://127.0.0.1:${app.port}/callback`,
    mails,
    browser,
    register: (name, redirectUri) => register(stytchUrl, name, redirectUri),
    authorizeUrl: (clientId, redirectUri, changes) =>
      authorizeUrl(config, clientId, redirectUri, changes),
    visit: (options) => visit(browser, options),
    async close() {
      await browser.close()
      await Promise.all([front.stop(true), back.stop(true), app.stop(true)])
    },
  }
}

const HTML = { 'Content-Type': 'text/html', 'Referrer-Policy': 'no-referrer' }

/** Signs Ada, or someone else, in on the form that is on the page. */
export async function signIn(
  page: Page,
  email = 'ada@example.com',
  password: string = SEED_PASSWORD,
): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
}

function unset(): Response {
  return new Response('not ready', { status: 503 })
}

async function register(stytchUrl: string, name: string, redirectUri: string): Promise<string> {
  const response = await fetch(`${stytchUrl}/v1/oauth2/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    }),
  })
  const { client_id } = (await response.json()) as { client_id: string }
  if (!client_id) throw new Error(`Local Stytch did not register ${name}: ${response.status}`)
  return client_id
}

function authorizeUrl(
  config: Config,
  clientId: string,
  redirectUri: string,
  changes: Record<string, string | undefined> = {},
): string {
  const query = Object.entries({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'state-1',
    scope: 'openid email offline_access',
    resource: config.resource,
    ...changes,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `${config.publicUrl}/oauth/authorize?${new URLSearchParams(query)}`
}

async function visit(browser: Browser, options?: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const offences: string[] = []
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
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const stays = protocol === 'data:' || ['localhost', '127.0.0.1'].includes(hostname)
    if (!stays) offences.push(`request: ${request.url()}`)
  })
  return { page, offences, close: () => context.close() }
}
