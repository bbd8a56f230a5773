/**
 * Redirect URIs: which may be registered, and when a requested one is the registered one.
 * RFC 8252 §7 (native apps), RFC 9700 §2.1 and §4.1 (exact matching, no open doors).
 * Comparison works on the text as sent, never on a parsed URL: normalising is how `127.1`, `/cb/../x`
 * and `%2e%2e` slip through.
 */

/** Longest redirect URI accepted, in characters. */
export const MAX_URI_LENGTH = 2048

/** Schemes that run code, read the disk or never come back to an app. */
const REFUSED_SCHEMES = new Set([
  'about:',
  'blob:',
  'data:',
  'file:',
  'filesystem:',
  'ftp:',
  'javascript:',
  'mailto:',
  'tel:',
  'vbscript:',
  'view-source:',
  'ws:',
  'wss:',
])

const LOOPBACK = /^http:\/\/(?<host>localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?<rest>[/?].*)?$/

/**
 * Judges a URI offered at registration: https, http on loopback, or an app's private scheme.
 *
 * @returns Stytch's `error_type` for what is wrong with it, or `undefined` when it may be registered
 */
export function redirectUriProblem(uri: string): string | undefined {
  if (uri.length > MAX_URI_LENGTH || !/^[\x21-\x7e]+$/.test(uri) || /[#*\\]/.test(uri)) {
    return 'connected_app_invalid_redirect_url'
  }
  if (!/^[a-z][a-z0-9+.-]*:./i.test(uri) || !URL.canParse(uri)) {
    return 'connected_app_redirect_url_must_include_scheme'
  }
  const { protocol, username, password, hostname } = new URL(uri)
  if (REFUSED_SCHEMES.has(protocol) || username || password) {
    return 'connected_app_invalid_redirect_url'
  }
  if (protocol === 'http:' && !LOOPBACK.test(uri)) {
    return 'connected_app_redirect_url_http_scheme_must_use_loopback'
  }
  if (protocol === 'https:' && (!uri.startsWith('https://') || hostname === '')) {
    return 'connected_app_redirect_url_must_use_https_scheme'
  }
}

/**
 * @param registered the client's redirect URIs
 * @param requested `redirect_uri` of an authorization request
 * @returns true for an exact match, or for loopback http that differs in port only (RFC 8252 §7.3)
 */
export function isRegistered(registered: readonly string[], requested: string): boolean {
  return registered.includes(requested) || registered.some((uri) => samePortAside(uri, requested))
}

function samePortAside(registered: string, requested: string): boolean {
  const a = LOOPBACK.exec(registered)?.groups
  const b = LOOPBACK.exec(requested)?.groups
  if (!a || !b || redirectUriProblem(requested)) return false
  return a.host === b.host && a.rest === b.rest
}
