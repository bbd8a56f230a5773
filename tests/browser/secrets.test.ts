/**
 * One-time secrets as people meet them: the real page, the real sign-in, a real browser. Checklist D3.12,
 * D4.01, C01-C05, C28, E-C17.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Completion } from '../../src/web/secrets/one-time-secrets.ts'
import { newId } from '../../src/web/secrets/seal.ts'
import { signIn } from './consent-stage.ts'
import { type SecretsStage, setSecretsStage, type Visit } from './secrets-stage.ts'

const TIMEOUT = 30_000
const VALUE = 'secret-live-canary-7b0e4c1d9f2a58e36c'
const ONCE = 'Show the secret once'
const BOB = 'bob@example.com'

let outcome: Awaited<ReturnType<Completion>>
let collected: unknown[]
let stage: SecretsStage
let visit: Visit
beforeAll(async () => {
  const google: Completion = async (args, values) => {
    collected.push([args, values])
    return outcome
  }
  stage = await setSecretsStage({ google })
}, TIMEOUT)
afterAll(() => stage?.close())
beforeEach(async () => {
  stage.aMinuteLater()
  collected = []
  outcome = { ok: true, sentence: 'Google sign-in is on.' }
  visit = await stage.visit()
})
afterEach(async () => {
  await visit.close()
  // A17.01: neither what was shown nor what was typed is in the log.
  expect(stage.lines.filter((line) => line.includes(VALUE))).toEqual([])
})

async function hand() {
  const secret = { label: 'Secret of Acme billing', value: VALUE, hint: 'Put it into your vault.' }
  return (await stage.secrets.hand(await stage.person(), secret)).url
}

async function collect() {
  const question = {
    kind: 'google',
    title: 'Google credentials of Acme',
    fields: [
      { name: 'id', label: 'Client id' },
      { name: 'secret', label: 'Client secret' },
    ],
    args: { project: 'acme' },
  }
  return (await stage.secrets.collect(await stage.person(), question)).url
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const secretField = (page: Page) => page.getByRole('textbox', { name: 'Secret' })
/** What it holds, once it holds something: the value comes a moment after the field. */
async function secretShown(page: Page): Promise<string> {
  for (;;) {
    const value = await secretField(page).inputValue()
    if (value !== '') return value
  }
}

/** Refused requests are in Chromium's console, and nowhere else to be seen. */
const unexpected = (offences: string[]) => offences.filter((text) => !/status of 40[14]/.test(text))

