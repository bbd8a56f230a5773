/**
 * The whole server as one Fetch handler: every route on one page, in the order a request meets them.
 */
import { Hono } from 'hono'
import type { Config } from './config.ts'
import { knownHost } from './host-and-origin.ts'
import { type AppOptions, appConfig } from './kit/app-options.ts'
import { failure, MCP_PATHS } from './mcp-route.ts'
import { metadata } from './oauth/metadata.ts'
import { createExplanations } from './observe/explanations.ts'
import { health } from './observe/health.ts'
import { requestLog } from './observe/request-log.ts'
import { type AppDependencies, createParts } from './parts.ts'
import { explainPage } from './web/explain.ts'
import { home } from './web/home.ts'
import { pages } from './web/pages.ts'
import { secretsPage } from './web/secrets/secrets-page.ts'

export type { AppDependencies }

/**
 * Builds the server: the MCP endpoint, its metadata, the sign-in page, a home page and health checks.
 *
 * @param options settings by the rule of `Settings`, what is offered, and what the server reaches the
 *   world through; everything has a default. Without `tools`, the tools of this server
 * @returns a Hono app; `app.fetch` runs on any Fetch runtime. It owns every path: for a part of an app of
 *   your own, see `stytchMcp`
 * @throws {ConfigError} with everything that is wrong, all at once
 * @throws {TypeError} when two tools share a name
 */
export function createApp(options?: AppOptions): Hono
/**
 * As above, of a configuration that was read before.
 *
 * @param config from `loadConfig`
 */
export function createApp(config: Config, dependencies?: AppDependencies): Hono
export function createApp(first: AppOptions | Config = {}, second?: AppDependencies): Hono {
  const config = isConfig(first) ? first : appConfig('createApp', first, { signIn: true })
  const dependencies = isConfig(first) ? (second ?? {}) : first
  const explanations = config.environment === 'development' ? createExplanations() : undefined
  const parts = createParts(config, dependencies, explanations)
  const { authority, mcp, identity, secrets, log, now } = parts
  const description = { name: identity.title, documentation: `${config.publicUrl}/` }

  const app = new Hono<{ Variables: { requestId: string } }>()
  app.use(requestLog(log, now), knownHost(config, log))
  app.route('/', health(authority.ready))
  app.route('/', metadata(config, { description }))
  app.route('/', home(config))
  app.route('/', pages(config, { title: identity.title }))
  if (secrets !== undefined) {
    app.route('/', secretsPage(config, { secrets, keys: authority.keys, now, log }))
  }
  if (explanations !== undefined) app.route('/', explainPage(config, explanations))
  for (const path of MCP_PATHS) mcp.pages(app, path)

  app.notFound((c) => c.json({ error: 'not_found', request_id: c.get('requestId') }, 404))
  app.onError((error, c) => failure(log, error, c.get('requestId')))
  const { fetch } = app
  // The router takes longer than most requests of the endpoint do, which have no use for it.
  app.fetch = (request, env, context) => mcp.straight(request) ?? fetch(request, env, context)
  return app as unknown as Hono
}

/** No option is named like this part of a configuration. */
function isConfig(first: AppOptions | Config): first is Config {
  return 'listen' in first
}
