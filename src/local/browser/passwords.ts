/** Signing in and up with a password, and what the login form asks before it. */
import { z } from 'zod'
import type { LocalContext } from '../envelope.ts'
import { readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import { addUser, type User } from '../state.ts'
import type { World } from '../world.ts'
import { hashPassword } from './password-record.ts'
import { requireStrong } from './password-strength.ts'
import { sessionDuration, startSession } from './sessions.ts'

/** An address, in the one spelling it is stored under. */
export const emailAddress = z.string().transform((sent) => {
  const address = sent.trim().toLowerCase()
  if (address.length > 254 || !z.email().safeParse(address).success) {
    throw new ApiError('invalid_email')
  }
  return address
})

/** A password, long enough for any manager and short enough to hash. */
export const passwordText = z.string().min(1).max(512)

const credentials = z.object({
  email: emailAddress,
  password: passwordText,
  session_duration_minutes: sessionDuration,
})

/** `POST /users/search`: does this address belong to somebody, and have they a password? */
export async function searchUser(world: World, c: LocalContext): Promise<object> {
  const { email } = await readJson(c, z.object({ email: emailAddress }))
  const user = world.state.usersByEmail.get(email)
  return { userType: user ? (user.password ? 'password' : 'passwordless') : 'new' }
}

/** `POST /passwords/authenticate`. */
export async function signIn(world: World, c: LocalContext): Promise<object> {
  const sent = await readJson(c, credentials)
  const user = world.state.usersByEmail.get(sent.email)
  if (!user) throw new ApiError('email_not_found')
  if (!user.password) throw new ApiError('no_user_password')
  if (!(await user.password.matches(sent.password))) throw new ApiError('unauthorized_credentials')
  return startSession(world, c, user, sent.session_duration_minutes)
}

/** `POST /passwords`: a new user, signed in at once. Their address is unverified until a reset proves it. */
export async function signUp(world: World, c: LocalContext): Promise<object> {
  const sent = await readJson(c, credentials)
  requireStrong(sent.password)
  const password = await hashPassword(sent.password)
  if (world.state.usersByEmail.has(sent.email)) throw new ApiError('duplicate_email')
  const user: User = {
    userId: newId('user'),
    email: { id: newId('email'), address: sent.email, verified: false },
    name: { first: '', last: '' },
    roles: ['stytch_user'],
    createdAt: world.now(),
    password,
  }
  addUser(world.state, user)
  const session = await startSession(world, c, user, sent.session_duration_minutes)
  return { ...session, email_id: user.email.id }
}
