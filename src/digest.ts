/** SHA-256 as text. */
import { base64url } from 'jose'

/** @returns the unpadded base64url SHA-256 of the text's UTF-8 bytes (43 characters) */
export async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return base64url.encode(new Uint8Array(bytes))
}
