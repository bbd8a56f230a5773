/**
 * The wrong `iss` in an authorization response, which a client must notice before it redeems the code
 * (RFC 9207 §2.4). The rest of the URL stays as it was, byte for byte.
 */

/**
 * @param body what the browser SDK gets for `authorize-submit`
 * @param value the issuer to name, or `null` for none
 * @returns the body, unchanged when it sends the browser nowhere
 */
export function misnameIssuer(body: SubmitAnswer, value: string | null): object {
  const url = body.data?.redirect_uri
  if (url === undefined) return body
  const member = value === null ? '' : `&iss=${encodeURIComponent(value)}`
  return { ...body, data: { ...body.data, redirect_uri: url.replace(/&iss=[^&]*$/, () => member) } }
}

interface SubmitAnswer {
  readonly data?: { readonly redirect_uri?: string }
}
