/**
 * The document of the one-time secret page and its headers: the same for every id, real or made up, so
 * that it says nothing about any.
 */
import { html } from 'hono/html'
import type { Config } from '../../config.ts'
import { script, secretsScript } from '../assets.gen.ts'
import { appContent, type Html, scriptTag, staticDocument } from '../document.ts'
import { documentHeaders } from '../headers.ts'
import { pageData } from '../page-data.ts'

/**
 * The page. Its own script takes sign-in and the rest from the script of the other pages, which comes
 * first so that its integrity is checked before anything is taken.
 */
export function secretDocument(config: Config): Html {
  const content = html`${appContent(pageData(config, null), 'Nothing was shown or sent.', 'secrets')}
      ${scriptTag(script)}
      ${scriptTag(secretsScript)}`
  return staticDocument('One-time secret', content, 'narrow')
}

/** Headers of the page: those of a page without script, and what its own script needs, no more. */
export function secretHeaders(config: Config): Record<string, string> {
  const headers = documentHeaders(config, 'none')
  const stytch = new URL(config.stytch.browserApi).origin
  return {
    ...headers,
    'Content-Security-Policy': `${headers['Content-Security-Policy']}; script-src 'self'; connect-src 'self' ${stytch}`,
    'X-Robots-Tag': 'noindex, nofollow, noarchive',
  }
}
