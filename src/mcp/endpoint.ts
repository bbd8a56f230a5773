/**
 * The MCP endpoint: one pipeline for every protocol era. By the time a request gets here its caller is
 * known; what is left is method → media type → body → message → era → access → dispatch.
 */
import { createMcpHandler, isJsonContentType, isLegacyRequest } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import type { AuthVariables } from '../oauth/middleware.ts'
import { refuse } from '../oauth/refusal.ts'
import type { Log } from '../observe/log.ts'
import { type Catalogue, holds, neededScopes } from './access.ts'
import { readJson } from './body.ts'
import { serveLegacy } from './legacy.ts'
import { type RpcRequest, readEnvelope } from './message.ts'
import { INVALID_REQUEST, PARSE_ERROR, rpcError } from './rpc-error.ts'
import { createServerFactory, type ServerIdentity } from './server.ts'
import type { ToolContext } from './tool.ts'

/** What the endpoint serves. */
export interface McpEndpointOptions {
  readonly identity: ServerIdentity
  readonly catalogue: Catalogue
  /** Scopes every request needs, whatever it asks. */
  readonly requiredScopes: readonly string[]
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
    if (!isJsonContentType(c.req.header('content-type'))) {
      return rpcError(415, INVALID_REQUEST, 'Content-Type must be application/json')
    }
    const body = await readJson(request)
    if (!body.ok) return rpcError(body.status, PARSE_ERROR, body.reason)
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

    if (legacy) return serveLegacy(c, message, serverFor, context)
    return modern.fetch(request, { parsedBody: message, authInfo: authInfo(context) })
  })
  app.all('/', () =>
    rpcError(405, INVALID_REQUEST, 'Only POST is served', { headers: { Allow: 'POST' } }),
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
