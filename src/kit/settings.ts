/**
 * Settings of the kit: the environment variables as options. One rule names them, and one validator judges
 * them, which is the server's own.
 *
 * `STYTCH_PROJECT_ID` is `stytch.projectId`, and so with every name that begins with `STYTCH_`. Any other is
 * its name in camel case: `PUBLIC_URL` is `publicUrl`.
 */
import { type Config, ConfigError, type ConfigProblem, loadConfig } from '../config.ts'
import { problem } from '../config-problem.ts'
import { variables } from '../config-variables.ts'
import { isLoopbackHost } from '../loopback.ts'
import type { Toolset } from '../toolsets.ts'

/** The variables that begin with `STYTCH_`. All or none of the first three. */
export interface StytchSettings {
  /** `project-test-…` or `project-live-…`. */
  readonly projectId?: string | undefined
  /** The project's domain as an https origin; also the issuer clients discover. */
  readonly domain?: string | undefined
  /** `public-token-…` of the same environment, for the sign-in page. */
  readonly publicToken?: string | undefined
  /** `secret-…` of the same environment: only what asks Stytch's backend API takes it. */
  readonly secret?: string | undefined
  /** Default: `consumer`. `b2b` only where the sign-in page is not served, which is for consumer projects. */
  readonly vertical?: 'consumer' | 'b2b' | undefined
  /** `workspace-key-…`, for the tools that manage Stytch. */
  readonly workspaceKeyId?: string | undefined
  readonly workspaceKeySecret?: string | undefined
}

/**
 * What every function of the kit can be told; `docs/configuration.md` explains each variable and its
 * default. Lists are arrays, switches of `true` or `false` are booleans, times are whole seconds.
 *
 * Unless something says otherwise, a `publicUrl` that is not this machine means production. Without
 * `stytch`, and not in production, Local Stytch at `http://localhost:<localStytchPort>` is believed, and
 * nothing else.
 */
export interface Settings {
  /**
   * Environment variables, such as `process.env`, `Deno.env.toObject()` or the `env` of a Worker. Options
   * beside it win; names that are no variables of this server are not looked at.
   */
  readonly env?: object | undefined
  /** What `loadConfig` returned, instead of all other settings. */
  readonly config?: Config | undefined
  readonly stytch?: StytchSettings | undefined
  /** Origin people and clients use, such as `https://mcp.example.com`. */
  readonly publicUrl?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  /** `production` refuses whatever is for development only. */
  readonly nodeEnv?: string | undefined
  readonly localStytchPort?: number | undefined
  /** Origins of web pages that may call `/mcp`. */
  readonly allowedOrigins?: readonly string[] | undefined
  readonly audience?: 'project' | 'resource' | undefined
  /** Clients that may call. Leave it out for all; an empty list is refused. */
  readonly allowedClients?: readonly string[] | undefined
  readonly deniedTokenIds?: readonly string[] | undefined
  readonly introspection?: 'off' | 'fallback' | 'always' | undefined
  readonly introspectionClientId?: string | undefined
  readonly introspectionClientSecret?: string | undefined
  readonly maxRevocationLag?: number | undefined
  readonly jwksStaleMax?: number | undefined
  readonly tokenCache?: 'on' | 'off' | undefined
  readonly mcpSessions?: 'off' | 'memory' | 'shared' | undefined
  readonly mcpDirect?: 'on' | 'off' | undefined
  /** At least 32 characters, the same in every process that serves one address. */
  readonly mcpStateKey?: string | undefined
  /** Says that processes share a `store`, which has to be given as well. */
  readonly redisUrl?: string | undefined
  readonly adminUsers?: readonly string[] | undefined
  readonly adminRoles?: readonly string[] | undefined
  readonly managedProjects?: readonly string[] | '*' | undefined
  readonly allowLive?: boolean | undefined
  readonly toolsets?: readonly Toolset[] | 'all' | undefined
  readonly readOnly?: boolean | undefined
}

/** Which function reads its options, and what it takes. */
export interface Reader {
  /** Its name, for whoever reads what is wrong. */
  readonly name: string
  /** Names of the options it has besides settings. */
  readonly besides: readonly string[]
  /** Whether it serves the sign-in page. */
  readonly signIn: boolean
  /** Whether it was given a store; left out where it needs none. */
  readonly hasStore?: boolean | undefined
  /** Whether it asks Stytch's backend API. */
  readonly needsSecret?: boolean | undefined
  /** What is wrong with its other options. */
  readonly problems?: readonly ConfigProblem[] | undefined
}

/** Deno Deploy sets this one itself. */
const ENVIRONMENT_ONLY = 'DENO_DEPLOYMENT_ID'
/** Where leaving a list out allows more than naming nothing, an empty one is a mistake. */
const NEVER_EMPTY = ['ALLOWED_CLIENTS', 'TOOLSETS', 'MANAGED_PROJECTS']
const MEND = 'docs/kit.md names every option.'

/**
 * Reads the configuration from the options of a function.
 *
 * @throws {ConfigError} with everything that is wrong: options nobody has, and whatever `loadConfig` finds
 */
