/**
 * What an operator decides, read once, checked as a whole and frozen. A configuration that is wrong,
 * contradictory or insecure is refused with every reason at once, each with its mend.
 */
import { z } from 'zod'
import { isLoopbackHost } from './loopback.ts'

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

/** One thing wrong with a configuration, and what to do about it. */
export interface ConfigProblem {
  readonly variable: string
  readonly problem: string
  readonly mend: string
}

/** Thrown by {@link loadConfig}; its message lists every problem on a line of its own. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, problem, mend }) => `  ${variable}: ${problem} ${mend}`)
    super(`The configuration is not usable:\n${lines.join('\n')}`)
  }
}

/** The project Local Stytch plays. Its ids have Stytch's shape and are no secret. */
export const LOCAL_PROJECT = Object.freeze({
  projectId: 'project-test-10ca1000-0000-4000-8000-000000000001',
  publicToken: 'public-token-test-10ca1000-0000-4000-8000-000000000002',
  secret: 'secret-test-local-stytch-only-works-on-this-machine',
})

/** Names of the environment variables, each a string or absent. */
export type Environment = Readonly<Record<string, string | undefined>>

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const port = (fallback: number) =>
  z.coerce
    .number({ error: 'is not a number.' })
    .int('is not a whole number.')
    .min(1, 'is not a port.')
    .max(65_535, 'is not a port.')
    .default(fallback)
const shape = (pattern: RegExp, problem: string) => z.string().regex(pattern, problem).optional()

/** Each variable alone; what they mean together is checked afterwards. */
const variables = z.object({
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
  STYTCH_VERTICAL: z
    .enum(['consumer', 'b2b'], 'is neither "consumer" nor "b2b".')
    .default('consumer'),
})
type Variables = z.infer<typeof variables>

/** What to write instead, by variable. */
const MENDS: Record<string, string> = {
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
}

const CREDENTIALS = ['STYTCH_PROJECT_ID', 'STYTCH_DOMAIN', 'STYTCH_PUBLIC_TOKEN'] as const

/**
 * Reads the configuration.
 *
 * @param env environment variables; empty strings count as absent
 * @returns the frozen configuration. Without Stytch credentials, outside production, it names Local
 *   Stytch at `http://localhost:<LOCAL_STYTCH_PORT>`.
 * @throws {ConfigError} with every problem found
 */
export function loadConfig(env: Environment): Config {
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

  problems.push(
    ...publicUrlProblems(vars, production),
    ...originProblems(vars),
    ...(local ? localProblems(vars, production) : stytchProblems(vars, wrong)),
  )
  if (problems.length > 0) throw new ConfigError(problems)

  const publicUrl = vars.PUBLIC_URL ?? `http://localhost:${vars.PORT}`
  return deepFreeze({
    environment: production ? 'production' : 'development',
    listen: { host: vars.HOST, port: vars.PORT },
    publicUrl,
    resource: `${publicUrl}/mcp`,
    allowedOrigins: list(vars.ALLOWED_ORIGINS),
    stytch: local ? localProject(vars) : stytchProject(vars),
  })
}

function publicUrlProblems({ PUBLIC_URL }: Variables, production: boolean): ConfigProblem[] {
  const name = 'PUBLIC_URL'
  if (PUBLIC_URL === undefined) {
    return production ? [problem(name, 'is not set.')] : []
  }
  if (!isOrigin(PUBLIC_URL)) return [problem(name, 'is not a plain origin.')]
  const url = new URL(PUBLIC_URL)
  if (url.protocol === 'https:') return []
  return isLoopbackHost(url.hostname) && !production
    ? []
    : [problem(name, 'uses http, so access tokens would travel in the clear.', 'Use https.')]
}

function originProblems({ ALLOWED_ORIGINS }: Variables): ConfigProblem[] {
  return list(ALLOWED_ORIGINS).flatMap((origin) => {
    if (!isOrigin(origin)) return [problem('ALLOWED_ORIGINS', `holds "${origin}", not an origin.`)]
    const { protocol, hostname } = new URL(origin)
    return protocol === 'https:' || isLoopbackHost(hostname)
      ? []
      : [problem('ALLOWED_ORIGINS', `holds "${origin}", which uses http.`, 'Use https.')]
  })
}

