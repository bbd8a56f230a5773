/**
 * What a host name is to the person who must decide whether to trust it. Takes what the URL parser
 * returns, which is lower case ASCII with numeric forms already resolved.
 */

/** Whether the host is this computer (RFC 8252 §7.3). */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

/** Whether the host is an address, not a name. */
export function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(hostname)
}

/** Whether a label is punycode: its letters may imitate another name. */
export function isInternationalized(hostname: string): boolean {
  return hostname.split('.').some((label) => label.startsWith('xn--'))
}
