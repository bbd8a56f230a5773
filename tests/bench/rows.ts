/** Who is compared. */
import type { Era } from '../support/mcp.ts'
import { RUNTIMES, type RuntimeName } from '../support/server-process.ts'
import type { Answering, WorkName } from './work.ts'

/**
 * `limit` and `verify` are what is possible on a runtime: without and with a look at the token. `least` is what is
 * possible with our duties.
 */
export type Role = 'limit' | 'verify' | 'least' | 'ours' | 'peer'

/** Where servers are compared: as processes of their own, and as Workers. */
export type RowRuntime = RuntimeName | 'workerd'

/** A server on a runtime. */
export interface Row {
  /** As the command line names it. */
  readonly name: string
  readonly title: string
  readonly runtime: RowRuntime
  readonly role: Role
  /** Its module, from this folder; or the runtime's own entry of our server. */
  readonly entry: string
  readonly eras: readonly Era[]
  /** Part of every comparison unless rows are named. */
  readonly usual: boolean
  /** Part of the quick comparison. */
  readonly core: boolean
  readonly env?: Readonly<Record<string, string>>
  /** All it can do, of a server that cannot do everything. */
  readonly works?: readonly WorkName[]
}

type Server = Omit<Row, 'name' | 'runtime' | 'usual'> & { readonly id: string }

const BOTH: readonly Era[] = ['modern', 'legacy']

const EVERYWHERE: readonly Server[] = [
  {
    id: 'echo',
    title: 'Hono JSON echo (the limit)',
    role: 'limit',
    entry: 'servers/echo.ts',
    eras: BOTH,
    core: true,
  },
  {
    id: 'verify',
    title: 'Hono JSON echo + jose',
    role: 'verify',
    entry: 'servers/verify.ts',
    eras: BOTH,
    core: true,
  },
  {
    id: 'by-hand',
    title: 'this call, by hand',
    role: 'least',
    entry: 'servers/by-hand.ts',
    eras: ['modern'],
    core: false,
    works: ['tools/call'],
  },
  {
    id: 'sdk-v2',
    title: 'SDK v2 createMcpHandler',
    role: 'peer',
    entry: 'servers/sdk-v2.ts',
    eras: BOTH,
    core: true,
  },
  {
    id: 'hono-mcp',
    title: '@hono/mcp',
    role: 'peer',
    entry: 'servers/hono-mcp.ts',
    eras: ['legacy'],
    core: false,
  },
]

const ON_NODE: readonly Server[] = [
  {
    id: 'express',
    title: 'Express + SDK v1 (Stytch’s guide)',
    role: 'peer',
    entry: 'peers/express.mjs',
    eras: ['legacy'],
    core: false,
  },
  {
    id: 'fastmcp',
    title: 'fastmcp (punkpeye)',
    role: 'peer',
    entry: 'peers/fastmcp.mjs',
    eras: ['legacy'],
    core: false,
  },
  {
    id: 'mcp-handler',
    title: 'mcp-handler (Vercel)',
    role: 'peer',
    entry: 'peers/mcp-handler.mjs',
    eras: BOTH,
    core: false,
  },
]

const ON_WORKERD: readonly Server[] = [
  {
    id: 'echo',
    title: 'Hono JSON echo (the limit)',
    role: 'limit',
    entry: 'servers/echo-worker.ts',
    eras: BOTH,
    core: true,
  },
]

/** Variants of this server that are compared only when they are named. */
const VARIANTS: readonly {
  readonly id: string
  readonly title: string
  readonly env: Readonly<Record<string, string>>
}[] = [
  // What the direct path saves.
  { id: 'sdk', title: 'this server, MCP_DIRECT=off', env: { MCP_DIRECT: 'off' } },
  // What request log and audit trail cost; nobody should run it so.
  { id: 'unlogged', title: 'this server, no log', env: { BENCH_LOG: 'off' } },
]

/** Everybody, by runtime, the limit first. */
export const ROWS: readonly Row[] = [...RUNTIMES, 'workerd' as const].flatMap((runtime) => {
  const there = serversOn(runtime)
  const isPeer = ({ role }: Server) => role === 'peer'
  return [
    ...there.filter((server) => !isPeer(server)).map((server) => row(server, runtime)),
    ours(runtime),
    ...VARIANTS.map((variant) => ours(runtime, variant)),
    ...there.filter(isPeer).map((server) => row(server, runtime)),
  ]
})

function serversOn(runtime: RowRuntime): readonly Server[] {
  if (runtime === 'workerd') return ON_WORKERD
  return runtime === 'node' ? [...EVERYWHERE, ...ON_NODE] : EVERYWHERE
}

/** How a server answers that offers so many tools. */
export function answeringOf({ role }: Row, tools: number): Answering {
  return { echoes: role === 'limit' || role === 'verify', verifies: role !== 'limit', tools }
}

function row({ id, ...server }: Server, runtime: RowRuntime): Row {
  return { ...server, name: `${id}-${runtime}`, runtime, usual: true }
}

function ours(runtime: RowRuntime, variant?: (typeof VARIANTS)[number]): Row {
  const { id, title = 'this server', env } = variant ?? {}
  return {
    name: id === undefined ? `ours-${runtime}` : `ours-${runtime}-${id}`,
    title,
    runtime,
    role: 'ours',
    entry: `../../src/runtime/${runtime === 'workerd' ? 'worker' : runtime}.ts`,
    eras: BOTH,
    usual: variant === undefined,
    core: variant === undefined,
    ...(env && { env }),
  }
}
