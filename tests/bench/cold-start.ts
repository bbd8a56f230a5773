/**
 * How long from the start of a process to its first answer: our server as README starts it, with Local
 * Stytch beside it, and the bare echo, which shows what of that is the runtime's own.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../support/free-ports.ts'
import type { RuntimeName } from '../support/server-process.ts'
import { bundle, ROOT } from './bundle.ts'
import { median } from './compare.ts'
import type { Asking } from './comparisons.ts'
import { pinned } from './pinned.ts'
import type { ColdStartLine } from './results.ts'
import { COMMANDS } from './running.ts'

/** Milliseconds between two tries to connect, and after which a start has failed. */
const INTERVAL = 2
const PATIENCE = 20_000

/**
 * Starts each server so many times, and once before that does not count: runtimes keep what they compiled
 * in the home folder.
 */
export async function measureStarts(times: number, asking: Asking): Promise<ColdStartLine[]> {
  asking.says('cold start')
  await buildForNode()
  const home = await mkdtemp(join(tmpdir(), 'bench-start-'))
  const lines: ColdStartLine[] = []
  try {
    for (const row of asking.rows) {
      const { runtime } = row
      // Nobody starts a workerd for a Worker.
      if (runtime === 'workerd') continue
      if (row.role !== 'limit' && row.name !== `ours-${runtime}`) continue
      const file = row.role === 'limit' ? await bundle(row) : entryOf(runtime)
      const command = [...COMMANDS[runtime], file]
      await start(row.name, command, home)
      const taken: number[] = []
      for (let time = 0; time < times; time += 1) taken.push(await start(row.name, command, home))
      lines.push({
        what: row.title,
        runtime,
        median: Math.round(median(taken)),
        slowest: Math.round(Math.max(...taken)),
      })
    }
  } finally {
    await rm(home, { recursive: true })
  }
  return lines
}

/** What README's commands run in the end. */
function entryOf(runtime: RuntimeName): string {
  return join(ROOT, runtime === 'node' ? 'dist/node.js' : `src/runtime/${runtime}.ts`)
}

async function buildForNode(): Promise<void> {
  const build = Bun.spawn(['npm', 'run', '--silent', 'build:node'], { cwd: ROOT, stdout: 'ignore' })
  if ((await build.exited) !== 0) throw new Error('npm run build:node failed')
}

async function start(name: string, command: readonly string[], home: string): Promise<number> {
  const [port = 0, local = 0] = await freePorts(2)
  const began = performance.now()
  const child = Bun.spawn(pinned('server', command), {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      PORT: `${port}`,
      LOCAL_STYTCH_PORT: `${local}`,
    },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  })
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`${name} ended before it answered`)
      if (performance.now() - began > PATIENCE) throw new Error(`${name} does not answer`)
      const answered = await fetch(`http://127.0.0.1:${port}/mcp`, {
        method: 'POST',
        body: '{}',
      }).then(
        () => true,
        () => false,
      )
      if (answered) return performance.now() - began
      await Bun.sleep(INTERVAL)
    }
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
}
