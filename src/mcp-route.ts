/**
 * The way to the MCP endpoint. Requests of web pages pass the middleware that deals with pages; all others,
 * which are nearly all, go straight through the checks that concern them, and their response is made once.
 */
import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { Config } from './config.ts'
import { errorKind } from './errors.ts'
import { browserClients, hostRefusal, knownOrigin } from './host-and-origin.ts'
import type { Answer } from './mcp/answer.ts'
import type { McpEndpoint } from './mcp/endpoint.ts'
import type { Authenticate } from './oauth/authenticate.ts'
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
  /** For requests that no page sent; passes on the others. To stand before everything else. */
  readonly direct: MiddlewareHandler
  /** For those of pages, once they have an id and a host that is known. */
  pages(app: Hono<{ Variables: { requestId: string } }>, path: string): void
}

/** Answers about a person are nobody else's. */
const NO_STORE = { 'Cache-Control': 'no-store' }

/** Prepares both. */
export function mcpRoute(options: McpRouteOptions): McpRoute {
  const { config, authenticate, endpoint, platform, log, now } = options
  const refusal = hostRefusal(config, log)

  function serve(c: Context, requestId: string): Answer | Promise<Answer> {
    const caller = authenticate(c.req.raw, requestId)
    if (caller instanceof Promise) {
      return caller.then((known) => (known instanceof Response ? known : endpoint(c, known)))
    }
    return caller instanceof Response ? caller : endpoint(c, caller)
  }

  function finished(answer: Answer, c: Context, requestId: string, started: number): Response {
    const headers = { ...NO_STORE, 'X-Request-Id': requestId }
    // No page asks, so none need be told what it may read; but a cache must know that pages are.
    const response =
      typeof answer === 'string'
        ? platform.json(answer, { ...headers, Vary: 'Origin' })
        : varying(marked(answer, headers))
    logRequest(
      log,
      { requestId, request: c.req.raw, path: c.req.path },
      response.status,
      now() - started,
    )
    return response
  }

  async function later(c: Context, requestId: string, started: number, answer: Promise<Answer>) {
    try {
      return finished(await answer, c, requestId, started)
    } catch (error) {
      return finished(failure(log, error, requestId), c, requestId, started)
    }
  }

  function straight(c: Context): Response | Promise<Response> {
    const started = now()
    const requestId = crypto.randomUUID()
    try {
      const answer = refusal(c.req.raw) ?? serve(c, requestId)
      return answer instanceof Promise
        ? later(c, requestId, started, answer)
        : finished(answer, c, requestId, started)
    } catch (error) {
      return finished(failure(log, error, requestId), c, requestId, started)
    }
  }

  return {
    direct: (c, next) => {
      const { method, headers, url } = c.req.raw
      const straightforward =
        headers.get('origin') === null && method !== 'OPTIONS' && !url.includes('%')
      return straightforward ? (straight(c) as Promise<Response>) : next()
    },

    pages(app, path) {
      app.use(path, noStore, spelledOut, knownOrigin(config, log), browserClients(config))
      app.all(path, async (c) => {
        const answer = await serve(c, c.get('requestId'))
        return typeof answer === 'string' ? platform.json(answer, {}) : answer
      })
    },
  }
}

/** Puts headers on a response, in place of its own. */
function marked(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

function varying(response: Response): Response {
  response.headers.append('Vary', 'Origin')
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
  for (const [name, value] of Object.entries(NO_STORE)) c.res.headers.set(name, value)
}

/** `/%6dcp` is not `/mcp`: gateways in front of us may decide by the path as it was sent. */
const spelledOut: MiddlewareHandler = async (c, next) => {
  if (new URL(c.req.url).pathname !== c.req.path) return c.notFound()
  await next()
}
