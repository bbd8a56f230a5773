/**
 * One request, as whatever handles it sees it: who asks, what for, and what can be said to the client
 * meanwhile. The same from the SDK's server and from the direct path, so that nothing that runs knows which
 * of them carries it.
 */
import type {
  ClientCapabilities,
  Implementation,
  LoggingLevel,
  McpServer,
  ServerContext,
} from '@modelcontextprotocol/server'
import type { Viewer } from './visible.ts'

/** Who asks, and for what. */
export interface Asking {
  readonly viewer: Viewer
  readonly method: string
}

/** One request. */
export interface Exchange extends Asking {
  /** Whether it is of 2026-07-28. */
  readonly modern: boolean
  /** What the client says it can do. */
  readonly capabilities: ClientCapabilities
  /** What the client says it is. */
  readonly client: Implementation | undefined
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** What the client brought back from an earlier round, once it was verified. */
  readonly requestState: unknown
  readonly inputResponses: Readonly<Record<string, unknown>> | undefined
  /** Tells the client how far the work is; does nothing when it did not ask. */
  progress(done: number, total?: number, message?: string): Promise<void>
  /** Sends a log message; does nothing when the client asked for none of this level. */
  log(level: LoggingLevel, data: unknown): Promise<void>
  /** Ends the stream of this request; does nothing where it cannot be resumed. */
  disconnect(): void
}

/**
 * The exchange that a server of the SDK carries.
 *
 * @param server the SDK's own context
 * @param protocol the server; remembers what the client of a session is and can do
 * @throws {TypeError} when nobody came with the request: nothing runs unnamed
 */
export function exchangeOf(server: ServerContext, protocol: McpServer): Exchange {
  const { mcpReq, http } = server
  const progressToken = mcpReq._meta?.progressToken
  return {
    ...askingOf(server),
    // Only requests of 2026-07-28 come in an envelope.
    modern: mcpReq.envelope !== undefined,
    // Every request of 2026-07-28 brings them; in the 2025 era a session's `initialize` did.
    capabilities: protocol.server.getClientCapabilities() ?? {},
    client: protocol.server.getClientVersion(),
    signal: mcpReq.signal,
    requestState: mcpReq.requestState(),
    inputResponses: mcpReq.inputResponses,
    async progress(progress, total, message) {
      if (progressToken === undefined) return
      const params = { progressToken, progress, total, message }
      // Nobody may be listening any more; the work goes on all the same.
      await mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {})
    },
    log: (level, data) => mcpReq.log(level, data),
    disconnect: () => http?.closeSSE?.(),
  }
}

/**
 * Who asks a server of the SDK, and for what.
 *
 * @throws {TypeError} as {@link exchangeOf}
 */
export function askingOf({ http, mcpReq }: ServerContext): Asking {
  const viewer = http?.authInfo?.extra?.caller as Viewer | undefined
  if (viewer?.visible === undefined) throw new TypeError('A request reached the server unseen.')
  return { viewer, method: mcpReq.method }
}
