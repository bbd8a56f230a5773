/**
 * What a client may say about itself when it registers (RFC 7591 §2, limited to what Stytch keeps).
 * Unknown members are ignored, as the RFC asks; URLs are checked but never fetched.
 */
import { OAuthError } from '../errors.ts'
import type { Client } from '../state.ts'
import { MAX_URI_LENGTH, redirectUriProblem } from './redirect-uri.ts'

export type ClientMetadata = Pick<
  Client,
  'name' | 'redirectUris' | 'postLogoutRedirectUris' | 'logoUri' | 'clientUri' | 'authMethod'
>

const MAX_URIS = 10
const MAX_NAME_LENGTH = 128
const GRANT_TYPES = ['authorization_code', 'refresh_token']
const AUTH_METHODS = ['none', 'client_secret_post', 'client_secret_basic'] as const

/** Controls, line separators, and characters that reorder or hide what a person reads. */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * @param sent the parsed registration request
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`
 */
export function readClientMetadata(sent: Record<string, unknown>): ClientMetadata {
  requireSubset('grant_types', sent.grant_types, GRANT_TYPES, 'authorization_code')
  requireSubset('response_types', sent.response_types, ['code'], 'code')
  const redirectUris = uris(sent.redirect_uris)
  if (redirectUris.length === 0) {
    throw new OAuthError(
      'invalid_redirect_uri',
      'connected_app_invalid_redirect_url',
      'redirect_uris must list at least one URI.',
    )
  }
  const logoUri = webUrl('logo_uri', sent.logo_uri)
  const clientUri = webUrl('client_uri', sent.client_uri)
  return {
    name: clientName(sent.client_name),
    redirectUris,
    postLogoutRedirectUris: uris(sent.post_logout_redirect_uris),
    ...(logoUri && { logoUri }),
    ...(clientUri && { clientUri }),
    authMethod: authMethod(sent.token_endpoint_auth_method),
  }
}

function uris(sent: unknown): readonly string[] {
  if (sent === undefined) return []
  if (!isStringArray(sent)) throw invalid('redirect URIs must be an array of strings.')
  if (sent.length > MAX_URIS) throw invalid(`no more than ${MAX_URIS} redirect URIs.`)
  for (const uri of sent) {
    const problem = redirectUriProblem(uri)
    if (problem) {
      throw new OAuthError(
        'invalid_redirect_uri',
        problem,
        'use https, http on localhost, 127.0.0.1 or [::1], or a private-use scheme; no fragment, ' +
          'credentials or wildcard.',
      )
    }
  }
  return sent
}

function clientName(sent: unknown): string {
  if (sent === undefined) return ''
  if (typeof sent !== 'string' || sent.length > MAX_NAME_LENGTH) {
    throw invalid(`client_name must be a string of at most ${MAX_NAME_LENGTH} characters.`)
  }
  if (UNREADABLE.test(sent)) {
    throw invalid('client_name must not hold control, invisible or text-direction characters.')
  }
  return sent.trim()
}

function authMethod(sent: unknown): Client['authMethod'] {
  // RFC 7591 §2 defaults to client_secret_basic; Stytch registers a public client.
  if (sent === undefined) return 'none'
  const method = AUTH_METHODS.find((known) => known === sent)
  if (method) return method
  throw invalid(`token_endpoint_auth_method must be one of ${AUTH_METHODS.join(', ')}.`)
}

function webUrl(member: string, sent: unknown): string | undefined {
  if (sent === undefined || sent === null || sent === '') return undefined
  if (typeof sent === 'string' && sent.length <= MAX_URI_LENGTH && URL.canParse(sent)) {
    const { protocol, username, password } = new URL(sent)
    if ((protocol === 'https:' || protocol === 'http:') && !username && !password) return sent
  }
  throw invalid(`${member} must be an http(s) URL.`)
}

function requireSubset(
  member: string,
  sent: unknown,
  known: readonly string[],
  needed: string,
): void {
  if (sent === undefined) return
  if (!isStringArray(sent) || !sent.every((value) => known.includes(value))) {
    throw invalid(`${member} may hold ${known.join(', ')}.`)
  }
  if (!sent.includes(needed)) throw invalid(`${member} must hold ${needed}.`)
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function invalid(description: string): OAuthError {
  return new OAuthError(
    'invalid_client_metadata',
    'connected_app_misconfigured_client',
    description,
  )
}
