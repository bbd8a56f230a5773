/**
 * What may be managed. Arguments name a project the way Stytch's hosted server does, by `project_id`, or by
 * slugs; either way they end as slugs that the operator allowed, and nothing else reaches the Management
 * API.
 */
import type { ManagementPolicy } from '../../config.ts'
import { ToolError } from '../../mcp/tool.ts'
import type { Where } from '../../stytch/management.ts'
import { invalid } from './checked.ts'

/** How arguments name a project. */
export interface ProjectRef {
  /** `project-test-…` or `project-live-…`: a project and one of its environments at once. */
  readonly project_id?: string | undefined
  readonly project_slug?: string | undefined
}

/** How arguments name an environment. */
export interface EnvironmentRef extends ProjectRef {
  readonly environment_slug?: string | undefined
}

/** What a call is about to do there. */
export interface Use {
  readonly changes: boolean
  readonly signal: AbortSignal
}

/** What Stytch is asked in order to know. */
export interface Directory {
  /** Where an environment's id leads; `undefined` when it leads nowhere. */
  byId(projectId: string, signal: AbortSignal): Promise<Where | undefined>
  /** The types of a project's environments as of now, by slug. */
  environments(project: string, signal: AbortSignal): Promise<ReadonlyMap<string, 'LIVE' | 'TEST'>>
}

/** Leads from arguments to what they name. */
export interface Reach {
  /** @throws {ToolError} `invalid_arguments`, `not_found`, or `forbidden` by the operator's policy */
  project(ref: ProjectRef, use: Use): Promise<string>
  /** @throws {ToolError} `invalid_arguments`, `not_found`, or `forbidden` by the operator's policy */
  environment(ref: EnvironmentRef, use: Use): Promise<Where>
  /** Whether a project may be managed. */
  allows(project: string): boolean
  /** Whether projects nobody has named yet may be made. */
  readonly allowsNew: boolean
  /** @throws {ToolError} `forbidden` unless live environments may be changed */
  ensureLive(): void
  /** Whether arguments name a live environment, as far as Stytch is needed to tell; throws as the others. */
  isLive(ref: EnvironmentRef, signal: AbortSignal): Promise<boolean>
}

/** What reaching takes. */
export interface ReachOptions {
  readonly policy: Pick<ManagementPolicy, 'projects' | 'allowLive'>
  readonly directory: Directory
}

/** Makes the reach of one policy. */
export function createReach({ policy, directory }: ReachOptions): Reach {
  const allows = (project: string) => policy.projects === 'all' || policy.projects.includes(project)

  function allowed(project: string): string {
    if (allows(project)) return project
    throw new ToolError(
      'forbidden',
      'This server may not manage that project: its operator has not listed it. listProjects tells which it may.',
    )
  }

  async function found({ project_id, ...slugs }: EnvironmentRef, signal: AbortSignal) {
    if (project_id === undefined) return slugs
    if (slugs.project_slug !== undefined || slugs.environment_slug !== undefined) {
      throw invalid('Give project_id or slugs, not both.')
    }
    const where = await directory.byId(project_id, signal)
    // A project that is not listed is as unknown as one that does not exist.
    if (where === undefined || !allows(where.project)) {
      throw new ToolError(
        'not_found',
        'No such project_id here. listProjects tells which there are.',
      )
    }
    return { project_slug: where.project, environment_slug: where.environment }
  }

  async function typeOf({ project, environment }: Where, signal: AbortSignal) {
    const type = (await directory.environments(project, signal)).get(environment)
    if (type !== undefined) return type
    throw new ToolError(
      'not_found',
      'The project has no such environment. getAllEnvironments tells which it has.',
    )
  }

  function refuseLive(): void {
    if (policy.allowLive) return
    throw new ToolError(
      'forbidden',
      'This would change a live environment, and the operator of this server has not allowed that (ALLOW_LIVE).',
    )
  }

  async function environment(ref: EnvironmentRef, signal: AbortSignal): Promise<Where> {
    const { project_slug, environment_slug } = await found(ref, signal)
    if (project_slug === undefined || environment_slug === undefined) {
      throw invalid('Name the environment: project_id, or project_slug and environment_slug.')
    }
    return { project: allowed(project_slug), environment: environment_slug }
  }

  return {
    allows,
    allowsNew: policy.projects === 'all',
    ensureLive: refuseLive,

    // The slug of an environment may be there, too: of one that is yet to be made.
    async project({ project_id, project_slug: slug }, { changes, signal }) {
      if (changes && project_id?.startsWith(LIVE_ID)) refuseLive()
      const { project_slug } = await found({ project_id, project_slug: slug }, signal)
      if (project_slug === undefined) throw invalid('Name the project: project_id or project_slug.')
      const project = allowed(project_slug)
      if (changes && !policy.allowLive) {
        const types = [...(await directory.environments(project, signal)).values()]
        if (types.includes('LIVE')) refuseLive()
      }
      return project
    },

    async environment(ref, { changes, signal }) {
      // Before anything is asked: the id alone says of which type it is.
      if (changes && ref.project_id?.startsWith(LIVE_ID)) refuseLive()
      const where = await environment(ref, signal)
      if (changes && !policy.allowLive && (await typeOf(where, signal)) === 'LIVE') refuseLive()
      return where
    },

    async isLive(ref, signal) {
      if (ref.project_id !== undefined) return ref.project_id.startsWith(LIVE_ID)
      return (await typeOf(await environment(ref, signal), signal)) === 'LIVE'
    },
  }
}

const LIVE_ID = 'project-live-'
