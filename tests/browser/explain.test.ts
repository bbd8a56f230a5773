/** The explanation page in a browser: that it can be read everywhere, and that hostile claims are text. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Mint } from '../support/fixture.ts'
import { measure, type PlainStage, setPlainStage, sound, VIEWS } from './plain-pages.ts'

let stage: PlainStage
beforeAll(async () => {
  stage = await setPlainStage()
}, 30_000)
afterAll(() => stage?.close())

const TIMEOUT = 30_000

/** Has a token refused, and returns where it is explained. */
async function explanation(mint: Mint): Promise<string> {
  const Authorization = `Bearer ${await stage.token(mint)}`
  const response = await stage.send('/mcp', { method: 'POST', headers: { Authorization } })
  return ((await response.json()) as { explanation: string }).explanation
}

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)><style>*{display:none}</style>`
const SCENES: [name: string, url: () => Promise<string>][] = [
  ['an expired token', () => explanation({ expires_in: -300 })],
  ['long values', () => explanation({ claims: { iss: `https://${'x'.repeat(300)}.test` } })],
  ['hostile values', () => explanation({ claims: { iss: HOSTILE, aud: [HOSTILE], [HOSTILE]: 1 } })],
]

describe.each(SCENES)('%s', (_, url) => {
  for (const view of VIEWS) {
    test(
      `at ${view.viewport.width}, ${view.colorScheme}: everything fits and can be read`,
      async () => {
        const { page, offences, close } = await stage.visit(view)
        await page.goto(await url())
        expect(await measure(page)).toEqual(sound(view.colorScheme))
        expect(await page.locator('main img').count()).toBe(0)
        expect(offences).toEqual([])
        await close()
      },
      TIMEOUT,
    )
  }
})

test(
  'an id nobody knows has a page too',
  async () => {
    const { page, close } = await stage.visit()
    await page.goto(`${stage.config.publicUrl}/auth/explain?id=x`)
    expect(await page.getByRole('heading').textContent()).toBe('No explanation under this id')
    expect(await measure(page)).toEqual(sound('light'))
    await close()
  },
  TIMEOUT,
)
