/** The SDK's own shape for a verified caller, as it travels beside a request to the handlers. */
import type { AuthInfo } from '@modelcontextprotocol/server'
import type { Caller } from './call-context.ts'

/**
 * Wraps a caller. The token stays with the verifier: what a handler can reach holds none.
 *
 * @param caller from the middleware
 */
export function authInfo(caller: Caller): AuthInfo {
  const { clientId, scopes, expiresAt } = caller.principal
  return { token: '', clientId, scopes: [...scopes], expiresAt, extra: { caller } }
}
