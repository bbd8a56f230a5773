/**
 * What clients can read of a workspace without calling a tool: the projects, one of them, and how one
 * environment is set up. Whoever reads passes the same gates as whoever calls the tools that tell the same.
 */
import type { CallContext } from '../../mcp/call-context.ts'
import {
  type Contents,
  type DeclaredTemplate,
  defineResource,
  defineResourceTemplate,
  type Resource,
} from '../../mcp/resource.ts'
import { type Tool, ToolError } from '../../mcp/tool.ts'
import { inert, inertJson } from '../../mcp/untrusted.ts'
import { type IdentifierKind, isIdentifier } from '../../stytch/identifiers.ts'
import type { Desk } from './desk.ts'
import { ENVIRONMENT_TOOL, environmentDocument, PART_TOOLS } from './environment-document.ts'
import { gatesOf, LOOKING } from './gates.ts'
import { brief } from './projects.ts'
import { suggestSlugs } from './slugs.ts'

/** Resources, and templates of resources. */
export interface ManagementResources {
  readonly resources: readonly Resource[]
  readonly templates: readonly DeclaredTemplate[]
}

const PROJECTS = 'stytch://projects'
const MIME_TYPE = 'application/json'

/**
 * The resources that go with some tools.
 *
 * @param desk what they work with
 * @param tools that are offered, by name: each resource is there with the tools that tell the same, and
 *   needs their scopes
 */
export function managementResources(
  desk: Desk,
  tools: ReadonlyMap<string, Tool>,
): ManagementResources {
  const { within, reach } = gatesOf(desk)
  const { project_slug, environment_slug } = suggestSlugs(desk)

  const look = (context: CallContext, read: () => Promise<object>): Promise<Contents> =>
    within(context, 'read', async () => ({ mimeType: MIME_TYPE, text: inertJson(await read()) }))
  /** What goes with tools: there if all the required ones are, with the scopes of all that are there. */
  function beside<One>(
    required: readonly string[],
    optional: readonly string[],
    declare: (common: Common) => One,
  ): One[] {
    if (!required.every((name) => tools.has(name))) return []
    const told = [...required, ...optional].flatMap((name) => tools.get(name) ?? [])
    const scopes = [...new Set(told.flatMap(({ scopes }) => scopes))]
    return [declare({ tools: required, scopes, mimeType: MIME_TYPE, ttlMs: 0 })]
  }

  return {
    resources: beside(['listProjects'], [], (common) =>
      defineResource({
        ...common,
        uri: PROJECTS,
        name: 'projects',
        title: 'Projects',
        description: 'The Stytch projects this server may manage.',
        read: (context) =>
          look(context, async () => {
            const { stytch, signal } = await reach('workspace', {}, context, LOOKING)
            const all = await stytch.projects.getAll({ signal })
            return inert({ projects: all.filter((one) => desk.reach.allows(one.project_slug)) })
          }),
      }),
    ),
    templates: [
      ...beside(['getProject'], [], (common) =>
        defineResourceTemplate({
          ...common,
          uriTemplate: `${PROJECTS}/{project_slug}`,
          name: 'project',
          title: 'Project',
          description: 'One Stytch project and its environments.',
          complete: { project_slug },
          read: (variables, context) =>
            look(context, async () => {
              const given = slugs(variables, ['project_slug'])
              const { stytch, where, signal } = await reach('project', given, context, LOOKING)
              const [project, environments] = await Promise.all([
                stytch.projects.get(where, { signal }),
                stytch.environments.getAll(where, { signal }),
              ])
              return inert({ project, environments: environments.map(brief) })
            }),
        }),
      ),
      ...beside([ENVIRONMENT_TOOL], PART_TOOLS, (common) =>
        defineResourceTemplate({
          ...common,
          uriTemplate: `${PROJECTS}/{project_slug}/environments/{environment_slug}`,
          name: 'environment',
          title: 'Environment',
          description:
            'How one environment is set up, as one document: settings, redirect URLs, public tokens, password policy, SDK and more. Never a secret.',
          complete: { project_slug, environment_slug },
          read: (variables, context) =>
            look(context, async () => {
              const given = slugs(variables, ['project_slug', 'environment_slug'])
              const hands = await reach('environment', given, context, LOOKING)
              return environmentDocument(hands, context.sees)
            }),
        }),
      ),
    ],
  }
}

/** What every resource beside tools says the same way. */
type Common = Required<Pick<Resource, 'tools' | 'scopes' | 'mimeType' | 'ttlMs'>>

/**
 * The slugs of an address. What is no slug is in no workspace, so nobody is asked.
 *
 * @throws {ToolError} `not_found`
 */
function slugs<Kind extends IdentifierKind>(
  variables: Readonly<Record<string, unknown>>,
  kinds: readonly Kind[],
): Record<Kind, string> {
  const found = kinds.map((kind) => [kind, variables[kind]] as const)
  if (found.every(([kind, value]) => isIdentifier(kind, value))) {
    return Object.fromEntries(found) as Record<Kind, string>
  }
  throw new ToolError(
    'not_found',
    `There is no such resource. Slugs are lower-case letters, digits and hyphens; ${PROJECTS} lists them.`,
  )
}
