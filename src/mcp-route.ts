/**
 * The way to the MCP endpoint. Requests of web pages pass the middleware that deals with pages; all others,
 * which are nearly all, go straight through the checks that concern them, past the router, and their response is
 * made once.
 */
import type { Hono, MiddlewareHandler } from 'hono'
import type { Config } from './config.ts'
import { errorKind } from './errors.ts'
import { browserClients, hostRefusal, knownOrigin } from './host-and-origin.ts'
import type { Answer } from './mcp/answer.ts'
import type { McpEndpoint } from './mcp/endpoint.ts'
import type { Authenticate, Authenticated } from './oauth/authenticate.ts'
import type { Log } from './observe/log.ts'
import { logRequest } from './observe/request-log.ts'
import type { Platform } from './platform.ts'

/** What the way leads through. */
export interface McpRouteOptions {
  readonly config: Config
  readonly authenticate: Authenticate
  readonly endpoint: McpEndpoint
  readonly platform: Platform
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Both ways to one endpoint. */
export interface McpRoute {
  /**
   * Answers requests for the endpoint that no page sent.
   *
   * @returns `undefined` for all others: they go by way of the router
   */
  straight(request: Request): Response | Promise<Response> | undefined
  /** For requests of pages, once they have an id and a host that is known. */
  pages(app: Hono<{ Variables: { requestId: string } }>, path: string): void
}

/** Paths of the MCP endpoint. */
export const MCP_PATHS: readonly string[] = ['/mcp', '/mcp/']

/** Answers about a person are nobody else's. */
const NO_STORE = 'no-store'

/** Prepares both. */
export function mcpRoute(options: McpRouteOptions): McpRoute {
  const { config, authenticate, endpoint, platform, log, now } = options
  const refusal = hostRefusal(config, log)

  function serve(request: Request, requestId: string): Answer | Promise<Answer> {
    const caller = authenticate(request, requestId)
    return caller instanceof Promise ? admitLater(request, caller) : admit(request, caller)
  }

  function admit(request: Request, caller: Authenticated | Response): Answer | Promise<Answer> {
    return caller instanceof Response ? caller : endpoint(request, caller)
  }

  async function admitLater(
    request: Request,
    caller: Promise<Authenticated | Response>,
  ): Promise<Answer> {
    return admit(request, await caller)
  }

  /** Puts headers on a response, and tells whoever must know that it is a stream. */
  function finish(
    answer: Response,
    request: Request,
    headers: Readonly<Record<string, string>>,
  ): Response {
    if (isStream(answer)) platform.streams?.(request)
    return marked(answer, headers)
  }

  /** What is under way: a request that came straight. */
  class Straight {
    readonly #started = now()
    readonly #id = crypto.randomUUID()

    constructor(
      private readonly request: Request,
      private readonly path: string,
    ) {}

    answer(): Response | Promise<Response> {
      try {
        const answer = refusal(this.request) ?? serve(this.request, this.#id)
        return answer instanceof Promise ? this.#later(answer) : this.#finished(answer)
      } catch (error) {
        return this.#failed(error)
      }
    }

    async #later(answer: Promise<Answer>): Promise<Response> {
      try {
        return this.#finished(await answer)
      } catch (error) {
        return this.#failed(error)
      }
    }

    #failed(error: unknown): Response {
      return this.#finished(failure(log, error, this.#id))
    }

    #finished(answer: Answer): Response {
      const { request, path } = this
      const requestId = this.#id
      // No page asks, so none need be told what it may read; but a cache must know that pages are.
      const response =
        typeof answer === 'string'
          ? new Response(answer, {
              headers: {
                'Content-Type': 'application/json',
                'Cache-Control': NO_STORE,
                'X-Request-Id': requestId,
                Vary: 'Origin',
              },
            })
          : finish(answer, request, {
              'Cache-Control': NO_STORE,
              'X-Request-Id': requestId,
              Vary: varies(answer),
            })
      logRequest(log, { requestId, request, path }, response.status, now() - this.#started)
      return response
    }
  }

  return {
    straight(request) {
      const path = straightPath(request)
      return path === undefined ? undefined : new Straight(request, path).answer()
    },

    pages(app, path) {
      app.use(path, noStore, spelledOut, knownOrigin(config, log), browserClients(config))
      app.all(path, async (c) => {
        const { raw } = c.req
        const answer = await serve(raw, c.get('requestId'))
        return typeof answer === 'string'
          ? new Response(answer, { headers: { 'Content-Type': 'application/json' } })
          : finish(answer, raw, {})
      })
    },
  }
}

/** The path of a request that goes straight, as it was sent; one that must be decoded to be known does not. */
function straightPath({ url, method, headers }: Request): string | undefined {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  const path = url.slice(start, query < 0 ? undefined : query)
  const straight =
    MCP_PATHS.includes(path) && headers.get('origin') === null && method !== 'OPTIONS'
  return straight ? path : undefined
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

function varies({ headers }: Response): string {
  const own = headers.get('vary')
  return own === null ? 'Origin' : `${own}, Origin`
}

/** Puts headers on a response, in place of its own. */
function marked(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** The answer to what failed on this server, and its line in the log. */
export function failure(log: Log, error: unknown, requestId: string): Response {
  const { status, level, sentence } = errorKind('internal_error')
  const name = error instanceof Error ? error.name : typeof error
  log(level, 'request failed', { request_id: requestId, error: name })
  return Response.json(
    { error: 'internal_error', error_description: sentence, request_id: requestId },
    { status },
  )
}

/** Set last: transports have an opinion of their own. */
const noStore: MiddlewareHandler = async (c, next) => {
  await next()
  c.res.headers.set('Cache-Control', NO_STORE)
}

/** `/%6dcp` is not `/mcp`: gateways in front of us may decide by the path as it was sent. */
const spelledOut: MiddlewareHandler = async (c, next) => {
  if (new URL(c.req.url).pathname !== c.req.path) return c.notFound()
  await next()
}
