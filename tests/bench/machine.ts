/** Where a run took place, as far as its numbers depend on it. */
import { availableParallelism, cpus, release, type } from 'node:os'
import { join } from 'node:path'
import type { RuntimeName } from '../support/server-process.ts'
import { ROOT } from './bundle.ts'

/** A machine. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly os: string
  readonly runtimes: Readonly<Record<RuntimeName, string>>
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    os: `${type()} ${release()}`,
    runtimes: {
      bun: Bun.version,
      node: version('node'),
      deno: version(join(ROOT, 'node_modules/.bin/deno')),
    },
  }
}

function version(program: string): string {
  const printed = Bun.spawnSync([program, '--version']).stdout.toString()
  return /\d+\.\d+\.\d+/.exec(printed)?.[0] ?? 'absent'
}
