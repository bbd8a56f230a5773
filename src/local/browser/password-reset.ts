/**
 * Resetting a password by mail. The link goes to whoever embeds Local Stytch, through `onMail`; its
 * token works once, and using it ends the user's other sessions, as at Stytch.
 */
import { z } from 'zod'
import { sha256 } from '../digest.ts'
import { type LocalContext, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import { newSecretValue } from '../ids.ts'
import { isLoopbackHostname } from '../loopback.ts'
import type { World } from '../world.ts'
import { hashPassword } from './password-record.ts'
import { requireStrong } from './password-strength.ts'
import { emailAddress, passwordText } from './passwords.ts'
import { endSessionsOf, sessionDuration, startSession } from './sessions.ts'

const startRequest = z.object({
  email: emailAddress,
  reset_password_redirect_url: z.string().optional(),
  reset_password_expiration_minutes: z.number().int().min(5).max(10_080).default(30),
})

const resetRequest = z.object({
  token: z.string().min(1),
  password: passwordText,
  session_duration_minutes: sessionDuration,
})

/** `POST /passwords/email/reset/start`: mails a link that carries a one-time token. */
export async function startPasswordReset(world: World, c: LocalContext): Promise<object> {
  const sent = await readJson(c, startRequest)
  const page = resetPage(sent.reset_password_redirect_url ?? world.project.authorizationEndpoint)
  const user = world.state.usersByEmail.get(sent.email)
  if (!user) throw new ApiError('email_not_found')
  const token = newSecretValue()
  world.state.passwordResets.set(await sha256(token), {
    user,
    expiresAt: world.now() + sent.reset_password_expiration_minutes * 60_000,
  })
  page.searchParams.set('stytch_token_type', 'reset_password')
  page.searchParams.set('token', token)
  world.project.onMail({ to: sent.email, subject: 'Reset your password', link: page.href })
  return {}
}

/** `POST /passwords/email/reset`: sets the password and signs in. */
export async function completePasswordReset(world: World, c: LocalContext): Promise<object> {
  const sent = await readJson(c, resetRequest)
  requireStrong(sent.password)
  const [digest, password] = await Promise.all([sha256(sent.token), hashPassword(sent.password)])
  const reset = world.state.passwordResets.get(digest)
  if (!reset || world.now() >= reset.expiresAt) {
    throw new ApiError('unable_to_auth_password_reset_token')
  }
  world.state.passwordResets.delete(digest)
  reset.user.password = password
  reset.user.email.verified = true
  endSessionsOf(world, reset.user)
  return startSession(world, c, reset.user, sent.session_duration_minutes)
}

function resetPage(url: string): URL {
  const page = URL.canParse(url) ? new URL(url) : undefined
  if (page && /^https?:$/.test(page.protocol) && isLoopbackHostname(page.hostname)) return page
  throw new ApiError('invalid_password_reset_redirect_url')
}
