/**
 * The app and Local Stytch in one process, joined by `fetch`: what most tests arrange with.
 */
import {
  type AppDependencies,
  type Config,
  createApp,
  createLog,
  loadConfig,
} from '../../src/index.ts'
import { createLocalStytch, type LocalStytch } from '../../src/local/index.ts'
import { type MemorySink, memorySink } from '../../src/observe/audit.ts'
import { managementScopes } from '../../src/runtime/management-scopes.ts'
import { plant, search, searched } from './canaries.ts'
import { SWITCHES } from './switches.ts'

/** Options of `POST /local/tokens`. */
export type Mint = Record<string, unknown>

/** One app with its Stytch. */
export interface Fixture {
  readonly config: Config
  readonly local: LocalStytch
  /** Everything the app logged, one JSON object a line. */
  readonly lines: string[]
  /** What the app fetched, `METHOD URL`. */
  readonly egress: string[]
  /** Every secret Local Stytch gave away or was given. */
  readonly secrets: readonly string[]
  /** The audit trail. */
  readonly trail: MemorySink
  /** Sends a request to the app; paths are relative to its public URL. */
  send(path: string, init?: RequestInit): Promise<Response>
  /** Turns a knob of Local Stytch: POST `/local/<path>`. */
  knob(path: string, body: object): Promise<Record<string, unknown>>
  /** Mints a token at Local Stytch: a good access token of ada's unless told otherwise. */
  token(mint?: Mint): Promise<string>
}

/** What a test may choose. */
export interface FixtureOptions extends Omit<AppDependencies, 'fetch' | 'log'> {
  readonly env?: Record<string, string>
  /** Changes the configuration in ways the environment does not allow. */
  readonly adjust?: (config: Config) => Config
  /** Stands between the app and Local Stytch. */
  readonly upstream?: (
    request: Request,
    next: (request: Request) => Promise<Response>,
  ) => Promise<Response>
}

const SCOPES = 'openid email profile'

/** Builds a fixture. Nothing listens; nothing leaves the process. */
export function createFixture(options: FixtureOptions = {}): Fixture {
  const { env = {}, adjust = (config) => config, ...rest } = options
  const { upstream = (request, next) => next(request), ...dependencies } = rest
  const config = adjust(loadConfig({ ...SWITCHES, ...env }))
  const lines: string[] = []
  const egress: string[] = []
  const secrets: string[] = []
  const trail = memorySink()
  const audit = {
    append(line: string) {
      search('the audit trail', line)
      trail.append(line)
    },
  }
  for (const secret of [config.management?.keySecret, config.stytch.secret]) {
    if (secret !== undefined) plant(secret)
  }
  const { local: isLocal, domain, projectId, publicToken } = config.stytch
  const localUrl = isLocal ? domain : 'http://localhost:3001'
  const local = createLocalStytch({
    url: localUrl,
    projectId,
    publicToken,
    ...(config.stytch.secret === undefined ? {} : { secret: config.stytch.secret }),
    ...(config.management === undefined
      ? {}
      : {
          workspaceKeyId: config.management.keyId,
          workspaceKeySecret: config.management.keySecret,
        }),
    scopes: managementScopes(),
    onSecret: (value) => {
      secrets.push(value)
      plant(value)
    },
    ...(isLocal ? { authorizationEndpoint: `${config.publicUrl}/oauth/authorize` } : {}),
    ...(dependencies.now === undefined ? {} : { now: dependencies.now }),
  })
  /** Local Stytch under the project's own name; a given-up request rejects, as on a network. */
  async function answer(request: Request): Promise<Response> {
    const { pathname, search: query } = new URL(request.url)
    const response = await local.fetch(new Request(new URL(pathname + query, localUrl), request))
    request.signal.throwIfAborted()
    return pathname.startsWith('/pwa/') ? withCanary(response) : response
  }
  const app = createApp(config, {
    auditSink: audit,
    ...dependencies,
    log: createLog({
      level: 'debug',
      write(line) {
        search('the log', line)
        lines.push(line)
      },
    }),
    fetch: ((input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input, init)
      egress.push(`${request.method} ${request.url}`)
      return upstream(request, answer)
    }) as typeof fetch,
  })

  return {
    config,
    local,
    lines,
    egress,
    secrets,
    trail,
    async send(path, init) {
      const request = new Request(new URL(path, config.publicUrl), init)
      const response = await app.fetch(request)
      // The one place where a secret is said, to the one person it is for.
      return path.startsWith('/secrets/') ? response : searched(path, response)
    },
    knob,
    async token(mint = {}) {
      const body = await knob('tokens', {
        kind: 'access',
        scope: SCOPES,
        user: 'ada@example.com',
        ...mint,
        claims: { ...(isLocal ? {} : { iss: domain }), ...(mint.claims as object) },
      })
      return body.token as string
    },
  }

  async function knob(path: string, body: object): Promise<Record<string, unknown>> {
    const response = await local.fetch(
      new Request(`${localUrl}/local/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`/local/${path}: ${JSON.stringify(answer)}`)
    return answer
  }
}

const CANARY = 'canary-value-that-no-schema-knows'
plant(CANARY)

/** A field Stytch may add some day, with something in it that nobody asked for. */
async function withCanary(response: Response): Promise<Response> {
  if (!response.headers.get('content-type')?.startsWith('application/json')) return response
  const text = await response.text()
  const answer = whatFitsIntoOne(text)
  if (answer === undefined) return new Response(text, response)
  const objects = Object.entries(answer).map(([name, value]) => [
    name,
    isPlain(value) && !WHOLE.includes(name) ? { ...value, secret_value2: CANARY } : value,
  ])
  const changed = JSON.stringify({ ...Object.fromEntries(objects), secret_value2: CANARY })
  return new Response(changed, response)
}

/** Not what a fault made of it. */
function whatFitsIntoOne(text: string): Record<string, unknown> | undefined {
  try {
    return text.length < 100_000 ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

/** Documents a tool writes back as it read them: unknown members would make it refuse. */
const WHOLE = ['config', 'policy']

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
