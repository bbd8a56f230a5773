/**
 * The server as a Worker, in the real workerd, as Cloudflare would run it: without Node's modules, with nothing
 * to reach but this machine. Local Stytch runs beside it, in this process.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { createLocalStytch } from '../../src/local/index.ts'
import { managementScopes } from '../../src/runtime/management-scopes.ts'
import { plant, search } from './canaries.ts'
import { freePorts } from './free-ports.ts'
import { printedBy } from './printed.ts'
import type { ServerProcess } from './server-process.ts'
import { SWITCHES } from './switches.ts'
import { bundleWorker } from './worker-bundle.ts'

const ROOT = resolve(import.meta.dir, '../..')
export const WORKERD = join(ROOT, 'node_modules/.bin/workerd')
const ENTRY = join(ROOT, 'src/runtime/worker.ts')

/** What every isolate of a deployment is given. */
const BINDINGS = {
  NODE_ENV: 'development',
  MCP_STATE_KEY: 'sealed for as long as a test takes',
}

/** A Worker and its surroundings. */
export interface WorkerOptions {
  /** Text bindings. */
  readonly env: Readonly<Record<string, string>>
  readonly port: number
  /** The module's text. */
  readonly module: string
  /** Beside those of deploy/wrangler.jsonc. */
  readonly flags?: readonly string[]
  /** Whether there is a namespace of `StoreObject`, bound as STORE. Default: yes. */
  readonly store?: boolean
}

/** A running workerd. */
export interface Workerd {
  readonly exited: Promise<number>
  /** Everything it has printed so far. */
  output(): string
  terminate(): Promise<number>
  stop(): Promise<void>
}

/**
 * Writes down a Worker for workerd.
 *
 * @returns a folder, which is the caller's to remove: `workerd serve <folder>/config.capnp`
 */
export async function writeWorker(options: WorkerOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stytch-mcp-workerd-'))
  await writeFile(join(folder, 'worker.js'), options.module)
  await writeFile(join(folder, 'config.capnp'), configuration(options, await deployed()))
  return folder
}

/** Starts workerd with one Worker. It may not answer yet. */
export async function startWorkerd(options: WorkerOptions): Promise<Workerd> {
  const folder = await writeWorker(options)
  const child = Bun.spawn([WORKERD, 'serve', 'config.capnp'], {
    cwd: folder,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const printed = printedBy(child)
  const exited = child.exited.then(async (code) => {
    search('what a Worker printed', await printed.ended)
    return code
  })
  const ended = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    exited,
    output: printed.text,
    terminate: () => ended('SIGTERM'),
    async stop() {
      await ended('SIGKILL')
      await rm(folder, { recursive: true })
    },
  }
}

/**
 * Starts the server's own Worker, and waits until it answers, with whatever status.
 *
 * @param env added to the bindings
 * @throws with the output, when workerd ends before it answers
 */
export async function startWorker(
  env: Record<string, string> = {},
  options: Partial<Pick<WorkerOptions, 'flags' | 'store'>> = {},
): Promise<ServerProcess> {
  const [port, localPort] = (await freePorts(2)) as [number, number]
  const localStytch = startLocalStytch(port, localPort)
  const ports = { PORT: `${port}`, LOCAL_STYTCH_PORT: `${localPort}` }
  const workerd = await startWorkerd({
    env: { ...BINDINGS, ...ports, ...SWITCHES, ...env },
    port,
    module: await bundled(),
    ...options,
  })
  const url = `http://localhost:${port}`
  const stop = async () => {
    await workerd.stop()
    await localStytch.stop(true)
  }
  await answers(`${url}/healthz`, workerd).catch(async (error) => {
    await stop()
    throw error
  })
  return {
    url,
    localStytch: localStytch.url.origin,
    output: workerd.output,
    // Its configuration lets it reach nothing else.
    egress: async () => [],
    terminate: workerd.terminate,
    stop,
  }
}

/** Asks until there is an answer of any status, or workerd has ended. */
export async function answers(url: string, { exited, output }: Workerd): Promise<void> {
  let gone = false
  void exited.then(() => {
    gone = true
  })
  while (!gone) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return
    await Bun.sleep(20)
  }
  throw new Error(`workerd ended:\n${output()}`)
}

let module: Promise<string> | undefined
function bundled(): Promise<string> {
  module ??= bundleWorker(ENTRY)
  return module
}

function startLocalStytch(port: number, localPort: number) {
  for (const secret of [LOCAL_PROJECT.secret, LOCAL_PROJECT.workspaceKeySecret]) plant(secret)
  const local = createLocalStytch({
    ...LOCAL_PROJECT,
    url: `http://localhost:${localPort}`,
    authorizationEndpoint: `http://localhost:${port}/oauth/authorize`,
    scopes: managementScopes(),
    onSecret: plant,
  })
  return Bun.serve({ hostname: 'localhost', port: localPort, idleTimeout: 60, fetch: local.fetch })
}

/** What deploy/wrangler.jsonc says of the runtime. */
export interface Deployed {
  readonly compatibility_date: string
  readonly compatibility_flags: readonly string[]
}

/** Reads deploy/wrangler.jsonc. */
export async function deployed(): Promise<Deployed> {
  return Bun.JSONC.parse(
    await readFile(join(ROOT, 'deploy/wrangler.jsonc'), 'utf8'),
  ) as unknown as Deployed
}

function configuration(
  { env, port, flags, store = true }: WorkerOptions,
  { compatibility_date, compatibility_flags }: Deployed,
): string {
  const texts = Object.entries(env).map(
    ([name, text]) => `(name = "${name}", text = ${quoted(text)})`,
  )
  const bindings = [
    ...texts,
    ...(store ? ['(name = "STORE", durableObjectNamespace = "StoreObject")'] : []),
  ]
  const listed = (items: readonly string[]) => items.join(', ')
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["local"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "${compatibility_date}",
  compatibilityFlags = [${listed((flags ?? compatibility_flags).map(quoted))}],
  ${store ? 'durableObjectNamespaces = [(className = "StoreObject", uniqueKey = "store", enableSql = true)],\n  durableObjectStorage = (inMemory = void),' : ''}
  bindings = [${listed(bindings)}],
);
`
}

/** Text as Cap'n Proto writes it. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
