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
  /** Mints a token at Local Stytch: a good access token of ada's unless told otherwise. */
  token(mint?: Mint): Promise<string>
}

/** What a test may choose. */
export interface FixtureOptions extends Omit<AppDependencies, 'fetch' | 'log'> {
  readonly env?: Record<string, string>
  /** Stands between the app and Local Stytch. */
  readonly upstream?: (
    request: Request,
    next: (request: Request) => Promise<Response>,
  ) => Promise<Response>
}

const SCOPES = 'openid email profile'

/** Builds a fixture. Nothing listens; nothing leaves the process. */
export function createFixture(options: FixtureOptions = {}): Fixture {
  const { env = {}, upstream = (request, next) => next(request), ...dependencies } = options
  const config = loadConfig(env)
  const lines: string[] = []
  const egress: string[] = []
  const { local: isLocal, domain, projectId, publicToken } = config.stytch
  const localUrl = isLocal ? domain : 'http://localhost:3001'
  const local = createLocalStytch({
    url: localUrl,
    ...(isLocal
      ? { authorizationEndpoint: `${config.publicUrl}/oauth/authorize`, projectId, publicToken }
      : {}),
    ...(dependencies.now === undefined ? {} : { now: dependencies.now }),
  })
  const app = createApp(config, {
    ...dependencies,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    fetch: ((input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input, init)
      egress.push(`${request.method} ${request.url}`)
      return upstream(request, local.fetch)
    }) as typeof fetch,
  })

  return {
    config,
    local,
    lines,
    egress,
    send: async (path, init) => app.fetch(new Request(new URL(path, config.publicUrl), init)),
    async token(mint = {}) {
      const response = await local.fetch(
        new Request(`${localUrl}/local/tokens`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ kind: 'access', scope: SCOPES, user: 'ada@example.com', ...mint }),
        }),
      )
      const body = (await response.json()) as { token?: string }
      if (body.token === undefined) throw new Error(`not minted: ${JSON.stringify(body)}`)
      return body.token
    },
  }
}
