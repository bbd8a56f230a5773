/** Our server with tools of its own that ask nobody, so that nothing but the server is measured. */
import {
  type AppDependencies,
  type Config,
  createApp,
  createLog,
  defineTool,
  type Environment,
  loadConfig,
} from '../../../src/index.ts'
import type { LateLine } from '../../../src/observe/log.ts'
import { type BenchTool, benchTools } from './tools.ts'

/** What a runtime does its own way. */
export interface Ways {
  readonly print: (line: string) => void
  readonly later?: (line: LateLine) => void
  readonly flush?: () => void
  readonly platform?: NonNullable<AppDependencies['platform']>
}

/**
 * Builds it.
 *
 * @param env its own variables, and: `BENCH_STYTCH`, where the project's domain really is, `BENCH_TOOLS`, how many
 *   tools there are, `BENCH_LOG=off`, to leave out request log and audit trail
 */
export function appUnderLoad(env: Environment, { print, later, flush, platform }: Ways) {
  const config: Config = loadConfig(env)
  const logs = env.BENCH_LOG !== 'off'
  const write = logs ? print : () => {}
  const together = logs && later ? { later } : {}
  const app = createApp(config, {
    tools: benchTools(Number(env.BENCH_TOOLS)).map(declared),
    fetch: reaching(env.BENCH_STYTCH as string),
    log: createLog({ write, ...together }),
    auditSink: { append: write, ...together, ...(flush && { flush }) },
    ...(platform && { platform }),
  })
  return { app, config }
}

function declared({ answer, ...tool }: BenchTool) {
  return defineTool({
    ...tool,
    toolset: 'bench',
    risk: 'read',
    scopes: ['openid'],
    run: async (_, { principal }) => {
      const { subject, clientId, scopes } = principal
      const { text, data } = answer({ subject, clientId, scopes: [...scopes] })
      return { summary: text, data }
    },
  })
}

/** The project's domain is nobody's: its paths are Local Stytch's. */
function reaching(stytch: string): typeof fetch {
  const there = (input: string | URL | Request, init?: RequestInit) =>
    fetch(new URL(new URL(input instanceof Request ? input.url : input).pathname, stytch), init)
  return there as typeof fetch
}
