/** Who comes through: a configuration and its authority, made into the decision about requests. */
import type { Config } from '../config.ts'
import type { Log } from '../observe/log.ts'
import { type Authenticate, type AuthenticateOptions, createAuthenticate } from './authenticate.ts'
import type { Authority } from './authority.ts'
import { BASELINE_SCOPES, resourceMetadataUrl } from './metadata.ts'

/** What a gate takes besides the configuration. */
export interface GateOptions extends Pick<AuthenticateOptions, 'explain'> {
  readonly authority: Authority
  readonly log: Log
  /** Scopes a client should ask for when it has no token yet. Default: {@link BASELINE_SCOPES}. */
  readonly scopes?: readonly string[]
}

/** Makes the gate of `config.resource`. */
export function createGate({ resource, tokens }: Config, options: GateOptions): Authenticate {
  const { authority, log, scopes = BASELINE_SCOPES, explain } = options
  return createAuthenticate({
    ...authority,
    ...(tokens.introspection === 'always' ? { alwaysActiveWithin: tokens.maxRevocationLag } : {}),
    resourceMetadata: resourceMetadataUrl(resource),
    baselineScopes: scopes,
    log,
    ...(explain === undefined ? {} : { explain }),
  })
}
