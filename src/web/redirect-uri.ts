/**
 * Judges where an authorization would be sent, and what the person should know about that place.
 * Whether the address belongs to the client is Stytch's to say; this decides what is never acceptable.
 *
 * @see OAuth 2.1 §2.3.1, RFC 8252 §7 and §8.4, RFC 9700 §4.1
 */
import type { ProblemCode } from './authorization-problem.ts'
import { isAddress, isInternationalized, isLoopback } from './host-name.ts'

/** The place a browser goes after consent. */
export interface RedirectTarget {
  /** `loopback`: a program on this computer; `ip`: an address without a name. */
  readonly kind: 'https' | 'loopback' | 'ip' | 'custom-scheme'
  /** Without the colon. */
  readonly scheme: string
  /** For display, in ASCII: host with port if any; the scheme with `://` when there is no host. */
  readonly host: string
  /** Whether the ASCII form hides letters of other scripts. */
  readonly internationalized: boolean
  /** The address as the client sent it. */
  readonly uri: string
}

export type ReadRedirect =
  | { readonly ok: true; readonly target: RedirectTarget }
  | { readonly ok: false; readonly code: ProblemCode }

/**
 * Schemes a browser or an operating system acts on by itself. A private-use scheme belongs to an app;
 * these run code, read files, place calls or open system tools.
 */
const NOT_PRIVATE = new Set(
  `about afp android-app blob callto chrome chrome-extension cid content data dav edge facetime feed
  file filesystem ftp ftps geo git gopher help imap intent irc itms itms-services jar javascript ldap
  ldaps livescript mailto market mhtml mid mk mms mocha moz-extension news nfs nntp opaquelocktoken
  opera pop res resource rlogin rsync rtsp safari-extension search search-ms sftp shell sip sips sms
  smb smsto ssh steam svn tel telnet tftp urn vbscript view-source vnc wais webcal ws wss wyciwyg
  x-apple-systempreferences xmpp`.split(/\s+/),
)

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u0020\u007f-\uffff\\#<>"`{}|^]/

/**
 * Reads a `redirect_uri`.
 *
 * @returns what to tell the person about it, or why it is refused
 */
export function readRedirectUri(uri: string): ReadRedirect {
  if (UNSAFE.test(uri) || !URL.canParse(uri)) return { ok: false, code: 'redirect_uri_malformed' }
  const url = new URL(uri)
  const scheme = url.protocol.slice(0, -1)
  return scheme === 'https' || scheme === 'http'
    ? readWebAddress(uri, url, scheme)
    : readPrivateUse(uri, scheme)
}

function readWebAddress(uri: string, url: URL, scheme: 'https' | 'http'): ReadRedirect {
  const authority = /^https?:\/\/([^/?]+)/i.exec(uri)?.[1]
  if (!authority || authority.includes('@')) return { ok: false, code: 'redirect_uri_malformed' }
  const { hostname, host } = url
  const kind = isLoopback(hostname) ? 'loopback' : isAddress(hostname) ? 'ip' : 'https'
  if (scheme === 'http' && kind !== 'loopback') return { ok: false, code: 'redirect_uri_insecure' }
  const internationalized = isInternationalized(hostname)
  return { ok: true, target: { kind, scheme, host, internationalized, uri } }
}

/**
 * RFC 8252 §7.1 wants a reversed domain name (`com.example.app:/cb`). Editors use a bare word with an
 * authority (`cursor://…`); a bare word alone (`myapp:cb`) is neither.
 */
function readPrivateUse(uri: string, scheme: string): ReadRedirect {
  const rest = uri.slice(scheme.length + 1)
  const shaped = scheme.includes('.') ? rest.startsWith('/') : /^\/\/[^/]/.test(rest)
  const reserved = NOT_PRIVATE.has(scheme) || /^(?:ms-|x-|web\+|microsoft)/.test(scheme)
  if (!shaped || reserved) return { ok: false, code: 'redirect_uri_scheme' }
  const authority = /^\/\/([^/?]*)/.exec(rest)?.[1] ?? ''
  if (authority.includes('@')) return { ok: false, code: 'redirect_uri_malformed' }
  const target = { scheme, host: `${scheme}://`, internationalized: false, uri } as const
  return { ok: true, target: { kind: 'custom-scheme', ...target } }
}
