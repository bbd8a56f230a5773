/** What `stytchAuth` and `createVerifier` have in common: requests in, callers or refusals out. */
import type { Authenticate } from '../oauth/authenticate.ts'
import { createAuthority } from '../oauth/authority.ts'
import { createGate } from '../oauth/gate.ts'
import { refuse } from '../oauth/refusal.ts'
import { createLog } from '../observe/log.ts'
import type { AppDependencies } from '../parts.ts'
import { type ResourceOptions, resourceProblems, withResource } from './resource-path.ts'
import { configOf, type Settings } from './settings.ts'

/** Settings, which resource is protected, and what Stytch is reached through. */
export interface AuthOptions
  extends Settings,
    ResourceOptions,
    Pick<AppDependencies, 'fetch' | 'now' | 'pause' | 'log'> {
  /**
   * Scopes every caller must have, all of them, and that clients are told to ask for. Default: none is
   * required, and `openid email profile` are asked for.
   */
  readonly scopes?: readonly string[] | undefined
}

/** Each name once; the compiler knows when one is missing. */
const BESIDES: Record<Exclude<keyof AuthOptions, keyof Settings>, true> = {
  path: true,
  scopes: true,
  fetch: true,
  now: true,
  pause: true,
  log: true,
}

/**
 * Makes the decision.
 *
 * @param name of the function whose options these are
 * @throws {ConfigError} with everything that is wrong
 */
export function authentication(name: string, options: AuthOptions): Authenticate {
  const besides = Object.keys(BESIDES)
  const problems = resourceProblems(options)
  const config = withResource(
    configOf(options, { name, besides, signIn: false, problems }),
    options,
  )
  const { pause, scopes, log = createLog(), now = Date.now } = options
  const fetch = (options.fetch ?? globalThis.fetch) as typeof globalThis.fetch
  const authority = createAuthority(config, { fetch, now, log, ...(pause && { pause }) })
  const authenticate = createGate(config, { authority, log, ...(scopes && { scopes }) })
  if (scopes === undefined) return authenticate

  return async (request, requestId) => {
    const caller = await authenticate(request, requestId)
    if (caller instanceof Response) return caller
    const granted = caller.principal.scopes
    return scopes.every((scope) => granted.includes(scope))
      ? caller
      : caller.refuse(refuse('insufficient_scope', scopes.join(' '), granted.join(' ')), scopes)
  }
}
