/** Servers have one core, the load generator another: neither takes from the other what is measured. */
import { availableParallelism } from 'node:os'

/** Whether this machine can do that: Linux, `taskset`, two cores. */
export const PINNED = Bun.which('taskset') !== null && availableParallelism() > 1

/** A command on the core of servers or of the load generator. */
export function pinned(role: 'server' | 'load', command: readonly string[]): string[] {
  return PINNED ? ['taskset', '-c', role === 'server' ? '0' : '1', ...command] : [...command]
}
