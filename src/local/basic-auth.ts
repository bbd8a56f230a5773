/** HTTP Basic (RFC 7617), as OAuth clients and the browser SDK both use it. */

export interface BasicCredentials {
  readonly name: string
  readonly password: string
}

/** @returns the two halves of a `Basic` header, or `undefined` when it is anything else */
export function parseBasic(header: string | undefined): BasicCredentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const colon = text.indexOf(':')
    if (colon < 1) return undefined
    return { name: text.slice(0, colon), password: text.slice(colon + 1) }
  } catch {
    return undefined
  }
}
