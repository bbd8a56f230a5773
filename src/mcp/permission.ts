/**
 * Whether a caller may have something done, decided before anything is answered: the scopes it takes, and
 * how fresh the knowledge must be that the token still stands. The answer to a missing scope is the same in
 * every era, because it comes before the era matters.
 */
import type { Context } from 'hono'
import type { AuthVariables } from '../oauth/middleware.ts'
import { refuse } from '../oauth/refusal.ts'
import type { Audit } from '../observe/audit.ts'
import { holds, neededScopes, riskOf } from './access.ts'
import type { StepUpLoop } from './call-limits.ts'
import { inBandChallenge, wantsInBand } from './in-band-challenge.ts'
import type { RpcRequest } from './message.ts'
import type { Risk } from './tool.ts'
import type { Viewer, Visible } from './visible.ts'

/** What a request carries through the endpoint. */
export type EndpointEnv = { Variables: AuthVariables & { visible: Visible } }

/** What deciding takes. */
export interface PermissionOptions {
  /** Scopes every request needs, whatever it asks. */
  readonly requiredScopes: readonly string[]
  /** Seconds a revoked token may go on being used for writes. */
  readonly maxRevocationLag: number
  readonly stepUps: StepUpLoop
  readonly audit: Audit
}

/**
 * Refuses a caller who may not have all of this done.
 *
 * @param asked a message; or a batch of them, answered as a whole; or none, which needs the baseline only.
 *   What a client posts without a message is its answer to a question
 * @returns the answer, or `undefined` when the caller may go on
 */
export type Permit = (
  c: Context<EndpointEnv>,
  asked: RpcRequest | readonly RpcRequest[],
  viewer: Viewer,
) => Promise<Response | undefined>

/** Makes the decision. */
export function createPermit(options: PermissionOptions): Permit {
  const { requiredScopes, stepUps, audit } = options
  /** How old the knowledge may be that the token still stands; reads trust its signature. */
  const freshness: Record<Risk, number> = {
    read: Number.POSITIVE_INFINITY,
    write: options.maxRevocationLag,
    destructive: 0,
  }

  async function deny(
    c: Parameters<Permit>[0],
    asked: Parameters<Permit>[1],
    { principal, requestId }: Viewer,
    needed: readonly string[],
    missing: readonly string[],
  ): Promise<Response> {
    const operation = nameOf(asked)
    const reason = (await stepUps.tooMany(principal, operation))
      ? 'step_up_repeated'
      : 'insufficient_scope'
    const call = { correlationId: requestId, principal, tool: operation, scopes: needed }
    void audit.denial(call, { reason, missing })
    const refused = c.get('refuse')(
      refuse(reason, needed.join(' '), principal.scopes.join(' ')),
      needed,
    )
    return reason === 'insufficient_scope' && 'method' in asked && wantsInBand(c.req.raw, asked)
      ? inBandChallenge(asked, refused)
      : refused
  }

  /** Nobody knows which scopes it takes. It is not done, and signing in again would not help. */
  function undecided(
    c: Parameters<Permit>[0],
    asked: Parameters<Permit>[1],
    { principal, requestId }: Viewer,
    error: unknown,
  ): Response {
    const reason = 'verification_unavailable'
    const call = { correlationId: requestId, principal, tool: nameOf(asked), scopes: [] }
    void audit.denial(call, { reason })
    const name = error instanceof Error ? error.name : typeof error
    return c.get('refuse')(refuse(reason, 'to know which scopes the call needs', name))
  }

  return async (c, asked, viewer) => {
    const { principal } = viewer
    const { catalogue } = viewer.visible
    const messages = [asked].flat() as readonly RpcRequest[]
    let named: readonly (readonly string[])[]
    try {
      named = await Promise.all(messages.map((one) => neededScopes(one, catalogue, principal)))
    } catch (error) {
      return undecided(c, asked, viewer, error)
    }
    const needed = [...new Set([...requiredScopes, ...named.flat()])]
    const missing = needed.filter((scope) => !holds(principal, [scope], catalogue))
    if (missing.length > 0) return deny(c, asked, viewer, needed, missing)

    // A message without a method is an answer, and may be the yes that something destructive waits for.
    const answers = messages.length === 0 && c.req.method === 'POST'
    const risks = answers ? ['destructive' as const] : messages.map((one) => riskOf(one, catalogue))
    const maxAge = Math.min(...risks.map((risk) => freshness[risk]))
    const inactive = Number.isFinite(maxAge) ? await c.get('ensureActive')(maxAge) : undefined
    return inactive === undefined ? undefined : c.get('refuse')(inactive)
  }
}

/** What is asked, and of what, for the trail; values of arguments are no part of it. */
function nameOf(asked: Parameters<Permit>[1]): string {
  if (!('method' in asked)) return asked.map(nameOf).join(' ')
  const { method, params } = asked
  const name = params?.name ?? params?.uri
  return typeof name === 'string' ? `${method} ${name}` : method
}
