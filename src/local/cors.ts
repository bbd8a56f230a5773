/**
 * Who may read answers from a browser. OAuth endpoints carry no ambient credentials, so any origin may
 * (MCP clients run in pages too). The browser API echoes exactly the page's origin, with credentials,
 * as the SDK demands, and only for pages on this machine. The knobs allow nobody: see `knobs/api.ts`.
 */
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { LocalEnv } from './envelope.ts'
import { ApiError } from './errors.ts'
import { isLoopbackOrigin } from './loopback.ts'

/** CORS of metadata, keys and OAuth endpoints. */
export function openCors(): MiddlewareHandler<LocalEnv> {
  return cors({
    origin: '*',
    allowMethods: ['GET', 'POST', 'OPTIONS'],
    allowHeaders: ['authorization', 'content-type', 'mcp-protocol-version'],
    exposeHeaders: ['www-authenticate'],
    maxAge: 600,
  })
}

/** CORS of `/sdk/v1`. An origin elsewhere is refused outright, whatever its browser would do. */
export function sdkCors(): MiddlewareHandler<LocalEnv> {
  const share = cors({
    origin: (origin) => origin,
    credentials: true,
    allowMethods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
    allowHeaders: ['authorization', 'content-type', 'x-sdk-client', 'x-sdk-parent-host'],
    maxAge: 600,
  })
  return async (c, next) => {
    const origin = c.req.header('origin')
    if (origin === undefined) return next()
    if (!isLoopbackOrigin(origin)) throw new ApiError('bad_domain_for_stytch_sdk')
    return share(c, next)
  }
}
