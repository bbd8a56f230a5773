/**
 * Checks that an authorization response goes to the address that was asked for and shown, before the
 * browser does: scheme, host, port and path must be the same, the query is where the response goes.
 */

/**
 * Whether an address is a redirect URI with a response added.
 *
 * @param address where Stytch would send the browser
 * @param redirectUri what the client asked for
 */
export function returnsTo(address: string, redirectUri: string): boolean {
  if (!URL.canParse(address)) return false
  const [actual, asked] = [new URL(address), new URL(redirectUri)]
  return (
    actual.protocol === asked.protocol &&
    actual.username === '' &&
    actual.password === '' &&
    actual.host === asked.host &&
    actual.pathname === asked.pathname
  )
}
