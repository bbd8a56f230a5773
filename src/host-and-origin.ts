/**
 * Refuses requests that reach this server under a foreign name (DNS rebinding) or from a foreign web
 * page. Whole origins are compared, never suffixes; native clients send no `Origin` and pass.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports (Security)
 */
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Config } from './config.ts'
import { errorKind } from './errors.ts'
import { isLoopbackHost } from './loopback.ts'
import { NARROWING_HEADERS } from './mcp/narrowing.ts'
import { INVALID_REQUEST, rpcError } from './mcp/rpc-error.ts'
import type { Log } from './observe/log.ts'

/** Headers a browser client of any protocol revision sends. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Mcp-Session-Id',
  'Last-Event-ID',
  ...NARROWING_HEADERS,
]
/** Headers a browser client must be able to read, or it never learns how to sign in. */
const RESPONSE_HEADERS = ['WWW-Authenticate', 'Mcp-Session-Id', 'Retry-After', 'X-Request-Id']

/**
 * Requires that `Host` be a name of this server.
 *
 * @returns middleware that answers 403 to any other
 */
export function knownHost(config: Config, log: Log): MiddlewareHandler {
  const refusal = hostRefusal(config, log)
  return async (c, next) => refusal(c.req.raw) ?? next()
}

/**
 * As {@link knownHost}, for whoever has no middleware.
 *
 * @returns a function of a request to the answer it gets, if its `Host` is none of this server's
 */
export function hostRefusal(config: Config, log: Log): (request: Request) => Response | undefined {
  const names = hostNames(config)
  return ({ headers, url }) => {
    const host = headers.get('host') ?? new URL(url).host
    return names.has(host.toLowerCase()) ? undefined : forbidden(log, 'a Host of this server', host)
  }
}

/**
 * Requires that `Origin`, when a browser sends one, be allowed.
 *
 * @returns middleware that answers 403 to any other, before CORS headers are set
 */
export function knownOrigin(config: Config, log: Log): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const known = origin === undefined || originIsAllowed(origin, config)
    return known ? next() : forbidden(log, 'an allowed Origin', origin)
  }
}

/**
 * CORS for `/mcp`: answers preflights and lets allowed pages read challenges. Call it behind
 * {@link knownOrigin}. No cookie is involved, so credentials are never allowed.
 */
export function browserClients(config: Config): MiddlewareHandler {
  const crossOrigin = cors({
    origin: (origin) => (originIsAllowed(origin, config) ? origin : null),
    allowMethods: config.mcp.sessions ? ['POST', 'GET', 'DELETE'] : ['POST'],
    allowHeaders: REQUEST_HEADERS,
    exposeHeaders: RESPONSE_HEADERS,
    maxAge: 600,
  })
  return async (c, next) => {
    if (c.req.header('origin') === undefined && c.req.method !== 'OPTIONS') {
      // No page asks, so none need be told what it may read.
      await next()
      c.res.headers.append('Vary', 'Origin')
      return
    }
    // A page on the Internet may ask to reach a server on this machine: only one that is allowed may.
    const asks = c.req.header('access-control-request-private-network') === 'true'
    if (asks && originIsAllowed(c.req.header('origin') ?? '', config)) {
      c.header('Access-Control-Allow-Private-Network', 'true')
    }
    return crossOrigin(c, next)
  }
}

/** A loopback server is known by every loopback name, at its own port. */
function hostNames({ publicUrl, listen }: Config): ReadonlySet<string> {
  const { host, hostname, port } = new URL(publicUrl)
  if (!isLoopbackHost(hostname)) return new Set([host])
  const ports = new Set([port === '' ? '' : `:${port}`, `:${listen.port}`])
  const names = ['localhost', '127.0.0.1', '[::1]'].flatMap((name) =>
    [...ports].map((suffix) => name + suffix),
  )
  return new Set([host, ...names])
}

/** In development any page of this machine may call, so that MCP Inspector works unconfigured. */
function originIsAllowed(origin: string, config: Config): boolean {
  if (origin === config.publicUrl || config.allowedOrigins.includes(origin)) return true
  if (config.environment === 'production' || !URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.origin === origin && /^https?:$/.test(url.protocol) && isLoopbackHost(url.hostname)
}

function forbidden(log: Log, expected: string, actual: string | undefined): Response {
  const { status, level, sentence, hint } = errorKind('forbidden_origin')
  log(level, 'request refused', {
    code: 'forbidden_origin',
    expected,
    actual: actual?.replace(/[^\x20-\x7e]/g, '?').slice(0, 200),
    hint,
  })
  return rpcError(status, INVALID_REQUEST, sentence)
}
