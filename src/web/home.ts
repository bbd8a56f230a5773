/** The page at `/`, for a person who opens the server in a browser. */
import { Hono } from 'hono'
import type { Config } from '../config.ts'
import { commonHeaders, documentHeaders } from './headers.ts'
import { homeDocument } from './home-document.ts'

/**
 * The home page. Answers `GET` and `HEAD`; any other method is 405, and says where the MCP endpoint is,
 * since that is what whoever sends a POST here is looking for.
 */
export function home(config: Config): Hono {
  const app = new Hono()
  app.get('/', (c) => c.html(homeDocument(config), 200, documentHeaders(config, 'none')))
  app.all('/', (c) =>
    c.text(`Method not allowed. The MCP endpoint is ${config.resource}\n`, 405, {
      ...commonHeaders(config),
      Allow: 'GET, HEAD',
    }),
  )
  return app
}
