/**
 * The MCP endpoint: one pipeline for every protocol era. By the time a request gets here its caller is
 * known; what is left is method → media type → body → messages → era → access → dispatch.
 *
 * Most requests are small and known at once, so nothing here waits for what is there already.
 */
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import type { Authenticated } from '../oauth/authenticate.ts'
import type { Refusal } from '../oauth/refusal.ts'
import type { Audit } from '../observe/audit.ts'
import type { Log } from '../observe/log.ts'
import { keepsLasting, type Store } from '../store/store.ts'
import type { Answer } from './answer.ts'
import { authInfo } from './auth-info.ts'
import { createReadJson } from './body.ts'
import { stepUpLoop } from './call-limits.ts'
import type { Catalogue } from './catalogue.ts'
import { announceTo, type Changes } from './changes.ts'
import { createDirectPath } from './direct/direct-path.ts'
import type { Recognised } from './direct/recognise.ts'
import { UNFIT } from './fault.ts'
import type { HandedOver } from './handed-over.ts'
import { inLowerCase, knownRevision, serveStateless, unknownRevision } from './legacy.ts'
import { createSubscriptions } from './listening.ts'
import { nameAgrees, nameIsPlain } from './mcp-name.ts'
import { isModern, type RpcRequest, readBatch, readEnvelope, readResponse } from './message.ts'
import type { Narrowing } from './narrowing.ts'
import { type Attended, createPermit, recordDenial } from './permission.ts'
import type { Plans } from './plans.ts'
import { unmetPrecondition } from './preconditions.ts'
import { metaFits, paramsFit } from './request-params.ts'
import { HEADER_MISMATCH, INVALID_PARAMS, INVALID_REQUEST, rpcError } from './rpc-error.ts'
import { createSealedState } from './sealed-state.ts'
import { createServers, type ServerIdentity } from './server.ts'
import { serveInSession } from './sessionful.ts'
import { createSessions, type Sessions, type SessionsOptions } from './sessions.ts'
import { createSharedSessions } from './shared/shared-sessions.ts'
import { createStanding } from './standing.ts'
import { NOTHING, RequestViewer, type Viewer } from './visible.ts'

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
  /** Whether the 2025 era has sessions: in this process's memory, or shared by the store. */
  readonly sessions: boolean | 'shared'
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

/**
 * Answers a request whose caller is known.
 *
 * @param request whose body nobody has read
 * @returns a response; or, of what is answered with JSON and status 200, the text of its body
 * @throws {TypeError} when nobody is its caller: the middleware was forgotten, and nobody is anybody
 */
export type McpEndpoint = (
  request: Request,
  caller: Authenticated | undefined,
) => Answer | Promise<Answer>

