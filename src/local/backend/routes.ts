/**
 * What there is of Stytch's backend API: reading a person, as a user and as a member. It is asked by servers, with project id and secret
 * in HTTP Basic. Only Local Stytch's own environment has people in it.
 */
import { Hono } from 'hono'
import { wireUser } from '../browser/wire.ts'
import { answer, type LocalEnv } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import { faulty } from '../faults/faulty.ts'
import { LOCAL_ORGANIZATION, memberId, wireMember } from '../organization.ts'
import type { UserId } from '../state.ts'
import type { World } from '../world.ts'
import { authenticateProject } from './credentials.ts'

/** @returns the backend API, to be mounted at the root */
export function backendApi(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>()
  app.get('/v1/users/:user_id', faulty(world, 'users'), async (c) => {
    const { projectId } = await authenticateProject(world, c)
    const user = world.state.users.get(c.req.param('user_id') as UserId)
    if (!user || projectId !== world.project.projectId) throw new ApiError('user_not_found')
    return answer(c, {
      ...wireUser(user),
      external_id: null,
      is_locked: false,
      lock_created_at: null,
      lock_expires_at: null,
    })
  })

  app.get('/v1/b2b/organizations/:organization_id/member', faulty(world, 'users'), async (c) => {
    const { projectId } = await authenticateProject(world, c)
    const { organization_id } = LOCAL_ORGANIZATION
    const isHere = projectId === world.project.projectId
    if (!isHere || c.req.param('organization_id') !== organization_id) {
      throw new ApiError('organization_not_found')
    }
    const asked = c.req.query('member_id')
    const user = [...world.state.users.values()].find((one) => memberId(one) === asked)
    if (!user) throw new ApiError('member_not_found')
    const organization = { organization_id, organization_slug: LOCAL_ORGANIZATION.slug }
    return answer(c, { member_id: asked, member: wireMember(user), organization })
  })
  return app
}
