/** Routes as a part of somebody's app: each behind what the server has everywhere, and nothing else touched. */
import { Hono, type MiddlewareHandler } from 'hono'

/**
 * Puts middleware before the very paths of some routes.
 *
 * @param routes with exact paths
 * @returns an app with those routes; requests for any other path pass it unseen
 */
export function guarded(routes: Hono, ...middleware: MiddlewareHandler[]): Hono {
  const app = new Hono()
  for (const path of new Set(routes.routes.map((route) => route.path))) {
    app.use(path, ...middleware)
  }
  return app.route('/', routes)
}
