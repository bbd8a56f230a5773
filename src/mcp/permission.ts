/**
 * Whether a caller may have something done, decided before anything is answered: the scopes it takes, and
 * how fresh the knowledge must be that the token still stands. The answer to a missing scope is the same in
 * every era, because it comes before the era matters.
 */
import type { Authenticated } from '../oauth/authenticate.ts'
import { refuse } from '../oauth/refusal.ts'
import { type Audit, type AuditedDenial, inStep } from '../observe/audit.ts'
import { declarationOf, holds, neededScopes, riskOf } from './access.ts'
import type { StepUpLoop } from './call-limits.ts'
import { operationName } from './call-record.ts'
import type { Catalogue } from './catalogue.ts'
import { inBandChallenge, wantsInBand } from './in-band-challenge.ts'
import type { RpcRequest } from './message.ts'
import type { Risk } from './tool.ts'
import type { Viewer } from './visible.ts'

/** What deciding takes. */
export interface PermissionOptions {
  /** Scopes every request needs, whatever it asks. */
  readonly requiredScopes: readonly string[]
  /** Seconds a revoked token may go on being used for writes. */
  readonly maxRevocationLag: number
  readonly stepUps: StepUpLoop
  readonly audit: Audit
}

/** What a request asks: a message; a batch of them, answered as a whole; or none, which needs the baseline only. */
export type Asked = RpcRequest | readonly RpcRequest[]

/** A request whose caller is known. */
export interface Attended {
  readonly request: Request
  readonly caller: Authenticated
  readonly viewer: Viewer
}

/**
 * Refuses a caller who may not have all of this done; whoever goes on is marked as let through.
 *
 * @param asked what a client posts without a message is its answer to a question
 * @returns the answer, or `undefined` when the caller may go on; at once where nobody need be asked
 */
export type Permit = (
  attended: Attended,
  asked: Asked,
) => Response | undefined | Promise<Response | undefined>

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
    { request, caller, viewer }: Attended,
    asked: Asked,
    needed: readonly string[],
  ): Promise<Response> {
    const { principal, visible } = viewer
    const missing = needed.filter((scope) => !holds(principal, [scope], visible.catalogue))
    const reason = (await stepUps.tooMany(principal, loopKey(asked, viewer, missing)))
      ? 'step_up_repeated'
      : 'insufficient_scope'
    await recordDenial(audit, viewer, nameOf(asked), needed, { reason, missing })
    const refused = caller.refuse(
      refuse(reason, needed.join(' '), principal.scopes.join(' ')),
      needed,
    )
    return reason === 'insufficient_scope' && 'method' in asked && wantsInBand(request, asked)
      ? inBandChallenge(asked, refused)
      : refused
  }

  /** Nobody knows which scopes it takes. It is not done, and signing in again would not help. */
  async function undecided(
    { caller, viewer }: Attended,
    asked: Asked,
    error: unknown,
  ): Promise<Response> {
    const reason = 'verification_unavailable'
    await recordDenial(audit, viewer, nameOf(asked), [], { reason })
    const name = error instanceof Error ? error.name : typeof error
    return caller.refuse(refuse(reason, 'to know which scopes the call needs', name))
  }

  function decide(
    attended: Attended,
    asked: Asked,
    needed: readonly string[],
  ): Response | undefined | Promise<Response | undefined> {
    const { request, viewer } = attended
    const { catalogue } = viewer.visible
    if (!holds(viewer.principal, needed, catalogue)) return deny(attended, asked, needed)
    const maxAge =
      'method' in asked
        ? freshness[riskOf(asked, catalogue)]
        : maxAgeOf(asked, request.method, catalogue)
    if (Number.isFinite(maxAge)) return confirm(attended, asked, needed, maxAge)
    viewer.decided = needed
    return undefined
  }

  function maxAgeOf(asked: readonly RpcRequest[], method: string, catalogue: Catalogue): number {
    // A message without a method is an answer, and may be the yes that something destructive waits for.
    return asked.length === 0 && method === 'POST'
      ? freshness.destructive
      : Math.min(...asked.map((one) => freshness[riskOf(one, catalogue)]))
  }

  /** Asks whether the token still stands. */
  async function confirm(
    { caller, viewer }: Attended,
    asked: Asked,
    needed: readonly string[],
    maxAge: number,
  ): Promise<Response | undefined> {
    const inactive = await caller.ensureActive(maxAge)
    if (inactive === undefined) {
      viewer.decided = needed
      return undefined
    }
    await recordDenial(audit, viewer, nameOf(asked), needed, { reason: inactive.code })
    return caller.refuse(inactive)
  }

  function decideAll(attended: Attended, asked: readonly RpcRequest[]) {
    const { principal, visible } = attended.viewer
    const named = asked.map(async (one) => neededScopes(one, visible.catalogue, principal))
    return decideLater(
      attended,
      asked,
      Promise.all(named).then((scopes) => scopes.flat()),
    )
  }

  async function decideLater(attended: Attended, asked: Asked, named: Promise<readonly string[]>) {
    let needed: readonly string[]
    try {
      needed = union(requiredScopes, await named)
    } catch (error) {
      return undecided(attended, asked, error)
    }
    return decide(attended, asked, needed)
  }

  /** With the scopes of every request; made once for each declaration. */
  const complete = new WeakMap<readonly string[], readonly string[]>()
  function completed(scopes: readonly string[]): readonly string[] {
    const known = complete.get(scopes)
    if (known !== undefined) return known
    const made = Object.freeze(union(requiredScopes, scopes))
    complete.set(scopes, made)
    return made
  }

  return (attended, asked) => {
    if (!('method' in asked)) return decideAll(attended, asked)
    const { principal, visible } = attended.viewer
    const named = neededScopes(asked, visible.catalogue, principal)
    return named instanceof Promise
      ? decideLater(attended, asked, named)
      : decide(attended, asked, completed(named))
  }
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])]
}

/** Puts on record that a known caller was refused. */
export function recordDenial(
  audit: Audit,
  { principal, requestId }: Viewer,
  tool: string,
  scopes: readonly string[],
  denial: AuditedDenial,
): Promise<void> {
  return inStep(audit, audit.denial({ correlationId: requestId, principal, tool, scopes }, denial))
}

/** What is asked, and of what, for the trail; values of arguments are no part of it. */
function nameOf(asked: Asked): string {
  if (!('method' in asked)) return asked.map(nameOf).join(' ')
  const { method, params } = asked
  return operationName(method, params?.name ?? params?.uri)
}

/** What a client that loops asks for again and again: what is declared, and scopes. No text of its choice. */
function loopKey(asked: Asked, { visible }: Viewer, missing: readonly string[]): string {
  const names = ([asked].flat() as readonly RpcRequest[]).flatMap((one) => {
    const declared = declarationOf(one, visible.catalogue)
    return declared === undefined ? [] : [`${one.method} ${declared.name}`]
  })
  return [...new Set(names), ...missing].sort().join(' ')
}
