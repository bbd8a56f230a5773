/**
 * SHA-256 as text. Codes, tokens and client secrets are stored and looked up by digest only, so
 * nothing in memory can be presented again; PKCE S256 is the same function (RFC 7636 §4.2).
 */
import { base64url } from 'jose'

/** @returns the unpadded base64url SHA-256 of the text's UTF-8 bytes (43 characters) */
export async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return base64url.encode(new Uint8Array(bytes))
}

/** Compares two digests in time that does not depend on where they differ. */
export function sameDigest(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}
