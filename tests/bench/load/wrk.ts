/** wrk, where it is installed: one thread in C keeps up with every server there is. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pinned } from '../pinned.ts'
import type { Load, LoadJob, LoadOutcome } from './load.ts'

const SCRIPT = join(import.meta.dir, 'wrk.lua')

/** @returns the generator, or `undefined` when there is no wrk here */
export function wrk(): Load | undefined {
  const program = Bun.which('wrk')
  if (program === null) return undefined
  // Its version is the first line of its usage, which it prints as a complaint.
  const usage = Bun.spawnSync([program, '-v']).stdout.toString()
  const version = /^wrk (?:debian\/)?([\w.]+)/.exec(usage)?.[1] ?? 'of unknown version'
  return { name: `wrk ${version}`, run: (job) => run(program, job) }
}

async function run(program: string, job: LoadJob): Promise<LoadOutcome> {
  const { request, tokens, connections, seconds, port } = job
  const folder = await mkdtemp(join(tmpdir(), 'bench-wrk-'))
  try {
    const files = {
      head: request.head,
      tail: `\r\n\r\n${request.body}`,
      tokens: request.authorized ? tokens.join('\n') : '',
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const child = Bun.spawn(
      pinned('load', [
        program,
        '-t1',
        `-c${connections}`,
        `-d${seconds}s`,
        `-s${SCRIPT}`,
        `http://127.0.0.1:${port}`,
        '--',
        folder,
        `${job.first % Math.max(1, tokens.length)}`,
      ]),
      { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
    )
    const [printed, complaints] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    if ((await child.exited) !== 0) throw new Error(`wrk: ${complaints}${printed}`)
    const cpu = Number(child.resourceUsage()?.cpuTime.total ?? 0)
    return { ...outcome(printed, request.status), cpu }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * Reads what the script printed.
 *
 * @param status of the right answer: wrk counts every status from 400 on as an error, and it is one unless
 *   it was asked for
 */
export function outcome(printed: string, status: number): Omit<LoadOutcome, 'cpu'> {
  const line = printed.split('\n').find((one) => one.startsWith('{'))
  if (line === undefined) throw new Error(`wrk printed no result: ${printed}`)
  const { requests, microseconds, p50, p99, refused, broken } = JSON.parse(line)
  const wrong = status >= 400 ? requests - refused : refused
  return { requests, seconds: microseconds / 1e6, p50, p99, failures: wrong + broken }
}
