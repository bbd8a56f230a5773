/** Starts the server under test in a process of its own, with the proxy in front of it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePorts } from '../support/free-ports.ts'
import { printedBy } from '../support/printed.ts'
import type { RuntimeName } from '../support/server-process.ts'
import { startProxy } from './proxy.ts'

/** A server under test. */
export interface UnderTest {
  /** MCP endpoint of the proxy: what the suite is given. */
  readonly proxied: string
  /** MCP endpoint of the server itself: refuses whoever brings no token. */
  readonly direct: string
  readonly localStytch: string
  /** Where the authorization-server scenarios listen for their callback. */
  readonly callbackPort: number
  /** An access token of ada's with these scopes. */
  token(scope: string): Promise<string>
  stop(): Promise<void>
}

const ROOT = resolve(import.meta.dir, '../..')
const BIN = join(ROOT, 'node_modules/.bin')
const ENTRIES = join(ROOT, 'tests/conformance/entries')
const GUARD = join(ROOT, 'tests/support/egress-guard.mjs')
const BUNDLE = join(ROOT, 'dist/conformance-node.js')

const COMMANDS: Record<RuntimeName, (hosts: string[]) => string[]> = {
  bun: () => [join(BIN, 'bun'), '--preload', GUARD, join(ENTRIES, 'bun.ts')],
  node: () => ['node', '--import', GUARD, BUNDLE],
  deno: (hosts) => [
    join(BIN, 'deno'),
    'run',
    '--no-prompt',
    '--cached-only',
    `--allow-net=${hosts.join(',')}`,
    '--allow-env',
    join(ENTRIES, 'deno.ts'),
  ],
}

/**
 * Starts everything and waits until it answers.
 *
 * @throws with the output, when the server ends before it answers; when it serves whoever asks
 */
export async function startUnderTest(runtime: RuntimeName): Promise<UnderTest> {
  if (runtime === 'node') await bundle()
  const [port, localPort, proxyPort, callbackPort] = (await freePorts(4)) as [
    number,
    number,
    number,
    number,
  ]
  const hosts = [port, localPort].flatMap((p) => [`localhost:${p}`, `127.0.0.1:${p}`])
  const scratch = await mkdtemp(join(tmpdir(), 'stytch-conformance-'))
  const child = Bun.spawn(COMMANDS[runtime](hosts), {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: scratch,
      PORT: `${port}`,
      // The suite sends the Host of the address it was given, and that is the proxy's.
      PUBLIC_URL: `http://localhost:${proxyPort}`,
      LOCAL_STYTCH_PORT: `${localPort}`,
      CALLBACK_PORT: `${callbackPort}`,
      MCP_SESSIONS: 'memory',
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const printed = printedBy(child)
  const end = async () => {
    child.kill()
    await child.exited
    await rm(scratch, { recursive: true })
  }

  const localStytch = `http://localhost:${localPort}`
  const token = async (scope: string) => {
    const response = await fetch(`${localStytch}/local/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'access', user: 'ada@example.com', scope }),
    })
    return ((await response.json()) as { token: string }).token
  }
  try {
    const status = await answers(`http://127.0.0.1:${port}/mcp`, child, () => printed.ended)
    // A green run through the proxy proves something only about a server that refuses everybody else.
    if (status !== 401) throw new Error(`without a token the server answers ${status}, not 401`)
    const proxy = await startProxy(proxyPort, port, await token('openid email profile'))
    return {
      proxied: `http://localhost:${proxyPort}/mcp`,
      direct: `http://127.0.0.1:${port}/mcp`,
      localStytch,
      callbackPort,
      token,
      async stop() {
        await proxy.close()
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}

let bundled: Promise<void> | undefined
function bundle(): Promise<void> {
  bundled ??= (async () => {
    const esbuild = Bun.spawn(
      [
        join(BIN, 'esbuild'),
        join(ENTRIES, 'node.ts'),
        '--bundle',
        '--platform=node',
        '--format=esm',
        '--packages=external',
        `--outfile=${BUNDLE}`,
        '--log-level=warning',
      ],
      { cwd: ROOT, stdout: 'ignore' },
    )
    if ((await esbuild.exited) !== 0) throw new Error('the conformance server could not be bundled')
  })()
  return bundled
}

/** Asks until there is an answer, or until the process has ended; returns the answer's status. */
async function answers(
  url: string,
  { exited }: { exited: Promise<number> },
  output: () => Promise<string>,
): Promise<number> {
  let ended = false
  exited.then(() => {
    ended = true
  })
  for (;;) {
    if (ended) throw new Error(`the server under test ended:\n${await output()}`)
    const status = await fetch(url).then(
      (response) => response.status,
      () => undefined,
    )
    if (status !== undefined) return status
    await Bun.sleep(20)
  }
}
