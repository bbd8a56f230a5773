/**
 * Who may manage. A scope says what a person let an app do; whether the person may do it is decided here,
 * from the operator's list and from the roles Stytch says the person has now.
 */
import type { ManagementPolicy } from '../../config.ts'
import { ToolError } from '../../mcp/tool.ts'
import type { Principal } from '../../oauth/principal.ts'
import { type FailureKind, StytchError } from '../../stytch/failure.ts'

/** Decides who may manage. */
export interface Admins {
  /**
   * Passes people who may manage.
   *
   * @param live whether to ask Stytch anew; otherwise its answer may be a minute old
   * @throws {ToolError} `forbidden` for everybody else; `upstream_unavailable` when Stytch cannot be asked,
   *   `upstream_error` when it does not answer this server
   */
  ensure(principal: Principal, live: boolean, signal: AbortSignal): Promise<void>
}

/** What deciding takes. */
export interface AdminsOptions {
  readonly policy: Pick<ManagementPolicy, 'adminUsers' | 'adminRoles'>
  /** Roles of a user (`user-…`), as Stytch knows them now. Rejects with a {@link StytchError}. */
  readonly roles: (subject: string, signal: AbortSignal) => Promise<readonly string[]>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Milliseconds. */
const FRESH = 60_000
const MAX_KNOWN = 10_000

/** Makes the decision of one policy. */
export function createAdmins({ policy, roles, now }: AdminsOptions): Admins {
  const known = new Map<string, { readonly may: boolean; readonly at: number }>()

  async function mayNow(subject: string, signal: AbortSignal): Promise<boolean> {
    const at = now()
    const held = await roles(subject, signal).catch((error) => {
      throw error instanceof StytchError ? undecided(error.kind) : error
    })
    const may = held.some((role) => policy.adminRoles.includes(role))
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(subject, { may, at })
    return may
  }

  return {
    async ensure({ subject, kind }, live, signal) {
      if (policy.adminUsers.includes(subject)) return
      // Members of organizations have roles too, of the organization's own choosing.
      if (policy.adminRoles.length === 0 || kind !== 'user') throw forbidden()
      const last = known.get(subject)
      const recent = !live && last !== undefined && now() - last.at < FRESH
      if (!(recent ? last.may : await mayNow(subject, signal))) throw forbidden()
    },
  }
}

const PASSING: readonly FailureKind[] = ['unavailable', 'timeout', 'rate_limited']

/** Nobody may manage because of it. Said here, as it is the project's secret that may be at fault. */
function undecided(kind: FailureKind): ToolError {
  return PASSING.includes(kind)
    ? new ToolError(
        'upstream_unavailable',
        'Stytch could not be asked whether the signed-in person may manage, so nothing was done. Try again in a minute.',
      )
    : new ToolError(
        'upstream_error',
        'Stytch does not tell this server the roles of the signed-in person, so nothing was done. Signing in again does not help: tell its operator.',
      )
}

function forbidden(): ToolError {
  return new ToolError(
    'forbidden',
    'The signed-in person may not manage this workspace. Granting more scopes does not change that: an administrator must give them the role.',
  )
}
