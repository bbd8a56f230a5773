/**
 * Gives a built file its name and proof: the content hash makes it cacheable for ever, the
 * integrity value makes the page refuse anything else under that name.
 */
import { createHash } from 'node:crypto'

/** A file of the pages, as the generated module carries it. */
export interface EmbeddedAsset {
  /** Path on our origin, e.g. `/assets/app-1a2b3c4d5e.js`. */
  readonly path: string
  readonly type: string
  /** Subresource integrity, `sha384-…`. */
  readonly integrity: string
  readonly body: string
}

const TYPES = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
} as const

/** Names, types and hashes one built file. */
export function embed(name: string, extension: keyof typeof TYPES, body: string): EmbeddedAsset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  const integrity = `sha384-${createHash('sha384').update(body).digest('base64')}`
  return {
    path: `/assets/${name}-${hash}.${extension}`,
    type: TYPES[extension],
    integrity,
    body,
  }
}
