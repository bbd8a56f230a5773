/** Projects of the workspace. Deleting one takes its environments and all they hold. */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { newEmails } from './emails-state.ts'
import { projectOf } from './find.ts'
import { slug, slugFor } from './slug.ts'
import type { ManagedProject } from './state.ts'

/** Of a project or an environment: for people to read, and not unique. */
export const displayName = z.string().min(1).max(255)

const createRequest = z.object({
  name: displayName,
  vertical: z.enum(['CONSUMER', 'B2B']),
  project_slug: slug.nullish(),
})

const updateRequest = z.object({ name: displayName.nullish() })

/** @returns create, list, get, update and delete */
export function projects(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath('/pwa/v3/projects')
  app.post('/', async (c) => {
    const project = create(world, await readJson(c, createRequest))
    return answer(c, { project: wireProject(project) })
  })
  app.get('/', (c) =>
    answer(c, { projects: [...world.management.projects.values()].map(wireProject) }),
  )
  app.get('/:project_slug', (c) => answer(c, { project: wireProject(projectOf(world, c)) }))
  app.patch('/:project_slug', async (c) => {
    const project = projectOf(world, c)
    const { name } = await readJson(c, updateRequest)
    if (typeof name === 'string') project.name = name
    return answer(c, { project: wireProject(project) })
  })
  app.delete('/:project_slug', (c) => {
    world.management.projects.delete(projectOf(world, c).slug)
    return answer(c, {})
  })
  return app
}

function create(world: World, sent: z.output<typeof createRequest>): ManagedProject {
  const { projects: all } = world.management
  if (sent.project_slug && all.has(sent.project_slug)) {
    throw new ApiError('project_slug_already_used')
  }
  const project: ManagedProject = {
    slug: sent.project_slug ?? slugFor(sent.name, 'project', (taken) => all.has(taken)),
    name: sent.name,
    vertical: sent.vertical,
    createdAt: world.now(),
    environments: new Map(),
    emails: newEmails(),
  }
  all.set(project.slug, project)
  return project
}

function wireProject({ slug, name, vertical, createdAt }: ManagedProject): object {
  return {
    project_slug: slug,
    name,
    vertical,
    created_at: new Date(createdAt).toISOString(),
  }
}
