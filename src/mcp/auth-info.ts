/** The SDK's own shape for a verified caller, as it travels beside a request to the handlers. */
import type { AuthInfo } from '@modelcontextprotocol/server'
import type { Caller } from './call-context.ts'
import type { HandedOver } from './handed-over.ts'

/**
 * Wraps a caller. The token stays with the verifier: what a handler can reach holds none.
 *
 * @param caller from the middleware
 * @param handedOver what is under way already
 */
export function authInfo(caller: Caller, handedOver?: HandedOver): AuthInfo {
  const { clientId, scopes, expiresAt } = caller.principal
  const extra = { caller, ...(handedOver === undefined ? {} : { handedOver }) }
  return { token: '', clientId, scopes: [...scopes], expiresAt, extra }
}
