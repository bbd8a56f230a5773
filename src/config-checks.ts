/** What the variables mean together: incomplete, contradictory or insecure sets are found here. */
import { list } from './config-list.ts'
import { offerProblems } from './config-offer-checks.ts'
import { type ConfigProblem, problem } from './config-problem.ts'
import type { Variables } from './config-variables.ts'
import { isLoopbackHost } from './loopback.ts'

/** The variables that name a Stytch project. */
export const CREDENTIALS = ['STYTCH_PROJECT_ID', 'STYTCH_DOMAIN', 'STYTCH_PUBLIC_TOKEN'] as const

/** What the variables are read for. */
interface Setting {
  readonly production: boolean
  readonly local: boolean
  readonly signIn: boolean
}

/**
 * Every problem of the variables taken together.
 *
 * @param vars the variables, each of the right type
 * @param wrong variables already known to be wrong
 * @param setting whether this is production, whether Local Stytch is to run, and whether the sign-in
 *   page is to be served
 */
export function contradictions(
  vars: Variables,
  wrong: ReadonlySet<string>,
  setting: Setting,
): ConfigProblem[] {
  const { production, local } = setting
  return [
    ...publicUrlProblems(vars, production),
    ...originProblems(vars),
    ...introspectionProblems(vars),
    ...sharingProblems(vars, wrong),
    ...offerProblems(vars, wrong, local),
    ...(local ? localProblems(vars, setting) : stytchProblems(vars, wrong, setting)),
  ]
}

function introspectionProblems(vars: Variables): ConfigProblem[] {
  const { INTROSPECTION, INTROSPECTION_CLIENT_ID, INTROSPECTION_CLIENT_SECRET } = vars
  if (INTROSPECTION_CLIENT_SECRET !== undefined && INTROSPECTION_CLIENT_ID === undefined) {
    const what = 'is set, but not whose secret it is.'
    return [problem('INTROSPECTION_CLIENT_SECRET', what, 'Set INTROSPECTION_CLIENT_ID too.')]
  }
  if (INTROSPECTION === 'off' && INTROSPECTION_CLIENT_ID !== undefined) {
    const what = 'is set, but introspection is off.'
    return [problem('INTROSPECTION_CLIENT_ID', what, 'Leave it out, or turn introspection on.')]
  }
  return []
}

/** What one process sealed, the next must be able to open; and what is shared must be somewhere. */
function sharingProblems(
  { REDIS_URL, MCP_STATE_KEY, MCP_SESSIONS }: Variables,
  wrong: ReadonlySet<string>,
): ConfigProblem[] {
  if (REDIS_URL === undefined) {
    if (MCP_SESSIONS !== 'shared' || wrong.has('REDIS_URL')) return []
    const what = 'is "shared", but nothing says where.'
    return [problem('MCP_SESSIONS', what, 'Set REDIS_URL, or write "memory" for a single server.')]
  }
  if (MCP_STATE_KEY !== undefined || wrong.has('MCP_STATE_KEY')) return []
  const what = 'is not set, and without it processes that share REDIS_URL share too little.'
  return [problem('MCP_STATE_KEY', what)]
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
function localProblems(vars: Variables, { production, signIn }: Setting): ConfigProblem[] {
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
  if (signIn && vars.STYTCH_VERTICAL === 'b2b') {
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

function stytchProblems(
  vars: Variables,
  wrong: ReadonlySet<string>,
  { signIn }: Setting,
): ConfigProblem[] {
  const problems = CREDENTIALS.filter((name) => vars[name] === undefined && !wrong.has(name)).map(
    (name) => problem(name, 'is not set, but other STYTCH_ variables are.'),
  )

  const domain = vars.STYTCH_DOMAIN
  if (domain !== undefined && !(isOrigin(domain) && domain.startsWith('https:'))) {
    problems.push(problem('STYTCH_DOMAIN', 'is not an https origin with nothing after the host.'))
  }
  if (signIn && vars.STYTCH_VERTICAL === 'b2b') {
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

/** Stytch ids and secrets name their environment. */
export function environmentOf(id: string | undefined): 'test' | 'live' | undefined {
  return /^(?:project|public-token|secret)-(test|live)-/.exec(id ?? '')?.[1] as 'test' | 'live'
}

/** Scheme and host in the one spelling URLs are compared in, and nothing else. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text
}
