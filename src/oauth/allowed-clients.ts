/**
 * Which Connected Apps may call. An id is allowed by itself; a client that is a URL (a Client ID Metadata
 * Document) also by its host, exactly, or by a leading dot for the hosts below it.
 */

/**
 * Whether a client is on the list.
 *
 * @param clientId `client_id` of a verified token
 * @param allowed client ids; or, for clients that are https URLs, `https://host` or `.parent-of-host`
 */
export function clientIsAllowed(clientId: string, allowed: readonly string[]): boolean {
  if (allowed.includes(clientId)) return true
  if (!clientId.startsWith('https://') || !URL.canParse(clientId)) return false
  const { origin, hostname } = new URL(clientId)
  return allowed.some(
    (entry) => entry === origin || (entry.startsWith('.') && hostname.endsWith(entry)),
  )
}
