/**
 * The app as a Worker runs it: configured by bindings, sharing what it must through a Durable Object. An isolate
 * may end at any time, and others serve the same people meanwhile, so what needs one lasting process is refused.
 */
import { createApp } from '../app.ts'
import { type Config, ConfigError, type ConfigProblem, loadConfig } from '../config.ts'
import { problem } from '../config-problem.ts'
import type { Log } from '../observe/log.ts'
import { durableObjectStore, type ObjectNamespace } from '../store/cloudflare.ts'

/** Bindings: the variables of docs/configuration.md, and where isolates share what they must. */
export interface WorkerEnvironment {
  readonly [variable: string]: unknown
  /** A namespace of `StoreObject`. */
  readonly STORE?: ObjectNamespace
}

/** Serves one request. */
export type Serve = (request: Request) => Response | Promise<Response>

/**
 * Builds the app. The rest of what a Worker is takes place in its entry.
 *
 * @throws {ConfigError} with every problem of the variables, or else of the surroundings
 */
export function workerApp(env: WorkerEnvironment, log: Log): Serve {
  const config = loadConfig(asVariables(env))
  const problems = surroundings(config, env)
  if (problems.length > 0) throw new ConfigError(problems)
  const { fetch } = createApp(config, {
    log,
    store: durableObjectStore(env.STORE as ObjectNamespace),
  })
  return (request) => fetch(request)
}

/** Whoever deploys a Worker has the Internet in front of it, unless they say that they have not. */
function asVariables(env: WorkerEnvironment): Record<string, string | undefined> {
  const texts = Object.entries(env).filter(([, value]) => typeof value === 'string')
  const variables = Object.fromEntries(texts) as Record<string, string>
  return { ...variables, NODE_ENV: variables.NODE_ENV || 'production' }
}

function surroundings({ mcp, redisUrl }: Config, { STORE }: WorkerEnvironment): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  if (!endsWorkWhenClientsLeave()) {
    problems.push(
      problem(
        'compatibility_flags',
        'do not hold "enable_request_signal", without which nobody says that a client is gone.',
        'Take them from deploy/wrangler.jsonc.',
      ),
    )
  }
  if (STORE === undefined) {
    problems.push(
      problem(
        'STORE',
        'is not bound, and what may be used once could be used once in every isolate.',
        'Take durable_objects and migrations from deploy/wrangler.jsonc.',
      ),
    )
  }
  if (mcp.stateKey === undefined) {
    problems.push(
      problem('MCP_STATE_KEY', 'is not set, and one isolate must open what another sealed.'),
    )
  }
  if (mcp.sessions) {
    problems.push(problem('MCP_SESSIONS', 'is on, and Workers have no sessions.', 'Leave it out.'))
  }
  if (redisUrl !== undefined) {
    problems.push(problem('REDIS_URL', 'is set, and Workers share STORE instead.', 'Leave it out.'))
  }
  return problems
}

/** @see https://developers.cloudflare.com/workers/configuration/compatibility-flags/ */
function endsWorkWhenClientsLeave(): boolean {
  const { Cloudflare } = globalThis as {
    Cloudflare?: { compatibilityFlags?: Readonly<Record<string, boolean>> }
  }
  return Cloudflare?.compatibilityFlags?.enable_request_signal === true
}
