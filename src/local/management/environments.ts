/**
 * Environments of a project: one live, which goes only with the project, and beside it any number of tests.
 * Only Local Stytch's own has people in it, so the metrics of every other count nobody.
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf, projectOf } from './find.ts'
import { newEnvironment } from './new-environment.ts'
import { displayName } from './projects.ts'
import { slug, slugFor } from './slug.ts'
import type { EnvironmentOptions, ManagedEnvironment, ManagedProject } from './state.ts'

const count = z.number().int().min(1).max(1_000_000_000)

/** Empty when there is none. */
const webUrl = z
  .string()
  .max(2048)
  .refine((url) => url === '' || isWebUrl(url), 'must be an http(s) URL')

const options = {
  cross_org_passwords_enabled: z.boolean().nullish(),
  user_impersonation_enabled: z.boolean().nullish(),
  zero_downtime_session_migration_url: webUrl.nullish(),
  user_lock_self_serve_enabled: z.boolean().nullish(),
  user_lock_threshold: count.nullish(),
  user_lock_ttl: count.nullish(),
  idp_authorization_url: webUrl.nullish(),
  idp_dynamic_client_registration_enabled: z.boolean().nullish(),
  idp_dynamic_client_registration_access_token_template_content: z.string().max(65_536).nullish(),
}

const createRequest = z.object({
  name: displayName,
  type: z.enum(['LIVE', 'TEST']),
  environment_slug: slug.nullish(),
  ...options,
})

const updateRequest = z.object({
  name: displayName.nullish(),
  ...options,
  use_custom_domain_in_magic_link_emails: z.boolean().nullish(),
})

/** @returns create, list, get, update, delete and metrics */
export function environments(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath('/pwa/v3/projects/:project_slug/environments')
  app.post('/', async (c) => {
    const project = projectOf(world, c)
    const environment = create(world, project, await readJson(c, createRequest))
    return answer(c, { environment: wireEnvironment(project, environment) })
  })
  app.get('/', (c) => {
    const project = projectOf(world, c)
    const all = [...project.environments.values()]
    return answer(c, { environments: all.map((each) => wireEnvironment(project, each)) })
  })
  app.get('/:environment_slug', (c) => {
    const { project, environment } = environmentOf(world, c)
    return answer(c, { environment: wireEnvironment(project, environment) })
  })
  app.patch('/:environment_slug', async (c) => {
    const { project, environment } = environmentOf(world, c)
    const { name, ...changes } = await readJson(c, updateRequest)
    if (typeof name === 'string') environment.name = name
    environment.options = { ...environment.options, ...given(changes) }
    return answer(c, { environment: wireEnvironment(project, environment) })
  })
  app.delete('/:environment_slug', (c) => {
    const { project, environment } = environmentOf(world, c)
    if (environment.type === 'LIVE') throw new ApiError('cannot_delete_live_environment')
    project.environments.delete(environment.slug)
    return answer(c, {})
  })
  app.get('/:environment_slug/metrics', (c) => {
    const { environment } = environmentOf(world, c)
    return answer(c, { metrics: metrics(world, environment) })
  })
  return app
}

function create(
  world: World,
  project: ManagedProject,
  sent: z.output<typeof createRequest>,
): ManagedEnvironment {
  const { name, type, environment_slug: wanted, ...wishes } = sent
  const { environments: all } = project
  const hasLive = [...all.values()].some((environment) => environment.type === 'LIVE')
  if (type === 'LIVE' && hasLive) throw new ApiError('live_environment_already_exists')
  // Nothing says so but the tests of Stytch's own Go library, which had to make the live one first.
  if (type === 'TEST' && !hasLive) throw new ApiError('live_environment_required')
  if (wanted && all.has(wanted)) throw new ApiError('environment_slug_already_used')
  const environment = newEnvironment(project.vertical, {
    slug: wanted ?? slugFor(name, 'environment', (taken) => all.has(taken)),
    name,
    type,
    createdAt: world.now(),
    options: given(wishes),
  })
  all.set(environment.slug, environment)
  return environment
}

/** What was said; an option that was left out, or is `null`, stays as it was. */
function given(
  changes: {
    readonly [Name in keyof EnvironmentOptions]?: EnvironmentOptions[Name] | null | undefined
  },
): Partial<EnvironmentOptions> {
  return Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== null && value !== undefined),
  )
}

function metrics({ project, state }: World, { projectId }: ManagedEnvironment): object {
  return {
    user_count: projectId === project.projectId ? state.users.size : 0,
    organization_count: 0,
    member_count: 0,
    m2m_client_count: 0,
  }
}

function wireEnvironment(project: ManagedProject, environment: ManagedEnvironment): object {
  return {
    environment_slug: environment.slug,
    project_slug: project.slug,
    name: environment.name,
    type: environment.type,
    project_id: environment.projectId,
    oauth_callback_id: environment.oauthCallbackId,
    ...environment.options,
    created_at: new Date(environment.createdAt).toISOString(),
  }
}

function isWebUrl(url: string): boolean {
  return /^https?:\/\/[^/]/i.test(url) && URL.canParse(url)
}
