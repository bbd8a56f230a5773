/**
 * What an operator decides, read once, checked as a whole and frozen. A configuration that is wrong,
 * contradictory or insecure is refused with every reason at once, each with its mend.
 */
import { CREDENTIALS, contradictions, environmentOf } from './config-checks.ts'
import { list } from './config-list.ts'
import { ConfigError, type ConfigProblem, problem } from './config-problem.ts'
import { type Variables, variables } from './config-variables.ts'
import { DEFAULT_TOOLSETS, isToolset, TOOLSETS, type Toolset } from './toolsets.ts'

export { ConfigError, type ConfigProblem }

/** Everything the server needs to know about its surroundings. Nothing here comes from a request. */
export interface Config {
  readonly environment: 'development' | 'production'
  readonly listen: { readonly host: string; readonly port: number }
  /** Origin people and clients reach this server at, without a trailing slash. */
  readonly publicUrl: string
  /** RFC 8707 identifier of the MCP endpoint: `publicUrl` + `/mcp`. */
  readonly resource: string
  /** Origins of browser clients that may call `/mcp`, besides `publicUrl` itself. */
  readonly allowedOrigins: readonly string[]
  readonly stytch: StytchProject
  readonly tokens: TokenPolicy
  readonly mcp: ProtocolOptions
  readonly offer: OfferCeiling
  /**
   * Where processes share what may be used once and what is counted: `redis://` or `rediss://`, with the
   * password. Without it each keeps its own.
   */
  readonly redisUrl?: string
  /** Absent without a workspace key: nothing is managed then. */
  readonly management?: ManagementPolicy
}

/** The most that is ever offered; a request can ask for less. */
export interface OfferCeiling {
  readonly toolsets: readonly Toolset[]
  /** Whether only tools that change nothing are offered. */
  readonly readOnly: boolean
}

/**
 * Who may manage what. A workspace key can do anything to every project of the workspace, so nobody and
 * nothing is allowed unless it is named here.
 */
export interface ManagementPolicy {
  /** Base URL of Stytch's Management API, or Local Stytch. */
  readonly api: string
  readonly keyId: string
  readonly keySecret: string
  /** Stytch ids of people who may manage. */
  readonly adminUsers: readonly string[]
  /** Roles whose holders may; read from Stytch, with the project's secret. */
  readonly adminRoles: readonly string[]
  /** Slugs of projects that may be managed. */
  readonly projects: readonly string[] | 'all'
  /** Whether live environments may be changed; without it they can only be read. */
  readonly allowLive: boolean
}

/** How the protocol is served. */
export interface ProtocolOptions {
  /** Whether clients of the 2025 era get sessions: in this process's memory, or shared with others. */
  readonly sessions: boolean | 'shared'
  /** Whether what takes no more than an answer is answered without a protocol server of the SDK. */
  readonly direct: boolean
  /** Seals what travels through clients between rounds; without it every process makes its own. */
  readonly stateKey?: string
}

/** Which access tokens are good enough. Times are seconds. */
export interface TokenPolicy {
  /** What the audience must hold: the Stytch project, or `resource`. */
  readonly audience: 'project' | 'resource'
  /** Clients that may call; empty means all of the project. */
  readonly allowedClients: readonly string[]
  /** `jti` of tokens that may not be used. */
  readonly deniedTokenIds: readonly string[]
  /**
   * When Stytch is asked about a token: never; for writes, and where no key can decide; or always.
   */
  readonly introspection: 'off' | 'fallback' | 'always'
  /** Whom to ask as about opaque tokens; without it they are refused. */
  readonly introspectionClient?: { readonly id: string; readonly secret?: string }
  /** How long a revoked token may go on working where introspection is asked. */
  readonly maxRevocationLag: number
  /** How long keys outlive their freshness while Stytch cannot be reached. */
  readonly jwksStaleMax: number
  /** Whether what a signature proved is remembered, for a minute at most. */
  readonly cache: boolean
}

/** The Stytch project that signs people in. */
export interface StytchProject {
  /** True when the project is the embedded Local Stytch. */
  readonly local: boolean
  /** `project-test-…` or `project-live-…`. */
  readonly projectId: string
  /** The project's domain as an origin; also the OAuth issuer clients discover. */
  readonly domain: string
  /** `public-token-test-…` or `public-token-live-…`; public by design. */
  readonly publicToken: string
  /** `secret-test-…` or `secret-live-…`: what the backend API asks for. */
  readonly secret?: string
  /** Base URL the browser SDK calls: Stytch's test or live API, or Local Stytch. */
  readonly browserApi: string
  readonly vertical: 'consumer' | 'b2b'
}

/** The project Local Stytch plays. Its ids have Stytch's shape and are no secret. */
export const LOCAL_PROJECT = Object.freeze({
  projectId: 'project-test-10ca1000-0000-4000-8000-000000000001',
  publicToken: 'public-token-test-10ca1000-0000-4000-8000-000000000002',
  secret: 'secret-test-local-stytch-only-works-on-this-machine',
  workspaceKeyId: 'workspace-key-test-10ca1000-0000-4000-8000-000000000003',
  workspaceKeySecret: 'local-stytch-workspace-key-only-works-on-this-machine',
})

const MANAGEMENT_API = 'https://management.stytch.com'

/** What the configuration is for. */
export interface Serving {
  readonly signIn?: boolean
}

/** Names of the environment variables, each a string or absent. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the configuration.
 *
 * @param env environment variables; empty strings count as absent
 * @param serving whether the sign-in page is served, which is for consumer projects; yes by default
 * @returns the frozen configuration. Without Stytch credentials, outside production, it names Local
 *   Stytch at `http://localhost:<LOCAL_STYTCH_PORT>`.
 * @throws {ConfigError} with every problem found
 */
