/**
 * The MCP endpoint: one pipeline for every protocol era. By the time a request gets here its caller is
 * known; what is left is method → media type → body → messages → era → access → dispatch.
 */
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import { type Context, Hono } from 'hono'
import type { Audit } from '../observe/audit.ts'
import type { Log } from '../observe/log.ts'
import type { Store } from '../store/store.ts'
import { authInfo } from './auth-info.ts'
import { readJson } from './body.ts'
import { stepUpLoop } from './call-limits.ts'
import type { Catalogue } from './catalogue.ts'
import { announceTo, type Changes } from './changes.ts'
import { createDirectPath } from './direct/direct-path.ts'
import { UNFIT } from './fault.ts'
import type { HandedOver } from './handed-over.ts'
import { inLowerCase, knownRevision, serveStateless, unknownRevision } from './legacy.ts'
import { createSubscriptions } from './listening.ts'
import { nameAgrees, nameIsPlain } from './mcp-name.ts'
import { isModern, type RpcRequest, readBatch, readEnvelope, readResponse } from './message.ts'
import type { Narrowing } from './narrowing.ts'
import { createPermit, type EndpointEnv } from './permission.ts'
import type { Plans } from './plans.ts'
import { unmetPrecondition } from './preconditions.ts'
import { metaFits, paramsFit } from './request-params.ts'
import { HEADER_MISMATCH, INVALID_PARAMS, INVALID_REQUEST, rpcError } from './rpc-error.ts'
import { createSealedState } from './sealed-state.ts'
import { createServers, type ServerIdentity } from './server.ts'
import { serveInSession } from './sessionful.ts'
import { createSessions } from './sessions.ts'
import { createStanding } from './standing.ts'
import { NOTHING, type Viewer } from './visible.ts'

/** What the endpoint serves. */
export interface McpEndpointOptions {
  readonly identity: ServerIdentity
  readonly catalogue: Catalogue
  /** What a request asks to see of the catalogue. */
  readonly narrowed: (request: Request) => Narrowing
  /** Entries on a page of a list; at least 1. */
  readonly pageSize: number
  /** Scopes every request needs, whatever it asks. */
  readonly requiredScopes: readonly string[]
  /** Seconds a revoked token may go on being used for writes. */
  readonly maxRevocationLag: number
  /** Whether the 2025 era has sessions, in this process's memory. */
  readonly sessions: boolean
  /** Whether what takes no more than a request and its answer is answered without a protocol server. */
  readonly direct: boolean
  /** At least 32 bytes; the same in every process that serves this address. */
  readonly stateKey: Uint8Array
  /** Remembers what may be used once. */
  readonly store: Store
  readonly plans: Plans
  readonly audit: Audit
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly log: Log
  /** Aborted when the process is about to end. */
  readonly stopping?: AbortSignal
}

/** Milliseconds that calls in flight in sessions have to answer, once the process is about to end. */
const GRACE = 5_000

type Env = EndpointEnv

