/** What the management tools work with: Stytch's API, who may use it, on what, and how often. */
import type { Config, ManagementPolicy } from '../../config.ts'
import type { CallContext } from '../../mcp/call-context.ts'
import { type CallLimits, createCallLimits } from '../../mcp/call-limits.ts'
import { issuersOf } from '../../oauth/claim-values.ts'
import type { Audit } from '../../observe/audit.ts'
import type { Log } from '../../observe/log.ts'
import type { Store } from '../../store/store.ts'
import { createManagement, type Management } from '../../stytch/management.ts'
import { createPeople } from '../../stytch/people.ts'
import { createOneTimeSecrets, type OneTimeSecrets } from '../../web/secrets/one-time-secrets.ts'
import { type Admins, createAdmins } from './admins.ts'
import { completions } from './completions.ts'
import { createDirectory } from './directory.ts'
import { createReach, type Reach } from './reach.ts'

/** Shared by all management tools. */
export interface Desk {
  readonly admins: Admins
  readonly reach: Reach
  readonly limits: CallLimits
  readonly store: Store
  /** Takes secrets to people past the model. */
  readonly secrets: OneTimeSecrets
  /** For what is done after a call has ended: calls themselves are recorded by who runs them. */
  readonly audit: Audit
  /** What this server itself needs in order to go on. */
  readonly own: OwnCredentials
  /** Stytch's API, for one call: what it asks is written into the call's record. */
  stytch(context: Pick<CallContext, 'record'>): Management
}

/** What a tool must not take away from the server it runs on. */
export interface OwnCredentials {
  readonly projectId: string
  readonly publicToken: string
  /** Page at which its project has people sign in. */
  readonly signInPage: string
  /** Of the project's secret, as Stytch shows it. */
  readonly secretLastFour?: string
}

/** What a desk is made with. */
export interface DeskOptions {
  readonly config: Config
  readonly policy: ManagementPolicy
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Waits before another try. */
  readonly pause?: (ms: number) => Promise<void>
  /** Milliseconds Stytch may take to answer. */
  readonly timeout?: number
  readonly store: Store
  readonly audit: Audit
  readonly log: Log
}

/** Makes the desk of a configuration. Nothing is asked before the first call. */
export function createDesk(options: DeskOptions): Desk {
  const { config, policy, store, audit, log, fetch, now, pause, timeout } = options
  const { projectId, publicToken, secret, browserApi } = config.stytch
  const http = { fetch, now, pause, timeout }
  const key = { baseUrl: policy.api, keyId: policy.keyId, keySecret: policy.keySecret }
  const people =
    secret === undefined
      ? undefined
      : createPeople({ baseUrl: browserApi, projectId, secret, ...http })

  const desk: Desk = Object.freeze({
    admins: createAdmins({
      policy,
      now,
      roles: async (subject, signal) => (await people?.roles(subject, { signal })) ?? [],
    }),
    reach: createReach({
      policy,
      directory: createDirectory({
        management: createManagement({ ...key, ...http }),
        policy,
        now,
      }),
    }),
    limits: createCallLimits({ store, now, log }),
    store,
    secrets: createOneTimeSecrets({
      store,
      publicUrl: config.publicUrl,
      issuers: issuersOf(config.stytch),
      completions: completions(() => desk),
      now,
    }),
    audit,
    own: {
      projectId,
      publicToken,
      signInPage: `${config.publicUrl}/oauth/authorize`,
      ...(secret === undefined ? {} : { secretLastFour: secret.slice(-4) }),
    },
    stytch: ({ record }: Pick<CallContext, 'record'>) =>
      createManagement({
        ...key,
        ...http,
        onAnswer: ({ requestId }) => {
          if (requestId !== undefined) record.upstream(requestId)
        },
      }),
  })
  return desk
}
