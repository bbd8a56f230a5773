/** Environments of a project: one live, which goes only with its project, and any number of tests. */
import { z } from 'zod'
import { isLoopbackHost } from '../../loopback.ts'
import { difference } from '../../mcp/difference.ts'
import { type Tool, ToolError } from '../../mcp/tool.ts'
import { type InertOptions, quoted } from '../../mcp/untrusted.ts'
import { ENVIRONMENT_TYPES, type Environment } from '../../stytch/management/environments.ts'
import { MANAGE_PROJECTS, READ_PROJECTS } from '../scopes.ts'
import { invalid } from './checked.ts'
import type { Declare } from './declare.ts'
import type { Desk, OwnCredentials } from './desk.ts'
import { displayName } from './display-name.ts'
import { UNCHANGED } from './patch.ts'
import { brief } from './projects.ts'
import { publicURL } from './public-host.ts'

const LONGEST_URL = 2_048
/** Characters of a template of access tokens. */
export const LONGEST_TEMPLATE = 16_384
/** Characters of a URL in a question: its host, and where it goes from there. */
const SHOWN = 200
const MOST = 1_000_000_000

/** Bounds nobody comes near are checked and not published: a model would pay for them in every list. */
const count = z.number().refine((value) => Number.isInteger(value) && value >= 1 && value <= MOST, {
  error: `Not a whole number from 1 to ${MOST}`,
})
const text = (longest: number) =>
  z.string().refine(({ length }) => length <= longest, {
    error: `Longer than ${longest} characters`,
  })

/** What an environment's owner switches and sets, under Stytch's own names. */
const settings = {
  cross_org_passwords_enabled: z.boolean(),
  user_impersonation_enabled: z.boolean(),
  zero_downtime_session_migration_url: text(LONGEST_URL),
  user_lock_self_serve_enabled: z.boolean(),
  user_lock_threshold: count.describe('failed attempts'),
  user_lock_ttl: count.describe('seconds'),
  idp_authorization_url: text(LONGEST_URL).describe('Sign-in page, or empty'),
  idp_dynamic_client_registration_enabled: z.boolean(),
  idp_dynamic_client_registration_access_token_template_content: text(LONGEST_TEMPLATE),
}
const options = z.object(settings).partial()
const changes = options.extend({
  name: displayName.optional(),
  // Not there before an environment has a domain.
  use_custom_domain_in_magic_link_emails: z.boolean().optional(),
})
type Changes = z.output<typeof changes>

const LONG: InertOptions = {
  field: (path) => {
    const name = String(path.at(-1))
    if (name.endsWith('_template_content')) return { max: LONGEST_TEMPLATE, lines: true }
    return name.endsWith('_url') ? { max: LONGEST_URL } : undefined
  },
}

const common = {
  toolset: 'environments',
  audited: ['project_id', 'project_slug', 'environment_slug', 'type'],
  long: LONG,
} as const
const environment = z.looseObject({ environment_slug: z.string() })

