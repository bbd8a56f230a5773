/**
 * Browser sessions. The SDK names its session in HTTP Basic, as `public_token:session_token`, never in
 * a body or cookie, so a page elsewhere cannot ride on it.
 */
import { z } from 'zod'
import { parseBasic } from '../basic-auth.ts'
import { sha256 } from '../digest.ts'
import type { LocalContext } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import { newId, newSecretValue } from '../ids.ts'
import { SESSION_JWT_LIFETIME, sessionClaims } from '../oauth/claims.ts'
import { signJwt } from '../oauth/issue.ts'
import type { Session, User } from '../state.ts'
import type { World } from '../world.ts'
import { wireSession, wireUser } from './wire.ts'

const DEFAULT_MINUTES = 60

/** `session_duration_minutes` of any call that starts or extends a session. */
export const sessionDuration = z.number().int().optional()

/** @returns everything the SDK needs to store a new session */
export async function startSession(
  world: World,
  c: LocalContext,
  user: User,
  minutes: number = DEFAULT_MINUTES,
): Promise<object> {
  const duration = milliseconds(minutes)
  const now = world.now()
  const token = newSecretValue()
  const session: Session = {
    sessionId: newId('session'),
    user,
    startedAt: now,
    lastAccessedAt: now,
    expiresAt: now + duration,
    userAgent: (c.req.header('user-agent') ?? '').slice(0, 256),
    revoked: false,
  }
  world.state.sessions.set(await sha256(token), session)
  return describe(world, session, token)
}

/** @returns the session again, extended when asked, with a fresh JWT */
export async function continueSession(
  world: World,
  c: LocalContext,
  minutes: number | undefined,
): Promise<object> {
  const { session, token } = await currentSession(world, c)
  const now = world.now()
  session.lastAccessedAt = now
  if (minutes !== undefined) session.expiresAt = now + milliseconds(minutes)
  return describe(world, session, token)
}

/**
 * @returns the session the request names
 * @throws ApiError `user_unauthenticated` when it names none, `session_not_found` when that one is over
 */
export async function currentSession(
  world: World,
  c: LocalContext,
): Promise<{ session: Session; token: string }> {
  const token = parseBasic(c.req.header('authorization'))?.password
  if (!token || token === world.project.publicToken) throw new ApiError('user_unauthenticated')
  const session = world.state.sessions.get(await sha256(token))
  if (!session || session.revoked || world.now() >= session.expiresAt) {
    throw new ApiError('session_not_found')
  }
  return { session, token }
}

/** Ends every session of a user, as a completed password reset does. */
export function endSessionsOf(world: World, user: User): void {
  for (const session of world.state.sessions.values()) {
    if (session.user === user) session.revoked = true
  }
}

async function describe(world: World, session: Session, token: string): Promise<object> {
  const { project } = world
  const issuedAt = Math.floor(world.now() / 1000)
  const validity = { issuedAt, expiresAt: issuedAt + SESSION_JWT_LIFETIME }
  return {
    user_id: session.user.userId,
    user: wireUser(session.user),
    session: wireSession(session),
    session_token: token,
    session_jwt: await signJwt(
      world,
      sessionClaims(project, { issuer: project.url, session, validity }),
    ),
  }
}

function milliseconds(minutes: number): number {
  if (minutes < 5 || minutes > 527_040) throw new ApiError('invalid_session_duration_minutes')
  return minutes * 60_000
}
