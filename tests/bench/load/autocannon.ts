/** autocannon, on Node.js, for machines without wrk. Fast servers are faster than it is. */
import { join } from 'node:path'
import { BENCH } from '../bundle.ts'
import { pinned } from '../pinned.ts'
import type { Load, LoadJob, LoadOutcome } from './load.ts'

const PEERS = join(BENCH, 'peers')

/** @returns the generator; its package must be installed */
export async function autocannon(): Promise<Load> {
  const { version } = await Bun.file(join(PEERS, 'node_modules/autocannon/package.json')).json()
  return { name: `autocannon ${version}`, run }
}

async function run(job: LoadJob): Promise<LoadOutcome> {
  const child = Bun.spawn(pinned('load', ['node', join(PEERS, 'autocannon.mjs')]), {
    stdin: new Blob([JSON.stringify(job)]),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [printed, complaints] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  if ((await child.exited) !== 0) throw new Error(`autocannon: ${complaints}`)
  return { ...JSON.parse(printed), cpu: Number(child.resourceUsage()?.cpuTime.total ?? 0) }
}
