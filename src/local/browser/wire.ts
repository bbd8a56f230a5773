/** Users and sessions as the SDK's types spell them. */
import { passwordFactor } from '../oauth/claims.ts'
import type { Session, User } from '../state.ts'

/** Stytch's `User`. */
export function wireUser(user: User): object {
  return {
    user_id: user.userId,
    name: { first_name: user.name.first, middle_name: '', last_name: user.name.last },
    emails: [{ email_id: user.email.id, email: user.email.address, verified: user.email.verified }],
    phone_numbers: user.phone
      ? [{ phone_id: user.phone.id, phone_number: user.phone.number, verified: true }]
      : [],
    password: user.password ? { password_id: passwordId(user), requires_reset: false } : null,
    providers: [],
    crypto_wallets: [],
    totps: [],
    webauthn_registrations: [],
    biometric_registrations: [],
    roles: user.roles,
    status: 'active',
    created_at: iso(user.createdAt),
    trusted_metadata: user.trustedMetadata ?? {},
    untrusted_metadata: user.untrustedMetadata ?? {},
  }
}

/** Stytch's `Session`. */
export function wireSession(session: Session): object {
  return {
    session_id: session.sessionId,
    user_id: session.user.userId,
    started_at: iso(session.startedAt),
    last_accessed_at: iso(session.lastAccessedAt),
    expires_at: iso(session.expiresAt),
    attributes: { user_agent: session.userAgent, ip_address: '127.0.0.1' },
    authentication_factors: [passwordFactor(session)],
    custom_claims: null,
    roles: session.user.roles,
  }
}

function passwordId(user: User): string {
  return user.userId.replace('user-', 'password-')
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
