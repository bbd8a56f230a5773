/**
 * URLs Stytch may send people back to, and what each may be used for. A use has one default at most. Unless
 * told otherwise Stytch keeps a use from being without: it makes the only URL of a use its default, and when
 * a write takes the default away another URL takes over.
 */
import { isLoopbackHostname } from '../loopback.ts'
import type { EnvironmentType } from './state.ts'

export const REDIRECT_TYPES = ['LOGIN', 'SIGNUP', 'INVITE', 'RESET_PASSWORD', 'DISCOVERY'] as const

export type RedirectType = (typeof REDIRECT_TYPES)[number]

export interface RedirectUrl {
  /** As it was sent: it is compared character by character. */
  readonly url: string
  /** Use → whether it is that use's default. */
  readonly validTypes: Map<RedirectType, boolean>
}

type RedirectUrls = Map<string, RedirectUrl>

const MAX_LENGTH = 2048

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
  'vbscript:',
  'view-source:',
  'ws:',
  'wss:',
])

/** @returns true for https, an app's own scheme, and in a test environment http on loopback */
export function isRedirectUrl(url: string, type: EnvironmentType): boolean {
  if (url.length > MAX_LENGTH || !/^[\x21-\x7e]+$/.test(url) || !URL.canParse(url)) return false
  const { protocol, hostname, username, password } = new URL(url)
  if (REFUSED_SCHEMES.has(protocol) || username || password) return false
  if (protocol === 'http:') return type === 'TEST' && isLoopbackHostname(hostname)
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(url)
}

/**
 * Adds a URL, or changes what one is for.
 *
 * @param validTypes all it is for from now on
 * @param promote whether a use may be given a default nobody asked for
 */
export function putRedirectUrl(
  urls: RedirectUrls,
  url: string,
  validTypes: ReadonlyMap<RedirectType, boolean>,
  promote: boolean,
): RedirectUrl {
  const hadDefault = typesWithDefault(urls)
  const written: RedirectUrl = { url, validTypes: new Map(validTypes) }
  urls.set(url, written)
  for (const [type, isDefault] of validTypes) {
    if (isDefault) makeDefault(urls, type, written)
  }
  if (promote) {
    for (const type of REDIRECT_TYPES) {
      const holders = holdersOf(urls, type)
      const isAlone = holders.length === 1 && holders[0] === written
      if (isAlone || hadDefault.has(type)) giveDefault(urls, type, written)
    }
  }
  return written
}

/** @param promote whether another URL may become the default this one was */
export function removeRedirectUrl(urls: RedirectUrls, url: string, promote: boolean): void {
  const hadDefault = typesWithDefault(urls)
  urls.delete(url)
  if (promote) for (const type of hadDefault) giveDefault(urls, type)
}

/** Has the oldest URL of a use be its default if none is; the one just written only for want of others. */
function giveDefault(urls: RedirectUrls, type: RedirectType, written?: RedirectUrl): void {
  const holders = holdersOf(urls, type)
  if (holders.some(({ validTypes }) => validTypes.get(type))) return
  const heir = holders.find((holder) => holder !== written) ?? written
  if (heir?.validTypes.has(type)) makeDefault(urls, type, heir)
}

function makeDefault(urls: RedirectUrls, type: RedirectType, chosen: RedirectUrl): void {
  for (const holder of holdersOf(urls, type)) holder.validTypes.set(type, holder === chosen)
}

function holdersOf(urls: RedirectUrls, type: RedirectType): readonly RedirectUrl[] {
  return [...urls.values()].filter(({ validTypes }) => validTypes.has(type))
}

function typesWithDefault(urls: RedirectUrls): ReadonlySet<RedirectType> {
  const types = [...urls.values()].flatMap(({ validTypes }) => [...validTypes])
  return new Set(types.filter(([, isDefault]) => isDefault).map(([type]) => type))
}
