/** `stytchMcp`: an MCP endpoint behind Stytch, as a part of an app of your own. */
import { type Handler, Hono } from 'hono'
import { knownHost } from '../host-and-origin.ts'
import { failure, MCP_PATHS } from '../mcp-route.ts'
import { metadata } from '../oauth/metadata.ts'
import type { Log } from '../observe/log.ts'
import { requestLog } from '../observe/request-log.ts'
import { createParts } from '../parts.ts'
import { type SignInPages, signInPages } from '../web/pages.ts'
import { secretsPage } from '../web/secrets/secrets-page.ts'
import { type AppOptions, appConfig } from './app-options.ts'
import { guarded } from './part-of-app.ts'

/** Everything {@link stytchMcp} can be told. */
export interface StytchMcpOptions extends AppOptions, Pick<SignInPages, 'login'> {
  /**
   * Whether the sign-in and consent page is served too. Default: true. Without it another server has the page
   * ({@link mountConsent}, or Stytch's components in a frontend of yours), and B2B projects are welcome.
   */
  readonly consent?: boolean | undefined
}

interface Variables {
  requestId: string
}

/**
 * Serves MCP to people who signed in with Stytch:
 *
 * - `/mcp`, in every protocol era;
 * - `/.well-known/oauth-protected-resource`, there and with `/mcp` at its end;
 * - unless `consent` is false, `/oauth/authorize`, `/login` (unless `login` is false), the files these load,
 *   each at its own path under `/assets/`, and `/.well-known/oauth-authorization-server` for old clients.
 *
 * Nothing else is touched: other paths get no middleware, no log line and no 404 from here. A route of yours
 * at one of these paths stands if it is registered before.
 *
 * ```ts
 * app.route('/', stytchMcp({ env: process.env, tools: [addNote, listNotes] }))
 * ```
 *
 * @param options settings by the rule of `Settings`; `tools`, `resources`, `templates` and `prompts`
 *   (without any, those of this server); `identity` of the server; `store`, `auditSink`, `log`, `fetch`,
 *   `now`, `stopping` and `platform` instead of the defaults; `consent` and `login`
 * @returns a Hono app, to be mounted at `/`: everything about a resource hangs on its path, and anywhere else
 *   `/mcp` is 404 and the log says why
 * @throws {ConfigError} with everything that is wrong with the options, all at once
 * @throws {TypeError} when two tools share a name
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization
 */
export function stytchMcp(options: StytchMcpOptions = {}): Hono {
  const { consent = true, login } = options
  const config = appConfig('stytchMcp', options, {
    signIn: consent,
    besides: ['consent', 'login'],
  })
  const { mcp, identity, secrets, authority, log, now } = createParts(config, options)
  const before = [requestLog(log, now), knownHost(config, log)] as const

  const pages = new Hono()
  pages.route('/', metadata(config, { description: { name: identity.title }, signIn: consent }))
  if (consent) pages.route('/', signInPages(config, { login, title: identity.title }))
  // With tools of the builder's own there is nothing that hands secrets over.
  if (secrets !== undefined && options.tools === undefined) {
    pages.route('/', secretsPage(config, { secrets, keys: authority.keys, now, log }))
  }

  const app = new Hono<{ Variables: Variables }>()
  for (const path of MCP_PATHS) {
    app.all(path, atRoot(path, log), async (c, next) => mcp.straight(c.req.raw) ?? next())
    app.use(path, ...before)
    mcp.pages(app, path)
  }
  app.route('/', guarded(pages, ...before))
  app.onError((error, c) => failure(log, error, c.get('requestId')))
  return app as unknown as Hono
}

/** Below another path, challenges would name metadata that is not there. */
function atRoot(path: string, log: Log): Handler {
  return async (c, next) => {
    if (c.req.path === path) return next()
    log('error', 'stytchMcp is mounted at the wrong place', { path: c.req.path, hint: HINT })
    return c.notFound()
  }
}

const HINT = "Mount it with app.route('/', stytchMcp(…))."
