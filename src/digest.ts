/** Digests as text: unpadded base64url, 43 characters. */
import { base64url } from 'jose'

/**
 * Makes digests of texts, as UTF-8. A runtime that can make them at once is asked to: for short texts
 * WebCrypto takes ten times as long to hand the work over as to do it.
 */
export interface Digests {
  /** SHA-256. */
  sha256(text: string): string | Promise<string>
  /** HMAC with SHA-256 under a key, which is not kept by whoever gave it. */
  hmac(key: Uint8Array): (text: string) => string | Promise<string>
}

/** @returns the SHA-256 of the text's UTF-8 bytes */
export async function sha256(text: string): Promise<string> {
  return encoded(await crypto.subtle.digest('SHA-256', utf8(text)))
}

/** By WebCrypto, which every runtime has. */
export const webDigests: Digests = Object.freeze({
  sha256,
  hmac(key: Uint8Array) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    let imported: Promise<CryptoKey> | undefined
    return async (text: string) => {
      imported ??= crypto.subtle.importKey('raw', key.slice(), algorithm, false, ['sign'])
      return encoded(await crypto.subtle.sign('HMAC', await imported, utf8(text)))
    }
  },
})

function utf8(text: string) {
  return new TextEncoder().encode(text)
}

function encoded(bytes: ArrayBuffer): string {
  return base64url.encode(new Uint8Array(bytes))
}
