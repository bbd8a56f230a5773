/**
 * Userinfo (OpenID Connect Core §5.3). It answers for tokens Local Stytch issued and still honours, so
 * a resource server may also use it to learn of revocation.
 */
import { sha256 } from '../digest.ts'
import { OAuthError } from '../errors.ts'
import type { World } from '../world.ts'
import { userClaims } from './claims.ts'
import { isLive } from './introspect.ts'

const CHALLENGE = 'Bearer realm="Local Stytch"'

/**
 * @param header the `Authorization` header
 * @returns `sub` and the claims the token's scopes open
 * @throws OAuthError `invalid_token`, with a challenge that names no error when no token was sent
 */
export async function userinfo(world: World, header: string | undefined): Promise<object> {
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header ?? '')?.[1]
  if (token === undefined) {
    throw new OAuthError(
      'invalid_token',
      'invalid_authorization_header',
      'a Bearer token is needed.',
      {
        headers: { 'WWW-Authenticate': CHALLENGE },
      },
    )
  }
  const record = world.state.accessTokens.get(await sha256(token))
  if (!record) throw invalidToken('idp_access_token_not_found', 'the token is unknown.')
  const now = world.now()
  if (now >= record.expiresAt)
    throw invalidToken('idp_access_token_expired', 'the token has expired.')
  if (!isLive(record, now))
    throw invalidToken('idp_access_token_not_found', 'the token is revoked.')
  const { user, scopes } = record.grant
  const granted = typeof record.claims.scope === 'string' ? record.claims.scope.split(' ') : scopes
  return { sub: user.userId, ...userClaims(user, granted) }
}

function invalidToken(type: string, description: string): OAuthError {
  return new OAuthError('invalid_token', type, description, {
    headers: { 'WWW-Authenticate': `${CHALLENGE}, error="invalid_token"` },
  })
}
