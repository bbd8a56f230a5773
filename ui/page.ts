/**
 * Finds what the server left for the browser code: the element to render into and the page's data.
 */
import type { PageData } from '../src/web/page-data.ts'

/** The element the app owns, and its data. */
export interface Page {
  readonly root: HTMLElement
  readonly data: PageData
}

/** Reads the page. @throws when the document is not one of ours */
export function readPage(document: Document): Page {
  const root = document.getElementById('app')
  const data = root?.dataset.page
  if (!root || !data) throw new Error('This document has no page data.')
  return { root, data: JSON.parse(data) as PageData }
}
