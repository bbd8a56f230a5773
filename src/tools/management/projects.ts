/** Projects of the workspace. Only those the operator allowed are listed, and none beside them is reached. */
import { z } from 'zod'
import { type Tool, ToolError } from '../../mcp/tool.ts'
import { quoted } from '../../mcp/untrusted.ts'
import { StytchError } from '../../stytch/failure.ts'
import type { Environment } from '../../stytch/management/environments.ts'
import { VERTICALS } from '../../stytch/management/projects.ts'
import type { Management } from '../../stytch/management.ts'
import { MANAGE_PROJECTS, READ_PROJECTS } from '../scopes.ts'
import type { Declare } from './declare.ts'
import type { Desk } from './desk.ts'
import { displayName } from './display-name.ts'

const common = {
  toolset: 'projects',
  audited: ['project_id', 'project_slug', 'vertical'],
} as const
const project = z.looseObject({ project_slug: z.string(), name: z.string() })
const environments = z.array(z.looseObject({ environment_slug: z.string() }))

/** The tools of toolset `projects`. */
export function projectTools({ read, change }: Declare, { reach, own }: Desk): readonly Tool[] {
  return [
    read({
      ...common,
      at: 'workspace',
      name: 'listProjects',
      title: 'List projects',
      description:
        'Lists the projects this server may manage, each with its oldest live and test environment: slugs, and the project_id other tools take.',
      scopes: [READ_PROJECTS],
      operations: ['projects.getAll', 'legacyProjects.getAll'],
      input: {},
      output: z.object({ projects: z.array(project) }),
      async run(_, { stytch, signal }) {
        const [all, ids] = await Promise.all([
          stytch.projects.getAll({ signal }),
          idsByProject(stytch, signal),
        ])
        const allowed = all.filter(({ project_slug }) => reach.allows(project_slug))
        const projects = allowed.map(({ project_slug, name, vertical }) => ({
          project_slug,
          name,
          vertical,
          environments: ids?.get(project_slug),
        }))
        const count = `${projects.length} projects.`
        return {
          summary: ids === undefined ? `${count} For ids, call getAllEnvironments.` : count,
          data: { projects },
        }
      },
    }),
    read({
      ...common,
      at: 'project',
      name: 'getProject',
      title: 'Look at a project',
      description: 'Tells of one project and lists its environments with their ids.',
      scopes: [READ_PROJECTS],
      operations: ['projects.get', 'environments.getAll'],
      input: {},
      output: z.object({ project, environments }),
      async run(_, { stytch, where, signal }) {
        const [project, all] = await Promise.all([
          stytch.projects.get(where, { signal }),
          stytch.environments.getAll(where, { signal }),
        ])
        return {
          summary: `The project has ${all.length} environments.`,
          data: { project, environments: all.map(brief) },
        }
      },
    }),
    change({
      ...common,
      at: 'workspace',
      name: 'createProject',
      title: 'Create a project',
      description:
        'Creates a project, for consumers or for organizations (B2B); that never changes. Environments are made with createEnvironment.',
      risk: 'write',
      makes: true,
      scopes: [MANAGE_PROJECTS],
      operations: ['projects.create', 'environments.getAll'],
      input: {
        project_name: displayName,
        vertical: z.enum(VERTICALS),
        project_slug: z.string().optional(),
      },
      output: z.object({ project, environments: environments.optional() }),
      async prepare({ project_name: name, vertical, project_slug }, { stytch, signal }) {
        if (!reach.allowsNew) throw onlyListed()
        const wanted = { name, vertical, ...(project_slug !== undefined && { project_slug }) }
        return {
          after: wanted,
          apply: async () => {
            const project = await stytch.projects.create(wanted, { signal })
            const made = await environmentsOf(stytch, project.project_slug, signal)
            const next =
              made?.length === 0 ? ' It has no environments yet, and needs a live one first.' : ''
            return {
              summary: `The project was created.${next}`,
              data: { project, ...(made && { environments: made.map(brief) }) },
            }
          },
        }
      },
    }),
    change({
      ...common,
      at: 'project',
      name: 'updateProject',
      title: 'Rename a project',
      description: 'Changes the name of a project. Its slug stays.',
      risk: 'write',
      idempotent: true,
      scopes: [MANAGE_PROJECTS],
      operations: ['projects.get', 'projects.update'],
      input: { project_name: displayName },
      output: z.object({ project }),
      async prepare({ project_name: name }, { stytch, where, signal }) {
        const before = await stytch.projects.get(where, { signal })
        return {
          before,
          after: { ...before, name },
          apply: async () => ({
            summary: 'The project was renamed.',
            data: { project: await stytch.projects.update(where, { name }, { signal }) },
          }),
        }
      },
    }),
    change({
      ...common,
      at: 'project',
      name: 'deleteProject',
      title: 'Delete a project',
      description:
        'Deletes a project for good, with all its environments and everybody in them. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_PROJECTS],
      operations: ['projects.get', 'environments.getAll', 'projects.delete'],
      input: {},
      output: z.object({ deleted: z.string() }),
      async prepare(_, { stytch, where, signal }) {
        const [project, all] = await Promise.all([
          stytch.projects.get(where, { signal }),
          stytch.environments.getAll(where, { signal }),
        ])
        if (all.some(({ project_id = own.projectId }) => project_id === own.projectId)) {
          throw new ToolError(
            'forbidden',
            'This server itself runs on that project: without it nobody could sign in here.',
          )
        }
        const live = all.filter(({ type }) => type !== 'TEST').length
        return {
          before: { project, environments: all.map(brief) },
          confirm: {
            question: `Delete project ${quoted(project.name)} (${where}) for good, with its ${all.length} environments, ${live} of them live, and everybody in them?`,
            phrase: where,
          },
          apply: async () => {
            await stytch.projects.delete(where, { signal })
            return { summary: 'The project was deleted.', data: { deleted: where } }
          },
        }
      },
    }),
  ]
}

/** What a list says of an environment. */
export function brief({ environment_slug, name, type, project_id }: Environment) {
  return { environment_slug, name, type, project_id }
}

/**
 * Of each project the environments Stytch's map of ids knows: one request, however many projects. The map is
 * no part of version 3; without it there is still the list.
 */
async function idsByProject({ legacyProjects }: Management, signal: AbortSignal) {
  const all = await orNothing(legacyProjects.getAll({ signal }))
  return (
    all &&
    new Map(
      all.map((one) => {
        const known = [
          ['LIVE', one.live_project_slug, one.live_project_id],
          ['TEST', one.test_project_slug, one.test_project_id],
        ] as const
        return [
          one.project_slug,
          known
            .filter(([, slug, id]) => slug && id)
            .map(([type, environment_slug, project_id]) => ({
              environment_slug,
              type,
              project_id,
            })),
        ]
      }),
    )
  )
}

/** What a new project began with, if that can be told: it exists either way. */
function environmentsOf({ environments }: Management, project: string, signal: AbortSignal) {
  return orNothing(environments.getAll(project, { signal }))
}

async function orNothing<Found>(looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking
  } catch (error) {
    if (error instanceof StytchError) return undefined
    throw error
  }
}

function onlyListed(): ToolError {
  return new ToolError(
    'forbidden',
    'This server may manage only the projects its operator listed, and a new one would not be among them.',
  )
}
