/**
 * `POST /local/tokens`: any token Stytch can issue, and any it never would. A token starts out exactly as
 * its kind is issued; overrides then bend it. An access token is also remembered, so userinfo and
 * introspection treat it as issued.
 */
import { z } from 'zod'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import {
  accessClaims,
  type Claims,
  idClaims,
  m2mClaims,
  SESSION_JWT_LIFETIME,
  sessionClaims,
  TOKEN_LIFETIME,
  type Validity,
} from '../oauth/claims.ts'
import { rememberAccessToken } from '../oauth/issue.ts'
import { LOCAL_ORGANIZATION, memberId } from '../organization.ts'
import { SEED_CLIENT_ID, SEED_USERS } from '../seeds.ts'
import { findClient, type Session, type User } from '../state.ts'
import type { World } from '../world.ts'
import { forge, SIGNERS } from './forge.ts'

const overrides = z.record(z.string(), z.json()).default({})

/** Body of the knob; everything but `kind` has a default. */
export const mintRequest = z.strictObject({
  kind: z.enum(['access', 'session', 'm2m', 'id', 'b2b-access']),
  /** Address of the user it is about. */
  user: z.string().default(SEED_USERS.ada.email),
  client_id: z.string().default(SEED_CLIENT_ID),
  scope: z.string().default('openid email profile'),
  /** Claims to set; `null` drops one. */
  claims: overrides,
  /** Header members to set; `null` drops one. */
  header: overrides,
  /** Seconds from now; negative for a token that has expired. */
  expires_in: z.number().int().optional(),
  key: z.enum(SIGNERS).default('current'),
  /** Whether userinfo and introspection know it. Default: yes for an access token of a key of ours. */
  registered: z.boolean().optional(),
})

export type MintRequest = z.output<typeof mintRequest>

/** @returns the token, with its final claims and header for convenience */
export async function mintToken(world: World, request: MintRequest): Promise<object> {
  const user = world.state.usersByEmail.get(request.user.toLowerCase())
  if (!user) throw new ApiError('bad_request', 'user: nobody here has that address.')
  const ours = request.key === 'current' || request.key === 'previous'
  const registered = request.registered ?? (request.kind === 'access' && ours)
  if (registered && request.kind !== 'access' && request.kind !== 'b2b-access') {
    throw new ApiError('bad_request', 'registered: only access tokens can be.')
  }
  const client = findClient(world.state, request.client_id)
  if (registered && !client) {
    throw new ApiError(
      'bad_request',
      'client_id: no such client. Register it first, or set registered to false.',
    )
  }

  const claims = bend(
    usualClaims(world, { ...request, client_id: client?.clientId ?? request.client_id }, user),
    request.claims,
  )
  const { token, header } = await forge(world.keys, request.key, claims, (usual) =>
    bend(usual, request.header),
  )
  if (registered && client) {
    const grant = {
      client,
      user,
      scopes: scopesOf(request),
      resources: [],
      authenticatedAt: world.now(),
      revoked: false,
    }
    await rememberAccessToken(world, token, { grant, claims })
  }
  return { token, claims, header }
}

function usualClaims({ project, now }: World, request: MintRequest, user: User): Claims {
  const issuer = project.url
  const scopes = scopesOf(request)
  const { client_id: clientId } = request
  const validity = validityOf(request, now())
  switch (request.kind) {
    case 'access':
      return accessClaims(project, { issuer, subject: user.userId, clientId, scopes, validity })
    case 'b2b-access':
      return {
        ...accessClaims(project, { issuer, subject: memberId(user), clientId, scopes, validity }),
        'https://stytch.com/organization': LOCAL_ORGANIZATION,
      }
    case 'm2m':
      return m2mClaims(project, { issuer, subject: newId('m2m-client'), scopes, validity })
    case 'id':
      return idClaims({
        issuer,
        clientId,
        user,
        scopes,
        validity,
        authenticatedAt: validity.issuedAt,
      })
    case 'session':
      return sessionClaims(project, { issuer, session: imaginedSession(user, validity), validity })
  }
}

function validityOf({ kind, expires_in }: MintRequest, now: number): Validity {
  const seconds = Math.floor(now / 1000)
  const lifetime = expires_in ?? (kind === 'session' ? SESSION_JWT_LIFETIME : TOKEN_LIFETIME)
  const expiresAt = seconds + lifetime
  return { issuedAt: lifetime > 0 ? seconds : expiresAt - TOKEN_LIFETIME, expiresAt }
}

function imaginedSession(user: User, { issuedAt }: Validity): Session {
  const startedAt = issuedAt * 1000
  return {
    sessionId: newId('session'),
    user,
    startedAt,
    lastAccessedAt: startedAt,
    expiresAt: startedAt + 3_600_000,
    userAgent: '',
    revoked: false,
  }
}

function scopesOf({ scope }: MintRequest): string[] {
  return scope.split(' ').filter(Boolean)
}

function bend(usual: Claims, changes: Claims): Claims {
  const bent = { ...usual, ...changes }
  return Object.fromEntries(Object.entries(bent).filter(([, value]) => value !== null))
}
