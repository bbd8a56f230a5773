/**
 * Clients that exist before anybody registers, as an operator makes them in Stytch's dashboard: of the
 * project's own or somebody else's, with or without a secret. Held to the rules of registration.
 */
import { sha256 } from './digest.ts'
import { OAuthError } from './errors.ts'
import { readClientMetadata } from './oauth/client-metadata.ts'
import { type ClientType, isConfidential } from './oauth/client-type.ts'
import type { Client, ClientId } from './state.ts'

export interface PreRegisteredClient {
  /** `connected-app-test-…`. */
  readonly clientId: string
  /** Stytch's `client_type`. Default `third_party_public`. */
  readonly type?: ClientType
  /** Required of a confidential client, refused of a public one. */
  readonly secret?: string
  readonly name?: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
}

const CLIENT_ID = /^connected-app-test-[A-Za-z0-9-]{1,64}$/

/** Printable ASCII, because Basic authentication must be able to carry it. */
const SECRET = /^[\x21-\x7e]{1,256}$/

/** @returns a sentence that says what is wrong, or `undefined` */
export function preRegistrationProblem(sent: PreRegisteredClient): string | undefined {
  const type = sent.type ?? 'third_party_public'
  if (!CLIENT_ID.test(sent.clientId)) return 'a client id must look like connected-app-test-<uuid>.'
  if (isConfidential(type) && sent.secret === undefined) return `a ${type} client needs a secret.`
  if (!isConfidential(type) && sent.secret !== undefined) return `a ${type} client has no secret.`
  if (sent.secret !== undefined && !SECRET.test(sent.secret)) {
    return 'a secret must be 1 to 256 printable ASCII characters without spaces.'
  }
  try {
    metadataOf(sent)
  } catch (error) {
    if (error instanceof OAuthError) return error.message
    throw error
  }
}

/** @param sent has no problem, see {@link preRegistrationProblem} */
export function preRegister(sent: PreRegisteredClient, now: number): Client {
  return {
    ...metadataOf(sent),
    clientId: sent.clientId as ClientId,
    party: sent.type?.startsWith('first') ? 'first' : 'third',
    ...(sent.secret !== undefined && { secretDigest: sha256(sent.secret) }),
    createdAt: now,
  }
}

function metadataOf({ type, name, redirectUris, postLogoutRedirectUris }: PreRegisteredClient) {
  return readClientMetadata({
    client_name: name,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutRedirectUris,
    token_endpoint_auth_method: type && isConfidential(type) ? 'client_secret_basic' : 'none',
  })
}
