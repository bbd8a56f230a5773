/** `stytchAuth`: Stytch in front of routes of your own. */
import { type AuthMiddleware, named } from '../oauth/middleware.ts'
import { type AuthOptions, authentication } from './authentication.ts'

/**
 * Requires a Stytch access token of a Connected App on every request that passes. Session JWTs, M2M tokens
 * and ID tokens of the same project are refused.
 *
 * A refused request is answered with a challenge that names the metadata of the resource, so serve that too:
 * `stytchMcp` does for `/mcp`, {@link protectedResource} for any other `path`.
 *
 * ```ts
 * const app = new Hono()
 *   .use('/api/*', stytchAuth({ env: process.env, path: '/api' }))
 *   .get('/api/me', (c) => c.json({ subject: c.var.principal.subject }))
 * ```
 *
 * @param options settings by the rule of `Settings`; `path` of the resource, `scopes` it takes; `fetch`,
 *   `now`, `pause` and `log` instead of the platform's
 * @returns middleware behind which `c.var.principal` is who calls, typed. It answers 400 (the
 *   `Authorization` header cannot be read in one way), 401 (no token, or none that is good), 403 (a scope is
 *   missing) and 503 with `Retry-After` (Stytch's keys cannot be had); codes are in `docs/errors.md`. The
 *   body is not read
 * @throws {ConfigError} with everything that is wrong with the options, all at once
 * @see RFC 6750 §3, RFC 9728 §5.1; https://stytch.com/docs/connected-apps/resources/mcp-servers
 */
export function stytchAuth(options: AuthOptions = {}): AuthMiddleware {
  return named(authentication('stytchAuth', options))
}
