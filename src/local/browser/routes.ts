/**
 * The API `@stytch/react` calls, under `/sdk/v1`. Every call but `/events` names the project by its public
 * token in HTTP Basic; answers are wrapped in `data`, refusals are not.
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { parseBasic } from '../basic-auth.ts'
import { sdkCors } from '../cors.ts'
import { answerSdk, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { Endpoint } from '../faults/fault.ts'
import { faulty } from '../faults/faulty.ts'
import type { World } from '../world.ts'
import { startAuthorization, submitAuthorization } from './authorize.ts'
import { bootstrap } from './bootstrap.ts'
import { startLogout } from './logout.ts'
import { completePasswordReset, startPasswordReset } from './password-reset.ts'
import { passwordStrength } from './password-strength.ts'
import { passwordText, searchUser, signIn, signUp } from './passwords.ts'
import { continueSession, currentSession, sessionDuration } from './sessions.ts'

type Call = (world: World, c: LocalContext) => Promise<object>

const POSTS: Readonly<Record<string, Call>> = {
  '/users/search': searchUser,
  '/passwords': signUp,
  '/passwords/authenticate': signIn,
  '/passwords/strength_check': checkStrength,
  '/passwords/email/reset/start': startPasswordReset,
  '/passwords/email/reset': completePasswordReset,
  '/sessions/authenticate': authenticateSession,
  '/sessions/revoke': revokeSession,
  '/idp/oauth/authorize/start': startAuthorization,
  '/idp/oauth/authorize/submit': submitAuthorization,
  '/oauth/logout/start': startLogout,
}

/** Calls that faults know by a name of their own. */
const NAMED: Readonly<Record<string, Endpoint>> = {
  '/passwords/authenticate': 'sign-in',
  '/idp/oauth/authorize/start': 'authorize-start',
  '/idp/oauth/authorize/submit': 'authorize-submit',
}

/** @returns the browser API, to be mounted at the root */
export function browserApi(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath('/sdk/v1')
  app.use(sdkCors())
  // Telemetry: taken and dropped, unread. It has no off switch, and it carries addresses and URLs.
  app.post('/events', (c) => answerSdk(c, {}))
  app.use(async (c, next) => {
    const basic = parseBasic(c.req.header('authorization'))
    if (basic?.name !== world.project.publicToken) throw new ApiError('unauthorized_credentials')
    await next()
  })
  app.use(faulty(world, 'sdk'))
  app.get('/projects/bootstrap/:publicToken', faulty(world, 'bootstrap'), (c) => {
    if (c.req.param('publicToken') !== world.project.publicToken) {
      throw new ApiError('public_token_not_found')
    }
    return answerSdk(c, bootstrap(world.project))
  })
  for (const [path, endpoint] of Object.entries(NAMED)) app.post(path, faulty(world, endpoint))
  for (const [path, call] of Object.entries(POSTS)) {
    app.post(path, async (c) => answerSdk(c, await call(world, c)))
  }
  return app
}

async function checkStrength(_world: World, c: LocalContext): Promise<object> {
  const { password } = await readJson(c, z.object({ password: passwordText }))
  return passwordStrength(password)
}

async function authenticateSession(world: World, c: LocalContext): Promise<object> {
  const sent = await readJson(c, z.object({ session_duration_minutes: sessionDuration }))
  return continueSession(world, c, sent.session_duration_minutes)
}

async function revokeSession(world: World, c: LocalContext): Promise<object> {
  const { session } = await currentSession(world, c)
  session.revoked = true
  return {}
}
