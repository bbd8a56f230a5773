/**
 * Judges an authorization request as the SDK forwards it from the consent page. Order matters (RFC 6749
 * §4.1.2.1): until client and redirect URI are known to belong together nothing may be redirected,
 * so those two faults are plain API errors; every later one can go back to the client.
 */
import { z } from 'zod'
import { documentClient } from '../client-documents/document-client.ts'
import { looksLikeDocumentUrl } from '../client-documents/document-url.ts'
import { ApiError, type ApiErrorType, type OAuthErrorCode } from '../errors.ts'
import { isRegistered } from '../oauth/redirect-uri.ts'
import { areKnownResources } from '../oauth/resources.ts'
import { supportedScopes } from '../oauth/scopes.ts'
import { type Client, findClient } from '../state.ts'
import type { World } from '../world.ts'

/** Body of `/idp/oauth/authorize/start`, and with consent of `…/submit`. */
export const authorizationRequest = z.object({
  client_id: z.string().min(1),
  redirect_uri: z.string().min(1),
  // Stytch defaults this on the server because some clients leave it out.
  response_type: z.string().default('code'),
  scopes: z.array(z.string()),
  state: z.string().optional(),
  nonce: z.string().max(2048).optional(),
  prompt: z.string().optional(),
  code_challenge: z.string().optional(),
  // The SDK never sends this; S256 is what a challenge means here.
  code_challenge_method: z.string().optional(),
  resources: z.array(z.string()).max(10).default([]),
})

export type AuthorizationRequest = z.output<typeof authorizationRequest>

/** A fault the client may be told of. */
export interface Fault {
  readonly oauth: OAuthErrorCode
  readonly type: ApiErrorType
}

const MAX_STATE_LENGTH = 2048
const PROMPTS = ['none', 'login', 'consent', 'select_account']

/**
 * @returns the client, proven to own the redirect URI
 * @throws ApiError, to be shown to the person and never redirected
 */
export async function requestingClient(
  world: World,
  request: AuthorizationRequest,
): Promise<Client> {
  const client = await namedClient(world, request.client_id)
  if (!isRegistered(client.redirectUris, request.redirect_uri)) {
    throw new ApiError('connected_app_supplied_redirect_url_not_found_in_client')
  }
  return client
}

/** A client with a document is read anew once that is stale, by whichever of its names it is called. */
async function namedClient(world: World, clientId: string): Promise<Client> {
  const known = findClient(world.state, clientId)
  if (known && !known.metadataUrl) return known
  const url = known?.metadataUrl ?? clientId
  if (looksLikeDocumentUrl(url)) return documentClient(world, url)
  throw new ApiError('connected_app_not_found')
}

/**
 * @param challenge `required` when the request is about to be granted; Stytch's start call is made
 *   without one by callers that follow its types, so there it is checked only when present
 * @returns the first fault, or `undefined`
 */
export function findFault(
  world: World,
  request: AuthorizationRequest,
  challenge: 'required' | 'if-present',
): Fault | undefined {
  const { state, code_challenge, code_challenge_method } = request
  if (state !== undefined && !isReturnable(state)) {
    return { oauth: 'invalid_request', type: 'invalid_argument' }
  }
  if (request.response_type !== 'code') {
    return { oauth: 'unsupported_response_type', type: 'invalid_argument' }
  }
  if (code_challenge_method !== undefined && code_challenge_method !== 'S256') {
    return { oauth: 'invalid_request', type: 'pkce_required_for_idp_authorization_flow' }
  }
  if (!code_challenge && (challenge === 'required' || code_challenge === '')) {
    return { oauth: 'invalid_request', type: 'pkce_required_for_idp_authorization_flow' }
  }
  if (code_challenge && !/^[A-Za-z0-9_-]{43}$/.test(code_challenge)) {
    return { oauth: 'invalid_request', type: 'invalid_pkce_code_challenge' }
  }
  const known = supportedScopes(world.project)
  if (request.scopes.length === 0 || !request.scopes.every((scope) => known.includes(scope))) {
    return { oauth: 'invalid_scope', type: 'oauth_invalid_scope_requested' }
  }
  if (!areKnownResources(world.project, request.resources)) {
    return { oauth: 'invalid_target', type: 'invalid_argument' }
  }
  if (!isPrompt(prompts(request))) return { oauth: 'invalid_request', type: 'invalid_argument' }
}

/** @returns the words of `prompt`; Stytch acts on `consent` only */
export function prompts({ prompt }: AuthorizationRequest): readonly string[] {
  return prompt?.split(' ').filter(Boolean) ?? []
}

/** @returns true when `state` can be sent back unchanged */
export function isReturnable(state: string): boolean {
  return state.length <= MAX_STATE_LENGTH && state.isWellFormed()
}

function isPrompt(words: readonly string[]): boolean {
  return words.every((word) => PROMPTS.includes(word)) && !(words.includes('none') && words[1])
}
