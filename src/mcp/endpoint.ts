/**
 * The MCP endpoint: one pipeline for every protocol era. By the time a request gets here its caller is
 * known; what is left is method → media type → body → message → era → access → dispatch.
 */
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import type { AuthVariables } from '../oauth/middleware.ts'
import { refuse } from '../oauth/refusal.ts'
import type { Log } from '../observe/log.ts'
import { type Catalogue, holds, neededScopes, riskOf } from './access.ts'
import { readJson } from './body.ts'
import { serveLegacy } from './legacy.ts'
import { type RpcRequest, readEnvelope } from './message.ts'
import { unmetPrecondition } from './preconditions.ts'
import { INVALID_REQUEST, rpcError } from './rpc-error.ts'
import { createServerFactory, type ServerIdentity } from './server.ts'
import type { Risk, ToolContext } from './tool.ts'

/** What the endpoint serves. */
export interface McpEndpointOptions {
  readonly identity: ServerIdentity
  readonly catalogue: Catalogue
  /** Scopes every request needs, whatever it asks. */
  readonly requiredScopes: readonly string[]
  /** Seconds a revoked token may go on being used for writes. */
  readonly maxRevocationLag: number
  readonly log: Log
}

/**
 * The MCP endpoint as a Hono app with one path, to be mounted behind {@link stytchAuth}.
 *
 * @returns POST answers MCP in every era; other methods 405, since stateless servers have no stream to
 *   open and no session to end
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
export function mcpEndpoint(options: McpEndpointOptions): Hono<{ Variables: AuthVariables }> {
  const { identity, catalogue, requiredScopes, log } = options
  /** How old the knowledge may be that the token still stands; reads trust its signature. */
  const freshness: Record<Risk, number | undefined> = {
    read: undefined,
    write: options.maxRevocationLag,
    destructive: 0,
  }
  const serverFor = createServerFactory(identity, catalogue, log)
  const modern = createMcpHandler(
    ({ authInfo }) => serverFor(authInfo?.extra?.context as ToolContext),
    {
      legacy: 'reject',
      onerror: ({ name }) => log('debug', 'mcp exchange refused', { error: name }),
    },
  )

  const app = new Hono<{ Variables: AuthVariables }>()
  app.post('/', async (c) => {
    const request = c.req.raw
    const unmet = unmetPrecondition(request.headers)
    if (unmet !== undefined) return rpcError(unmet.status, INVALID_REQUEST, unmet.reason)
    const body = await readJson(request)
    if (!body.ok) return rpcError(body.status, body.code, body.reason)
    const envelope = readEnvelope(body.value)
    if (!envelope.ok) return rpcError(400, INVALID_REQUEST, envelope.reason, envelope)
    const { message } = envelope

    const principal = c.get('principal')
    const context = { principal, userinfo: c.get('userinfo'), requestId: c.get('requestId') }
    const legacy = await isLegacyRequest(request, message)

    const scopes = neededScopes(message, catalogue, requiredScopes)
    if (!holds(principal, scopes) && (legacy || headersAgree(request, message))) {
      const refusal = refuse('insufficient_scope', scopes.join(' '), principal.scopes.join(' '))
      return c.get('refuse')(refusal, scopes)
    }
    const maxAge = freshness[riskOf(message, catalogue)]
    const inactive = maxAge === undefined ? undefined : await c.get('ensureActive')(maxAge)
    if (inactive !== undefined) return c.get('refuse')(inactive)

    if (legacy) return serveLegacy(c, message, serverFor, context)
    return modern.fetch(request, { parsedBody: message, authInfo: authInfo(context) })
  })
  app.all('/', () =>
    rpcError(405, INVALID_REQUEST, 'Only POST is served', { headers: { Allow: 'POST, OPTIONS' } }),
  )
  return app
}

/**
 * A modern request whose `Mcp-Name` names another tool than its body is malformed before it is
 * unauthorized: the SDK answers it, and runs nothing.
 */
function headersAgree(request: Request, message: RpcRequest): boolean {
  const named = request.headers.get('mcp-name')
  return named === null || named === message.params?.name
}

/** The SDK's own shape. The token stays with the verifier; tools get the principal. */
function authInfo(context: ToolContext) {
  const { clientId, scopes, expiresAt } = context.principal
  return { token: '', clientId, scopes: [...scopes], expiresAt, extra: { context } }
}
