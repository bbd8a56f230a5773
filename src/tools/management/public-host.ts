/**
 * Hosts anybody can reach. Stytch will ask or tell them things later, so that a name of somebody's own
 * network would let a caller reach where they cannot.
 */

/** Endings of names that mean something only inside a network (RFC 6761, RFC 6762, RFC 8375, ICANN). */
const INSIDE =
  /\.(?:localhost|local|internal|intranet|private|corp|home|lan|localdomain|home\.arpa|in-addr\.arpa|ip6\.arpa|onion)$/

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

/**
 * Whether a host is a name on the internet. Addresses never are: whom they belong to is nobody's promise,
 * and many ways of writing them hide a private one.
 *
 * @param host lower case, without port
 */
export function isPublicHost(host: string): boolean {
  const labels = host.split('.')
  return (
    host.length <= 253 &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    // A last label of digits makes an address of it, whatever the rest (WHATWG URL, "ends in a number").
    !/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) as string) &&
    !INSIDE.test(host)
  )
}

/**
 * An https URL on a public host, at the usual port.
 *
 * @returns the URL as it is understood here, so that nobody understands it differently; `undefined` for
 *   anything else
 */
export function publicURL(text: string): string | undefined {
  const url = /[\s\\\p{Cc}]/u.test(text) || !URL.canParse(text) ? undefined : new URL(text)
  const plain =
    url?.protocol === 'https:' && !url.port && !url.username && !url.password && !text.includes('#')
  return plain && isPublicHost(url.hostname) ? url.href : undefined
}
