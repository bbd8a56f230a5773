/**
 * The HTML around every page. `html` escapes whatever is put into it; nothing here bypasses that.
 */
import { html } from 'hono/html'
import { mark, script, styles } from './assets.gen.ts'
import type { RequestProblem } from './authorization-problem.ts'
import type { PageData } from './page-data.ts'

/** Escaped HTML. */
export type Html = ReturnType<typeof html>

/** How wide the column is: one thing to decide, or something to read. */
type Measure = 'narrow' | 'wide'

/** Whose pages these are, unless somebody says otherwise. */
const OURS = 'Stytch MCP Server'

/**
 * A page whose content the browser code renders.
 *
 * @param owner whose page it is, for people
 */
export function appDocument(title: string, data: PageData, owner = OURS): Html {
  const content = appContent(data, 'Nothing was approved.')
  return shell({ title, owner, head: scriptTag(script), content, measure: 'narrow' })
}

/**
 * What the browser code replaces. Until it does, and if it never does, the person reads why: the
 * stylesheet reveals the last paragraph when nothing has replaced it for a while.
 *
 * @param untouched says that nothing has happened yet
 * @param name of the page's own script, when it has one
 */
export function appContent(data: PageData, untouched: string, name?: string): Html {
  const own = name === undefined ? '' : html` data-script="${name}"`
  return html`
      <div id="app"${own} data-page="${JSON.stringify(data)}">
        <section class="card starting" aria-busy="true">
          <div class="spinner" role="status" aria-label="Loading"></div>
          <p class="never-started">
            This page could not start. ${untouched} Reload it; if that does not help, an
            extension or a network filter may be blocking its script.
          </p>
        </section>
      </div>
      <noscript>
        <section class="card">
          <h1>JavaScript is off</h1>
          <p>
            Signing in with Stytch needs JavaScript. Allow it for this site and reload the page.
            ${untouched}
          </p>
        </section>
      </noscript>`
}

/** Loads a script, if it is the one that was built. */
export function scriptTag({ path, integrity }: { path: string; integrity: string }): Html {
  return html`<script type="module" src="${path}" integrity="${integrity}"></script>`
}

/** The page shown instead when a request must not go further. It runs no script. */
export function problemDocument(problem: RequestProblem, owner = OURS): Html {
  const { code, sentence, hint } = problem
  const content = html`
      <section class="card" aria-labelledby="problem">
        <div class="emblem emblem-stop" aria-hidden="true"></div>
        <h1 id="problem">This request can’t be used</h1>
        <p class="lead">${sentence}</p>
        <p>${hint}</p>
        <p>Nothing was approved, and the app was told nothing.</p>
        <p class="reference">Code: <code>${code}</code></p>
      </section>`
  return shell({ title: 'Request refused', owner, head: html``, content, measure: 'narrow' })
}

/** A page without script. */
export function staticDocument(title: string, content: Html, measure: Measure = 'wide'): Html {
  return shell({ title, owner: OURS, head: html``, content, measure })
}

interface Page {
  readonly title: string
  readonly owner: string
  readonly head: Html
  readonly content: Html
  readonly measure: Measure
}

function shell({ title, owner, head, content, measure }: Page): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>${title} · ${owner}</title>
    <link rel="icon" href="${mark.path}" type="${mark.type}">
    <link rel="stylesheet" href="${styles.path}" integrity="${styles.integrity}">
    ${head}
  </head>
  <body class="${measure}">
    <header class="masthead">
      <img src="${mark.path}" alt="" width="28" height="28">
      <span>${owner}</span>
    </header>
    <main>
      ${content}
    </main>
  </body>
</html>`
}