export function configOf(options: object, reader: Reader): Config {
  const { env, config, stytch, ...rest } = options as Settings & Record<string, unknown>
  const given = [
    ...present(stytch).map(([name, value]) => [`stytch.${name}`, value] as const),
    ...present(rest).filter(([name]) => !reader.besides.includes(name)),
  ]
  return config === undefined
    ? read(present(env), given, reader, env !== undefined)
    : readBefore(config, [...present({ env }), ...given], reader)
}

type Given = readonly (readonly [name: string, value: unknown])[]

function read(env: Given, given: Given, reader: Reader, hasEnv: boolean): Config {
  const problems: ConfigProblem[] = [...(reader.problems ?? [])]
  const found: Record<string, string> = {}
  const optionBy = new Map<string, string>()

  function take(variable: string, value: unknown): void {
    const text = textOf(variable, value)
    if (typeof text === 'string') found[variable] = text
    else problems.push(problem(variable, text.problem))
  }

  for (const [name, value] of env) if (isVariable(name)) take(name, value)
  for (const [option, value] of given) {
    const variable = variableOf(option)
    if (!isVariable(variable) || variable === ENVIRONMENT_ONLY) {
      problems.push(problem(option, `is no option of ${reader.name}.`, MEND))
    } else if (option !== optionOf(variable)) {
      problems.push(problem(option, 'is no option.', `Write ${optionOf(variable)}.`))
    } else {
      optionBy.set(variable, option)
      // In the environment an empty text is an absent one; here somebody meant to say something.
      if (value === '') problems.push(problem(variable, 'is empty.'))
      else take(variable, value)
    }
  }

  const config = loaded({ ...found, ...byAddress(found) }, reader, problems)
  if (config?.redisUrl !== undefined && reader.hasStore === false) {
    const what = 'is set, but processes share nothing without a store.'
    problems.push(problem('REDIS_URL', what, 'Pass a store, or leave it out.'))
  }
  if (config !== undefined) problems.push(...secretProblems(config, reader))
  if (config !== undefined && problems.length === 0) return config
  throw new ConfigError(
    problems.map((one) => {
      const option = optionBy.get(one.variable) ?? (hasEnv ? undefined : optionOf(one.variable))
      return option === undefined || !isVariable(one.variable) ? one : { ...one, option }
    }),
  )
}

/** The configuration, unless more is wrong with it than is known already. */
function loaded(
  found: Record<string, string>,
  { signIn }: Reader,
  problems: ConfigProblem[],
): Config | undefined {
  const known = new Set(problems.map(({ variable }) => variable))
  try {
    return loadConfig(found, { signIn })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems.filter(({ variable }) => !known.has(variable)))
    return undefined
  }
}

function secretProblems(
  { stytch }: Config,
  { needsSecret = false, name }: Reader,
): ConfigProblem[] {
  return needsSecret && stytch.secret === undefined
    ? [problem('STYTCH_SECRET', `is not set, and ${name} asks with it.`)]
    : []
}

function readBefore(config: Config, given: Given, reader: Reader): Config {
  const { signIn, problems = [] } = reader
  const wrong = given.map(([name]) =>
    problem(name, 'is given beside config, which says it all.', 'Give one of them.'),
  )
  if (signIn && config.stytch.vertical === 'b2b') {
    wrong.push(problem('STYTCH_VERTICAL', 'is b2b, and the sign-in page is for consumer projects.'))
  }
  wrong.push(...secretProblems(config, reader), ...problems)
  if (wrong.length > 0) throw new ConfigError(wrong)
  return config
}

/** The value as the environment would hold it. */
function textOf(variable: string, value: unknown): string | { readonly problem: string } {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    return { problem: 'is neither a text, a number, a boolean nor a list of texts.' }
  }
  if (value.length === 0 && NEVER_EMPTY.includes(variable)) {
    return { problem: 'is an empty list, which would mean no restriction at all.' }
  }
  return value.every((entry) => entry.trim() !== '' && !entry.includes(','))
    ? value.join(',')
    : { problem: 'is a list with an entry that is empty or holds a comma.' }
}

/** Nobody who is reached from elsewhere is developing. */
function byAddress({ NODE_ENV, PUBLIC_URL }: Record<string, string>): Record<string, string> {
  const elsewhere =
    PUBLIC_URL !== undefined &&
    URL.canParse(PUBLIC_URL) &&
    !isLoopbackHost(new URL(PUBLIC_URL).hostname)
  return !NODE_ENV && elsewhere ? { NODE_ENV: 'production' } : {}
}

function present(members: object | undefined): Given {
  return Object.entries(members ?? {}).filter(([, value]) => value !== undefined)
}

function isVariable(name: string): boolean {
  return Object.hasOwn(variables.shape, name)
}

/** The rule: `publicUrl` → `PUBLIC_URL`, `stytch.projectId` → `STYTCH_PROJECT_ID`. */
function variableOf(option: string): string {
  return option
    .replace('.', '_')
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()
}

/** And back: `PUBLIC_URL` → `publicUrl`, `STYTCH_PROJECT_ID` → `stytch.projectId`. */
function optionOf(variable: string): string {
  const camel = variable.toLowerCase().replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
  return camel.replace(/^stytch([A-Z])/, (_, letter) => `stytch.${letter.toLowerCase()}`)
}
