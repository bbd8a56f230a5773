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
import { endingOf, openRecord } from './call-record.ts'
import type { Catalogue } from './catalogue.ts'
import type { Exchange } from './exchange.ts'
import { targetOf } from './sealed-state.ts'
import type { AlsoNeeds } from './tool.ts'

/** What running a declaration takes. */
export interface Running extends CallTools {
  readonly catalogue: Catalogue
  readonly audit: Audit
  /** Where failures of tools are recorded. */
  readonly log: Log
}

/** What is about to run, as access and the audit trail see it. */
export interface Operation {
  /** Of the declaration, or its address. */
  readonly name: string
  readonly scopes: readonly string[]
  readonly alsoNeeds?: AlsoNeeds
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
  { name, scopes, alsoNeeds, ...call }: Operation,
  exchange: Exchange,
  running: Running,
  run: (context: CallContext) => Promise<Answer>,
): Promise<Answer> {
  const { method, client, modern, viewer } = exchange
  const { principal, requestId } = viewer
  const more = (await alsoNeeds?.(call.arguments, principal)) ?? []
  if (!holds(principal, [...scopes, ...more], running.catalogue)) {
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'The access token lacks a scope.')
  }
  const record = openRecord(
    running.audit,
    {
      ...call,
      correlationId: requestId,
      principal,
      tool: method === 'tools/call' ? name : `${method} ${name}`,
      scopes,
      ...(client === undefined ? {} : { client: { name: client.name, version: client.version } }),
    },
    modern ? 'mrtr' : 'elicitation',
  )
  const target = () => targetOf(method, [name, call.arguments])
  try {
    const answer = await run(await callContext(exchange, target, record, running))
    const asked = isInputRequiredResult(answer) && { reason: 'asked' }
    await kept(record.close({ outcome: 'ok', ...asked }), running.audit)
    return answer
  } catch (error) {
    await kept(record.close(endingOf(error)), running.audit)
    throw error
  }
}

/** Holds a call back while records pile up: the trail is slower than calls can be, and must not lose any. */
async function kept(record: Promise<void>, audit: Audit): Promise<void> {
  if (audit.crowded) await record
}
