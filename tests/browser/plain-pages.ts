/** A stage for the pages without script: the whole app on a free port, and a browser that measures. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { freePorts } from '../support/free-ports.ts'
import { launchChromium } from './chromium.ts'

/** Everything a test of a plain page needs. */
export interface PlainStage extends Fixture {
  /** A page in a fresh profile. `offences` gathers what the browser complains of. */
  visit(
    options?: BrowserContextOptions,
  ): Promise<{ page: Page; offences: string[]; close(): Promise<void> }>
  close(): Promise<void>
}

/** The windows and colour schemes a page must hold in. */
export const VIEWS = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
  { width: 320, height: 568 },
].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
)

/** Sets the stage. */
export async function setPlainStage(): Promise<PlainStage> {
  const [port] = (await freePorts(1)) as [number]
  const fixture = createFixture({ env: { PORT: `${port}` } })
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port,
    fetch: (request) => fixture.send(request.url, request),
  })
  const browser = await launchChromium()
  return {
    ...fixture,
    visit: (options) => visit(browser, options),
    async close() {
      await browser.close()
      await server.stop(true)
    },
  }
}

async function visit(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const offences: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) offences.push(message.text())
  })
  page.on('dialog', (dialog) => offences.push(`dialog: ${dialog.message()}`))
  page.on('requestfailed', (request) => offences.push(`failed: ${request.url()}`))
  return { page, offences, close: () => context.close() }
}

/** What is on the page: text too faint to read (WCAG 2.2 1.4.3), and what does not fit. */
export function measure(page: Page) {
  return page.evaluate(() => {
    const rgb = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = rgb(colour).map((channel) => {
        const part = channel / 255
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const ground = (element: Element | null): string => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at)
        if ((rgb(backgroundColor)[3] ?? 1) === 1) return backgroundColor
      }
      return 'rgb(255, 255, 255)'
    }
    const contrast = (element: Element) => {
      const [dark = 0, light = 0] = [getComputedStyle(element).color, ground(element)]
        .map(luminance)
        .sort((a, b) => a - b)
      return (light + 0.05) / (dark + 0.05)
    }
    const shown = [...document.body.querySelectorAll('*')]
    const faint = shown
      .filter((element) =>
        [...element.childNodes].some((n) => n.nodeType === 3 && n.nodeValue?.trim()),
      )
      .filter((element) => contrast(element) < 4.5)
    return {
      headings: document.querySelectorAll('h1').length,
      scripts: document.scripts.length,
      isDark: luminance(ground(document.querySelector('.card'))) < 0.1,
      overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
      clipped: shown.filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0).length,
      faint: faint.map((element) => element.textContent?.trim().slice(0, 40)),
    }
  })
}

/** What {@link measure} finds on a page that is as it should be. */
export function sound(colorScheme: 'light' | 'dark') {
  const isDark = colorScheme === 'dark'
  return { headings: 1, scripts: 0, isDark, overflow: 0, clipped: 0, faint: [] }
}
