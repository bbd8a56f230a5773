/**
 * Compares servers: all of them are up, and take turns. A round is one turn of each, so that whatever
 * else the machine does falls on all; what is told of a server is the median of its rounds.
 */
import type { Load, LoadOutcome } from './load/load.ts'
import { machineTime } from './process-cost.ts'
import type { Compared, Line } from './results.ts'
import type { Running } from './running.ts'
import type { WireRequest } from './work.ts'

/** A server under one load. */
export interface Contestant {
  readonly running: Running
  readonly request: WireRequest
  readonly tokens: readonly string[]
  readonly connections: number
}

/** How long, and with what. */
export interface Measuring {
  readonly load: Load
  readonly rounds: number
  /** Whole seconds of one turn. */
  readonly seconds: number
  /**
   * Seconds of load before each turn, which do not count. Runtimes drop what they compiled while a server waits
   * for its turn, and what it costs to be asked again after a minute is another question than this one.
   */
  readonly warmUp: number
}

/** One turn of one contestant. */
interface Turn extends LoadOutcome {
  /** Of the server: microseconds a call, and bytes. */
  readonly cost?: { readonly cpu: number; readonly rss: number }
  /** Part of the machine's time that went to neither server nor generator. */
  readonly elsewhere: number
}

/** @returns a line for each contestant, in their order, and how quiet it was */
export async function compare(
  contestants: readonly Contestant[],
  { load, rounds, seconds, warmUp }: Measuring,
): Promise<Compared> {
  const turns = new Map<Contestant, Turn[]>(contestants.map((one) => [one, []]))
  // Tokens that come round again too soon would be remembered ones.
  const sent = new Map<Contestant, number>()
  const turn = async (one: Contestant, length: number): Promise<Turn> => {
    const { running, request, tokens, connections } = one
    const first = sent.get(one) ?? 0
    const [before, began] = [await running.cost(), machineTime()]
    const job = { port: running.port, request, tokens, first, connections, seconds: length }
    const outcome = await load.run(job)
    const [after, ended] = [await running.cost(), machineTime()]
    sent.set(one, first + outcome.requests)
    if (outcome.requests === 0) throw new Error(`${running.row.name}: nothing was answered`)
    const server = (after?.cpu ?? 0) - (before?.cpu ?? 0)
    const busy = ended.busy - began.busy
    // A turn shorter than a tick of the machine's own clock has nothing to be a share of.
    const span = ended.all - began.all
    const elsewhere = span > 0 ? Math.max(0, (busy - server - outcome.cpu) / span) : 0
    if (after === undefined) return { ...outcome, elsewhere }
    return { ...outcome, elsewhere, cost: { cpu: server / outcome.requests, rss: after.rss } }
  }

  for (let round = 0; round < rounds; round += 1) {
    for (const one of rotated(contestants, round)) {
      await turn(one, warmUp)
      turns.get(one)?.push(await turn(one, seconds))
    }
  }

  const lines = contestants.map((one) => {
    const limit = contestants.find((other) => isLimitOf(one, other))
    return line(one, turns.get(one) ?? [], limit && turns.get(limit))
  })
  const noise = [...turns.values()].flat().map(({ elsewhere }) => elsewhere)
  return { lines, elsewhere: rounded(median(noise), 2) }
}

/** The echo on the same runtime, under as much load. */
function isLimitOf(one: Contestant, { running: { row }, connections }: Contestant): boolean {
  const { runtime } = one.running.row
  return row.role === 'limit' && row.runtime === runtime && connections === one.connections
}

/** Nobody always comes after the same neighbour's garbage. */
function rotated<T>(all: readonly T[], by: number): T[] {
  const at = by % all.length
  return [...all.slice(at), ...all.slice(0, at)]
}

function line(
  { running: { row, tools }, tokens, connections }: Contestant,
  turns: readonly Turn[],
  limit: readonly Turn[] | undefined,
): Line {
  const rates = turns.map(rate)
  const ratios = limit && rates.map((one, round) => one / rate(limit[round] as Turn))
  const costs = turns.flatMap(({ cost }) => (cost === undefined ? [] : [cost]))
  const { name, title, runtime, role } = row
  return {
    row: name,
    title,
    runtime,
    role,
    tools,
    connections,
    tokens: tokens.length,
    perSecond: rounded(median(rates), 0),
    slowest: rounded(Math.min(...rates), 0),
    fastest: rounded(Math.max(...rates), 0),
    ...(ratios && { ratio: rounded(median(ratios), 3) }),
    p50: median(turns.map(({ p50 }) => p50)),
    p99: median(turns.map(({ p99 }) => p99)),
    ...(costs.length > 0 && {
      cpu: rounded(median(costs.map(({ cpu }) => cpu)), 1),
      rss: median(costs.map(({ rss }) => rss)),
    }),
    generator: rounded(median(turns.map(({ cpu, seconds }) => cpu / (seconds * 1e6))), 2),
    failures: turns.reduce((sum, { failures }) => sum + failures, 0),
  }
}

function rate({ requests, seconds }: LoadOutcome): number {
  return requests / seconds
}

/** The middle one; of an even number, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
