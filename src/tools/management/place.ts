/** How tools name what they are about: an environment, a project, or the whole workspace. */
import { z } from 'zod'
import { IDENTIFIERS, type IdentifierKind, isIdentifier } from '../../stytch/identifiers.ts'
import type { Where } from '../../stytch/management.ts'
import type { Reach, Use } from './reach.ts'

/** What a tool is about. */
export type Place = 'environment' | 'project' | 'workspace'

/** What its arguments lead to. */
export type PlaceOf<At extends Place> = At extends 'environment'
  ? Where
  : At extends 'project'
    ? string
    : undefined

const slug = z.string().optional()
const project = {
  project_id: z.string().optional().describe('or project_slug'),
  project_slug: slug,
}
const environment = {
  project_id: z.string().optional().describe('or both slugs'),
  project_slug: slug,
  environment_slug: slug,
}

/**
 * The arguments of a tool: those that name its place, optional by themselves, as either way of naming will
 * do, and its own. What is named like a part of an address must be able to be one. That is not published: a
 * model reads its ids off a list, and would pay for the patterns in every tool.
 */
export function argumentsOf(at: Place, own: z.ZodRawShape): z.ZodRawShape {
  const all = { ...PLACES[at], ...own } as Record<string, z.ZodType>
  return Object.fromEntries(
    Object.entries(all).map(([name, schema]) => [
      name,
      Object.hasOwn(IDENTIFIERS, name) ? ofItsKind(name as IdentifierKind, schema) : schema,
    ]),
  )
}

const PLACES: Readonly<Record<Place, z.ZodRawShape>> = { workspace: {}, project, environment }

function ofItsKind(kind: IdentifierKind, schema: z.ZodType): z.ZodType {
  return schema.refine((value) => value === undefined || isIdentifier(kind, value), {
    error: `Not a ${kind}`,
  })
}

/**
 * Leads from arguments to the place.
 *
 * @throws {ToolError} see {@link Reach}
 */
export async function locate<At extends Place>(
  reach: Reach,
  at: At,
  given: Readonly<Record<string, unknown>>,
  use: Use,
): Promise<PlaceOf<At>> {
  if (at === 'workspace') return undefined as PlaceOf<At>
  const where =
    at === 'project' ? await reach.project(given, use) : await reach.environment(given, use)
  return where as PlaceOf<At>
}
