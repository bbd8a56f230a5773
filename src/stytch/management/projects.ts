/** Projects of the workspace. */
import { z } from 'zod'
import { done, list, maybe, moment, word } from './answer.ts'
import { type Call, type CallOptions, inProject } from './call.ts'

export const VERTICALS = ['CONSUMER', 'B2B'] as const
export type Vertical = (typeof VERTICALS)[number]

const project = z.object({
  project_slug: z.string(),
  name: z.string(),
  vertical: maybe(word<Vertical>()),
  created_at: maybe(moment),
})

export type Project = z.output<typeof project>

export interface NewProject {
  readonly name: string
  readonly vertical: Vertical
  /** Never changes. Stytch chooses one when it is left out. */
  readonly project_slug?: string
}

export interface ProjectChanges {
  readonly name?: string
}

const one = z.object({ project })
const all = z.object({ projects: list(project) })

/** Projects, by their slugs. */
export function projects(call: Call) {
  return Object.freeze({
    /** Creates a project with a live and a test environment. */
    async create(body: NewProject, options?: CallOptions): Promise<Project> {
      const slug = body.project_slug
      const isAbout = (answer: z.output<typeof one>) =>
        slug === undefined || answer.project.project_slug === slug
      const path = {}
      const answer = await call('projects.create', { path, body, answer: one, isAbout, options })
      return answer.project
    },

    async getAll(options?: CallOptions): Promise<readonly Project[]> {
      return (await call('projects.getAll', { path: {}, answer: all, options })).projects
    },

    async get(slug: string, options?: CallOptions): Promise<Project> {
      const given = { path: inProject(slug), answer: one, isAbout: is(slug), options }
      return (await call('projects.get', given)).project
    },

    async update(slug: string, body: ProjectChanges, options?: CallOptions): Promise<Project> {
      const given = { path: inProject(slug), body, answer: one, isAbout: is(slug), options }
      return (await call('projects.update', given)).project
    },

    /** Deletes the project with all its environments and everybody in them. */
    async delete(slug: string, options?: CallOptions): Promise<void> {
      await call('projects.delete', { path: inProject(slug), answer: done, options })
    },
  })
}

function is(slug: string) {
  return (answer: z.output<typeof one>) => answer.project.project_slug === slug
}
