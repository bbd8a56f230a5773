/**
 * Starts the server, and Local Stytch beside it when no Stytch project is configured, and ends it when
 * asked to. Each runtime's entry brings only what runtimes do differently: how to listen, how to exit,
 * where output goes.
 */
import { createApp } from '../app.ts'
import { type Config, ConfigError, type Environment, loadConfig } from '../config.ts'
import { createLocalStytch, type LocalStytch } from '../local/index.ts'
import { createLog, type LateLine } from '../observe/log.ts'
import type { Platform } from '../platform.ts'
import { findingsText, selfCheck, withoutSelfCheck } from '../self-check.ts'
import { VERSION } from '../version.ts'
import { managementScopes } from './management-scopes.ts'
import { sharedStore } from './shared-store.ts'

type Fetch = (request: Request) => Response | Promise<Response>

/** Accepts no more connections; resolves when those there are have been served. */
type Close = () => Promise<unknown>

/** What a runtime does its own way. */
export interface Runtime {
  readonly env: Environment
  /** Resolves once connections are accepted; rejects when the address cannot be had. */
  readonly listen: (fetch: Fetch, address: { host: string; port: number }) => Promise<Close>
  /** Calls back whenever the process is asked to end. */
  readonly onStop: (stop: () => void) => void
  /** Takes a line for standard output, and writes it before long. */
  readonly print: (line: string) => void
  /** Takes a line that is made when it is written; absent where each is written at once. */
  readonly later?: (line: LateLine) => void
  /** Writes the lines that were taken; throws when that cannot be done. */
  readonly flush: () => void
  readonly platform: Platform
  readonly printError: (line: string) => void
  readonly exit: (code: number) => void
}

/** Local Stytch is for this machine only, whatever HOST says. */
const LOOPBACK = '127.0.0.1'

/** Milliseconds from the signal to the end. What starts and stops processes often waits for ten seconds. */
const DEADLINE = 8_000

/**
 * Starts everything. A configuration that is not usable, or an address in use, ends the process with
 * status 1 and a sentence for each reason.
 */
export async function start(runtime: Runtime): Promise<void> {
  try {
    const config = loadConfig(runtime.env)
    if (config.stytch.local) await startLocalStytch(config, runtime)
    // On Deno Deploy every cold start would ask, while somebody waits.
    let checking = runtime.env.DENO_DEPLOYMENT_ID === undefined
    const { print, later, flush } = runtime
    const lines = { write: print, ...(later && { later }) }
    const log = withoutSelfCheck(createLog(lines), () => checking)
    const stopping = new AbortController()
    const shared = config.redisUrl && (await sharedStore(config.redisUrl, { log }))
    const app = createApp(config, {
      log,
      auditSink: { append: print, flush, ...(later && { later }) },
      platform: runtime.platform,
      stopping: stopping.signal,
      ...(shared && { store: shared.store }),
    })
    const close = await runtime.listen(app.fetch, config.listen)
    runtime.onStop(() => {
      if (!stopping.signal.aborted) void end(runtime, close, stopping)
    })
    print(banner(config))
    flush()
    if (!checking) return
    // Nothing waits for it.
    void selfCheck(config, fetch).then((findings) => {
      checking = false
      if (findings.length > 0) runtime.printError(findingsText(findings))
    })
  } catch (error) {
    runtime.printError(reason(error))
    runtime.exit(1)
  }
}

/** Ends the process: streams first, then whatever is still being answered, then the rest. */
async function end({ exit }: Runtime, close: Close, stopping: AbortController): Promise<void> {
  const closed = close()
  stopping.abort()
  const late = new Promise((resolve) => setTimeout(resolve, DEADLINE))
  await Promise.race([closed, late])
  exit(0)
}

async function startLocalStytch(config: Config, { listen, print }: Runtime): Promise<void> {
  const { domain, projectId, publicToken, secret } = config.stytch
  const { management } = config
  const local: LocalStytch = createLocalStytch({
    url: domain,
    authorizationEndpoint: `${config.publicUrl}/oauth/authorize`,
    projectId,
    publicToken,
    ...(secret === undefined ? {} : { secret }),
    ...(management && {
      workspaceKeyId: management.keyId,
      workspaceKeySecret: management.keySecret,
    }),
    scopes: managementScopes(),
    onMail: ({ to, subject, link }) => print(`Mail to ${to}: ${subject}\n  ${link}`),
  })
  await listen(local.fetch, { host: LOOPBACK, port: Number(new URL(domain).port) })
}

function banner({ resource, stytch }: Config): string {
  const lines = [
    `Stytch MCP Server ${VERSION}`,
    `  MCP endpoint  ${resource}`,
    stytch.local
      ? `  Local Stytch  ${stytch.domain}  (no Stytch project is configured)`
      : `  Stytch        ${stytch.domain}  (${stytch.projectId})`,
    ...(stytch.local ? ['  Sign in as    ada@example.com  with password  local-stytch'] : []),
    `  Connect       claude mcp add --transport http stytch ${resource}`,
  ]
  return lines.join('\n')
}

function reason(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  const code = (error as { code?: string }).code
  if (code === 'EADDRINUSE' || (error as Error).name === 'AddrInUse') {
    return 'A port is taken by another program. Set PORT and LOCAL_STYTCH_PORT to free ones.'
  }
  return `The server could not start: ${(error as Error).message}`
}
