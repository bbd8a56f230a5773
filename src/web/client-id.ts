/**
 * What a client identifier says about the client. A registered one (RFC 7591) says nothing: the name
 * that goes with it is the app's own choice. A Client ID Metadata Document URL says which host vouches.
 */
import { isInternationalized } from './host-name.ts'

export type ClientIdentity =
  | { readonly kind: 'registered' }
  | {
      readonly kind: 'document'
      /** Host, with port if any, in ASCII. */
      readonly host: string
      /** Whether the ASCII form hides letters of other scripts. */
      readonly internationalized: boolean
    }

/** Printable ASCII, a path, no user info, no fragment. */
const DOCUMENT = /^https:\/\/[^/?#@\\\s]+\/[\x21\x24-\x5b\x5d-\x7e]+$/
const REGISTERED = /^connected-app-[A-Za-z0-9-]{1,128}$/

/**
 * Reads a `client_id`.
 *
 * @returns what it is, or null when it is neither form
 * @see draft-ietf-oauth-client-id-metadata-document §3
 */
export function readClientId(clientId: string): ClientIdentity | null {
  if (REGISTERED.test(clientId)) return { kind: 'registered' }
  if (!DOCUMENT.test(clientId) || !URL.canParse(clientId)) return null
  const url = new URL(clientId)
  if (/\/\.{1,2}(?:\/|$)/.test(pathOf(clientId))) return null
  return {
    kind: 'document',
    host: url.host,
    internationalized: isInternationalized(url.hostname),
  }
}

/** The path as written: the parser would already have resolved the dots. */
function pathOf(url: string): string {
  return url.replace(/^https:\/\/[^/?]*/, '').replace(/\?.*$/, '')
}
