/**
 * Decides what counts as this machine. Local Stytch answers nobody else: its passwords and signing
 * keys are public knowledge, so a request that names another host is a DNS rebinding attempt.
 */

/**
 * @param hostname as `URL.hostname` gives it: IPv6 in brackets, IPv4 canonical, no port
 * @returns true for `localhost`, `127.0.0.0/8` and `[::1]`
 */
export function isLoopbackHostname(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

/** @returns true for an http(s) origin on this machine; `null`, opaque and malformed origins are not */
export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false
  const { origin: canonical, hostname } = new URL(origin)
  return canonical === origin.toLowerCase() && isLoopbackHostname(hostname)
}

/** @returns true when neither the request's URL nor its `Host` header names another machine */
export function isAddressedToLoopback(request: Request): boolean {
  const host = request.headers.get('host')
  return (
    isLoopbackHostname(new URL(request.url).hostname) &&
    (host === null || isLoopbackOrigin(`http://${host}`) || isLoopbackOrigin(`https://${host}`))
  )
}
