/**
 * Where a page's script takes over, and where it gives up when the browser keeps nothing: Stytch's SDK
 * would seem to work there and forget the session at once.
 */
import { type ComponentChild, render } from 'preact'
import { storageWorks } from './browser-storage.ts'
import type { Page } from './page.ts'
import { ProblemView } from './problem-view.tsx'

/** Renders an app in place of what the server put there. */
export function start({ root }: Page, app: ComponentChild): void {
  root.replaceChildren()
  render(storageWorks(window) ? app : <ProblemView problem={{ code: 'storage_blocked' }} />, root)
}
