/** Where a run took place, as far as its numbers depend on it. */
import { availableParallelism, cpus, release, type } from 'node:os'
import { join } from 'node:path'
import { WORKERD } from '../support/worker-process.ts'
import { ROOT } from './bundle.ts'
import type { RowRuntime } from './rows.ts'

/** A machine. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly os: string
  /** Versions of those there were. */
  readonly runtimes: Readonly<Partial<Record<RowRuntime, string>>>
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
      workerd: version(WORKERD),
    },
  }
}

function version(program: string): string {
  const printed = Bun.spawnSync([program, '--version']).stdout.toString()
  return /\d+[.-]\d+[.-]\d+/.exec(printed)?.[0] ?? 'absent'
}
