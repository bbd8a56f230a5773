/**
 * The document of the one-time secret page and its headers: the same for every id, real or made up, so
 * that it says nothing about any.
 */
import { html } from 'hono/html'
import type { Config } from '../../config.ts'
import { script, secretsScript } from '../assets.gen.ts'
import { type Html, staticDocument } from '../document.ts'
import { documentHeaders } from '../headers.ts'
import { pageData } from '../page-data.ts'

/**
 * The page. Its own script takes sign-in and the rest from the script of the other pages, which comes
 * first so that its integrity is checked before anything is taken.
 */
export function secretDocument(config: Config): Html {
  const data = JSON.stringify(pageData(config, null))
  const content = html`
      <div id="app" data-script="secrets" data-page="${data}">
        <section class="card starting" aria-busy="true">
          <div class="spinner" role="status" aria-label="Loading"></div>
          <p class="never-started">
            This page could not start. Nothing was shown or sent. Reload it; if that does not help, an
            extension or a network filter may be blocking its script.
          </p>
        </section>
      </div>
      <noscript>
        <section class="card">
          <h1>JavaScript is off</h1>
          <p>
            Signing in with Stytch needs JavaScript. Allow it for this site and reload the page.
            Nothing was shown or sent.
          </p>
        </section>
      </noscript>
      <script type="module" src="${script.path}" integrity="${script.integrity}"></script>
      <script type="module" src="${secretsScript.path}" integrity="${secretsScript.integrity}"></script>`
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
