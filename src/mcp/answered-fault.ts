/**
 * Faults found while something runs. A tool has a result to say them in; a resource, a prompt or a
 * completion has only the protocol's errors. The SDK would send some of them with a code of its own, and
 * the guard would keep others back, so a fault that is meant as an answer is marked, and sent as it is.
 */
import { ProtocolError } from '@modelcontextprotocol/server'
import type { Fault } from './fault.ts'
import { INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST, RESOURCE_NOT_FOUND } from './rpc-error.ts'
import { ToolError } from './tool.ts'

/** By the data they are sent with: nobody else's error can have the same object. */
const meant = new WeakMap<object, Fault>()

/** What failed. */
export interface Failed {
  readonly requestId: string
  /** Whether the request is of 2026-07-28. */
  readonly modern: boolean
  /** Of a resource that was read. */
  readonly uri?: string
}

/**
 * Runs something that has no result to say a failure in.
 *
 * @throws {ProtocolError} in place of a {@link ToolError}, with its code in `data`
 */
export async function orFault<Answer>(failed: Failed, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run()
  } catch (error) {
    throw error instanceof ToolError ? protocolError(error, failed) : error
  }
}

/** The fault an error on its way out was thrown as; `undefined` for everybody else's. */
export function meantFault({ data }: { readonly data?: unknown }): Fault | undefined {
  return typeof data === 'object' && data !== null ? meant.get(data) : undefined
}

function protocolError({ code, message }: ToolError, failed: Failed): ProtocolError {
  const { requestId, modern, uri } = failed
  const missing = code === 'not_found' && uri !== undefined
  const fault: Fault = missing
    ? { code: modern ? INVALID_PARAMS : RESOURCE_NOT_FOUND, message, data: { uri } }
    : { code: rpcCode(code), message, data: { code, request_id: requestId } }
  meant.set(fault.data as object, fault)
  return new ProtocolError(fault.code, message, fault.data)
}

/** JSON-RPC has few words: what the caller can mend, what they may not, and what they can only try again. */
function rpcCode(code: string): number {
  if (code === 'invalid_arguments' || code === 'not_found') return INVALID_PARAMS
  return code === 'forbidden' ? INVALID_REQUEST : INTERNAL_ERROR
}
