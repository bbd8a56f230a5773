/** What a run leaves behind: one table for each question, each from one run of its own. */
import type { Machine } from './machine.ts'
import type { Role, RowRuntime } from './rows.ts'
import type { WorkName } from './work.ts'

/** How a table was measured. */
export interface Method {
  /** ISO date and time. */
  readonly at: string
  readonly machine: Machine
  /** The load generator, and whether it and the server had a core each. */
  readonly load: string
  readonly pinned: boolean
  readonly rounds: number
  /** Of one round; 0 where a round is one start. */
  readonly seconds: number
}

/** A server under one load: medians over the rounds. Times are microseconds, sizes bytes. */
export interface Line {
  readonly row: string
  readonly title: string
  readonly runtime: RowRuntime
  readonly role: Role
  readonly tools: number
  readonly connections: number
  /** Different tokens, used in turn. */
  readonly tokens: number
  readonly perSecond: number
  /** The slowest and the fastest round. */
  readonly slowest: number
  readonly fastest: number
  /** Of the requests of the echo on the same runtime in the same round; absent without one. */
  readonly ratio?: number
  readonly p50: number
  readonly p99: number
  /** CPU time of the server for one call; absent where it cannot be known. */
  readonly cpu?: number
  readonly rss?: number
  /** Part of the time the load generator was at work; near 1 it was the limit, and not the server. */
  readonly generator: number
  readonly failures: number
}

/** Servers side by side. */
export interface Compared {
  readonly lines: readonly Line[]
  /** Part of the machine that programs outside the bench took meanwhile: the noise. */
  readonly elsewhere: number
}

/** A comparison. */
export interface Comparison extends Method, Compared {}

/** A look at the memory of a server. */
export interface Look {
  readonly calls: number
  /** Bytes. */
  readonly rss: number
}

/** What a server holds on to. */
export interface UptimeLine {
  readonly row: string
  readonly title: string
  readonly runtime: RowRuntime
  /** Calls after which memory was looked at: when it is warm, when its heap has its size, and at the end. */
  readonly early: Look
  readonly middle: Look
  readonly late: Look
}

/** Milliseconds from the start of a process to its first answer. */
export interface ColdStartLine {
  readonly what: string
  readonly runtime: RowRuntime
  readonly median: number
  readonly slowest: number
}

/** Bytes. */
export interface SizeLine {
  readonly what: string
  readonly bytes: number
  readonly gzip: number
}

/** Every table; one that was never measured is absent. */
export interface Results {
  readonly work: Partial<Record<WorkName, Comparison>>
  readonly tools?: Comparison
  readonly connections?: Comparison
  readonly tokens?: Comparison
  readonly uptime?: Method & { readonly lines: readonly UptimeLine[] }
  readonly start?: Method & { readonly lines: readonly ColdStartLine[] }
  readonly sizes?: { readonly at: string; readonly lines: readonly SizeLine[] }
}

/** The tables of two runs; where both have one, the later's. */
export function merged(earlier: Results, later: Results): Results {
  return { ...earlier, ...later, work: { ...earlier.work, ...later.work } }
}
