/** Runs what a request asks for: as its caller, within the caller's scopes, and on record. */
import {
  isInputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import type { Audit } from '../observe/audit.ts'
import type { Log } from '../observe/log.ts'
import { holds } from './access.ts'
import { orFault } from './answered-fault.ts'
import { type CallContext, type CallTools, callContext } from './call-context.ts'
import { endingOf, type OpenRecord, openRecord, operationName } from './call-record.ts'
import type { Catalogue } from './catalogue.ts'
import type { Exchange } from './exchange.ts'

/** What running a declaration takes. */
export interface Running extends CallTools {
  readonly catalogue: Catalogue
  readonly audit: Audit
  /** Where failures of tools are recorded. */
  readonly log: Log
}

const OK = Object.freeze({ outcome: 'ok' })
const ASKED = Object.freeze({ outcome: 'ok', reason: 'asked' })

/** What is about to run, and how access and the audit trail see it. */
export interface Operation<Answer> {
  /** Of the declaration, or its address. */
  readonly name: string
  readonly scopes: readonly string[]
  readonly args?: unknown
  run(context: CallContext): Answer | Promise<Answer>
}

/**
 * Runs something that has no result to say a failure in.
 *
 * @param uri of a resource that is read
 */
export function answered<Answer>(
  operation: Operation<Answer>,
  exchange: Exchange,
  running: Running,
  uri?: string,
): Promise<Answer> {
  const { modern, viewer } = exchange
  const { requestId } = viewer
  return orFault({ requestId, modern, ...(uri === undefined ? {} : { uri }) }, () =>
    permitted(operation, exchange, running),
  )
}

/**
 * Runs something for the caller of a request, if its scopes allow it. The endpoint has decided already;
 * a route that forgot to ask must not reach a handler.
 */
export async function permitted<Answer>(
  operation: Operation<Answer>,
  exchange: Exchange,
  running: Running,
): Promise<Answer> {
  const run = new PermittedRun(operation, exchange, running)
  let answer: Answer
  try {
    answer = await run.begin()
  } catch (error) {
    await run.failed(error)
    throw error
  }
  await run.ended(answer)
  return answer
}

/**
 * The same for whoever waits itself: one run, which is begun once and then told how that ended. Both are to be
 * awaited if there is anything to await.
 */
export class PermittedRun<Answer> {
  readonly #operation: Operation<Answer>
  readonly #exchange: Exchange
  readonly #running: Running
  readonly #record: OpenRecord

  /** @throws {ProtocolError} when the caller may not have it run */
  constructor(operation: Operation<Answer>, exchange: Exchange, running: Running) {
    const { method, client, modern, viewer } = exchange
    const { principal, requestId, decided } = viewer
    if (decided === undefined || !holds(principal, operation.scopes, running.catalogue)) {
      throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'The access token lacks a scope.')
    }
    const audited = {
      correlationId: requestId,
      principal,
      tool: operationName(method, operation.name),
      arguments: operation.args,
      scopes: decided,
      client: client && { name: client.name, version: client.version },
    }
    this.#operation = operation
    this.#exchange = exchange
    this.#running = running
    this.#record = openRecord(running.audit, audited, modern ? 'mrtr' : 'elicitation')
  }

  /** @throws what the operation throws, at once or later */
  begin(): Answer | Promise<Answer> {
    const { name, args } = this.#operation
    const context = callContext(this.#exchange, [name, args], this.#record, this.#running)
    return context instanceof Promise ? this.#beginLater(context) : this.#operation.run(context)
  }

  async #beginLater(context: Promise<CallContext>): Promise<Answer> {
    return this.#operation.run(await context)
  }

  ended(answer: Answer): Promise<void> | undefined {
    return this.#recorded(this.#record.close(isInputRequiredResult(answer) ? ASKED : OK))
  }

  failed(error: unknown): Promise<void> | undefined {
    return this.#recorded(this.#record.close(endingOf(error, this.#exchange.signal.aborted)))
  }

  /** Awaiting costs a turn, and is for those in a crowd. */
  #recorded(record: Promise<void> | undefined): Promise<void> | undefined {
    return this.#running.audit.crowded ? record : undefined
  }
}
