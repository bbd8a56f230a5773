/** Every route of Local Stytch, in the order a request meets them. */
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { backendApi } from './backend/routes.ts'
import { browserApi } from './browser/routes.ts'
import { type LocalEnv, refuse } from './envelope.ts'
import { ApiError, Refusal } from './errors.ts'
import { newId } from './ids.ts'
import { knobs } from './knobs/routes.ts'
import { isAddressedToLoopback } from './loopback.ts'
import { managementApi } from './management/routes.ts'
import { families } from './oauth/families.ts'
import { authorizationServer, sessionKeys } from './oauth/routes.ts'
import type { World } from './world.ts'

const MAX_BODY = 256 * 1024

const ANSWER_HEADERS = [
  ['Cache-Control', 'no-store'],
  ['Pragma', 'no-cache'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
] as const

/** @returns the app; its `fetch` is the whole server */
export function createApp(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>()
  app.use(record(world), loopbackOnly)
  app.use(bodyLimit({ maxSize: MAX_BODY, onError: tooLarge }))

  for (const family of families(world.project)) {
    app.route('/', authorizationServer(world, family))
  }
  app.route('/', sessionKeys(world))
  app.route('/', browserApi(world))
  app.route('/', backendApi(world))
  app.route('/', managementApi(world))
  app.route('/', knobs(world))

  app.all('/v1/public/:projectId/*', (c) => {
    const known = c.req.param('projectId') === world.project.projectId
    throw new ApiError(known ? 'route_not_found' : 'project_not_found')
  })
  app.notFound((c) => refuse(c, new ApiError('route_not_found')))
  app.onError((error, c) => {
    if (error instanceof Refusal) return refuse(c, error)
    world.project.onFault(error)
    return refuse(c, new ApiError('internal_server_error'))
  })
  return app
}

/** Names the request, writes it down (the knobs aside), and sets the headers every answer has. */
function record(world: World): MiddlewareHandler<LocalEnv> {
  return async (c, next) => {
    const requestId = newId('request-id')
    c.set('requestId', requestId)
    const { method, path } = c.req
    const time = new Date(world.project.now()).toISOString()
    const close = path.startsWith('/local/')
      ? undefined
      : world.log.open({ request_id: requestId, time, method, path })
    await next()
    for (const [name, value] of ANSWER_HEADERS) c.header(name, value)
    const { imposedHeaders = {}, refusal, reason, faults } = c.var
    for (const [name, value] of Object.entries(imposedHeaders)) c.header(name, value ?? undefined)
    close?.({
      status: c.res.status,
      ...(refusal && { error: refusal }),
      ...(reason && { reason }),
      ...(faults && { faults }),
    })
  }
}

const loopbackOnly: MiddlewareHandler<LocalEnv> = async (c, next) => {
  if (!isAddressedToLoopback(c.req.raw)) throw new ApiError('not_addressed_to_loopback')
  await next()
}

function tooLarge(): never {
  throw new ApiError('request_too_large')
}
