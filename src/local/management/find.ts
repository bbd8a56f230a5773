/**
 * The project and the environment a path names. Segments arrive percent-decoded and are only ever looked up
 * as they are, so `..%2f` or a dot names nothing but itself, which is nobody.
 */
import type { LocalContext } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import type { ManagedEnvironment, ManagedProject } from './state.ts'

/**
 * @param c a route with `:project_slug`
 * @throws ApiError `project_not_found`
 */
export function projectOf(world: World, c: LocalContext): ManagedProject {
  const project = world.management.projects.get(segment(c, 'project_slug'))
  if (!project) throw new ApiError('project_not_found')
  return project
}

/**
 * @param c a route with `:project_slug` and `:environment_slug`
 * @throws ApiError `project_not_found` or `environment_not_found`
 */
export function environmentOf(
  world: World,
  c: LocalContext,
): { readonly project: ManagedProject; readonly environment: ManagedEnvironment } {
  const project = projectOf(world, c)
  const environment = project.environments.get(segment(c, 'environment_slug'))
  if (!environment) throw new ApiError('environment_not_found')
  return { project, environment }
}

/** @returns a path parameter, decoded; the empty text when the route has none of that name */
export function segment(c: LocalContext, name: string): string {
  return c.req.param(name) ?? ''
}
