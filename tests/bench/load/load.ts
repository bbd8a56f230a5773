/** Load: one request over and over on a number of connections, each waiting for its answer. */
import type { WireRequest } from '../work.ts'

/** What to send, and for how long. */
export interface LoadJob {
  readonly port: number
  readonly request: WireRequest
  /** Used in turn. */
  readonly tokens: readonly string[]
  /** Which token comes first; beyond the last it starts over. */
  readonly first: number
  readonly connections: number
  readonly seconds: number
}

/** What came of it. */
export interface LoadOutcome {
  readonly requests: number
  readonly seconds: number
  /** Microseconds from request to whole answer, at the 50th and 99th percentile. */
  readonly p50: number
  readonly p99: number
  /** Answers of another status than the right one, and connections that broke. */
  readonly failures: number
  /** CPU time of the generator itself, in microseconds. */
  readonly cpu: number
}

/** A load generator. */
export interface Load {
  /** Name and version, for the record. */
  readonly name: string
  run(job: LoadJob): Promise<LoadOutcome>
}
