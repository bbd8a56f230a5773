/**
 * That the one-time secret page can be read and worked by everyone: phone and desktop, light and dark, by
 * keyboard and by screen reader (WCAG 2.2 AA, checklist C28).
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { signIn } from './consent-stage.ts'
import { heading } from './heading.ts'
import { measure, sound, VIEWS } from './plain-pages.ts'
import { type SecretsStage, setSecretsStage } from './secrets-stage.ts'

const TIMEOUT = 60_000
const LONG = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(9)}\n-----END PRIVATE KEY-----`

let stage: SecretsStage
beforeAll(async () => {
  stage = await setSecretsStage({
    idp: async (_, values) =>
      values.secret === 'good'
        ? { ok: true, sentence: 'Okta can now sign people in to Acme.' }
        : { ok: false, sentence: 'Okta did not accept this secret.' },
  })
}, TIMEOUT)
afterAll(() => stage?.close())

async function hand() {
  const secret = {
    label: 'Client secret of the M2M client “Billing export with a rather long name”',
    value: LONG,
    hint: 'Put it into the vault of your deployment as STYTCH_CLIENT_SECRET.',
  }
  return (await stage.secrets.hand(await stage.person(), secret)).url
}

async function collect() {
  const question = {
    kind: 'idp',
    title: 'Okta credentials for Acme',
    fields: [
      { name: 'id', label: 'Client id' },
      { name: 'secret', label: 'Client secret' },
    ],
    args: null,
  }
  return (await stage.secrets.collect(await stage.person(), question)).url
}

/** Everything there is to see, one after the other. */
const SCENES: Record<string, (page: Page) => Promise<unknown>> = {
  'sign-in': async (page) => {
    await page.goto(await hand())
    await page.getByLabel('Email').waitFor()
  },
  covered: async (page) => {
    await signIn(page)
    await heading(page, 'Client secret of')
    await page.getByRole('button', { name: 'Show the secret once' }).click({ trial: true })
  },
  shown: async (page) => {
    await page.getByRole('button', { name: 'Show the secret once' }).click()
    await page.getByRole('textbox').waitFor()
  },
  copied: async (page) => {
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('status').getByText(/Cop/).waitFor()
  },
  cleared: async (page) => {
    await page.getByRole('button', { name: 'clear it now' }).click()
    await heading(page, 'The secret is gone from this page')
  },
  gone: async (page) => {
    await page.reload()
    await heading(page, 'This link isn’t available')
  },
  form: async (page) => {
    await page.goto(await collect())
    await heading(page, 'Okta credentials for Acme')
  },
  refused: async (page) => {
    await page.getByLabel('Client id').fill('0oa1b2c3')
    await page.getByLabel('Client secret').fill('bad')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Okta did not accept this secret.').waitFor()
  },
  done: async (page) => {
    await page.getByLabel('Client secret').fill('good')
    await page.getByRole('button', { name: 'Send' }).click()
    await heading(page, 'Done')
  },
}

for (const { viewport, colorScheme } of VIEWS) {
  test(
    `at ${viewport.width}, ${colorScheme}: everything fits, can be read, and has a name`,
    async () => {
      stage.aMinuteLater()
      const { page, close } = await stage.visit({ viewport, colorScheme })
      for (const [scene, play] of Object.entries(SCENES)) {
        await play(page)
        const found = { scene, ...(await measure(page)), nameless: await nameless(page) }
        expect(found).toEqual({ scene, ...sound(colorScheme), scripts: 2, nameless: [] })
      }
      await close()
    },
    TIMEOUT,
  )
}

test(
  'by keyboard: a key held down shows nothing; then Enter does, and the focus goes on from there',
  async () => {
    stage.aMinuteLater()
    const { page, close } = await stage.visit()
    await SCENES['sign-in']?.(page)
    await SCENES.covered?.(page)
    const show = page.getByRole('button', { name: 'Show the secret once' })
    const prevented = await show.evaluate((button) => {
      const options = { key: 'Enter', repeat: true, bubbles: true, cancelable: true }
      return !button.dispatchEvent(new KeyboardEvent('keydown', options))
    })
    expect(prevented).toBe(true)
    expect(await tabStops(page, 2)).toEqual(['Not you?', 'Show the secret once'])
    await page.keyboard.press('Enter')
    await page.getByRole('textbox').waitFor()
    // The focus follows what is drawn, a moment later.
    await page.waitForFunction(() => document.activeElement?.querySelector('h1') != null)
    const focused = await page.evaluate(() => document.activeElement?.querySelector('h1')?.id)
    expect(focused).toBe('title')
    expect(await tabStops(page, 4)).toEqual([
      'Not you?',
      'TEXTAREA',
      'Copy',
      'I’ve kept it, clear it now',
    ])
    await page.keyboard.press('Enter')
    await heading(page, 'The secret is gone from this page')
    await close()
  },
  TIMEOUT,
)

/** Where Tab leads, and only where the focus can be seen. */
async function tabStops(page: Page, count: number): Promise<string[]> {
  const stops: string[] = []
  for (let i = 0; i < count; i++) {
    await page.keyboard.press('Tab')
    const visible = page.locator(':focus-visible')
    stops.push(await visible.evaluate((element) => element.textContent || element.tagName))
  }
  return stops
}

/** Controls a screen reader has no words for. */
function nameless(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, input, textarea, a')]
      .filter((element) => (element as HTMLElement).checkVisibility())
      .filter((element) => {
        const { labels = null } = element as HTMLInputElement
        const name = element.getAttribute('aria-label') ?? ''
        return !(name + (labels?.[0]?.textContent ?? element.textContent)).trim()
      })
      .map((element) => element.outerHTML),
  )
}
