/**
 * That the pages can be read and worked by everyone: phone and desktop, light and dark, by keyboard and
 * by screen reader (WCAG 2.2 AA, checklist C28).
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { type Stage, setStage, signIn } from './consent-stage.ts'
import { heading } from './heading.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
}, 30_000)
afterAll(() => stage?.close())

const TIMEOUT = 60_000

const VIEWS = {
  'desktop 1280': { width: 1280, height: 800 },
  'phone 390': { width: 390, height: 844 },
  'phone 360': { width: 360, height: 640 },
} as const

/** Everything there is to see, one after the other. */
const SCENES: Record<string, (page: Page, clientId: string) => Promise<unknown>> = {
  'refused request': (page) => page.goto(stage.authorizeUrl('connected-app-x', 'data:,x')),
  'sign-in': async (page, clientId) => {
    await page.goto(stage.authorizeUrl(clientId, stage.callback))
    await page.getByLabel('Email').waitFor()
  },
  consent: async (page) => {
    await signIn(page)
    await page.getByRole('button', { name: 'Allow' }).waitFor()
  },
  'signed in': async (page) => {
    await page.goto(`${stage.publicUrl}/login`)
    await heading(page, 'You’re signed in')
  },
  problem: async (page) => {
    await page.goto(stage.authorizeUrl('connected-app-test-unknown', stage.callback))
    await page.getByRole('alert').waitFor()
  },
}

for (const [view, viewport] of Object.entries(VIEWS)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(
      `${view} ${colorScheme}: nothing overflows, everything has contrast and a name`,
      async () => {
        const visit = await stage.visit({ viewport, colorScheme })
        const clientId = await stage.register('A client with a rather long name', stage.callback)
        for (const [scene, play] of Object.entries(SCENES)) {
          await play(visit.page, clientId)
          const found = await inspect(visit.page)
          expect({ scene, ...found }).toEqual({
            scene,
            lang: 'en',
            headings: 1,
            isDark: colorScheme === 'dark',
            overflow: 0,
            nameless: [],
            faint: [],
          })
        }
        await visit.close()
      },
      TIMEOUT,
    )
  }
}

describe('by keyboard', () => {
  test(
    'focus goes from Not you? to Allow to Deny, visibly',
    async () => {
      const { page, close } = await stage.visit()
      const clientId = await stage.register('Keyboard app', stage.callback)
      await page.goto(stage.authorizeUrl(clientId, stage.callback))
      await signIn(page)
      await page.getByRole('button', { name: 'Allow' }).click({ trial: true })
      for (const name of ['Not you?', 'Allow', 'Deny']) {
        await page.keyboard.press('Tab')
        const focused = page.locator(':focus-visible')
        expect(await focused.textContent()).toBe(name)
        const ring = await focused.evaluate((element) => {
          const { outlineStyle, boxShadow } = getComputedStyle(element)
          return outlineStyle !== 'none' || boxShadow !== 'none'
        })
        expect({ name, ring }).toEqual({ name, ring: true })
      }
      await close()
    },
    TIMEOUT,
  )
})

test(
  'with reduced motion nothing moves but the spinner, slowly',
  async () => {
    const { page, close } = await stage.visit({ reducedMotion: 'reduce' })
    await page.goto(`${stage.publicUrl}/login`)
    const input = page.getByLabel('Email')
    await input.waitFor()
    expect(await input.evaluate((element) => getComputedStyle(element).transitionDuration)).toBe(
      '0s',
    )
    await close()
  },
  TIMEOUT,
)

/** Measures what is on the page, in the page. */
function inspect(page: Page) {
  return page.evaluate(() => {
    type Colour = [red: number, green: number, blue: number, alpha: number]
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })

    // Painting it turns any CSS colour into numbers.
    function numbers(colour: string): Colour {
      if (!canvas) throw new Error('no canvas')
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
      return [red, green, blue, alpha / 255]
    }
    function luminance([red, green, blue]: Colour): number {
      const [r = 0, g = 0, b = 0] = [red, green, blue].map((channel) => {
        const part = channel / 255
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    function ground(element: Element | null): Colour {
      for (let at = element; at; at = at.parentElement) {
        const colour = numbers(getComputedStyle(at).backgroundColor)
        if (colour[3] > 0.99) return colour
      }
      return [255, 255, 255, 1]
    }
    function contrast(one: Colour, other: Colour): number {
      const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
      return (light + 0.05) / (dark + 0.05)
    }

    const shown = [...document.body.querySelectorAll('*')].filter((element) =>
      (element as HTMLElement).checkVisibility({ checkVisibilityCSS: true }),
    )
    const withText = shown.filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
    )
    const name = (element: Element) =>
      element.getAttribute('aria-label') ||
      element.textContent?.trim() ||
      (element as HTMLInputElement).labels?.[0]?.textContent
    return {
      lang: document.documentElement.lang,
      headings: shown.filter((element) => element.matches('h1')).length,
      isDark: luminance(ground(document.querySelector('.card'))) < 0.1,
      overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
      nameless: shown
        .filter((element) => element.matches('button, a, input, [role=alert]') && !name(element))
        .map((element) => element.outerHTML),
      faint: withText
        .map((element) => ({
          text: element.textContent?.trim().slice(0, 40),
          contrast: contrast(numbers(getComputedStyle(element).color), ground(element)),
        }))
        .filter((measured) => measured.contrast < 4.5),
    }
  })
}
