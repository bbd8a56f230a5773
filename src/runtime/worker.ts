/**
 * Entry for Cloudflare Workers: see deploy/wrangler.jsonc and docs/deploy/workers.md. The app is made with the
 * first request of an isolate and serves all others. Local Stytch is no part of it.
 */
import { ConfigError } from '../config.ts'
import { createLog, type Log } from '../observe/log.ts'
import { type Serve, type WorkerEnvironment, workerApp } from './worker-app.ts'

export { StoreObject } from '../store/cloudflare.ts'

/** The part of an `ExecutionContext` this entry uses. */
interface Context {
  waitUntil(work: Promise<unknown>): void
}

/** Milliseconds that work goes on whose client is gone: a little less than Workers allow, and no call takes longer. */
const LINGER = 25_000

let serve: Serve | undefined

/** What Workers call. */
interface Worker {
  fetch(request: Request, env: WorkerEnvironment, context: Context): Promise<Response>
}

const worker: Worker = {
  async fetch(request, env, context) {
    serve ??= serving(env)
    // With its client a request would end in the middle of what it does, and what it does may be of use to
    // others: they wait for the keys it fetches, for the place it takes, for its record in the trail.
    request.signal.addEventListener('abort', () => context.waitUntil(passed(LINGER)))
    return serve(request)
  },
}

export default worker

/** The app, or else what is said in its place. */
function serving(env: WorkerEnvironment): Serve {
  const log = createLog()
  try {
    return workerApp(env, log)
  } catch (error) {
    return () => unusable(error, log)
  }
}

/** Callers are told that it is nothing they did; what it is, the log says with every request. */
function unusable(error: unknown, log: Log): Response {
  const requestId = crypto.randomUUID()
  const problems = error instanceof ConfigError ? error.problems : []
  for (const { variable, problem, mend } of problems) {
    log('error', 'configuration unusable', { request_id: requestId, variable, problem, mend })
  }
  if (problems.length === 0) {
    const name = error instanceof Error ? error.name : typeof error
    log('error', 'server not built', { request_id: requestId, error: name })
  }
  const body = {
    error: 'server_misconfigured',
    error_description: 'The configuration of this server is not usable; its log says why',
    request_id: requestId,
  }
  return Response.json(body, { status: 500, headers: { 'Cache-Control': 'no-store' } })
}

function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
