/** How prompts name the environment they are about. */
import { z } from 'zod'
import { type Complete, completable } from '../../mcp/completion.ts'
import { quoted } from '../../mcp/untrusted.ts'
import { isIdentifier } from '../../stytch/identifiers.ts'
import type { SlugSuggestions } from '../management/slugs.ts'

/** The two arguments, both required. */
export function placeArgs(suggest: SlugSuggestions) {
  return {
    project_slug: slug('project_slug', suggest.project_slug),
    environment_slug: slug('environment_slug', suggest.environment_slug),
  }
}

function slug(kind: 'project_slug' | 'environment_slug', complete: Complete) {
  const what = kind === 'project_slug' ? 'Slug of the project' : 'Slug of its environment'
  const schema = z.string().refine((value) => isIdentifier(kind, value))
  return completable(schema.describe(what), complete)
}

/** An environment, in a sentence. */
export function named(project: string, environment: string): string {
  return `environment ${quoted(environment)} of project ${quoted(project)} (environment_slug and project_slug of every call)`
}
