/**
 * What is at an address. Whoever decides about a resource finds it here, so that what is judged, what is
 * read and what is watched cannot be three different things.
 */
import type { Catalogue } from './catalogue.ts'
import type { DeclaredTemplate, Resource } from './resource.ts'

/** An address as changes of what is there are told under; `undefined` for what is no URI. */
export function normalForm(uri: string): string | undefined {
  return URL.canParse(uri) ? new URL(uri).href : undefined
}

/**
 * The declaration an address belongs to: the resource that is exactly there, or else the first template it
 * follows. Looked up in its normal form, as the SDK does.
 *
 * An address belongs to one declaration, whoever asks: where that one is hidden nothing is found, though a
 * template that is seen would match as well. Else a request that asks to see less could get, by the scopes
 * of the template, what takes others to read.
 *
 * @param uri as a client wrote it
 * @param catalogue what the caller may see
 * @returns `undefined` for what is no URI, and for what nobody declared, or not for this caller
 */
export function resourceAt(
  uri: string,
  catalogue: Catalogue,
): Resource | DeclaredTemplate | undefined {
  const href = normalForm(uri)
  if (href === undefined) return undefined
  const found = at(href, catalogue)
  const { whole } = catalogue
  return whole === undefined || found === at(href, whole) ? found : undefined
}

function at(href: string, { resources, templates }: Catalogue) {
  return resources.get(href) ?? templates.find(({ matches }) => matches(href))
}
