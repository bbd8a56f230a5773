/**
 * Our server, with tools of its own that ask nobody. The bundler puts this in the place of
 * `src/runtime/start.ts`, so that each runtime's entry listens here just as it does for everyone.
 */
import { createApp, createLog, defineTool, loadConfig } from '../../../src/index.ts'
import type { Runtime } from '../../../src/runtime/start.ts'
import { type BenchTool, benchTools } from './tools.ts'

/**
 * Starts it. `BENCH_STYTCH` is where the project's domain really is, `BENCH_TOOLS` how many tools there
 * are, `BENCH_LOG=off` leaves out request log and audit trail.
 */
export async function start({ env, listen, print, flush, platform }: Runtime): Promise<void> {
  const config = loadConfig(env)
  const write = env.BENCH_LOG === 'off' ? () => {} : print
  const app = createApp(config, {
    tools: benchTools(Number(env.BENCH_TOOLS)).map(declared),
    fetch: reaching(env.BENCH_STYTCH as string),
    log: createLog({ write }),
    auditSink: { append: write, flush },
    platform,
  })
  await listen(app.fetch, config.listen)
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
