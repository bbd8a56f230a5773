/** Names of this very machine. Plain http and Local Stytch are acceptable there and nowhere else. */

/**
 * Whether a host is this machine: `localhost`, 127.0.0.0/8 or `::1` (RFC 8252 §7.3, §8.3).
 *
 * @param host a host name or address without port, IPv6 with or without brackets
 */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || IPV4_LOOPBACK.test(host)
}

const IPV4_LOOPBACK = /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|\d{1,2})){3}$/
