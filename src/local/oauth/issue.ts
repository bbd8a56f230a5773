/**
 * Makes tokens and remembers them by digest. Access and ID tokens are RS256 JWTs with `typ: JWT`, as
 * Stytch's are; refresh tokens are opaque.
 */
import { SignJWT } from 'jose'
import { sha256 } from '../digest.ts'
import { newSecretValue } from '../ids.ts'
import type { Code, Grant } from '../state.ts'
import type { World } from '../world.ts'
import { accessClaims, type Claims, idClaims, TOKEN_LIFETIME } from './claims.ts'

/** Three months, in milliseconds: how long a refresh token may lie unused. */
export const REFRESH_LIFETIME = 90 * 24 * 3600 * 1000

export interface Issuance {
  readonly grant: Grant
  readonly issuer: string
  /** At most the grant's. */
  readonly scopes: readonly string[]
  /** Set on the first exchange of a code. */
  readonly nonce?: Code['nonce']
  /** Whether a refresh token is part of the answer. */
  readonly withRefreshToken: boolean
}

/** @returns the RFC 6749 §5.1 response members */
export async function issueTokens(world: World, issuance: Issuance): Promise<object> {
  const { grant, issuer, scopes, nonce } = issuance
  const { client, user } = grant
  const now = world.now()
  const issuedAt = Math.floor(now / 1000)
  const validity = { issuedAt, expiresAt: issuedAt + TOKEN_LIFETIME }
  const claims = accessClaims(world.project, {
    issuer,
    subject: user.userId,
    clientId: client.clientId,
    scopes,
    validity,
  })
  const accessToken = await signJwt(world, claims)
  await rememberAccessToken(world, accessToken, { grant, claims })
  const idToken =
    scopes.includes('openid') &&
    (await signJwt(
      world,
      idClaims({
        issuer,
        clientId: client.clientId,
        user,
        scopes,
        validity,
        authenticatedAt: Math.floor(grant.authenticatedAt / 1000),
        ...(nonce !== undefined && { nonce }),
      }),
    ))
  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: TOKEN_LIFETIME,
    scope: scopes.join(' '),
    ...(idToken && { id_token: idToken }),
    ...(issuance.withRefreshToken && {
      refresh_token: await newRefreshToken(world, grant, issuer),
    }),
  }
}

/** Signs claims the one way Stytch does: RS256, `typ: JWT`, the current key. */
export async function signJwt(world: World, claims: Claims): Promise<string> {
  const { kid, privateKey } = await world.keys.current()
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey)
}

/** Makes an access token one that userinfo, introspection and revocation know. */
export async function rememberAccessToken(
  world: World,
  token: string,
  { grant, claims }: { grant: Grant; claims: Claims },
): Promise<void> {
  const expiresAt = typeof claims.exp === 'number' ? claims.exp * 1000 : Number.POSITIVE_INFINITY
  world.state.accessTokens.set(await sha256(token), { grant, claims, expiresAt, revoked: false })
}

async function newRefreshToken(world: World, grant: Grant, issuer: string): Promise<string> {
  const token = newSecretValue()
  const issuedAt = world.now()
  world.state.refreshTokens.set(await sha256(token), {
    grant,
    issuer,
    issuedAt,
    expiresAt: issuedAt + REFRESH_LIFETIME,
    superseded: false,
  })
  return token
}
