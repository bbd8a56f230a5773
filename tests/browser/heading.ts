/** Waits for what a page says first. */
import type { Page } from 'playwright-core'

/** Until a heading is there; where it never comes, the failure tells what is there instead. */
export async function heading(page: Page, name: string): Promise<void> {
  try {
    await page.getByRole('heading', { name }).waitFor()
  } catch (cause) {
    const text = await page.innerText('body')
    throw new Error(`No heading “${name}”. The page says: ${text.slice(0, 500)}`, { cause })
  }
}