describe('a secret to read', () => {
  test(
    'D3.12 D4.01 ada signs in and reads it once; after a reload it is gone',
    async () => {
      const { page } = visit
      const url = await hand()
      await page.goto(url)
      await heading(page, 'Sign in')
      await signIn(page)
      await heading(page, 'Secret of Acme billing')
      await page.getByText('ada@example.com').waitFor()
      await page.getByText('Put it into your vault.').waitFor()
      expect(await page.content()).not.toContain(VALUE)

      await press(page, ONCE)
      await secretField(page).waitFor()
      expect(await secretShown(page)).toBe(VALUE)
      expect(await secretField(page).getAttribute('readonly')).not.toBeNull()
      expect(await page.title()).toBe('One-time secret · Stytch MCP Server')
      // In the field, and in nothing that could be saved with the page.
      expect(await page.content()).not.toContain(VALUE)
      expect(page.url()).toBe(url)
      expect(visit.offences).toEqual([])

      await page.reload()
      await heading(page, 'This link isn’t available')
      expect(unexpected(visit.offences)).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'D3.12 bob is told that the link isn’t available, and ada can still use it, in the same browser',
    async () => {
      const { page } = visit
      await page.goto(await hand())
      await signIn(page, BOB)
      await heading(page, 'This link isn’t available')
      const text = (await page.locator('main').textContent()) ?? ''
      expect(text).toContain(BOB)
      expect(text).not.toContain('Acme')

      await press(page, 'Not you?')
      await heading(page, 'Sign in')
      await signIn(page)
      await heading(page, 'Secret of Acme billing')
      await press(page, ONCE)
      await secretField(page).waitFor()
      expect(await secretShown(page)).toBe(VALUE)
      expect(unexpected(visit.offences)).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'an unknown link looks exactly like bob’s view of ada’s',
    async () => {
      const { page } = visit
      const seen: string[] = []
      await page.goto(await hand())
      await signIn(page, BOB)
      // To leave before that is to leave before he is signed in.
      await heading(page, 'This link isn’t available')
      for (const url of [page.url(), `${stage.publicUrl}/secrets/${newId()}`]) {
        await page.goto(url)
        await heading(page, 'This link isn’t available')
        seen.push((await page.locator('main').innerHTML()) ?? '')
      }
      expect(seen[0]).toBe(seen[1] as string)
    },
    TIMEOUT,
  )

  test(
    'C04 C05 the id leaves the browser for nobody but this server, in no header and no storage',
    async () => {
      const { page } = visit
      const url = await hand()
      const id = url.split('/').at(-1) as string
      await page.goto(url)
      await signIn(page)
      await press(page, ONCE)
      await secretField(page).waitFor()
      // The SDK reports in batches; a reset of the page sends what it still has.
      await page.goto(`${stage.publicUrl}/login`)
      await heading(page, 'You’re signed in')

      const carriers = visit.sent.filter((line) => line.includes(id))
      expect(carriers.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
        `GET ${url}`,
        `POST ${url}`,
        `POST ${url}`,
      ])
      expect(carriers.filter((line) => line.split(id).length !== 2)).toEqual([])
      expect(visit.sent.filter((line) => line.includes(VALUE))).toEqual([])
      expect(visit.sent.filter((line) => /"referer":"[^"]/i.test(line))).toEqual([])
      expect(visit.sent.length).toBeGreaterThan(10)
      const kept = await page.evaluate(() =>
        JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
      )
      expect(kept).not.toContain(id)
      expect(kept).not.toContain(VALUE)
      expect(stage.lines.filter((line) => line.includes(id))).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'two tabs, one secret: the second comes too late',
    async () => {
      const { page } = visit
      const url = await hand()
      await page.goto(url)
      await signIn(page)
      await heading(page, 'Secret of Acme billing')
      const other = await page.context().newPage()
      await other.goto(url)
      await press(other, ONCE)
      await secretField(other).waitFor()
      await press(page, ONCE)
      await heading(page, 'This link isn’t available')
      expect(await page.getByRole('textbox').count()).toBe(0)
    },
    TIMEOUT,
  )

  test(
    'it is cleared by its reader, by leaving the page, and by five minutes',
    async () => {
      const { page } = visit
      await page.clock.install()
      const ways: Record<string, () => Promise<unknown>> = {
        reader: () => press(page, 'I’ve kept it, clear it now'),
        leaving: () => page.evaluate(() => window.dispatchEvent(new Event('pagehide'))),
        time: () => page.clock.fastForward(5 * 60_000),
      }
      await page.goto(await hand())
      await signIn(page)
      // To leave before that is to leave before she is signed in.
      await heading(page, 'Secret of Acme billing')
      for (const clear of Object.values(ways)) {
        await page.goto(await hand())
        await heading(page, 'Secret of Acme billing')
        await page.clock.fastForward(1_000)
        await press(page, ONCE)
        const field = await secretField(page).elementHandle()
        expect(await secretShown(page)).toBe(VALUE)
        await clear()
        await heading(page, 'The secret is gone from this page')
        expect(await page.getByRole('textbox').count()).toBe(0)
        // Also where the element is still held on to.
        expect(await field?.evaluate((element) => (element as HTMLTextAreaElement).value)).toBe('')
      }
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'Copy puts it on the clipboard, or says what to do instead',
    async () => {
      const { page } = visit
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.goto(await hand())
      await signIn(page)
      await press(page, ONCE)
      await press(page, 'Copy')
      await page.getByRole('status').getByText('Copied.').waitFor()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(VALUE)

      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))
      })
      await press(page, 'Copy')
      await page.getByRole('status').getByText('Copying isn’t allowed here.').waitFor()
      const selected = await secretField(page).evaluate((element) => {
        const { selectionStart, selectionEnd } = element as HTMLTextAreaElement
        return selectionEnd - selectionStart
      })
      expect(selected).toBe(VALUE.length)
    },
    TIMEOUT,
  )

  test(
    'a tab that slept longer than its session’s JWT asks for a new one and goes on',
    async () => {
      const { page } = visit
      await page.goto(await hand())
      await signIn(page)
      await heading(page, 'Secret of Acme billing')
      let refusals = 0
      await page.route('**/secrets/*', async (route) => {
        if (refusals++ > 0) return route.continue()
        await route.fulfill({ status: 401, json: { error: 'unauthenticated' } })
      })
      const renewed = page.waitForRequest('**/sessions/authenticate')
      await press(page, ONCE)
      await renewed
      await secretField(page).waitFor()
      expect(await secretShown(page)).toBe(VALUE)
      expect(unexpected(visit.offences)).toEqual([])
    },
    TIMEOUT,
  )

  test.each([
    [
      'no connection',
      (page: Page) => page.route('**/secrets/*', (route) => route.abort()),
      'This server can’t be reached',
    ],
    [
      'an error',
      (page: Page) =>
        page.route('**/secrets/*', (route) => route.fulfill({ status: 500, json: {} })),
      'That didn’t work',
    ],
    [
      'too many',
      (page: Page) =>
        page.route('**/secrets/*', (route) => route.fulfill({ status: 429, json: {} })),
      'Too many attempts',
    ],
    [
      'an answer that is no JSON',
      (page: Page) =>
        page.route('**/secrets/*', (route) => route.fulfill({ status: 200, body: '<' })),
      'This server can’t be reached',
    ],
  ] as const)(
    'says in one sentence what went wrong: %s',
    async (_, break_, title) => {
      const { page } = visit
      await page.goto(await hand())
      await signIn(page)
      await heading(page, 'Secret of Acme billing')
      await break_(page)
      await press(page, ONCE)
      await heading(page, title)
      expect(await page.getByRole('alert').count()).toBe(1)
      await page.unroute('**/secrets/*')
      await press(page, 'Try again')
      await press(page, ONCE)
      await secretField(page).waitFor()
    },
    TIMEOUT,
  )

  test(
    'C01 E-C17 it cannot be framed, and no other site’s script may ask',
    async () => {
      const { page } = visit
      const url = await hand()
      await page.goto(url)
      await signIn(page)
      await heading(page, 'Secret of Acme billing')
      const other = await page.context().newPage()
      await other.route('http://evil.example/', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: `<title>evil</title><iframe src="${url}"></iframe>`,
        }),
      )
      await other.goto('http://evil.example/')
      const framed = other.frames().map((frame) => frame.url())
      expect(framed).toEqual(['http://evil.example/', 'chrome-error://chromewebdata/'])
      const asked = await other.evaluate(
        (address) =>
          fetch(address, {
            method: 'POST',
            mode: 'no-cors',
            credentials: 'include',
            body: '{"action":"reveal"}',
          }).then(
            ({ status }) => status,
            () => 'refused',
          ),
        url,
      )
      // An opaque answer, or none: CORP forbids even that.
      expect([0, 'refused']).toContain(asked)
      await press(page, ONCE)
      await secretField(page).waitFor()
    },
    TIMEOUT,
  )
})

