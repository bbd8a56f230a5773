/**
 * The map from the ids of Stytch's older management API to slugs. That API knows a project by two ids, of its
 * live environment and of its oldest test environment; a project without one of them has an empty id there.
 */
import { Hono } from 'hono'
import { answer, type LocalEnv } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { segment } from './find.ts'
import type { EnvironmentType, ManagedProject } from './state.ts'

/** @returns list and get */
export function legacyProjects(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath('/web/v1/projects')
  const all = () => [...world.management.projects.values()].map(legacyProject)
  app.get('/', (c) => answer(c, { projects: all() }))
  app.get('/:project_id', (c) => {
    const id = segment(c, 'project_id')
    const project = all().find(
      ({ live_project_id, test_project_id }) => live_project_id === id || test_project_id === id,
    )
    if (!project) throw new ApiError('project_not_found')
    return answer(c, { project })
  })
  return app
}

function legacyProject(project: ManagedProject) {
  const environments = [...project.environments.values()]
  const oldest = (wanted: EnvironmentType) => environments.find(({ type }) => type === wanted)
  const [live, test] = [oldest('LIVE'), oldest('TEST')]
  return {
    live_project_id: live?.projectId ?? '',
    test_project_id: test?.projectId ?? '',
    // The environments' slugs, whatever they are called.
    live_project_slug: live?.slug ?? '',
    test_project_slug: test?.slug ?? '',
    project_slug: project.slug,
    name: project.name,
    vertical: project.vertical,
    created_at: new Date(project.createdAt).toISOString(),
  }
}