/**
 * Makes the MCP endpoint, to stand behind `createAuthenticate`.
 *
 * @returns POST is answered in every era. With sessions, GET opens a stream and DELETE ends a session of
 *   the 2025 era; without them, and for any other method, 405
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
export function mcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  const { catalogue, log, now, audit } = options
  const readJson = createReadJson()
  const permit = createPermit({ ...options, stepUps: stepUpLoop({ store: options.store, log }) })
  const changes = announceTo(() => listeners())
  const running = {
    ...options,
    changes,
    sealed: createSealedState(options.stateKey, options.store),
  }
  const servers = createServers(running)
  const sessions = sessionsOf(options, () => servers.create(true))
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

  const direct = options.direct ? createDirectPath({ ...running, servers, sdk: goOn }) : undefined

  /** Serves a message, or a batch of them, of the 2025 era. */
  function serveLegacy(
    given: Request,
    body: RpcRequest | readonly RpcRequest[],
    viewer: Viewer,
    handedOver?: HandedOver,
  ): Response | Promise<Response> {
    const request = inLowerCase(given)
    return sessions === undefined
      ? serveStateless(request, body, servers.create(false), viewer, handedOver)
      : serveInSession(request, body, sessions, viewer)
  }

  /** A stream outlives its request, and its token is looked at again while it is open. */
  const standingOf = (caller: Authenticated) =>
    createStanding({
      principal: caller.principal,
      ensureActive: (maxAge) => caller.ensureActive(maxAge),
      maxRevocationLag: options.maxRevocationLag,
      now,
    })

  async function lost(
    { caller, viewer }: Attended,
    method: string,
    refusal: Refusal,
  ): Promise<Response> {
    await recordDenial(audit, viewer, method, viewer.decided ?? [], { reason: refusal.code })
    return caller.refuse(refusal)
  }

  async function post(attended: Attended): Promise<Answer> {
    const { request, viewer } = attended
    const body = await readJson(request)
    if (!body.ok) return rpcError(body.status, body.code, body.reason)

    if (sessions !== undefined) {
      const response = readResponse(body.value)
      if (response !== undefined) {
        const refused = await permit(attended, [])
        return refused ?? serveInSession(inLowerCase(request), response, sessions, viewer)
      }
    }
    const batch = readBatch(body.value, request.headers)
    if (batch !== undefined) {
      if (!batch.ok) return rpcError(400, INVALID_REQUEST, batch.reason)
      const refused = await permit(attended, batch.messages)
      return refused ?? serveLegacy(request, batch.messages, viewer)
    }
    const envelope = readEnvelope(body.value)
    if (!envelope.ok) return rpcError(400, INVALID_REQUEST, envelope.reason, envelope)
    const { message } = envelope
    const taken = direct?.take(request.headers, message)
    if (direct === undefined || taken === undefined || !(taken.modern || sessions === undefined)) {
      return serveBySdk(attended, message)
    }
    const permission = permit(attended, message)
    const refused = permission instanceof Promise ? await permission : permission
    if (refused !== undefined) return refused
    // Awaited here: a promise that is returned takes two turns more.
    return await direct.answer(taken, request, viewer)
  }

  /** Serves what the direct path had taken, when it needs more than an answer after all. */
  function goOn(
    { modern: isOfNow, message }: Recognised,
    request: Request,
    viewer: Viewer,
    handedOver?: HandedOver,
  ): Response | Promise<Response> {
    return isOfNow
      ? modern.fetch(request, { parsedBody: message, authInfo: authInfo(viewer, handedOver) })
      : serveLegacy(request, message, viewer, handedOver)
  }

  async function serveBySdk(attended: Attended, message: RpcRequest): Promise<Response> {
    const { request, caller, viewer } = attended
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
      const refused = await permit(attended, message)
      if (refused !== undefined) return refused
    }
    if (!legacy) {
      const seen = contradicted ? new RequestViewer(caller, NOTHING) : viewer
      const serve = (parsedBody: RpcRequest) =>
        modern.fetch(request, { parsedBody, authInfo: authInfo(seen) })
      if (method !== 'subscriptions/listen') return serve(message)
      const standing = standingOf(caller)
      const verdict = await standing.ask()
      return verdict.state === 'lost'
        ? lost(attended, method, verdict.refusal)
        : subscriptions.open(message, viewer, standing, serve)
    }
    const unknown = unknownRevision(request, id)
    if (unknown !== undefined) return unknown
    // A session must not be opened for it, and its transport would not know what it is.
    if (method === 'initialize' && !paramsFit(message)) {
      return rpcError(200, INVALID_PARAMS, UNFIT.message, reply)
    }
    return serveLegacy(request, message, viewer)
  }

  /** Opens the stream of a session, or ends it. */
  async function visit(attended: Attended, among: Sessions): Promise<Response> {
    const { request, caller, viewer } = attended
    const refused = await permit(attended, [])
    if (refused !== undefined) return refused
    const standing = standingOf(caller)
    const verdict = request.method === 'GET' ? await standing.ask() : undefined
    return verdict?.state === 'lost'
      ? lost(attended, 'GET', verdict.refusal)
      : serveInSession(request, undefined, among, viewer, standing)
  }

  const allowed = sessions === undefined ? 'POST, OPTIONS' : 'GET, POST, DELETE, OPTIONS'

  return (request, caller) => {
    if (options.stopping?.aborted) {
      const headers = { 'Retry-After': '5', Connection: 'close' }
      return rpcError(503, INVALID_REQUEST, 'The server is stopping', { headers })
    }
    const narrowing = options.narrowed(request)
    if (!narrowing.ok) return rpcError(400, INVALID_REQUEST, narrowing.reason)
    const { method } = request
    const visits = sessions !== undefined && (method === 'GET' || method === 'DELETE')
    if (method !== 'POST' && !visits) {
      return rpcError(405, INVALID_REQUEST, `Served are ${allowed}`, {
        headers: { Allow: allowed },
      })
    }
    if (method === 'POST') {
      const unmet = unmetPrecondition(request.headers)
      if (unmet !== undefined) return rpcError(unmet.status, INVALID_REQUEST, unmet.reason)
    }
    if (caller === undefined) throw new TypeError('A request reached the endpoint unnamed.')
    const viewer = new RequestViewer(caller, narrowing.visible)
    const attended = { request, caller, viewer }
    return visits ? visit(attended, sessions) : post(attended)
  }
}

/** @throws {TypeError} when sessions are to be shared by a store that cannot keep them */
function sessionsOf(
  { sessions, store, now, log }: McpEndpointOptions,
  createServer: SessionsOptions['createServer'],
): Sessions | undefined {
  if (sessions === false) return undefined
  if (sessions === true) return createSessions({ createServer, now })
  if (keepsLasting(store)) return createSharedSessions({ createServer, now, store, log })
  throw new TypeError('MCP_SESSIONS is shared, but the store has no touch.')
}
