/** `createVerifier`: who sent a request, for servers without a framework. */
import type { Principal } from '../oauth/principal.ts'
import { type AuthOptions, authentication } from './authentication.ts'

/**
 * Names the caller of a request, whose body is not read.
 *
 * @returns who calls; or the answer the request gets instead, to be returned as it is
 */
export type VerifyRequest = (request: Request) => Promise<Principal | Response>

/**
 * Makes a function that verifies requests. It needs Fetch and WebCrypto and nothing else.
 *
 * ```ts
 * const verify = createVerifier({ env: process.env, path: '/api' })
 *
 * async function handle(request: Request): Promise<Response> {
 *   const caller = await verify(request)
 *   if (caller instanceof Response) return caller
 *   return Response.json({ hello: caller.subject })
 * }
 * ```
 *
 * @param options as of {@link stytchAuth}
 * @returns a function that resolves with the caller, or with 400, 401, 403 or 503 as `stytchAuth` answers.
 *   It rejects only when something is broken
 * @throws {ConfigError} with everything that is wrong with the options, all at once
 */
export function createVerifier(options: AuthOptions = {}): VerifyRequest {
  const authenticate = authentication('createVerifier', options)
  return async (request) => {
    const caller = await authenticate(request, crypto.randomUUID())
    return caller instanceof Response ? caller : caller.principal
  }
}
