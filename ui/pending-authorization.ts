/**
 * Remembers which authorization a person was in the middle of while a forgotten password takes them
 * away. Kept in this tab, under one key, and returned to at one path where the server judges it again;
 * there is no address in any URL to send them to.
 */

const KEY = 'stytch-mcp:pending-authorization'
const PATH = '/oauth/authorize'

/** Remembers the query of the authorization this tab is in. */
export function keepPending(query: string): void {
  sessionStorage.setItem(KEY, query)
}

/** Forgets it, once answered. */
export function forgetPending(): void {
  sessionStorage.removeItem(KEY)
}

/** Where to resume, on our own origin; null when nothing is pending in this tab. */
export function pendingPath(): string | null {
  const query = sessionStorage.getItem(KEY)
  return query && `${PATH}?${query}`
}
