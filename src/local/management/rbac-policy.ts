/**
 * An environment's RBAC policy: `GET` and `PUT`. Setting replaces all of it but Stytch's own resources; a
 * default role that is left out has its usual permissions again, and everything custom left out is gone.
 */
import { Hono } from 'hono'
import { answer, type LocalEnv, readJson } from '../envelope.ts'
import type { World } from '../world.ts'
import { environmentOf } from './find.ts'
import { policyFrom, policyRequest } from './policy-request.ts'

/** @returns the routes; they keep and validate the policy, which scopes granted here do not follow */
export function rbacPolicy(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/rbac_policy',
  )
  app.get('/', (c) => {
    const { settings } = environmentOf(world, c).environment
    return answer(c, { policy: settings.rbacPolicy })
  })
  app.put('/', async (c) => {
    const { project, environment } = environmentOf(world, c)
    const { settings } = environment
    settings.rbacPolicy = policyFrom(await readJson(c, policyRequest), project.vertical)
    return answer(c, { policy: settings.rbacPolicy })
  })
  return app
}
