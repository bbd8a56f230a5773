/**
 * Finds where ids lead, and of which type environments are. An id leads to the same environment as long as
 * there is one, so that is remembered for a minute; that it leads nowhere, for a moment. Types are asked for
 * each time: a slug can pass from a test environment to a live one, and whether it did decides whether a
 * change is allowed.
 */
import type { ManagementPolicy } from '../../config.ts'
import type { FailureKind } from '../../stytch/failure.ts'
import { type Management, ManagementError, type Where } from '../../stytch/management.ts'
import { ifThere } from './if-there.ts'
import type { Directory } from './reach.ts'

/** What looking up takes. */
export interface DirectoryOptions {
  readonly management: Pick<Management, 'environments' | 'legacyProjects' | 'projects'>
  readonly policy: Pick<ManagementPolicy, 'projects'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Milliseconds. */
const FRESH = 60_000
/** Ids are Stytch's to make, so one is asked for too early only while Stytch does not list it yet. */
const MISSED = 10_000
const MAX_KNOWN = 5_000

/** After these there is still somewhere else to look. The map is no part of version 3, and may go. */
const UNMAPPED: readonly FailureKind[] = ['not_found', 'invalid', 'forbidden', 'unexpected']

/** Makes an empty directory. */
export function createDirectory({ management, policy, now }: DirectoryOptions): Directory {
  const places = remembering<Where>(FRESH, now)
  const nowhere = remembering<true>(MISSED, now)

  async function environments(project: string, signal: AbortSignal) {
    const listed = await management.environments.getAll(project, { signal })
    for (const { project_id, environment_slug } of listed) {
      if (project_id) places.set(project_id, { project, environment: environment_slug })
    }
    return new Map(
      // What Stytch does not call a test is treated with the care of a live one.
      listed.map(({ environment_slug, type }) => [
        environment_slug,
        type === 'TEST' ? ('TEST' as const) : ('LIVE' as const),
      ]),
    )
  }

  /** Stytch's own map knows the oldest two environments of each project. */
  async function mapped(projectId: string, signal: AbortSignal): Promise<Where | undefined> {
    try {
      const found = await management.legacyProjects.get(projectId, { signal })
      const environment =
        found.live_project_id === projectId ? found.live_project_slug : found.test_project_slug
      return environment ? { project: found.project_slug, environment } : undefined
    } catch (error) {
      if (error instanceof ManagementError && UNMAPPED.includes(error.kind)) return undefined
      throw error
    }
  }

  return {
    environments,

    async byId(projectId, signal) {
      const known = places.get(projectId)
      if (known !== undefined || nowhere.get(projectId)) return known
      const found = await mapped(projectId, signal)
      if (found !== undefined) {
        places.set(projectId, found)
        return found
      }
      const projects =
        policy.projects === 'all'
          ? (await management.projects.getAll({ signal })).map(({ project_slug }) => project_slug)
          : policy.projects
      for (const project of projects) {
        // An operator may list projects that do not exist, or not yet.
        await ifThere(environments(project, signal))
        const place = places.get(projectId)
        if (place !== undefined) return place
      }
      nowhere.set(projectId, true)
      return undefined
    },
  }
}

/** @param fresh milliseconds a value is good for */
function remembering<Value>(fresh: number, now: () => number) {
  const known = new Map<string, { readonly value: Value; readonly at: number }>()
  return {
    get(key: string): Value | undefined {
      const found = known.get(key)
      return found !== undefined && now() - found.at < fresh ? found.value : undefined
    },
    set(key: string, value: Value): void {
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(key, { value, at: now() })
    },
  }
}
