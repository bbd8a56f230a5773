/**
 * From the ids of the API before version 3, which the hosted server's tools take, to slugs: a live or test
 * project id is what version 3 calls an environment of a project.
 */
import { z } from 'zod'
import { list, maybe, moment, word } from './answer.ts'
import type { Call, CallOptions } from './call.ts'
import type { Vertical } from './projects.ts'

const legacyProject = z.object({
  project_slug: z.string(),
  name: maybe(z.string()),
  vertical: maybe(word<Vertical>()),
  live_project_id: maybe(z.string()),
  test_project_id: maybe(z.string()),
  /** The slug of the live environment, whatever the field is called. */
  live_project_slug: maybe(z.string()),
  /** The slug of the test environment. */
  test_project_slug: maybe(z.string()),
  created_at: maybe(moment),
})

export type LegacyProject = z.output<typeof legacyProject>

const one = z.object({ project: legacyProject })
const all = z.object({ projects: list(legacyProject) })

/** Projects by their older ids. Stytch's own Go library knows these two, its reference does not. */
export function legacyProjects(call: Call) {
  return Object.freeze({
    async getAll(options?: CallOptions): Promise<readonly LegacyProject[]> {
      return (await call('legacyProjects.getAll', { path: {}, answer: all, options })).projects
    },

    /** @param projectId `project-live-…` or `project-test-…` */
    async get(projectId: string, options?: CallOptions): Promise<LegacyProject> {
      const path = { project_id: projectId }
      const isAbout = ({ project }: z.output<typeof one>) =>
        project.live_project_id === projectId || project.test_project_id === projectId
      return (await call('legacyProjects.get', { path, answer: one, isAbout, options })).project
    },
  })
}
