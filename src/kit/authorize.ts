/**
 * `authorize`: what somebody must be allowed to do. A missing scope is worth a challenge, since the person can
 * grant it; a missing role is not, because consenting again cannot fix it.
 */
import type { Context, MiddlewareHandler } from 'hono'
import { ToolError } from '../mcp/tool.ts'
import type { AuthVariables } from '../oauth/middleware.ts'
import type { Principal } from '../oauth/principal.ts'
import { type Refusal, refuse } from '../oauth/refusal.ts'
import { areScopes } from './resource-path.ts'

/** The roles somebody has now, by id. What it throws or rejects with is an outage: nobody has a role then. */
export type RolesOf = (principal: Principal) => readonly string[] | Promise<readonly string[]>

/** What is needed: scopes, roles, or both. */
export interface Needs {
  /** Scopes, all of which the token must have. */
  readonly scopes?: readonly string[] | undefined
  /** Roles, one of which the person must have. */
  readonly roles?: readonly string[] | undefined
  /** Asked on every request; an access token does not name roles. {@link stytchRoles} asks Stytch. */
  readonly rolesOf?: RolesOf | undefined
}

type Env = { Variables: AuthVariables }

/** Middleware, and the same inside handlers and tools. */
export interface Authorization extends MiddlewareHandler<Env> {
  /**
   * Decides inside a handler.
   *
   * @param c of a request that came through `stytchAuth`
   * @returns the answer of whoever may not, or `undefined`
   */
  refusal<E extends Env>(c: Context<E>): Promise<Response | undefined>
  /**
   * Decides inside `run` of a tool, a resource or a prompt. Scopes a tool always needs belong into its
   * `scopes`, and those that depend on arguments into `alsoNeeds`, where clients can be asked for them.
   *
   * @throws {ToolError} `insufficient_scope`, `role_missing`, or `roles_unavailable` when they cannot be had
   */
  demand(call: { readonly principal: Principal }): Promise<void>
}

/**
 * Requires scopes, roles, or both.
 *
 * ```ts
 * app.delete('/api/notes/:id', stytchAuth(options), authorize({ scopes: ['write:notes'] }), (c) => …)
 * ```
 *
 * @param needs scopes, all of which are needed; roles, one of which is; and where roles are read
 * @returns middleware to stand behind `stytchAuth`. It answers 403 `insufficient_scope` with a challenge that
 *   names all the scopes, 403 `forbidden` without one for a role, and 503 when roles cannot be had
 * @throws {TypeError} when nothing is needed (undeclared means denied), for what cannot be a scope, or for
 *   roles nobody can tell; and, on a request, when `stytchAuth` does not stand before it
 * @see RFC 6750 §3.1; https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization
 */
export function authorize(needs: Needs): Authorization {
  const { scopes, roles, rolesOf } = needs
  if (scopes === undefined && roles === undefined) {
    throw new TypeError('authorize needs scopes or roles: undeclared means denied.')
  }
  if (scopes !== undefined && !areScopes(scopes)) {
    throw new TypeError('authorize: scopes is not a list of scopes.')
  }
  if (roles !== undefined && (!Array.isArray(roles) || roles.length === 0)) {
    throw new TypeError('authorize: roles is not a list of roles.')
  }
  if (roles !== undefined && rolesOf === undefined) {
    throw new TypeError('authorize: roles need rolesOf, which says who has them.')
  }

  async function decide(principal: Principal): Promise<Refusal | undefined> {
    const granted = principal.scopes
    if (scopes?.some((scope) => !granted.includes(scope))) {
      return refuse('insufficient_scope', scopes.join(' '), granted.join(' '))
    }
    if (roles === undefined || rolesOf === undefined) return undefined
    try {
      const held = await rolesOf(principal)
      return roles.some((role) => held.includes(role))
        ? undefined
        : refuse('role_missing', roles.join(' or '), held.join(' '))
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error
      return refuse('verification_unavailable', 'the roles of the caller', name)
    }
  }

  async function refusal(c: Context): Promise<Response | undefined> {
    const caller = (c as Context<Env>).get('caller')
    if (caller === undefined) throw new TypeError('authorize stands before stytchAuth.')
    const denied = await decide(caller.principal)
    return denied && caller.refuse(denied, scopes)
  }

  async function demand({ principal }: { readonly principal: Principal }): Promise<void> {
    const denied = await decide(principal)
    if (denied === undefined) return
    if (denied.code === 'insufficient_scope') {
      const what = `The app lacks a scope this takes: ${scopes?.join(' ')}. Connect it again with it.`
      throw new ToolError('insufficient_scope', what)
    }
    if (denied.code === 'role_missing') {
      const what = `This takes the role ${roles?.join(' or ')}. An administrator has to give it.`
      throw new ToolError('role_missing', what)
    }
    throw new ToolError('roles_unavailable', 'Nobody can tell roles now. Try again in a minute.')
  }

  const middleware: MiddlewareHandler<Env> = async (c, next) => (await refusal(c)) ?? next()
  return Object.assign(middleware, { refusal, demand }) as Authorization
}
