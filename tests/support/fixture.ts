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
  const config = adjust(loadConfig(env))
  const lines: string[] = []
  const egress: string[] = []
  const { local: isLocal, domain, projectId, publicToken } = config.stytch
  const localUrl = isLocal ? domain : 'http://localhost:3001'
  const local = createLocalStytch({
    url: localUrl,
    projectId,
    publicToken,
    ...(isLocal ? { authorizationEndpoint: `${config.publicUrl}/oauth/authorize` } : {}),
    ...(dependencies.now === undefined ? {} : { now: dependencies.now }),
  })
  /** Local Stytch under the project's own name; a given-up request rejects, as on a network. */
  async function answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const response = await local.fetch(new Request(new URL(pathname + search, localUrl), request))
    request.signal.throwIfAborted()
    return response
  }
  const app = createApp(config, {
    ...dependencies,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
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
    send: async (path, init) => app.fetch(new Request(new URL(path, config.publicUrl), init)),
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