export function loadConfig(env: Environment, serving: Serving = {}): Config {
  const { signIn = true } = serving
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(present)
  const problems: ConfigProblem[] = (parsed.error?.issues ?? []).map(({ path, message }) =>
    problem(String(path[0]), message),
  )
  // What the remaining variables mean together can still be said when one of them alone is wrong.
  const wrong = new Set(problems.map(({ variable }) => variable))
  const vars: Variables = parsed.success
    ? parsed.data
    : variables.parse(Object.fromEntries(Object.entries(present).filter(([k]) => !wrong.has(k))))

  const production = vars.NODE_ENV === 'production' || vars.DENO_DEPLOYMENT_ID !== undefined
  const local = CREDENTIALS.every((name) => present[name] === undefined) && !present.STYTCH_SECRET

  problems.push(...contradictions(vars, wrong, { production, local, signIn }))
  if (problems.length > 0) throw new ConfigError(problems)

  const publicUrl = vars.PUBLIC_URL ?? `http://localhost:${vars.PORT}`
  return deepFreeze({
    environment: production ? 'production' : 'development',
    listen: { host: vars.HOST, port: vars.PORT },
    publicUrl,
    resource: `${publicUrl}/mcp`,
    allowedOrigins: list(vars.ALLOWED_ORIGINS),
    stytch: local ? localProject(vars) : stytchProject(vars),
    tokens: tokenPolicy(vars),
    mcp: {
      sessions: vars.MCP_SESSIONS === 'shared' ? 'shared' : vars.MCP_SESSIONS === 'memory',
      direct: vars.MCP_DIRECT === 'on',
      ...(vars.MCP_STATE_KEY === undefined ? {} : { stateKey: vars.MCP_STATE_KEY }),
    },
    offer: { toolsets: toolsets(vars), readOnly: vars.READ_ONLY ?? false },
    ...(vars.REDIS_URL === undefined ? {} : { redisUrl: vars.REDIS_URL }),
    ...managementPolicy(vars, local),
  })
}

function toolsets({ TOOLSETS: names }: Variables): readonly Toolset[] {
  if (names === '') return DEFAULT_TOOLSETS
  return names === 'all' ? TOOLSETS : list(names).filter(isToolset)
}

function managementPolicy(
  vars: Variables,
  local: boolean,
): { readonly management?: ManagementPolicy } {
  const { STYTCH_WORKSPACE_KEY_ID: keyId, STYTCH_WORKSPACE_KEY_SECRET: keySecret } = vars
  const chosen = {
    adminUsers: list(vars.ADMIN_USERS),
    adminRoles: list(vars.ADMIN_ROLES),
    projects: vars.MANAGED_PROJECTS === '*' ? ('all' as const) : list(vars.MANAGED_PROJECTS),
    // Nobody lives in Local Stytch.
    allowLive: vars.ALLOW_LIVE ?? local,
  }
  if (local) {
    const nobody = chosen.adminUsers.length + chosen.adminRoles.length === 0
    return {
      management: {
        ...chosen,
        api: localDomain(vars),
        keyId: LOCAL_PROJECT.workspaceKeyId,
        keySecret: LOCAL_PROJECT.workspaceKeySecret,
        adminRoles: nobody ? ['admin'] : chosen.adminRoles,
        projects: vars.MANAGED_PROJECTS === '' ? 'all' : chosen.projects,
      },
    }
  }
  if (keyId === undefined || keySecret === undefined) return {}
  return { management: { ...chosen, api: MANAGEMENT_API, keyId, keySecret } }
}

function localDomain({ LOCAL_STYTCH_PORT }: Variables): string {
  return `http://localhost:${LOCAL_STYTCH_PORT}`
}

function localProject(vars: Variables): StytchProject {
  const { projectId, publicToken, secret } = LOCAL_PROJECT
  const domain = localDomain(vars)
  const names = { projectId, publicToken, secret, domain, browserApi: domain }
  return { local: true, ...names, vertical: vars.STYTCH_VERTICAL }
}

function stytchProject(vars: Variables): StytchProject {
  const live = environmentOf(vars.STYTCH_PROJECT_ID) === 'live'
  return {
    local: false,
    projectId: vars.STYTCH_PROJECT_ID as string,
    domain: vars.STYTCH_DOMAIN as string,
    publicToken: vars.STYTCH_PUBLIC_TOKEN as string,
    ...(vars.STYTCH_SECRET === undefined ? {} : { secret: vars.STYTCH_SECRET }),
    browserApi: live ? 'https://api.stytch.com' : 'https://test.stytch.com',
    vertical: vars.STYTCH_VERTICAL,
  }
}

function tokenPolicy(vars: Variables): TokenPolicy {
  const { INTROSPECTION_CLIENT_ID: id, INTROSPECTION_CLIENT_SECRET: secret } = vars
  return {
    audience: vars.AUDIENCE,
    allowedClients: list(vars.ALLOWED_CLIENTS),
    deniedTokenIds: list(vars.DENIED_TOKEN_IDS),
    introspection: vars.INTROSPECTION,
    ...(id === undefined
      ? {}
      : { introspectionClient: { id, ...(secret === undefined ? {} : { secret }) } }),
    maxRevocationLag: vars.MAX_REVOCATION_LAG,
    jwksStaleMax: vars.JWKS_STALE_MAX,
    cache: vars.TOKEN_CACHE === 'on',
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) deepFreeze(member)
  }
  return Object.freeze(value)
}
