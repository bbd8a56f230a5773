/**
 * What people see: sign-in and consent. An authorization request is judged here before any script
 * runs, so a bad one reaches neither Stytch nor the address it names; there is no redirect anywhere.
 */
import { type Context, Hono } from 'hono'
import type { Config } from '../config.ts'
import { assets } from './assets.ts'
import { parseAuthorizationRequest } from './authorization-request.ts'
import { appDocument, problemDocument } from './document.ts'
import { commonHeaders, documentHeaders } from './headers.ts'
import { pageData } from './page-data.ts'

/**
 * The routes of the pages: `/oauth/authorize`, `/login` and `/assets/*`. They answer `GET` and `HEAD`;
 * any other method is 405. Does no I/O.
 */
export function pages(config: Config): Hono {
  const app = new Hono()
  app.route('/', assets(config))

  app.get('/oauth/authorize', (c) => {
    const { search } = new URL(c.req.url)
    const parsed = parseAuthorizationRequest(search, config.resource)
    if (!parsed.ok) {
      return c.html(problemDocument(parsed.problem), 400, documentHeaders(config, 'none'))
    }
    const document = appDocument('Allow access', pageData(config, parsed.request))
    return c.html(document, 200, documentHeaders(config, 'app'))
  })

  app.get('/login', (c) => {
    const document = appDocument('Sign in', pageData(config, null))
    return c.html(document, 200, documentHeaders(config, 'app'))
  })

  const readOnly = (c: Context) =>
    c.text('Method not allowed\n', 405, { ...commonHeaders(config), Allow: 'GET, HEAD' })
  for (const path of ['/oauth/authorize', '/login', '/assets/*']) app.all(path, readOnly)
  return app
}
