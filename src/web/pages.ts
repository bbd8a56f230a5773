/**
 * What people see: sign-in and consent. An authorization request is judged here before any script
 * runs, so a bad one reaches neither Stytch nor the address it names; there is no redirect anywhere.
 */
import { Hono } from 'hono'
import type { Config } from '../config.ts'
import { assets, readOnly } from './assets.ts'
import { parseAuthorizationRequest } from './authorization-request.ts'
import { appDocument, problemDocument } from './document.ts'
import { commonHeaders, documentHeaders } from './headers.ts'
import { pageData } from './page-data.ts'

/**
 * The pages of a server that has no others: those of {@link signInPages}, and the rest of `/assets/*`, where
 * there is nothing.
 */
export function pages(config: Config, wanted: SignInPages = {}): Hono {
  const app = signInPages(config, wanted)
  app.get('/assets/*', (c) => c.text('Not found\n', 404, commonHeaders(config)))
  app.all('/assets/*', readOnly(config))
  return app
}

/** What of the pages is wanted. */
export interface SignInPages {
  /** Whether `/login` is among them, where the links of password resets lead. Yes by default. */
  readonly login?: boolean
  /** Whose pages they are, as people read it. Default: `Stytch MCP Server`. */
  readonly title?: string
}

/**
 * `/oauth/authorize`, `/login`, and each file they load at its own path under `/assets/`. They answer `GET`
 * and `HEAD`; any other method is 405. Does no I/O.
 */
export function signInPages(config: Config, { login = true, title }: SignInPages = {}): Hono {
  const app = new Hono()
  app.route('/', assets(config))

  app.get('/oauth/authorize', (c) => {
    const { search } = new URL(c.req.url)
    const parsed = parseAuthorizationRequest(search, config.resource)
    if (!parsed.ok) {
      return c.html(problemDocument(parsed.problem, title), 400, documentHeaders(config, 'none'))
    }
    const document = appDocument('Allow access', pageData(config, parsed.request), title)
    return c.html(document, 200, documentHeaders(config, 'app'))
  })

  app.all('/oauth/authorize', readOnly(config))

  if (login) {
    app.get('/login', (c) => {
      const document = appDocument('Sign in', pageData(config, null), title)
      return c.html(document, 200, documentHeaders(config, 'app'))
    })
    app.all('/login', readOnly(config))
  }
  return app
}
