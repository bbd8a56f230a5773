/**
 * Which URLs may be a `client_id` (draft-ietf-oauth-client-id-metadata-document §3), and which of those
 * may be fetched from here: documents on this machine, and on hosts the options made up.
 * A URL must be written as the parser would write it, so that `0x7f.1`, `/a/../b`, backslashes, stray user
 * info and odd spellings of a host cannot mean something else to whoever reads it next.
 */

import { reachOf } from './address.ts'
import { type DocumentProblem, UnusableDocument } from './unusable-document.ts'

const MAX_LENGTH = 2048

/** Encoded dots, slashes and backslashes: some servers decode them into another path. */
const ENCODED_PATH = /%(?:2e|2f|5c)/i

/** Below these are system services; the listed ones speak to anybody who connects. */
const FIRST_USER_PORT = 1024
const REFUSED_PORTS: ReadonlySet<number> = new Set([2375, 3306, 5432, 6379, 9200, 11211, 27017])

/** What may be fetched. */
export interface Reachable {
  /** Host, with a port other than 443, of every made-up host. */
  readonly hosts: ReadonlySet<string>
  /** Origin of Local Stytch, which has no documents. */
  readonly self: string
}

/** @returns true for a `client_id` that is meant to be a document's URL, well-formed or not */
export function looksLikeDocumentUrl(clientId: string): boolean {
  return /^https?:/i.test(clientId)
}

/**
 * @returns the URL, which may be fetched
 * @throws UnusableDocument
 */
export function readDocumentUrl(clientId: string, reachable: Reachable): URL {
  const url = parse(clientId)
  const problem = formProblem(clientId, url) ?? hostProblem(url, reachable)
  if (problem) throw new UnusableDocument(problem)
  return url
}

function parse(clientId: string): URL {
  if (clientId.length > MAX_LENGTH || !URL.canParse(clientId)) {
    throw new UnusableDocument('url_malformed')
  }
  return new URL(clientId)
}

function formProblem(text: string, url: URL): DocumentProblem | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'url_malformed'
  if (/[?#]/.test(text)) return 'url_has_query_or_fragment'
  if (url.username || url.password || ENCODED_PATH.test(text)) return 'url_malformed'
  if (url.pathname === '/') return 'url_has_no_path'
  if (url.href !== text) return 'url_not_canonical'
}

function hostProblem(url: URL, { hosts, self }: Reachable): DocumentProblem | undefined {
  const { protocol, hostname, host, port, origin } = url
  if (origin === self) return 'url_is_local_stytch'
  switch (reachOf(hostname)) {
    case 'this-machine':
      return isRefusedPort(port) ? 'url_port_refused' : undefined
    case 'special-use':
      return 'address_special_use'
    default:
      if (protocol !== 'https:') return 'url_malformed'
      if (hosts.has(host)) return undefined
      return port === '' ? 'host_not_served' : 'url_port_refused'
  }
}

function isRefusedPort(port: string): boolean {
  return port !== '' && (Number(port) < FIRST_USER_PORT || REFUSED_PORTS.has(Number(port)))
}
