/** What a process has cost so far, from Linux's `/proc`; elsewhere nobody knows. And the machine as a whole. */
import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'

/** CPU time of all threads in microseconds, in steps of 10,000; resident memory in bytes. */
export interface Cost {
  readonly cpu: number
  readonly rss: number
}

/** Linux counts time for user space in hundredths of a second, whatever its kernel does. */
const TICK = 10_000
const PAGE = 4096

/** @returns `undefined` where there is no `/proc` */
export async function costOf(pid: number): Promise<Cost | undefined> {
  try {
    const [stat, statm] = await Promise.all(
      ['stat', 'statm'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
    )
    // The second field is the command in parentheses, and may hold anything.
    const fields = (stat as string).slice((stat as string).lastIndexOf(')') + 2).split(' ')
    const [user = 0, system = 0] = fields.slice(11, 13).map(Number)
    return { cpu: (user + system) * TICK, rss: Number((statm as string).split(' ')[1]) * PAGE }
  } catch {
    return undefined
  }
}

/** CPU time of the whole machine since it started, in microseconds: at work, and altogether. */
export function machineTime(): { readonly busy: number; readonly all: number } {
  let [busy, all] = [0, 0]
  for (const { times } of cpus()) {
    const { user, nice, sys, irq, idle } = times
    busy += (user + nice + sys + irq) * 1_000
    all += (user + nice + sys + irq + idle) * 1_000
  }
  return { busy, all }
}
