/**
 * Everything this server believes about tokens, put together from the configuration: the keys, the
 * claims policy, and when Stytch is asked instead of a signature.
 */
import type { Config } from '../config.ts'
import type { Log } from '../observe/log.ts'
import { CLOCK_SKEW, issuersOf } from './claim-values.ts'
import type { ClaimPolicy } from './claims.ts'
import { createEnsureActive, type EnsureActive } from './freshness.ts'
import { createIntrospect } from './introspect.ts'
import { createKeyStore, type KeySource } from './keys.ts'
import { createRemoteVerify } from './remote-verify.ts'
import { createAsk, persistently } from './upstream.ts'
import { createUserinfo, type UserinfoAnswer } from './userinfo.ts'
import { createVerifiedTokens } from './verified-tokens.ts'
import { createVerifier, type Verifier } from './verify.ts'

/** What the rest of the server asks about tokens. */
export interface Authority extends Verifier {
  /** The project's signing keys, for tokens of other kinds: whoever verifies one asks here. */
  readonly keys: KeySource
  readonly userinfo: (token: string) => Promise<UserinfoAnswer>
  /** Absent when introspection is off. */
  readonly ensureActive?: EnsureActive
  /** Whether a token could be verified now. */
  readonly ready: () => Promise<boolean>
}

/** How the authority reaches the world. */
export interface AuthorityDependencies {
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Waits before a second try; milliseconds. */
  readonly pause?: (ms: number) => Promise<void>
  readonly log: Log
}

const SECOND = 1_000
/** Milliseconds and bytes for one answer of introspection or userinfo. */
const TIMEOUT = 3 * SECOND
const MAX_BYTES = 64 * 1024

/** Makes the authority of a project. Nothing is fetched before the first token. */
export function createAuthority(config: Config, dependencies: AuthorityDependencies): Authority {
  const { fetch, now, log, pause } = dependencies
  const { stytch, tokens } = config
  const { domain } = stytch

  const keys = createKeyStore({ domain, fetch, now, log, staleMax: tokens.jwksStaleMax * SECOND })
  const policy = claimPolicy(config)
  // One breaker each: an introspection outage says nothing about userinfo.
  const asking = () =>
    persistently(createAsk({ fetch, timeout: TIMEOUT, maxBytes: MAX_BYTES }), { now, pause })
  const userinfo = createUserinfo(domain, asking())
  const base = { keys, userinfo, ready: keys.ready }
  const known = tokens.cache ? createVerifiedTokens({ now }) : undefined
  const verifying = { keys, policy, now, ...(known === undefined ? {} : { tokens: known }) }
  if (tokens.introspection === 'off') return { ...base, ...createVerifier(verifying) }

  const introspect = createIntrospect({ domain, ask: asking(), now })
  const remote = createRemoteVerify({
    introspect,
    policy,
    now,
    maxAge: tokens.maxRevocationLag * SECOND,
    ...(tokens.introspectionClient === undefined ? {} : { client: tokens.introspectionClient }),
  })
  const ensureActive = createEnsureActive({ introspect, userinfo })
  return {
    ...base,
    ...createVerifier({ ...verifying, remote }),
    async ensureActive(token, principal, maxAge) {
      const refusal = await ensureActive(token, principal, maxAge)
      // Nothing is left in memory of a token that Stytch no longer stands by.
      if (refusal?.code === 'token_revoked') known?.forget(token)
      return refusal
    },
  }
}

function claimPolicy({ stytch, tokens, resource }: Config): ClaimPolicy {
  return {
    issuers: issuersOf(stytch),
    projectId: stytch.projectId,
    resource,
    audience: tokens.audience,
    vertical: stytch.vertical,
    allowedClients: tokens.allowedClients,
    deniedTokens: new Set(tokens.deniedTokenIds),
    clockSkew: CLOCK_SKEW,
  }
}
