/**
 * A person decides: the real pages, the real Stytch components and a real browser, from an app's request
 * to the answer at its redirect URI.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Stage, setStage, signIn, type Visit } from './consent-stage.ts'

let stage: Stage
let visit: Visit
beforeAll(async () => {
  stage = await setStage()
}, 30_000)
afterAll(() => stage?.close())
beforeEach(async () => {
  visit = await stage.visit()
})
afterEach(() => visit.close())

const TIMEOUT = 30_000

/** Opens the consent page for a fresh app and signs in. */
async function openConsent(name: string, redirectUri = stage.callback, changes = {}) {
  const clientId = await stage.register(name, redirectUri)
  await visit.page.goto(stage.authorizeUrl(clientId, redirectUri, changes))
  await signIn(visit.page)
  await visit.page.getByRole('button', { name: 'Allow' }).waitFor()
  return clientId
}

const press = (name: string) => visit.page.getByRole('button', { name, exact: true }).click()

describe('signing in on the way', () => {
  test(
    'says who wants in and what happens next; a wrong password is an error, the right one consent',
    async () => {
      const { page } = visit
      const clientId = await stage.register('First app', stage.callback)
      await page.goto(stage.authorizeUrl(clientId, stage.callback))
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      const lead = await page.locator('.lead').textContent()
      expect(lead).toContain('An app on this computer wants to use this server')
      expect(lead).toContain('then you decide')

      await signIn(page, 'ada@example.com', 'not her password')
      await page.getByText('Wrong email or password.').waitFor()
      await page.getByLabel('Password', { exact: true }).fill('local-stytch')
      await press('Continue')
      await page.getByRole('heading', { name: 'Allow First app?' }).waitFor()
      expect(visit.offences.filter((offence) => !offence.includes('401'))).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'C23 an address in the query is not where it returns to, and unknown parameters are dropped',
    async () => {
      const clientId = await stage.register('Returning app', stage.callback)
      const address = stage.authorizeUrl(clientId, stage.callback)
      const extra =
        '&returnTo=%2F%2Fevil.example&post_logout_redirect_uri=https%3A%2F%2Fevil.example'
      await visit.page.goto(address + extra)
      await signIn(visit.page)
      await visit.page.getByRole('heading', { name: 'Allow Returning app?' }).waitFor()
      expect(visit.page.url()).toBe(address)
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )
})

describe('the decision', () => {
  test(
    'C09 C10 C28 account, app, server and redirect host are read before the Allow button',
    async () => {
      await openConsent('Claude Code')
      const text = (await visit.page.locator('main').textContent()) ?? ''
      const host = new URL(stage.callback).host
      const order = [
        'ada@example.com',
        'Not you?',
        'Allow Claude Code?',
        'The app chose this name itself; nobody has verified it.',
        new URL(stage.resource).host,
        'After you allow, this browser goes to',
        host,
        'This app runs on this computer. Any program here could pose as it.',
        'Who you are on this server',
        'Your email address',
        'Also while you are not using the app',
        'Allow',
        'Deny',
      ]
      let from = 0
      for (const part of order) {
        const at = text.indexOf(part, from)
        expect({ part, found: at >= 0 }).toEqual({ part, found: true })
        from = at + part.length
      }
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'C22 C26 C30 Allow: code, state and iss arrive at the app, and leave no trace in the history',
    async () => {
      const { page } = visit
      const state = '<svg onload=alert(1)>&"%2B+ä'
      await page.goto(`${stage.publicUrl}/login`)
      await page.getByLabel('Email').waitFor()
      await openConsent('Allowed app', stage.callback, { state })
      await press('Allow')
      await page.waitForURL(`${stage.callback}?**`)
      const answer = new URL(page.url()).searchParams
      expect(answer.get('code')).toMatch(/^\S{20,}$/)
      expect(answer.get('state')).toBe(state)
      expect(answer.get('iss')).toBe(stage.stytchUrl)
      expect(answer.get('error')).toBeNull()

      // E-C22: going back reaches what was before the request, not the request.
      await page.goBack()
      await page.getByRole('heading', { name: 'You’re signed in' }).waitFor()
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'C08 Deny: the app gets access_denied from Stytch, and no code',
    async () => {
      await openConsent('Denied app')
      await press('Deny')
      await visit.page.waitForURL(`${stage.callback}?**`)
      const answer = new URL(visit.page.url()).searchParams
      expect(answer.get('error')).toBe('access_denied')
      expect(answer.get('state')).toBe('state-1')
      expect(answer.get('code')).toBeNull()
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'C24 Not you? ends the session, keeps the request, and asks the next account anew',
    async () => {
      const { page } = visit
      await openConsent('Shared computer')
      const address = page.url()
      await press('Not you?')
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      expect(page.url()).toBe(address)
      expect((await page.context().cookies()).filter(({ name }) => /stytch/.test(name))).toEqual([])

      await signIn(page, 'bob@example.com')
      await page.getByText('bob@example.com').waitFor()
      await page.getByRole('heading', { name: 'Allow Shared computer?' }).waitFor()
      await press('Allow')
      await page.waitForURL(`${stage.callback}?code=**`)
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'C18 E-C24 a remembered consent is not enough where any program may listen',
    async () => {
      const { page } = visit
      const clientId = await openConsent('Remembered app')
      await press('Allow')
      await page.waitForURL(`${stage.callback}?code=**`)
      await page.goto(stage.authorizeUrl(clientId, stage.callback))
      await page.getByRole('heading', { name: 'Allow Remembered app?' }).waitFor()
      await press('Allow')
      await page.waitForURL(`${stage.callback}?code=**`)
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'C18 E-C24 on a site of its own a remembered consent is; prompt=consent asks again',
    async () => {
      const { page } = visit
      const site = 'https://notes.acme.example/cb'
      await page.route(`${site}?**`, (route) => route.fulfill({ body: 'received' }))
      const clientId = await openConsent('Returning site', site)
      await press('Allow')
      await page.waitForURL(`${site}?code=**`)
      const first = page.url()

      await page.goto(stage.authorizeUrl(clientId, site))
      await page.waitForURL(`${site}?code=**`)
      expect(page.url()).not.toBe(first)

      await page.goto(stage.authorizeUrl(clientId, site, { scope: 'openid email profile' }))
      await page.getByRole('heading', { name: 'Allow Returning site?' }).waitFor()
      await page.goto(stage.authorizeUrl(clientId, site, { prompt: 'consent' }))
      await page.getByRole('heading', { name: 'Allow Returning site?' }).waitFor()
    },
    TIMEOUT,
  )

  test(
    'E-C21 two tabs, two apps: each answer goes to its own',
    async () => {
      const { page } = visit
      const second = `${stage.callback}/second`
      await openConsent('Tab one')
      const other = await page.context().newPage()
      const clientId = await stage.register('Tab two', second)
      await other.goto(stage.authorizeUrl(clientId, second, { state: 'two' }))
      await other.getByRole('heading', { name: 'Allow Tab two?' }).waitFor()
      await press('Allow')
      await page.waitForURL(`${stage.callback}?code=**`)
      await other.getByRole('button', { name: 'Allow' }).click()
      await other.waitForURL(`${second}?code=**`)
      expect(new URL(page.url()).searchParams.get('state')).toBe('state-1')
      expect(new URL(other.url()).searchParams.get('state')).toBe('two')
    },
    TIMEOUT,
  )

  test(
    'C19 Enter held down from before does not allow, and Allow is not focused',
    async () => {
      const { page } = visit
      await openConsent('Hasty app')
      const focused = await page.evaluate(() => document.activeElement?.textContent ?? '')
      expect(focused).not.toBe('Allow')
      const allow = page.getByRole('button', { name: 'Allow' })
      await allow.click({ trial: true })
      await allow.focus()
      const prevented = await allow.evaluate((button) => {
        const event = new KeyboardEvent('keydown', {
          key: 'Enter',
          repeat: true,
          bubbles: true,
          cancelable: true,
        })
        return !button.dispatchEvent(event)
      })
      expect(prevented).toBe(true)
      await page.keyboard.press('Enter')
      await page.waitForURL(`${stage.callback}?code=**`)
    },
    TIMEOUT,
  )
})

describe('other kinds of destination', () => {
  test(
    'C14 an https redirect shows its host and no warning',
    async () => {
      await openConsent('Web app', 'https://notes.acme.example/oauth/callback')
      await visit.page.getByText('notes.acme.example', { exact: true }).waitFor()
      expect(await visit.page.locator('.warning').count()).toBe(0)
    },
    TIMEOUT,
  )

  test(
    'C14 a custom scheme is named with its warning; after Allow the page says what now',
    async () => {
      const { page } = visit
      await openConsent('Cursor', 'cursor://anysphere.cursor-mcp/oauth/callback')
      const warning = await page.locator('.warning').textContent()
      expect(warning).toBe('Your system opens whichever app claims cursor. Any app may claim it.')
      await press('Allow')
      await page.getByRole('heading', { name: 'Back to the app' }).waitFor()
      expect(new URL(page.url()).pathname).toBe('/oauth/authorize')
    },
    TIMEOUT,
  )

  test(
    'E-C08 without a scope the page says what Stytch asks for instead',
    async () => {
      await openConsent('Modest app', stage.callback, { scope: undefined })
      await visit.page.getByText('Your name, picture and language').waitFor()
      await visit.page.getByText('The app named no permissions').waitFor()
    },
    TIMEOUT,
  )

  test(
    'C13 a name with direction and zero-width characters is shown without them',
    async () => {
      await visit.page.route('**/authorize/start', async (route) => {
        const response = await route.fetch()
        const body = await response.json()
        body.data.client.client_name = '\u202Egro.live\u200B <b>x</b>'
        await route.fulfill({ response, json: body })
      })
      await openConsent('Imitator')
      await visit.page.getByRole('heading', { name: 'Allow gro.live <b>x</b>?' }).waitFor()
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )
})

describe('a forgotten password in the middle of it', () => {
  test(
    'C23 the link leads to a new password, and in the same tab back to the request',
    async () => {
      const { page } = visit
      const clientId = await stage.register('Patient app', stage.callback)
      await page.goto(stage.authorizeUrl(clientId, stage.callback))
      await page.getByLabel('Email').fill('bob@example.com')
      await press('Continue with email')
      await press('Forgot your password?')
      await page.getByText('A link to reset your password was sent').waitFor()
      const link = stage.mails.at(-1)?.link ?? ''
      expect(link).toStartWith(`${stage.publicUrl}/login?stytch_token_type=reset_password&token=`)

      await page.goto(link)
      await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
      expect(page.url()).toBe(`${stage.publicUrl}/login`)
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery 9 Staple')
      await press('Continue')
      await page.getByRole('heading', { name: 'You’re signed in' }).waitFor()
      await page.getByRole('link', { name: 'Continue' }).click()
      await page.getByRole('heading', { name: 'Allow Patient app?' }).waitFor()
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )
})

describe('/login by itself', () => {
  test(
    'shows who is signed in, also after a reload, and signs out',
    async () => {
      const { page } = visit
      await page.goto(`${stage.publicUrl}/login`)
      await signIn(page)
      await page.getByRole('heading', { name: 'You’re signed in' }).waitFor()
      await page.reload()
      await page.getByText('ada@example.com').waitFor()
      await press('Sign out')
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )
})
