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
} from '@modelcontextprotocol/server'
import type { Principal } from '../oauth/principal.ts'
import type { UserinfoAnswer } from '../oauth/userinfo.ts'
import type { CallRecord } from './call-record.ts'
import type { Changes } from './changes.ts'
import type { Exchange } from './exchange.ts'
import type { Plans } from './plans.ts'
import { type SealedState, targetOf } from './sealed-state.ts'

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
 * @param exchange what carries the request
 * @param asked the name of the operation, and its arguments
 * @param record what the audit trail will say
 */
export function callContext(
  exchange: Exchange,
  asked: Asked,
  record: CallRecord,
  tools: CallTools,
): CallContext | Promise<CallContext> {
  return exchange.requestState === undefined
    ? new Call(exchange, asked, record, tools, undefined)
    : reopened(exchange, asked, record, tools)
}

async function reopened(
  exchange: Exchange,
  asked: Asked,
  record: CallRecord,
  tools: CallTools,
): Promise<CallContext> {
  const target = await targetOf(exchange.method, asked)
  return new Call(exchange, asked, record, tools, tools.sealed.open(exchange, target))
}

type Asked = readonly [name: string, args: unknown]
type Opened = ReturnType<SealedState['open']>

/**
 * A call. Made for every one, so that what few ask for is made when it is asked for. What carries the
 * request is not a tool's to look at: the request holds the token.
 */
class Call implements CallContext {
  readonly principal: Principal
  readonly requestId: string
  readonly #exchange: Exchange
  readonly #asked: Asked
  readonly #tools: CallTools
  readonly #opened: Opened

  constructor(
    exchange: Exchange,
    asked: Asked,
    readonly record: CallRecord,
    tools: CallTools,
    opened: Opened,
  ) {
    this.principal = exchange.viewer.principal
    this.requestId = exchange.viewer.requestId
    this.#exchange = exchange
    this.#asked = asked
    this.#tools = tools
    this.#opened = opened
  }

  get userinfo() {
    const { viewer } = this.#exchange
    return () => viewer.userinfo()
  }
  get capabilities() {
    return this.#exchange.capabilities
  }
  get sees() {
    const { tools } = this.#exchange.viewer.visible.catalogue
    return (tool: string) => tools.has(tool)
  }
  get signal() {
    return this.#exchange.signal
  }
  get progress() {
    return this.#exchange.progress
  }
  get log() {
    return this.#exchange.log
  }
  get disconnect() {
    return this.#exchange.disconnect
  }
  get answers() {
    // Answers to a question we did not ask are the client's invention.
    return this.#opened === undefined ? {} : (this.#exchange.inputResponses ?? {})
  }
  get state() {
    return this.#opened?.state
  }
  get ask() {
    return async (requests: InputRequests, state?: unknown) => {
      const target = await targetOf(this.#exchange.method, this.#asked)
      return this.#tools.sealed.ask(this.#exchange, target, requests, state)
    }
  }
  get changes() {
    return this.#tools.changes
  }
  get plans() {
    return this.#tools.plans
  }
}
