/** The environment variables, each checked alone, and what to write instead of a wrong value. */
import { z } from 'zod'
import { TOOLSETS } from './toolsets.ts'

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const port = (fallback: number) =>
  z.coerce
    .number({ error: 'is not a number.' })
    .int('is not a whole number.')
    .min(1, 'is not a port.')
    .max(65_535, 'is not a port.')
    .default(fallback)
const seconds = (fallback: number, most: number) =>
  z.coerce
    .number({ error: 'is not a number.' })
    .int('is not a whole number.')
    .min(0, 'is negative.')
    .max(most, `is more than ${most} seconds.`)
    .default(fallback)
const toggle = z
  .enum(['true', 'false'], 'is neither "true" nor "false".')
  .transform((value) => value === 'true')
  .optional()
const shape = (pattern: RegExp, problem: string) => z.string().regex(pattern, problem).optional()

/** `redis[s]://[[user][:password]@]host[:port][/database]`, as the client reads it. */
function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text)
  return (
    /^rediss?:$/.test(protocol) &&
    hostname !== '' &&
    /^(?:\/\d{0,5})?$/.test(pathname) &&
    search + hash === '' &&
    [username, password].every(isPercentEncoded)
  )
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Each variable alone; what they mean together is checked afterwards. */
export const variables = z.object({
  NODE_ENV: z.string().optional(),
  DENO_DEPLOYMENT_ID: z.string().optional(),
  PORT: port(3000),
  HOST: z.string().default('127.0.0.1'),
  LOCAL_STYTCH_PORT: port(3001),
  PUBLIC_URL: z.string().optional(),
  ALLOWED_ORIGINS: z.string().default(''),
  STYTCH_PROJECT_ID: shape(
    new RegExp(`^project-(test|live)-${UUID}$`),
    'is not a Stytch project id.',
  ),
  STYTCH_DOMAIN: z.string().optional(),
  STYTCH_PUBLIC_TOKEN: shape(
    new RegExp(`^public-token-(test|live)-${UUID}$`),
    'is not a Stytch public token.',
  ),
  STYTCH_SECRET: shape(
    /^secret-(test|live)-[A-Za-z0-9_=-]+$/,
    'is not a Stytch secret (its value is not shown).',
  ),
  AUDIENCE: z
    .enum(['project', 'resource'], 'is neither "project" nor "resource".')
    .default('project'),
  ALLOWED_CLIENTS: z.string().default(''),
  DENIED_TOKEN_IDS: z.string().default(''),
  INTROSPECTION: z
    .enum(['off', 'fallback', 'always'], 'is none of "off", "fallback" and "always".')
    .default('fallback'),
  INTROSPECTION_CLIENT_ID: z.string().optional(),
  INTROSPECTION_CLIENT_SECRET: z.string().optional(),
  MAX_REVOCATION_LAG: seconds(60, 3600),
  JWKS_STALE_MAX: seconds(3600, 86_400),
  TOKEN_CACHE: z.enum(['on', 'off'], 'is neither "on" nor "off".').default('on'),
  MCP_SESSIONS: z
    .enum(['off', 'memory', 'shared'], 'is none of "off", "memory" and "shared".')
    .default('off'),
  MCP_DIRECT: z.enum(['on', 'off'], 'is neither "on" nor "off".').default('on'),
  MCP_STATE_KEY: z.string().min(32, 'is shorter than 32 characters.').optional(),
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, 'is not the URL of a Redis (its value is not shown).')
    .optional(),
  STYTCH_WORKSPACE_KEY_ID: shape(
    /^workspace-key-[A-Za-z0-9_-]+$/,
    'is not the id of a Stytch workspace key.',
  ),
  STYTCH_WORKSPACE_KEY_SECRET: z.string().optional(),
  ADMIN_USERS: z.string().default(''),
  ADMIN_ROLES: z.string().default(''),
  MANAGED_PROJECTS: z.string().default(''),
  ALLOW_LIVE: toggle,
  TOOLSETS: z.string().default(''),
  READ_ONLY: toggle,
  STYTCH_VERTICAL: z
    .enum(['consumer', 'b2b'], 'is neither "consumer" nor "b2b".')
    .default('consumer'),
})
/** The variables, each of the right type. */
export type Variables = z.infer<typeof variables>

/** What to write instead, by variable. The compiler knows when one is missing. */
export const MENDS: Readonly<Record<string, string>> = {
  NODE_ENV: 'Leave it out, or write "production" or "development".',
  DENO_DEPLOYMENT_ID: 'Leave it to Deno Deploy, which sets it.',
  HOST: 'Leave it out, or write an address of this machine.',
  PORT: 'Use a number from 1 to 65535.',
  LOCAL_STYTCH_PORT: 'Use a number from 1 to 65535.',
  PUBLIC_URL: 'Write only scheme and host, such as https://mcp.example.com.',
  ALLOWED_ORIGINS: 'Write origins with a comma between them, such as https://app.example.com.',
  STYTCH_PROJECT_ID: 'Copy it from the Stytch dashboard: project-test-… or project-live-….',
  STYTCH_DOMAIN:
    'Copy the project domain from the Stytch dashboard, such as https://example-word-1234.customers.stytch.dev.',
  STYTCH_PUBLIC_TOKEN: 'Copy it from the Stytch dashboard: public-token-test-… or -live-….',
  STYTCH_SECRET: 'Copy it from the Stytch dashboard: secret-test-… or secret-live-….',
  STYTCH_VERTICAL: 'Write the vertical of the project.',
  STYTCH_WORKSPACE_KEY_ID: 'Copy it from the Stytch dashboard, Management API: workspace-key-….',
  STYTCH_WORKSPACE_KEY_SECRET: 'Copy it from the Stytch dashboard, Management API.',
  ADMIN_USERS: 'Write Stytch user ids with a comma between them: user-test-… or user-live-….',
  ADMIN_ROLES: 'Write role ids of the RBAC policy with a comma between them.',
  MANAGED_PROJECTS: 'Write project slugs with a comma between them, or * for all of the workspace.',
  ALLOW_LIVE: 'Leave it out, or write "true" or "false".',
  READ_ONLY: 'Leave it out, or write "true" or "false".',
  TOOLSETS: `Write "all", or names with a comma between them: ${TOOLSETS.join(', ')}.`,
  ALLOWED_CLIENTS: 'Leave it out for all, or write client ids with a comma between them.',
  DENIED_TOKEN_IDS: 'Leave it out, or write jti values with a comma between them.',
  AUDIENCE: 'Leave it out, or write "resource" if your tokens carry this server in aud.',
  INTROSPECTION: 'Leave it out, or write one of the three.',
  INTROSPECTION_CLIENT_ID: 'Leave it out, or write the id of a Connected App.',
  INTROSPECTION_CLIENT_SECRET: 'Leave it out, or copy it from the Stytch dashboard.',
  MCP_SESSIONS:
    'Leave it out, or write "memory" for a single server, or "shared" for several with REDIS_URL.',
  MCP_DIRECT: 'Leave it out, or write "off" to have the SDK answer everything.',
  MCP_STATE_KEY: 'Use a long random text, such as the output of: openssl rand -base64 32.',
  REDIS_URL:
    'Write redis:// or rediss://, user and password percent-encoded, host and port, such as redis://127.0.0.1:6379.',
  MAX_REVOCATION_LAG: 'Use whole seconds from 0 to 3600.',
  JWKS_STALE_MAX: 'Use whole seconds from 0 to 86400.',
  TOKEN_CACHE: 'Leave it out, or write "off" to check the signature with every request.',
} satisfies Record<keyof Variables, string>
