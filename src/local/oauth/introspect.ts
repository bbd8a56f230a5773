/**
 * Introspection (RFC 7662). Stytch answers about a token only to the client it belongs to; for anything
 * else, known or not, the answer is the same `active: false`.
 */
import { sha256 } from '../digest.ts'
import { OAuthError } from '../errors.ts'
import { type AccessToken, type Client, isGrantedTo, type RefreshToken } from '../state.ts'
import type { World } from '../world.ts'
import type { Parameters } from './parameters.ts'

/** @returns true while a token, and the grant it descends from, may still be used */
export function isLive(token: AccessToken | RefreshToken, now: number): boolean {
  const withdrawn = 'superseded' in token ? token.superseded : token.revoked
  return !withdrawn && !token.grant.revoked && now < token.expiresAt
}

/** @returns the parameter every introspection and revocation request must have */
export function presentedToken(parameters: Parameters): string {
  const token = parameters.get('token')
  if (token === undefined) {
    throw new OAuthError('invalid_request', 'bad_request', 'token is missing.')
  }
  return token
}

/** @returns the RFC 7662 §2.2 response members */
export async function introspect(
  world: World,
  client: Client,
  parameters: Parameters,
): Promise<object> {
  const digest = await sha256(presentedToken(parameters))
  const { accessTokens, refreshTokens } = world.state
  const token = accessTokens.get(digest) ?? refreshTokens.get(digest)
  if (!token || !isGrantedTo(token.grant, client) || !isLive(token, world.now())) {
    return { active: false }
  }
  if ('claims' in token) return { ...token.claims, active: true, token_type: 'access_token' }
  const issuedAt = Math.floor(token.issuedAt / 1000)
  return {
    active: true,
    iss: token.issuer,
    sub: token.grant.user.userId,
    aud: [world.project.projectId],
    client_id: client.clientId,
    scope: token.grant.scopes.join(' '),
    iat: issuedAt,
    nbf: issuedAt,
    exp: Math.floor(token.expiresAt / 1000),
    token_type: 'refresh_token',
  }
}