describe('a secret to type in', () => {
  async function openForm(page: Page) {
    await page.goto(await collect())
    await signIn(page)
    await heading(page, 'Google credentials of Acme')
  }

  async function fill(page: Page) {
    await page.getByLabel('Client id', { exact: true }).fill('id-1')
    await page.getByLabel('Client secret', { exact: true }).fill(VALUE)
  }

  test(
    'D4.04 goes to the server and nowhere else, and the sentence says what came of it',
    async () => {
      const { page } = visit
      await openForm(page)
      await fill(page)
      for (const label of ['Client id', 'Client secret']) {
        const field = page.getByLabel(label, { exact: true })
        expect(await field.getAttribute('type')).toBe('password')
        expect(await field.getAttribute('autocomplete')).toBe('off')
      }
      const url = page.url()
      await press(page, 'Send')
      await heading(page, 'Done')
      await page.getByText('Google sign-in is on.').waitFor()
      expect(collected).toEqual([[{ project: 'acme' }, { id: 'id-1', secret: VALUE }]])
      const carriers = visit.sent.filter((line) => line.includes(VALUE))
      expect(carriers.map((line) => line.startsWith(`POST ${url} `))).toEqual([true])
      expect(visit.offences).toEqual([])

      await page.reload()
      await heading(page, 'This link isn’t available')
      expect(collected).toHaveLength(1)
    },
    TIMEOUT,
  )

  test(
    'what is refused can be mended: the sentence is announced, the fields keep what was typed',
    async () => {
      const { page } = visit
      await openForm(page)
      await fill(page)
      outcome = { ok: false, sentence: 'Google refused this secret.' }
      await press(page, 'Send')
      await page
        .getByRole('alert')
        .getByText('Google refused this secret. You have 4 attempts left.')
        .waitFor()
      await page.getByLabel('Show what I type').check()
      const field = page.getByLabel('Client secret', { exact: true })
      expect([await field.getAttribute('type'), await field.inputValue()]).toEqual(['text', VALUE])
      outcome = { ok: true, sentence: 'Google sign-in is on.' }
      await press(page, 'Send')
      await heading(page, 'Done')
      expect(collected).toHaveLength(2)
      expect(visit.offences).toEqual([])
    },
    TIMEOUT,
  )

  test(
    'after five refusals the link is used up',
    async () => {
      const { page } = visit
      await openForm(page)
      await fill(page)
      outcome = { ok: false, sentence: 'No.' }
      for (const left of ['4 attempts', '3 attempts', '2 attempts', 'one attempt']) {
        await press(page, 'Send')
        await page.getByRole('alert').getByText(`You have ${left} left.`).waitFor()
      }
      await press(page, 'Send')
      await heading(page, 'No attempts left')
      expect(await page.locator('input').count()).toBe(0)
      expect(collected).toHaveLength(5)
    },
    TIMEOUT,
  )

  test(
    'an empty field is not sent; leaving the page empties the fields',
    async () => {
      const { page } = visit
      await openForm(page)
      await page.getByLabel('Client id', { exact: true }).fill('id-1')
      await press(page, 'Send')
      const missing = page.getByLabel('Client secret', { exact: true })
      expect(await missing.evaluate((field) => document.activeElement === field)).toBe(true)
      expect(collected).toHaveLength(0)
      await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
      expect(await page.getByLabel('Client id', { exact: true }).inputValue()).toBe('')
    },
    TIMEOUT,
  )

  test(
    'bob is told that ada’s link isn’t available, and sees no field',
    async () => {
      const { page } = visit
      await page.goto(await collect())
      await signIn(page, BOB)
      await heading(page, 'This link isn’t available')
      expect(await page.locator('input').count()).toBe(0)
    },
    TIMEOUT,
  )
})
