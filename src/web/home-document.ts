/**
 * The HTML of the home page: what this is, the one address that matters, and how to hand it to the app
 * the reader uses. Made of configuration alone, and of nothing in it that discovery does not publish.
 */
import { html } from 'hono/html'
import type { Config } from '../config.ts'
import { isLoopbackHost } from '../loopback.ts'
import { type Html, staticDocument } from './document.ts'
import { claudeCodeCommand, cursorLink, jsonEntry, vsCodeLink } from './home-install.ts'

/** The page. */
export function homeDocument({ resource, publicUrl, stytch }: Config): Html {
  const content = html`
      <section class="card" aria-labelledby="title">
        <h1 id="title">Connect your AI app</h1>
        <p class="lead">
          This is an MCP server: AI apps use its tools for the person who signed in with Stytch, and
          for nobody else.
        </p>
        <h2 class="label" id="endpoint">MCP endpoint</h2>
        <p class="address"><code>${resource}</code></p>
        <p class="note">One click selects it. Your app opens a browser when it is time to sign in.</p>
        ${stytch.local ? localNote() : ''}
      </section>
      <section class="card" aria-labelledby="apps">
        <h2 id="apps">In your app</h2>
        <dl class="facts record apps">
          ${apps(resource, isLoopbackHost(new URL(publicUrl).hostname))}
        </dl>
        <p class="note">
          To see that signing in works, <a class="link" href="/login">sign in here</a>.
        </p>
      </section>`
  return staticDocument('Connect', content)
}

function apps(endpoint: string, thisComputer: boolean): Html {
  return html`
          <div>
            <dt>Claude Code</dt>
            <dd><pre><code>${claudeCodeCommand(endpoint)}</code></pre></dd>
          </div>
          <div>
            <dt>Cursor</dt>
            <dd><a class="button button-quiet" href="${cursorLink(endpoint)}">Add to Cursor</a></dd>
          </div>
          <div>
            <dt>VS Code</dt>
            <dd><a class="button button-quiet" href="${vsCodeLink(endpoint)}">Add to VS Code</a></dd>
          </div>
          <div>
            <dt>Claude, ChatGPT</dt>
            <dd>
              <p>
                Add a custom connector and paste the endpoint. In Claude: <b>Settings&nbsp;→
                Connectors</b>. In ChatGPT: <b>Settings&nbsp;→ Apps &amp; Connectors</b>, with developer
                mode on under Advanced.
              </p>
              ${thisComputer ? unreachable() : ''}
            </dd>
          </div>
          <div>
            <dt>Any other</dt>
            <dd><pre><code>${jsonEntry(endpoint)}</code></pre></dd>
          </div>`
}

function unreachable(): Html {
  return html`<p class="warning">
                Both call from the internet and cannot reach this computer. Deploy the server, or
                use an app that runs here.
              </p>`
}

function localNote(): Html {
  return html`
        <aside class="aside" aria-label="Local Stytch">
          <p>
            <b>No Stytch project is configured</b>, so Local Stytch stands in for it on this
            computer. Sign in as <code>ada@example.com</code>, an administrator, or
            <code>bob@example.com</code>. The password of both is <code>local-stytch</code>.
          </p>
        </aside>`
}