/**
 * The MCP endpoint as a Hono app with one path, to be mounted behind {@link stytchAuth}.
 *
 * @returns POST answers MCP in every era. With sessions, GET opens a stream and DELETE ends a session of
 *   the 2025 era; without them, and for any other method, 405.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
export function mcpEndpoint(options: McpEndpointOptions): Hono<Env> {
  const { catalogue, log, now } = options
  function viewerOf(c: Context<Env>): Viewer {
    const principal = c.get('principal')
    // The middleware sees to it; where it was forgotten, nobody is anybody.
    if (principal === undefined) throw new TypeError('A request reached the endpoint unnamed.')
    const userinfo = c.get('userinfo')
    return { principal, userinfo, requestId: c.get('requestId'), visible: c.get('visible') }
  }
  const permit = createPermit({ ...options, stepUps: stepUpLoop({ store: options.store, log }) })
  const changes = announceTo(() => listeners())
  const running = {
    ...options,
    changes,
    sealed: createSealedState(options.stateKey, options.store),
  }
  const servers = createServers(running)
  const sessions = options.sessions
    ? createSessions({ createServer: () => servers.create(true), now })
    : undefined
  const subscriptions = createSubscriptions(catalogue)
  const modern = createMcpHandler(() => servers.create(true), {
    legacy: 'reject',
    onerror: ({ name }) => log('debug', 'mcp exchange refused', { error: name }),
  })
  options.stopping?.addEventListener('abort', () => {
    subscriptions.close()
    void sessions?.close(GRACE)
  })
  function* listeners(): Iterable<Changes> {
    yield {
      tools: modern.notify.toolsChanged,
      prompts: modern.notify.promptsChanged,
      resources: modern.notify.resourcesChanged,
      resource: modern.notify.resourceUpdated,
    }
    if (sessions !== undefined) yield* sessions.changes()
  }

  const direct = options.direct ? createDirectPath({ ...running, servers }) : undefined

  /** Serves a message, or a batch of them, of the 2025 era. */
  function serveLegacy(
    c: Context<Env>,
    body: RpcRequest | readonly RpcRequest[],
    viewer: Viewer,
    handedOver?: HandedOver,
  ): Response | Promise<Response> {
    c.req.raw = inLowerCase(c.req.raw)
    return sessions === undefined
      ? serveStateless(c, body, servers.create(false), viewer, handedOver)
      : serveInSession(c.req.raw, body, sessions, viewer)
  }

  /** A stream outlives its request, and its token is looked at again while it is open. */
  const standingOf = (c: Context<Env>) =>
    createStanding({
      principal: c.get('principal'),
      ensureActive: c.get('ensureActive'),
      maxRevocationLag: options.maxRevocationLag,
      now,
    })

  const app = new Hono<Env>()
  app.use('/', async (_, next) => {
    if (!options.stopping?.aborted) return next()
    const headers = { 'Retry-After': '5', Connection: 'close' }
    return rpcError(503, INVALID_REQUEST, 'The server is stopping', { headers })
  })
  app.use('/', async (c, next) => {
    const narrowing = options.narrowed(c.req.raw)
    if (!narrowing.ok) return rpcError(400, INVALID_REQUEST, narrowing.reason)
    c.set('visible', narrowing.visible)
    await next()
  })
  app.post('/', async (c) => {
    const request = c.req.raw
    const unmet = unmetPrecondition(request.headers)
    if (unmet !== undefined) return rpcError(unmet.status, INVALID_REQUEST, unmet.reason)
    const body = await readJson(request)
    if (!body.ok) return rpcError(body.status, body.code, body.reason)

    const viewer = viewerOf(c)
    if (sessions !== undefined) {
      const response = readResponse(body.value)
      if (response !== undefined) {
        const refused = await permit(c, [], viewer)
        return refused ?? serveInSession(inLowerCase(request), response, sessions, viewer)
      }
    }
    const batch = readBatch(body.value, request.headers)
    if (batch !== undefined) {
      if (!batch.ok) return rpcError(400, INVALID_REQUEST, batch.reason)
      const refused = await permit(c, batch.messages, viewer)
      return refused ?? serveLegacy(c, batch.messages, viewer)
    }
    const envelope = readEnvelope(body.value)
    if (!envelope.ok) return rpcError(400, INVALID_REQUEST, envelope.reason, envelope)
    const { message } = envelope
    const taken = direct?.take(request.headers, message)
    if (direct !== undefined && taken !== undefined && (taken.modern || sessions === undefined)) {
      const refused = await permit(c, message, viewer)
      return (
        refused ??
        direct.answer(taken, request, viewer, (handedOver) =>
          taken.modern
            ? modern.fetch(request, {
                parsedBody: message,
                authInfo: authInfo(viewer, handedOver),
              })
            : serveLegacy(c, message, viewer, handedOver),
        )
      )
    }
    const { id, method } = message
    const reply = id === undefined ? {} : { id }
    if (!metaFits(message)) {
      // In the 2025 era an error about a request is an answer like any other.
      const inBand = id !== undefined && !isModern(message) && knownRevision(request.headers)
      return rpcError(inBand ? 200 : 400, INVALID_PARAMS, 'params._meta is malformed', reply)
    }
    const legacy = await isLegacyRequest(request, message)
    if (!legacy && !nameIsPlain(request.headers)) {
      return rpcError(400, HEADER_MISMATCH, 'Mcp-Name must be visible ASCII, or base64', reply)
    }
    // What a header contradicts is malformed before it is unauthorized. The SDK says so and runs nothing;
    // should the two of us ever disagree about that, there is nothing to be run.
    const contradicted = !legacy && !nameAgrees(request.headers, message)
    if (!contradicted) {
      const refused = await permit(c, message, viewer)
      if (refused !== undefined) return refused
    }
    if (!legacy) {
      const caller = contradicted ? { ...viewer, visible: NOTHING } : viewer
      const serve = (parsedBody: RpcRequest) =>
        modern.fetch(request, { parsedBody, authInfo: authInfo(caller) })
      if (method !== 'subscriptions/listen') return serve(message)
      const standing = standingOf(c)
      const verdict = await standing.ask()
      return verdict.state === 'lost'
        ? c.get('refuse')(verdict.refusal)
        : subscriptions.open(message, viewer.principal, standing, serve)
    }
    const unknown = unknownRevision(request, id)
    if (unknown !== undefined) return unknown
    // A session must not be opened for it, and its transport would not know what it is.
    if (method === 'initialize' && !paramsFit(message)) {
      return rpcError(200, INVALID_PARAMS, UNFIT.message, reply)
    }
    return serveLegacy(c, message, viewer)
  })
  if (sessions !== undefined) {
    app.on(['GET', 'DELETE'], '/', async (c) => {
      const viewer = viewerOf(c)
      const refused = await permit(c, [], viewer)
      if (refused !== undefined) return refused
      const standing = standingOf(c)
      const verdict = c.req.method === 'GET' ? await standing.ask() : undefined
      return verdict?.state === 'lost'
        ? c.get('refuse')(verdict.refusal)
        : serveInSession(c.req.raw, undefined, sessions, viewer, standing)
    })
  }
  const allowed = sessions === undefined ? 'POST, OPTIONS' : 'GET, POST, DELETE, OPTIONS'
  app.all('/', () =>
    rpcError(405, INVALID_REQUEST, `Served are ${allowed}`, { headers: { Allow: allowed } }),
  )
  return app
}
