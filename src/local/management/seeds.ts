/**
 * The projects the workspace starts with: the one Local Stytch itself plays, as its test environment, and a
 * B2B one beside it. Their ids never change, so tests may name them.
 */
import { sha256 } from '../digest.ts'
import type { Project } from '../project.ts'
import { newEmails } from './emails-state.ts'
import { idOf } from './ids.ts'
import { newEnvironment } from './new-environment.ts'
import type {
  EnvironmentType,
  ManagedEnvironment,
  ManagedProject,
  ManagementState,
  Vertical,
} from './state.ts'

/** Slugs of the seeded projects and of the environments each has. */
export const SEED_PROJECTS = {
  consumer: { slug: 'local-stytch', name: 'Local Stytch', test: 'test', live: 'production' },
  b2b: { slug: 'local-stytch-b2b', name: 'Local Stytch B2B', test: 'test', live: 'production' },
} as const

/** Last part of the ids of an environment and of what it has. */
const UUIDS = {
  consumer: {
    TEST: '10ca1577-c0de-4c33-8e57-0123456789ab',
    LIVE: '10ca1577-c0de-4c33-8e57-0123456789ac',
  },
  b2b: {
    TEST: '10ca1577-c0de-4c33-8e57-0123456789ad',
    LIVE: '10ca1577-c0de-4c33-8e57-0123456789ae',
  },
} as const

/** @param own Local Stytch's own project, which the test environment of the consumer project is */
export function seededManagement(own: Project): ManagementState {
  const consumer = seededProject('consumer', 'CONSUMER', own)
  const b2b = seededProject('b2b', 'B2B', own)
  return { projects: new Map([consumer, b2b].map((project) => [project.slug, project])) }
}

function seededProject(
  seed: keyof typeof SEED_PROJECTS,
  vertical: Vertical,
  own: Project,
): ManagedProject {
  const { slug, name, test, live } = SEED_PROJECTS[seed]
  const createdAt = own.now()
  const seeded = (type: EnvironmentType) => {
    const id = (kind: string) => idOf(type, kind, UUIDS[seed][type])
    return newEnvironment(vertical, {
      slug: type === 'LIVE' ? live : test,
      name: type === 'LIVE' ? 'Production' : 'Test',
      type,
      createdAt,
      ids: { projectId: id('project'), oauthCallbackId: id('oauth-callback') },
    })
  }
  const tested = seed === 'consumer' ? ownEnvironment(seeded('TEST'), own) : seeded('TEST')
  const environments = [tested, seeded('LIVE')]
  return {
    slug,
    name,
    vertical,
    createdAt,
    environments: new Map(environments.map((environment) => [environment.slug, environment])),
    emails: newEmails(),
  }
}

/** The environment whose people, keys and clients Local Stytch has. */
function ownEnvironment(environment: ManagedEnvironment, own: Project): ManagedEnvironment {
  const { createdAt } = environment
  const secretId = idOf('TEST', 'secret', UUIDS.consumer.TEST)
  const lastFour = own.secret.slice(-4)
  return {
    ...environment,
    projectId: own.projectId,
    options: {
      ...environment.options,
      idp_authorization_url: own.authorizationEndpoint,
      idp_dynamic_client_registration_enabled: true,
    },
    secrets: new Map([[secretId, { secretId, digest: sha256(own.secret), lastFour, createdAt }]]),
    publicTokens: new Map([[own.publicToken, createdAt]]),
  }
}
