/** Slugs of projects and environments, suggested to those who may manage them. */
import type { Complete, CompletionContext } from '../../mcp/completion.ts'
import { ToolError } from '../../mcp/tool.ts'
import { isIdentifier } from '../../stytch/identifiers.ts'
import type { Desk } from './desk.ts'
import { gatesOf, LOOKING } from './gates.ts'

/** Suggestions for the two arguments that name an environment. */
export interface SlugSuggestions {
  readonly project_slug: Complete
  /** Of the project that is chosen; none before. */
  readonly environment_slug: Complete
}

/** @param desk asked for what there is; only what its operator allows is suggested */
export function suggestSlugs(desk: Desk): SlugSuggestions {
  const { within, reach } = gatesOf(desk)

  async function projects(context: CompletionContext): Promise<string[]> {
    const { stytch, signal } = await reach('workspace', {}, context, LOOKING)
    const all = await stytch.projects.getAll({ signal })
    return all.map(({ project_slug }) => project_slug).filter(desk.reach.allows)
  }

  async function environments(context: CompletionContext): Promise<string[]> {
    const { project_slug } = context.chosen
    if (!isIdentifier('project_slug', project_slug)) return []
    const { stytch, where, signal } = await reach('project', { project_slug }, context, LOOKING)
    const all = await stytch.environments.getAll(where, { signal })
    return all.map(({ environment_slug }) => environment_slug)
  }

  const suggest =
    (list: (context: CompletionContext) => Promise<string[]>): Complete =>
    async (typed, context) => {
      try {
        const slugs = await within(context, 'read', () => list(context))
        return slugs.filter((slug) => slug.startsWith(typed)).sort()
      } catch (error) {
        // What is being typed names nothing yet, or nothing this person may see: so there is no more to say.
        if (error instanceof ToolError && ['forbidden', 'not_found'].includes(error.code)) return []
        throw error
      }
    }

  return { project_slug: suggest(projects), environment_slug: suggest(environments) }
}
