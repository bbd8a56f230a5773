/**
 * Revocation (RFC 7009). A refresh token takes its access tokens with it; an access token goes alone.
 * Unknown tokens are revoked already; another client's token is refused and stays valid (§2.1).
 */
import { sha256 } from '../digest.ts'
import { OAuthError } from '../errors.ts'
import { type Client, isGrantedTo } from '../state.ts'
import type { World } from '../world.ts'
import { presentedToken } from './introspect.ts'
import type { Parameters } from './parameters.ts'

/** Revokes the token of the request, if there is one to revoke. */
export async function revoke(world: World, client: Client, parameters: Parameters): Promise<void> {
  const digest = await sha256(presentedToken(parameters))
  const { accessTokens, refreshTokens } = world.state
  const token = accessTokens.get(digest) ?? refreshTokens.get(digest)
  if (!token) return
  if (!isGrantedTo(token.grant, client)) {
    throw new OAuthError(
      'unauthorized_client',
      'unauthorized_credentials',
      'the token belongs to another client.',
    )
  }
  if ('claims' in token) token.revoked = true
  else token.grant.revoked = true
}
