/** The authorization server's routes, at one of its two doors (see `families.ts`). */
import { Hono } from 'hono'
import { openCors } from '../cors.ts'
import { answer, imposeHeaders, isJson, type LocalContext, type LocalEnv } from '../envelope.ts'
import { ApiError, OAuthError } from '../errors.ts'
import { faulty } from '../faults/faulty.ts'
import type { Client } from '../state.ts'
import type { World } from '../world.ts'
import { authenticateClient } from './client-authentication.ts'
import { exchangeCode } from './code-grant.ts'
import { metadata } from './discovery.ts'
import type { Family } from './families.ts'
import { introspect } from './introspect.ts'
import { type Parameters, parseObject, readParameters } from './parameters.ts'
import { exchangeRefreshToken } from './refresh-grant.ts'
import { register } from './register.ts'
import { revoke } from './revoke.ts'
import { userinfo } from './userinfo.ts'

/** @returns metadata, keys, registration, token, introspection, revocation and userinfo */
export function authorizationServer(world: World, family: Family): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>()
  const { wellKnown, endpoints } = family
  app.use(`${wellKnown}/*`, openCors())
  app.use(`${endpoints}/*`, openCors())

  for (const name of ['openid-configuration', 'oauth-authorization-server'] as const) {
    app.get(`${wellKnown}/${name}`, faulty(world, 'discovery'), faulty(world, name), (c) =>
      answer(c, metadata(world.project, family)),
    )
  }
  app.get(`${wellKnown}/jwks.json`, faulty(world, 'jwks'), (c) => keySet(world, c))

  app.post(`${endpoints}/register`, faulty(world, 'register'), async (c) => {
    if (!isJson(c.req.header('content-type'))) {
      throw new OAuthError('invalid_client_metadata', 'bad_request', 'send application/json.')
    }
    return answer(
      c,
      await register(world, parseObject(await c.req.text(), 'invalid_client_metadata')),
      201,
    )
  })
  app.post(`${endpoints}/token`, faulty(world, 'token'), async (c) =>
    answer(c, await token(world, c, family)),
  )
  app.post(`${endpoints}/introspect`, faulty(world, 'introspect'), async (c) => {
    const [client, parameters] = await clientRequest(world, c)
    return answer(c, await introspect(world, client, parameters))
  })
  app.post(`${endpoints}/revoke`, faulty(world, 'revoke'), async (c) => {
    const [client, parameters] = await clientRequest(world, c)
    await revoke(world, client, parameters)
    return answer(c, {})
  })
  app.get(`${endpoints}/userinfo`, faulty(world, 'userinfo'), async (c) =>
    answer(c, await userinfo(world, c.req.header('authorization'))),
  )

  for (const name of ['register', 'token', 'introspect', 'revoke']) {
    app.all(`${endpoints}/${name}`, () => {
      throw new OAuthError('invalid_request', 'method_not_allowed', 'use POST.', {
        status: 405,
        headers: { Allow: 'POST, OPTIONS' },
      })
    })
  }
  return app
}

/** The same keys again, where Stytch's server SDKs look for them. */
export function sessionKeys(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>()
  for (const prefix of ['/v1/sessions/jwks', '/v1/b2b/sessions/jwks']) {
    app.get(`${prefix}/:projectId`, openCors(), faulty(world, 'jwks'), async (c) => {
      if (c.req.param('projectId') !== world.project.projectId) {
        throw new ApiError('project_not_found')
      }
      return keySet(world, c)
    })
  }
  return app
}

/** What Stytch says about caching its keys is not known, so nothing is said here. */
async function keySet(world: World, c: LocalContext): Promise<Response> {
  imposeHeaders(c, { 'cache-control': null, pragma: null })
  return answer(c, await world.keys.jwks())
}

async function token(world: World, c: LocalContext, { issuer }: Family): Promise<object> {
  const parameters = await readParameters(c, { json: true })
  const grantType = parameters.get('grant_type')
  if (grantType === undefined) {
    throw new OAuthError('invalid_request', 'bad_request', 'grant_type is missing.')
  }
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    throw new OAuthError(
      'unsupported_grant_type',
      'invalid_argument',
      'grant_type must be authorization_code or refresh_token.',
    )
  }
  const client = await authenticateClient(world, c, parameters)
  return grantType === 'authorization_code'
    ? exchangeCode(world, client, parameters, issuer)
    : exchangeRefreshToken(world, client, parameters, issuer)
}

async function clientRequest(world: World, c: LocalContext): Promise<[Client, Parameters]> {
  const parameters = await readParameters(c, { json: false })
  return [await authenticateClient(world, c, parameters), parameters]
}
