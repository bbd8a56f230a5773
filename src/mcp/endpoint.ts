/**
 * The MCP endpoint: one pipeline for every protocol era. By the time a request gets here its caller is
 * known; what is left is method → media type → body → messages → era → access → dispatch.
 */
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import { type Context, Hono } from 'hono'
import type { AuthVariables } from '../oauth/middleware.ts'
import { refuse } from '../oauth/refusal.ts'
import type { Log } from '../observe/log.ts'
import { holds, neededScopes, riskOf } from './access.ts'
import { authInfo } from './auth-info.ts'
import { readJson } from './body.ts'
import type { Caller } from './call-context.ts'
import type { Catalogue } from './catalogue.ts'
import { announceTo, type Changes } from './changes.ts'
import { serveStateless, unknownRevision } from './legacy.ts'
import { createSubscriptions } from './listening.ts'
import { type RpcRequest, readBatch, readEnvelope, readResponse } from './message.ts'
import { unmetPrecondition } from './preconditions.ts'
import { INVALID_REQUEST, rpcError } from './rpc-error.ts'
import { createSealedState } from './sealed-state.ts'
import { createServerFactory, type ServerIdentity } from './server.ts'
import { serveInSession } from './sessionful.ts'
import { createSessions } from './sessions.ts'
import type { Risk } from './tool.ts'

/** What the endpoint serves. */
export interface McpEndpointOptions {
  readonly identity: ServerIdentity
  readonly catalogue: Catalogue
  /** Scopes every request needs, whatever it asks. */
  readonly requiredScopes: readonly string[]
  /** Seconds a revoked token may go on being used for writes. */
  readonly maxRevocationLag: number
  /** Whether the 2025 era has sessions, in this process's memory. */
  readonly sessions: boolean
  /** At least 32 bytes; the same in every process that serves this address. */
  readonly stateKey: Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly log: Log
}

type Env = { Variables: AuthVariables }

/**
 * The MCP endpoint as a Hono app with one path, to be mounted behind {@link stytchAuth}.
 *
 * @returns POST answers MCP in every era. With sessions, GET opens a stream and DELETE ends a session of
 *   the 2025 era; without them, and for any other method, 405.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
export function mcpEndpoint(options: McpEndpointOptions): Hono<Env> {
  const { catalogue, requiredScopes, log, now } = options
  /** How old the knowledge may be that the token still stands; reads trust its signature. */
  const freshness: Record<Risk, number> = {
    read: Number.POSITIVE_INFINITY,
    write: options.maxRevocationLag,
    destructive: 0,
  }
  const changes = announceTo(() => listeners())
  const createServer = createServerFactory({
    ...options,
    changes,
    sealed: createSealedState(options.stateKey),
  })
  const sessions = options.sessions
    ? createSessions({ createServer: () => createServer(true), now })
    : undefined
  const subscriptions = createSubscriptions(catalogue, now)
  const modern = createMcpHandler(() => createServer(true), {
    legacy: 'reject',
    onerror: ({ name }) => log('debug', 'mcp exchange refused', { error: name }),
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

  /** Refuses the caller who may not have all of these done; no message at all needs the baseline only. */
  async function permit(c: Context<Env>, messages: readonly RpcRequest[]) {
    const named = messages.flatMap((one) => neededScopes(one, catalogue))
    const needed = [...new Set([...requiredScopes, ...named])]
    const { scopes } = c.get('principal')
    if (!holds(c.get('principal'), needed)) {
      return c.get('refuse')(
        refuse('insufficient_scope', needed.join(' '), scopes.join(' ')),
        needed,
      )
    }
    const maxAge = Math.min(...messages.map((one) => freshness[riskOf(one, catalogue)]))
    const inactive = Number.isFinite(maxAge) ? await c.get('ensureActive')(maxAge) : undefined
    return inactive === undefined ? undefined : c.get('refuse')(inactive)
  }

  const app = new Hono<Env>()
  app.post('/', async (c) => {
    const request = c.req.raw
    const unmet = unmetPrecondition(request.headers)
    if (unmet !== undefined) return rpcError(unmet.status, INVALID_REQUEST, unmet.reason)
    const body = await readJson(request)
    if (!body.ok) return rpcError(body.status, body.code, body.reason)

    if (sessions !== undefined) {
      const response = readResponse(body.value)
      if (response !== undefined) {
        const refused = await permit(c, [])
        return refused ?? serveInSession(request, response, sessions, callerOf(c))
      }
    }
    const batch = readBatch(body.value, request.headers)
    if (batch !== undefined) {
      if (!batch.ok) return rpcError(400, INVALID_REQUEST, batch.reason)
      const refused = await permit(c, batch.messages)
      if (refused !== undefined) return refused
      return sessions === undefined
        ? serveStateless(c, batch.messages, createServer(false), callerOf(c))
        : serveInSession(request, batch.messages, sessions, callerOf(c))
    }
    const envelope = readEnvelope(body.value)
    if (!envelope.ok) return rpcError(400, INVALID_REQUEST, envelope.reason, envelope)
    const { message } = envelope
    const legacy = await isLegacyRequest(request, message)

    if (legacy || headersAgree(request, message)) {
      const refused = await permit(c, [message])
      if (refused !== undefined) return refused
    }
    if (!legacy) {
      const serve = (parsedBody: RpcRequest) =>
        modern.fetch(request, { parsedBody, authInfo: authInfo(callerOf(c)) })
      return message.method === 'subscriptions/listen'
        ? subscriptions.open(message, c.get('principal'), serve)
        : serve(message)
    }
    const unknown = unknownRevision(request, message.id)
    if (unknown !== undefined) return unknown
    return sessions === undefined
      ? serveStateless(c, message, createServer(false), callerOf(c))
      : serveInSession(request, message, sessions, callerOf(c))
  })
  if (sessions !== undefined) {
    app.on(['GET', 'DELETE'], '/', async (c) => {
      const refused = await permit(c, [])
      return refused ?? serveInSession(c.req.raw, undefined, sessions, callerOf(c))
    })
  }
  const allowed = sessions === undefined ? 'POST, OPTIONS' : 'GET, POST, DELETE, OPTIONS'
  app.all('/', () =>
    rpcError(405, INVALID_REQUEST, `Served are ${allowed}`, { headers: { Allow: allowed } }),
  )
  return app
}

function callerOf(c: Context<Env>): Caller {
  return {
    principal: c.get('principal'),
    userinfo: c.get('userinfo'),
    requestId: c.get('requestId'),
  }
}

/**
 * A modern request whose `Mcp-Name` names something else than its body is malformed before it is
 * unauthorized: the SDK answers it, and runs nothing.
 */
function headersAgree(request: Request, { params }: RpcRequest): boolean {
  const named = request.headers.get('mcp-name')
  return named === null || named === (params?.name ?? params?.uri)
}
