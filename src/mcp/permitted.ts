/** Runs what a request asks for: as its caller, within the caller's scopes, and on record. */
import {
  isInputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import { type Audit, inStep } from '../observe/audit.ts'
import type { Log } from '../observe/log.ts'
import { holds } from './access.ts'
import { orFault } from './answered-fault.ts'
import { type CallContext, type CallTools, callContext } from './call-context.ts'
import { endingOf, openRecord, operationName } from './call-record.ts'
import type { Catalogue } from './catalogue.ts'
import type { Exchange } from './exchange.ts'
import { targetOf } from './sealed-state.ts'

/** What running a declaration takes. */
export interface Running extends CallTools {
  readonly catalogue: Catalogue
  readonly audit: Audit
  /** Where failures of tools are recorded. */
  readonly log: Log
}

const OK = Object.freeze({ outcome: 'ok' })
const ASKED = Object.freeze({ outcome: 'ok', reason: 'asked' })

/** What is about to run, as access and the audit trail see it. */
export interface Operation {
  /** Of the declaration, or its address. */
  readonly name: string
  readonly scopes: readonly string[]
  readonly arguments?: unknown
}

/**
 * Runs something that has no result to say a failure in.
 *
 * @param uri of a resource that is read
 */
export function answered<Answer>(
  operation: Operation,
  exchange: Exchange,
  running: Running,
  run: (context: CallContext) => Promise<Answer>,
  uri?: string,
): Promise<Answer> {
  const { modern, viewer } = exchange
  const { requestId } = viewer
  return orFault({ requestId, modern, ...(uri === undefined ? {} : { uri }) }, () =>
    permitted(operation, exchange, running, run),
  )
}

/**
 * Runs something for the caller of a request, if its scopes allow it. The endpoint has decided already;
 * a route that forgot to ask must not reach a handler.
 */
export async function permitted<Answer>(
  { name, scopes, arguments: args }: Operation,
  exchange: Exchange,
  running: Running,
  run: (context: CallContext) => Promise<Answer>,
): Promise<Answer> {
  const { method, client, modern, viewer } = exchange
  const { principal, requestId, decided } = viewer
  if (decided === undefined || !holds(principal, scopes, running.catalogue)) {
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'The access token lacks a scope.')
  }
  const { audit } = running
  const audited = {
    correlationId: requestId,
    principal,
    tool: operationName(method, name),
    arguments: args,
    scopes: decided,
    ...(client && { client: { name: client.name, version: client.version } }),
  }
  const record = openRecord(audit, audited, modern ? 'mrtr' : 'elicitation')
  const target = () => targetOf(method, [name, args])
  let answer: Answer
  try {
    const context = callContext(exchange, target, record, running)
    answer = await run(context instanceof Promise ? await context : context)
  } catch (error) {
    await inStep(audit, record.close(endingOf(error, exchange.signal.aborted)))
    throw error
  }
  const recorded = record.close(isInputRequiredResult(answer) ? ASKED : OK)
  // Awaiting costs a turn, and is for those in a crowd.
  if (audit.crowded) await recorded
  return answer
}
