/**
 * The parts of a server, made of a configuration: what stands behind its routes, whoever routes to them.
 */
import type { Config } from './config.ts'
import type { Offer } from './mcp/catalogue.ts'
import { mcpEndpoint } from './mcp/endpoint.ts'
import { createNarrowing } from './mcp/narrowing.ts'
import type { ServerIdentity } from './mcp/server.ts'
import { type McpRoute, mcpRoute } from './mcp-route.ts'
import { type Authority, createAuthority } from './oauth/authority.ts'
import { createGate } from './oauth/gate.ts'
import { type AuditSink, createAudit, logSink } from './observe/audit.ts'
import { type Explanations, explainer } from './observe/explanations.ts'
import { createLog, type Log } from './observe/log.ts'
import { offerOf } from './offer.ts'
import { type Platform, webPlatform } from './platform.ts'
import { memoryStore } from './store/memory.ts'
import type { Store } from './store/store.ts'
import { whoami } from './tools/whoami.ts'
import { VERSION } from './version.ts'
import type { OneTimeSecrets } from './web/secrets/one-time-secrets.ts'

/** Asks the outside: `fetch`, or a stand-in for it. */
export type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>

/** What the app offers and what it reaches the world through; everything has a default. */
export interface AppDependencies extends Offer {
  /** Reaches Stytch. */
  readonly fetch?: Fetch
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Waits before a second try; milliseconds. */
  readonly pause?: (ms: number) => Promise<void>
  /** Takes events of this server; by default each is a line of JSON on standard output. */
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
  /** Who the server says it is, to clients and their models. */
  readonly identity?: Partial<ServerIdentity>
}

/** What there is to route to. */
export interface Parts {
  readonly authority: Authority
  readonly mcp: McpRoute
  readonly identity: ServerIdentity
  /** Present where tools hand secrets over. */
  readonly secrets?: OneTimeSecrets
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const IDENTITY: ServerIdentity = {
  name: 'stytch-mcp',
  title: 'Stytch MCP Server',
  version: VERSION,
  instructions: 'Tools for the person who signed in.',
}
/** Where the server's own are among them. */
const WITH_WHOAMI =
  'Tools of a Stytch project, for the person who signed in. Call whoami to learn who that is.'

/** Every request must be able to say whose it is. */
const REQUIRED_SCOPES = ['openid']

/** Without a configured key, only this process can open what it sealed. */
function stateKey({ mcp }: Config): Uint8Array {
  return mcp.stateKey === undefined
    ? crypto.getRandomValues(new Uint8Array(32))
    : new TextEncoder().encode(mcp.stateKey)
}

/**
 * Makes the parts. Nothing is asked of anybody before the first request.
 *
 * @param explanations where refusals are explained, if anywhere
 */
export function createParts(
  config: Config,
  dependencies: AppDependencies,
  explanations?: Explanations,
): Parts {
  const { now = Date.now, log = createLog() } = dependencies
  const fetch = (dependencies.fetch ?? globalThis.fetch) as typeof globalThis.fetch
  const authority = createAuthority(config, { ...dependencies, fetch, now, log })
  const authenticate = createGate(config, {
    authority,
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
  const identity = {
    ...IDENTITY,
    ...(catalogue.tools.get(whoami.name) === whoami && { instructions: WITH_WHOAMI }),
    ...dependencies.identity,
  }
  const endpoint = mcpEndpoint({
    identity,
    catalogue,
    narrowed: createNarrowing(catalogue),
    plans,
    store,
    audit,
    requiredScopes: REQUIRED_SCOPES,
    pageSize: dependencies.pageSize ?? 100,
    maxRevocationLag: config.tokens.maxRevocationLag,
    sessions: config.mcp.sessions,
    direct: config.mcp.direct,
    stateKey: sealing,
    now,
    log,
    ...(dependencies.stopping === undefined ? {} : { stopping: dependencies.stopping }),
  })
  const mcp = mcpRoute({ config, authenticate, endpoint, platform, log, now })
  return { authority, mcp, identity, log, now, ...(secrets && { secrets }) }
}