/** The tools of toolset `environments`. */
export function environmentTools({ read, change }: Declare, { reach, own }: Desk): readonly Tool[] {
  return [
    read({
      ...common,
      at: 'project',
      name: 'getAllEnvironments',
      title: 'List environments',
      description: 'Lists the environments of a project: slug, name, type and project_id.',
      scopes: [READ_PROJECTS],
      operations: ['environments.getAll'],
      input: {},
      output: z.object({ environments: z.array(environment) }),
      async run(_, { stytch, where, signal }) {
        const all = await stytch.environments.getAll(where, { signal })
        return {
          summary: `${all.length} environments.`,
          data: { environments: all.map(brief) },
        }
      },
    }),
    read({
      ...common,
      at: 'environment',
      name: 'getEnvironment',
      title: 'Look at an environment',
      description: 'Tells one environment with all its settings.',
      scopes: [READ_PROJECTS],
      operations: ['environments.get'],
      input: {},
      output: z.object({ environment }),
      async run(_, { stytch, where, signal }) {
        return {
          summary: 'Found.',
          data: { environment: await stytch.environments.get(where, { signal }) },
        }
      },
    }),
    change({
      ...common,
      at: 'project',
      name: 'createEnvironment',
      title: 'Create an environment',
      description:
        'Creates an environment; settings left out are the usual ones. A project has one live environment, made first.',
      risk: 'write',
      makes: true,
      sparesLive: true,
      scopes: [MANAGE_PROJECTS],
      operations: ['environments.create'],
      // `environment_slug` here is a wish; the place of this tool is the project.
      input: {
        name: displayName,
        type: z.enum(ENVIRONMENT_TYPES),
        environment_slug: z.string().optional(),
        ...options.shape,
      },
      output: z.object({ environment }),
      async prepare({ name, type, environment_slug, ...wishes }, { stytch, where, signal }) {
        if (type === 'LIVE') reach.ensureLive()
        const wanted = {
          ...acceptable(options.parse(wishes)),
          name,
          type,
          ...(environment_slug !== undefined && { environment_slug }),
        }
        return {
          after: wanted,
          apply: async () => ({
            summary: 'The environment was created.',
            data: { environment: await stytch.environments.create(where, wanted, { signal }) },
          }),
        }
      },
    }),
    change({
      ...common,
      at: 'environment',
      name: 'updateEnvironment',
      title: 'Change an environment',
      description:
        'Changes settings of an environment that decide how people sign in; what is left out stays. A person is asked first when sign-in would go to another URL, impersonation be allowed, or sign-in to this server end.',
      risk: 'write',
      asks: true,
      idempotent: true,
      scopes: [MANAGE_PROJECTS],
      operations: ['environments.get', 'environments.update'],
      input: changes.shape,
      output: z.object({ environment }),
      async prepare(input, { stytch, where, signal }) {
        const wanted = acceptable(changes.parse(input))
        if (Object.keys(wanted).length === 0) throw invalid('Name at least one setting to change.')
        const before = await stytch.environments.get(where, { signal })
        const after = { ...before, ...wanted }
        const risks = risksOf(before, wanted, own)
        const place = `environment ${where.environment} of project ${where.project}`
        return {
          before,
          after,
          ...(risks.length > 0 && {
            confirm: {
              question: `In ${place}: ${risks.join('; ')}?`,
              phrase: where.environment,
            },
          }),
          apply: async () =>
            difference(before, after).length === 0
              ? { summary: UNCHANGED, data: { environment: before } }
              : {
                  summary: 'The environment was changed.',
                  data: {
                    environment: await stytch.environments.update(where, wanted, { signal }),
                  },
                },
        }
      },
    }),
    change({
      ...common,
      at: 'environment',
      name: 'deleteEnvironment',
      title: 'Delete an environment',
      description:
        'Deletes a test environment for good, with everybody in it. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_PROJECTS],
      operations: ['environments.get', 'environments.delete'],
      input: {},
      output: z.object({ deleted: z.string() }),
      async prepare(_, { stytch, where, signal }) {
        const before = await stytch.environments.get(where, { signal })
        if (before.type !== 'TEST') {
          throw new ToolError(
            'forbidden',
            'A live environment goes only with its project: see deleteProject.',
          )
        }
        if (isOwn(before, own)) {
          throw new ToolError(
            'forbidden',
            'This server itself runs on that environment: without it nobody could sign in here.',
          )
        }
        return {
          before,
          confirm: {
            question: `Delete environment ${quoted(before.name)} (${where.environment}) of project ${where.project} for good, with everybody in it?`,
            phrase: where.environment,
          },
          apply: async () => {
            await stytch.environments.delete(where, { signal })
            return {
              summary: 'The environment was deleted.',
              data: { deleted: where.environment },
            }
          },
        }
      },
    }),
  ]
}

/** The settings a call names, each acceptable. */
function acceptable<Named extends Changes>(input: Named): Named {
  const { idp_authorization_url: page, zero_downtime_session_migration_url: migration } = input
  if (page && !isPage(page)) {
    throw invalid('idp_authorization_url must be an https address, or http on localhost.')
  }
  // Stytch asks this address itself, so it must not name what only Stytch can reach.
  if (migration && publicURL(migration) === undefined) {
    throw invalid('zero_downtime_session_migration_url must be an https address on the internet.')
  }
  return input
}

/** Whether a browser can safely be sent there. */
function isPage(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text) || text.includes('\\') || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const safe = protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
  return safe && !username && !password
}

/** Whether this server signs people in there; where Stytch does not say, it might. */
function isOwn({ project_id }: Environment, { projectId }: OwnCredentials): boolean {
  return (project_id ?? projectId) === projectId
}

/** What would let somebody else sign people in, or be them, or keep people from signing in here. */
function risksOf(before: Environment, wanted: Changes, own: OwnCredentials): string[] {
  const moved = (name: 'idp_authorization_url' | 'zero_downtime_session_migration_url') =>
    wanted[name] && wanted[name] !== before[name] ? quoted(wanted[name], SHOWN) : undefined
  const page = moved('idp_authorization_url')
  const migration = moved('zero_downtime_session_migration_url')
  const impersonation =
    wanted.user_impersonation_enabled === true && before.user_impersonation_enabled !== true

  const ours = isOwn(before, own)
  const { idp_authorization_url: to, idp_dynamic_client_registration_enabled: open } = wanted
  const lost = ours && to !== own.signInPage ? ', so that clients can no longer sign in here' : ''
  const emptied = ours && to === '' && before.idp_authorization_url !== ''
  const closed = ours && open === false && before.idp_dynamic_client_registration_enabled !== false
  return [
    ...(page ? [`send people who sign in to ${page}${lost}`] : []),
    ...(emptied ? [`take the sign-in page away${lost}`] : []),
    ...(closed ? ['let no client register, so that new clients can no longer sign in here'] : []),
    ...(migration ? [`believe ${migration} who is signed in`] : []),
    ...(impersonation ? ['allow people to be impersonated'] : []),
  ]
}
