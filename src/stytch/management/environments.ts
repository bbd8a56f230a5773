/** Environments of a project. At most one is live, and that one goes only with its project. */
import { z } from 'zod'
import { done, list, maybe, moment, word } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, inProject, type Where } from './call.ts'

export const ENVIRONMENT_TYPES = ['LIVE', 'TEST'] as const
type EnvironmentType = (typeof ENVIRONMENT_TYPES)[number]

const environment = z.object({
  environment_slug: z.string(),
  project_slug: z.string(),
  name: z.string(),
  type: maybe(word<EnvironmentType>()),
  /** What the backend API calls the project, for example `project-test-…`. */
  project_id: maybe(z.string()),
  oauth_callback_id: maybe(z.string()),
  cross_org_passwords_enabled: maybe(z.boolean()),
  user_impersonation_enabled: maybe(z.boolean()),
  zero_downtime_session_migration_url: maybe(z.string()),
  use_custom_domain_in_magic_link_emails: maybe(z.boolean()),
  user_lock_self_serve_enabled: maybe(z.boolean()),
  /** Failed attempts that lock a user. */
  user_lock_threshold: maybe(z.number()),
  /** Seconds a lock lasts. */
  user_lock_ttl: maybe(z.number()),
  idp_authorization_url: maybe(z.string()),
  idp_dynamic_client_registration_enabled: maybe(z.boolean()),
  idp_dynamic_client_registration_access_token_template_content: maybe(z.string()),
  created_at: maybe(moment),
})

export type Environment = z.output<typeof environment>

interface EnvironmentOptions {
  readonly cross_org_passwords_enabled?: boolean
  readonly user_impersonation_enabled?: boolean
  /** UserInfo endpoint of the identity provider sessions migrate from. */
  readonly zero_downtime_session_migration_url?: string
  readonly user_lock_self_serve_enabled?: boolean
  /** Failed attempts that lock a user; 10 unless set. */
  readonly user_lock_threshold?: number
  /** Seconds; 3,600 unless set. */
  readonly user_lock_ttl?: number
  /** The page that signs people in and asks for their consent. */
  readonly idp_authorization_url?: string
  readonly idp_dynamic_client_registration_enabled?: boolean
  readonly idp_dynamic_client_registration_access_token_template_content?: string
}

export interface NewEnvironment extends EnvironmentOptions {
  readonly name: string
  readonly type: EnvironmentType
  /** Never changes. Stytch chooses one when it is left out. */
  readonly environment_slug?: string
}

/** What is left out stays as it is. */
export interface EnvironmentChanges extends EnvironmentOptions {
  readonly name?: string
  readonly use_custom_domain_in_magic_link_emails?: boolean
}

const one = z.object({ environment })
const all = z.object({ environments: list(environment) })

/** @see https://stytch.com/docs/api-reference/pwa/api/v3/environments/create-environment */
export function environments(call: Call) {
  return Object.freeze({
    async create(
      project: string,
      body: NewEnvironment,
      options?: CallOptions,
    ): Promise<Environment> {
      const slug = body.environment_slug
      const isAbout = (answer: z.output<typeof one>) =>
        answer.environment.project_slug === project &&
        (slug === undefined || answer.environment.environment_slug === slug)
      const given = { path: inProject(project), body, answer: one, isAbout, options }
      return (await call('environments.create', given)).environment
    },

    async getAll(project: string, options?: CallOptions): Promise<readonly Environment[]> {
      const isAbout = (answer: z.output<typeof all>) =>
        answer.environments.every(({ project_slug }) => project_slug === project)
      const given = { path: inProject(project), answer: all, isAbout, options }
      return (await call('environments.getAll', given)).environments
    },

    async get(where: Where, options?: CallOptions): Promise<Environment> {
      const given = { path: inEnvironment(where), answer: one, isAbout: is(where), options }
      return (await call('environments.get', given)).environment
    },

    async update(
      where: Where,
      body: EnvironmentChanges,
      options?: CallOptions,
    ): Promise<Environment> {
      const given = { path: inEnvironment(where), body, answer: one, isAbout: is(where), options }
      return (await call('environments.update', given)).environment
    },

    /** Deletes a test environment and everybody in it. */
    async delete(where: Where, options?: CallOptions): Promise<void> {
      await call('environments.delete', { path: inEnvironment(where), answer: done, options })
    },
  })
}

function is(where: Where) {
  return ({ environment }: z.output<typeof one>) =>
    environment.project_slug === where.project && environment.environment_slug === where.environment
}
