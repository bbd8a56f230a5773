/** The home page in a browser: that it can be read everywhere, and that one click takes the address. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { measure, type PlainStage, setPlainStage, sound, VIEWS } from './plain-pages.ts'

let stage: PlainStage
beforeAll(async () => {
  stage = await setPlainStage()
}, 30_000)
afterAll(() => stage?.close())

const TIMEOUT = 30_000

for (const view of VIEWS) {
  test(
    `at ${view.viewport.width}, ${view.colorScheme}: everything fits and can be read`,
    async () => {
      const { page, offences, close } = await stage.visit(view)
      await page.goto(stage.config.publicUrl)
      expect(await measure(page)).toEqual(sound(view.colorScheme))
      expect(offences).toEqual([])
      await close()
    },
    TIMEOUT,
  )
}

test(
  'one click selects the endpoint, another the command, and nothing around them',
  async () => {
    const { page, close } = await stage.visit()
    await page.goto(stage.config.publicUrl)
    const selection = () => page.evaluate(() => getSelection()?.toString().trim())
    await page.locator('.address code').click()
    expect(await selection()).toBe(stage.config.resource)
    await page.locator('pre code').first().click()
    expect(await selection()).toBe(
      `claude mcp add --transport http stytch ${stage.config.resource}`,
    )
    await close()
  },
  TIMEOUT,
)

test(
  'by keyboard: the two apps, then sign-in, which opens',
  async () => {
    const { page, close } = await stage.visit()
    await page.goto(stage.config.publicUrl)
    for (const name of ['Add to Cursor', 'Add to VS Code', 'sign in here']) {
      await page.keyboard.press('Tab')
      expect(await page.locator(':focus-visible').textContent()).toBe(name)
    }
    await page.keyboard.press('Enter')
    await page.waitForURL('**/login')
    await close()
  },
  TIMEOUT,
)
