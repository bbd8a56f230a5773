/** The server as a process of its own, under each runtime, as a user starts it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { variables } from '../../src/config-variables.ts'
import { plant, search } from './canaries.ts'
import { freePorts } from './free-ports.ts'
import { printedBy } from './printed.ts'
import { SWITCHES } from './switches.ts'

export type RuntimeName = 'bun' | 'node' | 'deno'

export const RUNTIMES: readonly RuntimeName[] = ['bun', 'node', 'deno']

const ROOT = resolve(import.meta.dir, '../..')
const BIN = join(ROOT, 'node_modules/.bin')
const GUARD = join(ROOT, 'tests/support/egress-guard.mjs')

/** A running server. */
export interface ServerProcess {
  readonly url: string
  readonly localStytch: string
  /** Everything it has printed so far. */
  output(): string
  /** Hosts it connected to; Deno is held by its permissions instead and records none. */
  egress(): Promise<string[]>
  /** Asks it to end, as an operator would; resolves with its exit code. */
  terminate(): Promise<number>
  stop(): Promise<void>
}

/** How to start each runtime so that it cannot leave this machine. */
const COMMANDS: Record<RuntimeName, (hosts: string[]) => string[]> = {
  bun: () => [join(BIN, 'bun'), '--preload', GUARD, join(ROOT, 'src/runtime/bun.ts')],
  node: () => ['node', '--import', GUARD, join(ROOT, 'dist/node.js')],
  deno: (hosts) => [
    join(BIN, 'deno'),
    'run',
    '--no-prompt',
    '--cached-only',
    `--allow-net=${hosts.join(',')}`,
    `--allow-env=${Object.keys(variables.shape).join(',')}`,
    join(ROOT, 'src/runtime/deno.ts'),
  ],
}

/**
 * Starts the server with Local Stytch and waits until it answers.
 *
 * @param env added to the environment
 * @throws with the output, when it ends before it answers
 */
export async function startServer(
  runtime: RuntimeName,
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  if (runtime === 'node') await buildForNode()
  const [port, localPort] = (await freePorts(2)) as [number, number]
  const scratch = await mkdtemp(join(tmpdir(), 'stytch-mcp-'))
  const log = join(scratch, 'egress')
  const hosts = [port, localPort].flatMap((p) => [`localhost:${p}`, `127.0.0.1:${p}`])
  const child = Bun.spawn(COMMANDS[runtime](hosts), {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: scratch,
      PORT: `${port}`,
      LOCAL_STYTCH_PORT: `${localPort}`,
      EGRESS_LOG: log,
      ...SWITCHES,
      ...env,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  for (const secret of [LOCAL_PROJECT.secret, LOCAL_PROJECT.workspaceKeySecret]) plant(secret)
  const printed = printedBy(child)
  const searched = printed.ended.then((output) => {
    search(`what a server on ${runtime} printed`, output)
    return output
  })
  const server: ServerProcess = {
    url: `http://localhost:${port}`,
    localStytch: `http://localhost:${localPort}`,
    output: printed.text,
    egress: async () => [...new Set((await readFile(log, 'utf8')).trim().split('\n'))],
    terminate() {
      child.kill('SIGTERM')
      return child.exited
    },
    async stop() {
      // How it ends in its own time, `terminate` shows.
      child.kill('SIGKILL')
      await child.exited
      await rm(scratch, { recursive: true })
    },
  }
  await answers(
    `${server.url}/healthz`,
    child.exited.then(() => searched),
  )
  return server
}

let built: Promise<void> | undefined
function buildForNode(): Promise<void> {
  built ??= (async () => {
    const build = Bun.spawn(['npm', 'run', '--silent', 'build:node'], {
      cwd: ROOT,
      stdout: 'ignore',
    })
    if ((await build.exited) !== 0) throw new Error('npm run build:node failed')
  })()
  return built
}

/** Asks until there is an answer, or until the process has ended. */
async function answers(url: string, ended: Promise<string>): Promise<void> {
  let gone: string | undefined
  ended.then((output) => {
    gone = output
  })
  for (;;) {
    if (gone !== undefined) throw new Error(`the server ended:\n${gone}`)
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    await Bun.sleep(20)
  }
}
