/**
 * What a running tool, resource or prompt knows about its call, and what it can do while it runs. The
 * same in every protocol era; what an era or a client cannot do is a quiet no-op, so that a declaration
 * need not ask which one it serves.
 */
import type {
  ClientCapabilities,
  InputRequests,
  InputRequiredResult,
  LoggingLevel,
  McpServer,
  ServerContext,
} from '@modelcontextprotocol/server'
import type { Principal } from '../oauth/principal.ts'
import type { UserinfoAnswer } from '../oauth/userinfo.ts'
import type { CallRecord } from './call-record.ts'
import type { Changes } from './changes.ts'
import { viewerOf } from './guarded-server.ts'
import type { Plans } from './plans.ts'
import type { SealedState } from './sealed-state.ts'

/** Who calls: handed down from the middleware. */
export interface Caller {
  readonly principal: Principal
  /** Asks Stytch about the caller. */
  readonly userinfo: () => Promise<UserinfoAnswer>
  readonly requestId: string
}

/** One call. */
export interface CallContext extends Caller {
  /** What the client says it can do; none of it is proved, and nothing is allowed because of it. */
  readonly capabilities: ClientCapabilities
  /** Whether this request may see a tool of that name. */
  sees(tool: string): boolean
  /** Aborted when the client cancels, or, since 2026-07-28, disconnects. */
  readonly signal: AbortSignal
  /** Tells the client how far the call is, if it asked to be told. */
  progress(done: number, total?: number, message?: string): Promise<void>
  /** Sends a log message to the client, if it asked for messages of this level. */
  log(level: LoggingLevel, data: unknown): Promise<void>
  /** Ends the stream of this call; a client of a session resumes it. Does nothing elsewhere. */
  disconnect(): void
  /**
   * Answers of the client to what an earlier round asked, by key. Written by the client: validate them.
   * In the 2025 era the client is asked while the call waits, so the tool sees the same rounds.
   */
  readonly answers: Readonly<Record<string, unknown>>
  /** What an earlier round sealed; proved to be ours, for this caller and this very request. */
  readonly state: unknown
  /**
   * Makes the result that asks the client: return it from `run`.
   *
   * @param requests what to ask, by key: `inputRequired.elicit`, `.elicitUrl`, `.createMessage`, `.listRoots`
   * @param state kept for the next round; JSON, readable by the client, not changeable by it
   */
  ask(requests: InputRequests, state?: unknown): Promise<InputRequiredResult>
  /** Announces changes to clients that listen. */
  readonly changes: Changes
  /** What the audit trail will say of this call, besides what every call's record says. */
  readonly record: CallRecord
  /** What people may approve later, where the client cannot ask them now. */
  readonly plans: Plans
}

/** What contexts are made with. */
export interface CallTools {
  readonly plans: Plans
  readonly sealed: SealedState
  readonly changes: Changes
}

/**
 * Makes the context of one call.
 *
 * @param server the SDK's own context
 * @param protocol the server that serves the call; remembers what the client of a session can do
 * @param target names the operation and its arguments, see `targetOf`; asked only when a round needs it
 * @param record what the audit trail will say
 * @throws {TypeError} when no caller came with the request: nothing runs unnamed
 */
export async function callContext(
  server: ServerContext,
  protocol: McpServer,
  target: () => Promise<string>,
  record: CallRecord,
  { sealed, changes, plans }: CallTools,
): Promise<CallContext> {
  const caller = callerOf(server)
  const { mcpReq, http } = server
  const token = mcpReq._meta?.progressToken
  const opened =
    mcpReq.requestState() === undefined ? undefined : sealed.open(server, await target())

  return {
    ...caller,
    changes,
    record,
    plans,
    // Every request of 2026-07-28 brings them; in the 2025 era a session's `initialize` did.
    capabilities: protocol.server.getClientCapabilities() ?? {},
    sees: (tool) => viewerOf(server).visible.catalogue.tools.has(tool),
    signal: mcpReq.signal,
    // Answers to a question we did not ask are the client's invention.
    answers: opened === undefined ? {} : (mcpReq.inputResponses ?? {}),
    state: opened?.state,
    async progress(progress, total, message) {
      if (token === undefined) return
      const params = { progressToken: token, progress, total, message }
      // Nobody may be listening any more; the work goes on all the same.
      await mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {})
    },
    log: (level, data) => mcpReq.log(level, data),
    disconnect: () => http?.closeSSE?.(),
    ask: async (requests, state) => sealed.ask(server, await target(), requests, state),
  }
}

/** The caller, as the endpoint put it beside the request. */
export function callerOf({ http }: ServerContext): Caller {
  const caller = http?.authInfo?.extra?.caller
  if (caller === undefined) throw new TypeError('A request reached the server without a caller.')
  return caller as Caller
}
