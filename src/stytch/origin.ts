/** Where an API lives, and who we are to it. Both come from the configuration and are checked once. */
import { isLoopbackHost } from '../loopback.ts'

/**
 * Reads the base URL of an API.
 *
 * @param baseUrl an origin: https, or http on this machine; a trailing slash is allowed, nothing else
 * @returns the origin, without a trailing slash
 * @throws {TypeError} otherwise; the value is not repeated, since it may hold a password
 */
export function plainOrigin(baseUrl: string): string {
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) {
    throw new TypeError('The base URL of an API is not a URL.')
  }
  const { origin, protocol, hostname } = new URL(baseUrl)
  if (baseUrl !== origin && baseUrl !== `${origin}/`) {
    throw new TypeError('The base URL of an API is not a plain origin.')
  }
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname))) {
    throw new TypeError('The base URL of an API does not use https.')
  }
  return origin
}

/**
 * The value of an `Authorization` header (RFC 7617).
 *
 * @param name printable ASCII without colon
 * @param password printable ASCII
 * @throws {TypeError} when either is empty or holds anything else; the value is not repeated
 */
export function basicAuthorization(name: string, password: string): string {
  if (typeof name !== 'string' || !/^[!-9;-~]+$/.test(name)) {
    throw new TypeError('The id of an API key is not usable.')
  }
  if (typeof password !== 'string' || !/^[!-~]+$/.test(password)) {
    throw new TypeError('The secret of an API key is not usable.')
  }
  return `Basic ${btoa(`${name}:${password}`)}`
}
