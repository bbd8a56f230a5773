/** The ways that Bun, Node.js and Deno have in common. */
import { createHmac, hash } from 'node:crypto'
import type { Platform } from '../platform.ts'

/** `node:crypto` digests at once; for short texts WebCrypto takes ten times as long to hand them over. */
export const nativePlatform: Platform = Object.freeze({
  digests: {
    sha256: (text: string) => hash('sha256', text, 'base64url'),
    hmac(key: Uint8Array) {
      const own = key.slice()
      return (text: string) => createHmac('sha256', own).update(text).digest('base64url')
    },
  },
})