/** Anyone who can reach Local Stytch can sign in, so it stays on this machine. */
function localProblems(vars: Variables, production: boolean): ConfigProblem[] {
  if (production) {
    return CREDENTIALS.map((name) =>
      problem(name, 'is not set, and Local Stytch does not run in production.'),
    )
  }
  const problems: ConfigProblem[] = []
  if (!isLoopbackHost(vars.HOST)) {
    problems.push(
      problem(
        'HOST',
        `is "${vars.HOST}", but without Stytch credentials anyone could sign in.`,
        'Leave HOST out, or set the STYTCH_ variables.',
      ),
    )
  }
  if (
    vars.PUBLIC_URL &&
    isOrigin(vars.PUBLIC_URL) &&
    !isLoopbackHost(new URL(vars.PUBLIC_URL).hostname)
  ) {
    problems.push(
      problem(
        'PUBLIC_URL',
        'is not this machine, but without Stytch credentials sign-in is local.',
        'Leave it out, or set the STYTCH_ variables.',
      ),
    )
  }
  if (vars.PORT === vars.LOCAL_STYTCH_PORT) {
    problems.push(problem('LOCAL_STYTCH_PORT', 'is the same as PORT.', 'Choose another port.'))
  }
  if (vars.STYTCH_VERTICAL === 'b2b') {
    problems.push(
      problem(
        'STYTCH_VERTICAL',
        'is b2b, but Local Stytch plays a consumer project.',
        'Leave it out, or set the other STYTCH_ variables.',
      ),
    )
  }
  return problems
}

function stytchProblems(vars: Variables, wrong: ReadonlySet<string>): ConfigProblem[] {
  const problems = CREDENTIALS.filter((name) => vars[name] === undefined && !wrong.has(name)).map(
    (name) => problem(name, 'is not set, but other STYTCH_ variables are.'),
  )

  const domain = vars.STYTCH_DOMAIN
  if (domain !== undefined && !(isOrigin(domain) && domain.startsWith('https:'))) {
    problems.push(problem('STYTCH_DOMAIN', 'is not an https origin with nothing after the host.'))
  }
  if (vars.STYTCH_VERTICAL === 'b2b') {
    problems.push(
      problem(
        'STYTCH_VERTICAL',
        'is b2b, and the sign-in page of this version is for consumer projects.',
        'Use a consumer project.',
      ),
    )
  }
  return [...problems, ...mixedEnvironments(vars)]
}

/** Test and live ids of Stytch never belong together. */
function mixedEnvironments(vars: Variables): ConfigProblem[] {
  const environment = environmentOf(vars.STYTCH_PROJECT_ID)
  if (environment === undefined) return []
  const problems = (['STYTCH_PUBLIC_TOKEN', 'STYTCH_SECRET'] as const)
    .filter((name) => vars[name] !== undefined && environmentOf(vars[name]) !== environment)
    .map((name) =>
      problem(
        name,
        `is of another environment than STYTCH_PROJECT_ID, which is ${environment}.`,
        `Use the ${environment} one.`,
      ),
    )
  // Default project domains end in .dev for test and .com for live; custom domains say nothing.
  const other = environment === 'test' ? '.customers.stytch.com' : '.customers.stytch.dev'
  if (vars.STYTCH_DOMAIN?.endsWith(other)) {
    problems.push(
      problem(
        'STYTCH_DOMAIN',
        `is of another environment than STYTCH_PROJECT_ID, which is ${environment}.`,
        `Use the domain of the ${environment} environment.`,
      ),
    )
  }
  return problems
}

function environmentOf(id: string | undefined): 'test' | 'live' | undefined {
  return /^(?:project|public-token|secret)-(test|live)-/.exec(id ?? '')?.[1] as 'test' | 'live'
}

function localProject({ LOCAL_STYTCH_PORT }: Variables): StytchProject {
  const domain = `http://localhost:${LOCAL_STYTCH_PORT}`
  return { local: true, ...LOCAL_PROJECT, domain, browserApi: domain, vertical: 'consumer' }
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

function problem(variable: string, what: string, mend = MENDS[variable] ?? ''): ConfigProblem {
  return { variable, problem: what, mend }
}

/** Scheme and host in the one spelling URLs are compared in, and nothing else. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) deepFreeze(member)
  }
  return Object.freeze(value)
}
