/** The questions that are answered by comparing servers under load. */
import { type Contestant, compare, type Measuring } from './compare.ts'
import type { Compared } from './results.ts'
import type { Row } from './rows.ts'
import { type Running, startRow } from './running.ts'
import type { Stage } from './stage.ts'
import type { WorkName } from './work.ts'

/** What every question needs. */
export interface Asking extends Measuring {
  readonly stage: Stage
  readonly rows: readonly Row[]
  /** Told of each step. */
  readonly says: (step: string) => void
}

/** Tools offered, connections and different tokens where the question is about something else. */
const TOOLS = 24
const CONNECTIONS = 16

/** Whoever knows a kind of work does it. The servers are the same for all kinds. */
export async function compareWorks(
  works: readonly WorkName[],
  asking: Asking,
  finished: (work: WorkName, compared: Compared) => Promise<void>,
): Promise<void> {
  await withServers(
    asking.rows.map((row) => ({ row, tools: TOOLS })),
    asking,
    async (servers) => {
      const tokens = await asking.stage.tokens(1)
      for (const work of works) {
        asking.says(work)
        const entered = await enter(servers, work, (running, request) => [
          { running, request, tokens, connections: CONNECTIONS },
        ])
        if (entered.length > 0) await finished(work, await compare(entered, asking))
      }
    },
  )
}

/** `tools/call` by how many tools there are to call. */
export async function compareTools(counts: readonly number[], asking: Asking): Promise<Compared> {
  const ours = asking.rows.filter(({ role }) => role === 'ours')
  const wanted = ours.flatMap((row) => counts.map((tools) => ({ row, tools })))
  asking.says(`tools: ${counts.join(', ')}`)
  return withServers(wanted, asking, async (servers) => {
    const tokens = await asking.stage.tokens(1)
    const entered = await enter(servers, 'tools/call', (running, request) => [
      { running, request, tokens, connections: CONNECTIONS },
    ])
    return compare(entered, asking)
  })
}

/** `tools/call` by how many connections are in use at once. */
export async function compareConnections(
  counts: readonly number[],
  asking: Asking,
): Promise<Compared> {
  asking.says(`connections: ${counts.join(', ')}`)
  return withServers(only(asking, ['limit', 'ours']), asking, async (servers) => {
    const tokens = await asking.stage.tokens(1)
    const entered = await enter(servers, 'tools/call', (running, request) =>
      counts.map((connections) => ({ running, request, tokens, connections })),
    )
    return compare(entered, asking)
  })
}

/**
 * `tools/call` by how many different tokens there are, used in turn; and what looking at a token costs, as the
 * difference between the two echoes: of one token, and of as many as there are.
 */
export async function compareTokens(counts: readonly number[], asking: Asking): Promise<Compared> {
  asking.says(`minting ${Math.max(...counts)} tokens`)
  const minted = await asking.stage.tokens(Math.max(...counts))
  asking.says(`tokens: ${counts.join(', ')}`)
  const few = new Set([1, Math.max(...counts)])
  return withServers(only(asking, ['limit', 'verify', 'ours']), asking, async (servers) => {
    const entered = await enter(servers, 'tools/call', (running, request) =>
      (running.row.role === 'ours' ? counts : [...few]).map((count) => ({
        running,
        request,
        tokens: minted.slice(0, count),
        connections: CONNECTIONS,
      })),
    )
    return compare(entered, asking)
  })
}

/** A server with so many tools. */
export interface Wanted {
  readonly row: Row
  readonly tools: number
}

/** The rows of some roles, with the usual number of tools. */
export function only({ rows }: Pick<Asking, 'rows'>, roles: readonly Row['role'][]): Wanted[] {
  return rows.filter(({ role }) => roles.includes(role)).map((row) => ({ row, tools: TOOLS }))
}

/** Starts servers, one after the other, and stops them all whatever happens. */
export async function withServers<T>(
  wanted: readonly Wanted[],
  { stage }: Pick<Asking, 'stage'>,
  use: (servers: readonly Running[]) => Promise<T>,
): Promise<T> {
  const servers: Running[] = []
  try {
    for (const { row, tools } of wanted) servers.push(await startRow(row, stage, tools))
    return await use(servers)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** The contestants: every server that knows the work, in as many ways as there are. */
async function enter(
  servers: readonly Running[],
  work: WorkName,
  ways: (running: Running, request: Contestant['request']) => Contestant[],
): Promise<Contestant[]> {
  const entered: Contestant[] = []
  for (const server of servers) {
    const request = await server.request(work)
    if (request !== undefined) entered.push(...ways(server, request))
  }
  return entered
}
