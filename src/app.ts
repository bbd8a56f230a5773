/**
 * The whole server as one Fetch handler: every route on one page, in the order a request meets them.
 */
import { Hono } from 'hono'
import type { Config } from './config.ts'
import { knownHost } from './host-and-origin.ts'
import type { Offer } from './mcp/catalogue.ts'
import { mcpEndpoint } from './mcp/endpoint.ts'
import { createNarrowing } from './mcp/narrowing.ts'
import { failure, mcpRoute } from './mcp-route.ts'
import { createAuthenticate } from './oauth/authenticate.ts'
import { createAuthority } from './oauth/authority.ts'
import { BASELINE_SCOPES, metadata, RESOURCE_METADATA_PATH } from './oauth/metadata.ts'
import { type AuditSink, createAudit, logSink } from './observe/audit.ts'
import { createExplanations, explainer } from './observe/explanations.ts'
import { health } from './observe/health.ts'
import { createLog, type Log } from './observe/log.ts'
import { requestLog } from './observe/request-log.ts'
import { offerOf } from './offer.ts'
import { type Platform, webPlatform } from './platform.ts'
import { memoryStore } from './store/memory.ts'
import type { Store } from './store/store.ts'
import { VERSION } from './version.ts'
import { explainPage } from './web/explain.ts'
import { home } from './web/home.ts'
import { pages } from './web/pages.ts'
import { secretsPage } from './web/secrets/secrets-page.ts'

/** What the app offers and what it reaches the world through; everything has a default. */
export interface AppDependencies extends Offer {
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Waits before a second try; milliseconds. */
  readonly pause?: (ms: number) => Promise<void>
  readonly log?: Log
  /**
   * Aborted when the process is about to end: streams that only listen end, sessions end once their calls
   * have answered (five seconds at most), and nothing new is served.
   */
  readonly stopping?: AbortSignal
  /** Takes the records of the audit trail; by default they go where the log goes. */
  readonly auditSink?: AuditSink
  /** Ways of the runtime; by default those that every runtime has. */
  readonly platform?: Platform
  /** Remembers what may be used once, and counts; by default in this process's memory. */
  readonly store?: Store
  /** Milliseconds Stytch's Management API may take to answer; 10,000 when this is left out. */
  readonly timeout?: number
  /** Tools, prompts or resources on a page of a list; 100 when this is left out. */
  readonly pageSize?: number
}

const IDENTITY = {
  name: 'stytch-mcp',
  title: 'Stytch MCP Server',
  version: VERSION,
  instructions:
    'Tools of a Stytch project, for the person who signed in. Call whoami to learn who that is.',
}

/** Every request must be able to say whose it is. */
const REQUIRED_SCOPES = ['openid']

/** Without a configured key, only this process can open what it sealed. */
function stateKey({ mcp }: Config): Uint8Array {
  return mcp.stateKey === undefined
    ? crypto.getRandomValues(new Uint8Array(32))
    : new TextEncoder().encode(mcp.stateKey)
}

/**
 * Builds the server.
 *
 * @param config from `loadConfig`
 * @returns a Hono app; `app.fetch` runs on any Fetch runtime
 */
export function createApp(config: Config, dependencies: AppDependencies = {}): Hono {
  const { fetch = globalThis.fetch, now = Date.now, log = createLog() } = dependencies
  const { tokens } = config
  const authority = createAuthority(config, { ...dependencies, fetch, now, log })
  const explanations = config.environment === 'development' ? createExplanations() : undefined
  const authenticate = createAuthenticate({
    ...authority,
    ...(tokens.introspection === 'always' ? { alwaysActiveWithin: tokens.maxRevocationLag } : {}),
    resourceMetadata: config.publicUrl + RESOURCE_METADATA_PATH,
    baselineScopes: BASELINE_SCOPES,
    log,
    ...(explanations === undefined ? {} : { explain: explainer(config, explanations, now) }),
  })
  const { store = memoryStore({ now }), auditSink = logSink() } = dependencies
  const { platform = webPlatform } = dependencies
  const sealing = stateKey(config)
  const { digests } = platform
  const audit = createAudit({ sink: auditSink, key: sealing, now, log, digests })
  const reaching = { ...dependencies, fetch, now, log, store, audit }
  const { catalogue, plans, secrets } = offerOf(config, reaching)
  const narrowed = createNarrowing(catalogue)
  const endpoint = mcpEndpoint({
    identity: IDENTITY,
    catalogue,
    narrowed,
    plans,
    store,
    audit,
    requiredScopes: REQUIRED_SCOPES,
    pageSize: dependencies.pageSize ?? 100,
    maxRevocationLag: tokens.maxRevocationLag,
    sessions: config.mcp.sessions,
    direct: config.mcp.direct,
    stateKey: sealing,
    now,
    log,
    ...(dependencies.stopping === undefined ? {} : { stopping: dependencies.stopping }),
  })

  const mcp = mcpRoute({ config, authenticate, endpoint, platform, log, now })
  const paths = ['/mcp', '/mcp/']

  const app = new Hono<{ Variables: { requestId: string } }>()
  for (const path of paths) app.all(path, mcp.direct)
  app.use(requestLog(log, now), knownHost(config, log))
  app.route('/', health(authority.ready))
  app.route('/', metadata(config))
  app.route('/', home(config))
  app.route('/', pages(config))
  if (secrets !== undefined) {
    app.route('/', secretsPage(config, { secrets, keys: authority.keys, now, log }))
  }
  if (explanations !== undefined) app.route('/', explainPage(config, explanations))
  for (const path of paths) mcp.pages(app, path)

  app.notFound((c) => c.json({ error: 'not_found', request_id: c.get('requestId') }, 404))
  app.onError((error, c) => failure(log, error, c.get('requestId')))
  return app as unknown as Hono
}
