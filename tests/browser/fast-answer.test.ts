/** Stytch's answer can come before the page has drawn itself once; it must be heard all the same. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Stage, setStage, signIn } from './consent-stage.ts'
import { heading } from './heading.ts'

const TIMEOUT = 60_000

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
}, TIMEOUT)
afterAll(() => stage.close())

/** Holds back what happens after drawing until the session was checked, for somebody who is signed in. */
function drawsLate(): void {
  const { setTimeout: later } = globalThis
  const checked = () =>
    performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/authenticate'))
  const held = (run: () => void): void => {
    if (!document.cookie.includes('stytch_session')) later(run)
    else if (checked()) later(run, 50)
    else later(() => held(run), 5)
  }
  globalThis.requestAnimationFrame = (run) => {
    held(() => run(performance.now()))
    return 0
  }
  // Whoever waits for a frame does not wait for ever.
  const brief = 100
  globalThis.setTimeout = ((run: () => void, ms = 0) =>
    ms <= brief ? held(run) : later(run, ms)) as typeof setTimeout
}

test(
  'a session that is checked before the page listens is a session',
  async () => {
    const { page, offences, close } = await stage.visit()
    await page.goto(`${stage.publicUrl}/login`)
    await page.getByLabel('Email').waitFor()
    await signIn(page)
    await heading(page, 'You’re signed in')
    await page.addInitScript(drawsLate)
    const answered = page.waitForResponse((response) => response.url().endsWith('/authenticate'))
    await page.reload()
    expect((await answered).status()).toBe(200)
    await heading(page, 'You’re signed in')
    expect(offences).toEqual([])
    await close()
  },
  TIMEOUT,
)
