/**
 * `grant_type=refresh_token` (RFC 6749 §6). Public clients get a new refresh token on every use, and an
 * old one that comes back means theft or a lost reply: the whole grant dies (OAuth 2.1 §4.3.1).
 * Confidential clients keep theirs, each use extending its life. Scope may narrow, never widen.
 */
import { sha256 } from '../digest.ts'
import { OAuthError } from '../errors.ts'
import { type Client, type Grant, isGrantedTo, type RefreshToken } from '../state.ts'
import type { World } from '../world.ts'
import { issueTokens, REFRESH_LIFETIME } from './issue.ts'
import type { Parameters } from './parameters.ts'
import { staysWithin } from './resources.ts'

/** @returns the token response members */
export async function exchangeRefreshToken(
  world: World,
  client: Client,
  parameters: Parameters,
  issuer: string,
): Promise<object> {
  const presented = parameters.get('refresh_token')
  if (presented === undefined) {
    throw new OAuthError('invalid_request', 'bad_request', 'refresh_token is missing.')
  }
  const digest = await sha256(presented)
  const now = world.now()
  const token = usable(world.state.refreshTokens.get(digest), client, now)
  const scopes = narrowedScopes(token.grant, parameters.get('scope'))
  if (!staysWithin(world.project, token.grant.resources, parameters.resources)) {
    throw new OAuthError('invalid_target', 'invalid_argument', 'resource was not authorized.')
  }

  // No await since the token was looked up: of two parallel uses exactly one gets here.
  const rotates = client.authMethod === 'none'
  if (rotates) token.superseded = true
  else token.expiresAt = now + REFRESH_LIFETIME
  return issueTokens(world, { grant: token.grant, issuer, scopes, withRefreshToken: rotates })
}

function usable(token: RefreshToken | undefined, client: Client, now: number): RefreshToken {
  if (!token || !isGrantedTo(token.grant, client)) {
    throw invalidGrant('idp_refresh_token_not_found', 'unknown, or not for this client.')
  }
  if (token.superseded) {
    token.grant.revoked = true
    throw invalidGrant('idp_refresh_token_already_used', 'used before; its tokens are revoked.')
  }
  if (token.grant.revoked) throw invalidGrant('idp_refresh_token_not_found', 'revoked.')
  if (now >= token.expiresAt) throw invalidGrant('idp_refresh_token_expired', 'expired.')
  return token
}

function narrowedScopes(grant: Grant, requested: string | undefined): readonly string[] {
  if (requested === undefined) return grant.scopes
  const scopes = [...new Set(requested.split(' ').filter(Boolean))]
  if (scopes.length > 0 && scopes.every((scope) => grant.scopes.includes(scope))) return scopes
  throw new OAuthError('invalid_scope', 'oauth_invalid_scope_requested', 'scope exceeds the grant.')
}

function invalidGrant(type: string, description: string): OAuthError {
  return new OAuthError('invalid_grant', type, description)
}
