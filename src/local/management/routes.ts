/**
 * Stytch's management API, v3 ("programmatic workspace actions"), and the id map that came before it. A
 * workspace key opens all of it: every project, every environment. Local Stytch serves it on its own origin,
 * where Stytch has a host for it.
 */
import { Hono } from 'hono'
import type { LocalEnv } from '../envelope.ts'
import { faulty } from '../faults/faulty.ts'
import type { World } from '../world.ts'
import { countryCodes } from './country-codes.ts'
import { defaultEmailTemplates } from './default-email-templates.ts'
import { emailTemplates } from './email-templates.ts'
import { environments } from './environments.ts'
import { eventLogStreaming } from './event-log-streaming.ts'
import { jwtTemplates } from './jwt-templates.ts'
import { legacyProjects } from './legacy-projects.ts'
import { passwordStrength } from './password-strength.ts'
import { projects } from './projects.ts'
import { publicTokens } from './public-tokens.ts'
import { rbacPolicy } from './rbac-policy.ts'
import { redirectUrls } from './redirect-urls.ts'
import { sdkConfig } from './sdk-config.ts'
import { secrets } from './secrets.ts'
import { trustedTokenProfiles } from './trusted-token-profiles.ts'
import { workspaceKey } from './workspace-key.ts'

/** The resources, each with its own routes. */
const RESOURCES: readonly ((world: World) => Hono<LocalEnv>)[] = [
  projects,
  environments,
  secrets,
  publicTokens,
  redirectUrls,
  emailTemplates,
  defaultEmailTemplates,
  passwordStrength,
  jwtTemplates,
  rbacPolicy,
  sdkConfig,
  countryCodes,
  eventLogStreaming,
  trustedTokenProfiles,
  legacyProjects,
]

/** @returns the management API, to be mounted at the root */
export function managementApi(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>()
  for (const path of ['/pwa/v3/*', '/web/v1/projects/*']) {
    app.use(path, faulty(world, 'management'), workspaceKey(world))
  }
  for (const resource of RESOURCES) app.route('/', resource(world))
  return app
}
