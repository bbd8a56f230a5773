/**
 * What clients read before they sign in: RFC 9728 Protected Resource Metadata, and a mirror of the
 * authorization server's RFC 8414 metadata for clients older than RFC 9728 (MCP 2025-03-26), which look
 * for it at the MCP server's own origin. Both are made of configuration alone: no request header and no
 * upstream answer can change them.
 */
import { Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'
import type { Config } from '../config.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** Path-inserted location of the metadata of `/mcp` (RFC 9728 §3.1). */
export const RESOURCE_METADATA_PATH = `${WELL_KNOWN}/mcp`

/** What a token needs at least, and what a client should ask for at first. Never `offline_access`. */
export const BASELINE_SCOPES: readonly string[] = Object.freeze(['openid', 'email', 'profile'])

/** Seconds; short, because a change of authorization server must reach clients. */
const MAX_AGE = 300

/** A web page may read a 304 on the same terms as the document it stands for. */
const RETAINED = [...RETAINED_304_HEADERS, 'access-control-allow-origin', 'x-content-type-options']

/** The router decodes paths; a resource spelled another way is one we do not have. */
const exactly: MiddlewareHandler = async (c, next) => {
  if (new URL(c.req.url).pathname !== c.req.path) return c.notFound()
  await next()
}

const noSniff: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('X-Content-Type-Options', 'nosniff')
}

/**
 * Where the metadata of a resource is: its well-known path is inserted between host and path.
 *
 * @param resource absolute URL without query or fragment
 * @returns absolute URL
 * @see RFC 9728 §3.1
 */
export function resourceMetadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource)
  return origin + WELL_KNOWN + (pathname === '/' ? '' : pathname)
}

/** What a resource says about itself, for people. */
export interface ResourceDescription {
  readonly name?: string
  /** Absolute URL. */
  readonly documentation?: string
  /** Scopes clients may ask for. Default: {@link BASELINE_SCOPES}. */
  readonly scopes?: readonly string[]
}

const OURS = 'Stytch MCP Server'

/**
 * The protected resource metadata document.
 *
 * @param description by default, of this server
 * @see RFC 9728 §2
 */
export function resourceMetadata(
  config: Config,
  description: ResourceDescription = { name: OURS, documentation: `${config.publicUrl}/` },
) {
  const { name, documentation, scopes = BASELINE_SCOPES } = description
  return {
    resource: config.resource,
    authorization_servers: [config.stytch.domain],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    ...(name === undefined ? {} : { resource_name: name }),
    ...(documentation === undefined ? {} : { resource_documentation: documentation }),
  }
}

/**
 * The authorization server metadata mirror. Its issuer is Stytch's, as it must be for the tokens to
 * match; clients that demand that the issuer equal the origin they asked find it through RFC 9728.
 *
 * @see RFC 8414 §2; https://stytch.com/docs/connected-apps/resources/mcp-servers
 */
export function authorizationServerMetadata(config: Config) {
  const { domain } = config.stytch
  return {
    issuer: domain,
    authorization_endpoint: `${config.publicUrl}/oauth/authorize`,
    token_endpoint: `${domain}/v1/oauth2/token`,
    registration_endpoint: `${domain}/v1/oauth2/register`,
    revocation_endpoint: `${domain}/v1/oauth2/revoke`,
    introspection_endpoint: `${domain}/v1/oauth2/introspect`,
    userinfo_endpoint: `${domain}/v1/oauth2/userinfo`,
    jwks_uri: `${domain}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    scopes_supported: BASELINE_SCOPES,
  }
}

/** What discovery tells besides what the configuration says. */
export interface MetadataOptions {
  readonly description?: ResourceDescription
  /** Whether the sign-in page is here, which the mirror names. Yes by default. */
  readonly signIn?: boolean
}

/**
 * The discovery routes of the MCP endpoint.
 *
 * @returns see {@link documents}
 */
export function metadata(
  config: Config,
  { description, signIn = true }: MetadataOptions = {},
): Hono {
  const resource = resourceMetadata(config, description)
  return documents({
    [WELL_KNOWN]: resource,
    [RESOURCE_METADATA_PATH]: resource,
    ...(signIn && {
      '/.well-known/oauth-authorization-server': authorizationServerMetadata(config),
    }),
  })
}

/**
 * Documents that are open to anyone, from any origin, whatever credentials come along.
 *
 * @param routes JSON by path
 * @returns GET and HEAD answer 200 (304 when the entity tag matches), OPTIONS 204, other methods 405
 */
export function documents(routes: Readonly<Record<string, object>>): Hono {
  const app = new Hono()
  for (const [path, value] of Object.entries(routes)) {
    const document = JSON.stringify(value)
    app.use(
      path,
      cors({
        origin: '*',
        allowMethods: ['GET', 'HEAD', 'OPTIONS'],
        allowHeaders: ['Accept', 'Content-Type', 'MCP-Protocol-Version'],
        maxAge: 600,
      }),
      exactly,
      noSniff,
      etag({ retainedHeaders: RETAINED }),
    )
    app.get(path, (c) => {
      c.header('Content-Type', 'application/json')
      c.header('Cache-Control', `public, max-age=${MAX_AGE}`)
      return c.body(document)
    })
    app.all(path, (c) => c.body(null, 405, { Allow: 'GET, HEAD, OPTIONS' }))
  }
  return app
}
