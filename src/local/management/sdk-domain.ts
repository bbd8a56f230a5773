/** Origins a page may use the SDK from. Matching is by origin, so there is a scheme and never a path. */

/** @returns true for an http(s) origin, also one with a `*` for the lowest part of its name */
export function isAuthorizedDomain(value: string): boolean {
  return isOrigin(value.replace('://*.', '://any.'))
}

/** @returns true for an origin in which `{{slug}}` stands for an organization's slug */
export function isSlugPattern(value: string): boolean {
  return value.includes('{{slug}}') && isOrigin(value.replaceAll('{{slug}}', 'slug'))
}

function isOrigin(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return false
  return url.origin === value.toLowerCase() && !url.hostname.includes('*')
}
