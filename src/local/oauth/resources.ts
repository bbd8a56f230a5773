/**
 * RFC 8707 resource indicators. Stytch accepts them and leaves `aud` alone; what can still be wrong is
 * a value that is no resource at all, or a token request that names one the user never saw.
 */

/** @returns true when every value is an absolute URI without a fragment (RFC 8707 §2) */
export function areResources(values: readonly string[]): boolean {
  return values.every(
    (value) => URL.canParse(value) && !value.includes('#') && value.length <= 2048,
  )
}

/**
 * @param authorized what the authorization request named; nothing named means nothing to exceed
 * @param requested what the token request names
 */
export function staysWithin(authorized: readonly string[], requested: readonly string[]): boolean {
  if (!areResources(requested)) return false
  return authorized.length === 0 || requested.every((value) => authorized.includes(value))
}
