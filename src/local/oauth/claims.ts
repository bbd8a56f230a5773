/** What each kind of token says, in the shapes Stytch documents. All times are in seconds. */
import type { Project } from '../project.ts'
import type { Session, User } from '../state.ts'

export type Claims = Record<string, unknown>

/** Life of access, ID and M2M tokens, in seconds. */
export const TOKEN_LIFETIME = 3600

/** Life of a session JWT, in seconds. */
export const SESSION_JWT_LIFETIME = 300

/** When a token is good: `iat` and `nbf` are one moment, as Stytch issues them. */
export interface Validity {
  readonly issuedAt: number
  readonly expiresAt: number
}

/** Claims of an access token. `aud` is the project, whatever resource was asked for. */
export function accessClaims(
  project: Project,
  token: {
    issuer: string
    subject: string
    clientId: string
    scopes: readonly string[]
    validity: Validity
  },
): Claims {
  return {
    ...commonClaims(token.issuer, token.subject, [project.projectId], token.validity),
    client_id: token.clientId,
    scope: token.scopes.join(' '),
    jti: crypto.randomUUID(),
  }
}

/** Claims of an ID token (OpenID Connect Core §2): for the client, about the user. */
export function idClaims(token: {
  issuer: string
  clientId: string
  user: User
  scopes: readonly string[]
  validity: Validity
  authenticatedAt: number
  nonce?: string
}): Claims {
  return {
    ...commonClaims(token.issuer, token.user.userId, [token.clientId], token.validity),
    auth_time: token.authenticatedAt,
    ...(token.nonce !== undefined && { nonce: token.nonce }),
    ...userClaims(token.user, token.scopes),
  }
}

/** Claims of a session JWT. Same key and audience as an access token: only the shape tells them apart. */
export function sessionClaims(
  project: Project,
  token: { issuer: string; session: Session; validity: Validity },
): Claims {
  const { session } = token
  return {
    ...commonClaims(token.issuer, session.user.userId, [project.projectId], token.validity),
    'https://stytch.com/session': {
      id: session.sessionId,
      started_at: new Date(session.startedAt).toISOString(),
      last_accessed_at: new Date(session.lastAccessedAt).toISOString(),
      expires_at: new Date(session.expiresAt).toISOString(),
      attributes: { user_agent: session.userAgent, ip_address: '127.0.0.1' },
      authentication_factors: [passwordFactor(session)],
      roles: session.user.roles,
    },
  }
}

/** Claims of a machine's token: no `client_id`, the machine is the subject. */
export function m2mClaims(
  project: Project,
  token: { issuer: string; subject: string; scopes: readonly string[]; validity: Validity },
): Claims {
  return {
    ...commonClaims(token.issuer, token.subject, [project.projectId], token.validity),
    scope: token.scopes.join(' '),
  }
}

/** Facts about a user that scopes open up, for ID tokens and userinfo. */
export function userClaims(user: User, scopes: readonly string[]): Claims {
  const { first, last } = user.name
  const name = [first, last].filter(Boolean).join(' ')
  return {
    ...(scopes.includes('email') && {
      email: user.email.address,
      email_verified: user.email.verified,
    }),
    ...(scopes.includes('profile') && {
      ...(name && { name }),
      ...(first && { given_name: first }),
      ...(last && { family_name: last }),
    }),
    ...(scopes.includes('phone') &&
      user.phone && { phone_number: user.phone.number, phone_number_verified: true }),
  }
}

/** How a session was started, in Stytch's words. */
export function passwordFactor(session: Session): Claims {
  return {
    type: 'password',
    delivery_method: 'knowledge',
    last_authenticated_at: new Date(session.startedAt).toISOString(),
  }
}

function commonClaims(iss: string, sub: string, aud: string[], validity: Validity): Claims {
  const { issuedAt, expiresAt } = validity
  return { iss, sub, aud, iat: issuedAt, nbf: issuedAt, exp: expiresAt }
}
