/**
 * What the frontend SDKs may do in an environment. There is one document for Consumer projects and one for
 * B2B; `PUT` replaces all of it. Local Stytch plays an account with every add-on and its own domains, so that
 * HttpOnly cookies and device fingerprinting can be had.
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf } from './find.ts'
import { isAuthorizedDomain, isSlugPattern } from './sdk-domain.ts'
import { b2bSdkConfig, consumerSdkConfig } from './sdk-settings.ts'
import type { Settings } from './settings.ts'
import type { Vertical } from './state.ts'

/** @returns the routes; they keep and validate the document, which Local Stytch's SDK API does not follow */
export function sdkConfig(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/sdk',
  )
  app.get('/consumer', (c) => answer(c, { config: settingsFor(world, c, 'CONSUMER').sdk }))
  app.put('/consumer', async (c) => {
    const settings = settingsFor(world, c, 'CONSUMER')
    const { config } = await readJson(c, z.object({ config: consumerSdkConfig }))
    requireDomains(config.basic.domains)
    requireSessionMinutes(config.sessions)
    settings.sdk = config
    return answer(c, { config })
  })
  app.get('/b2b', (c) => answer(c, { config: settingsFor(world, c, 'B2B').sdk }))
  app.put('/b2b', async (c) => {
    const settings = settingsFor(world, c, 'B2B')
    const { config } = await readJson(c, z.object({ config: b2bSdkConfig }))
    requireDomains(config.basic.domains.map(({ domain }) => domain))
    requireSlugPatterns(config.basic.domains)
    requireSessionMinutes(config.sessions)
    settings.sdk = config
    return answer(c, { config })
  })
  return app
}

function settingsFor(world: World, c: LocalContext, vertical: Vertical): Settings {
  const { project, environment } = environmentOf(world, c)
  if (project.vertical !== vertical) {
    throw new ApiError(vertical === 'B2B' ? 'invalid_b2b_endpoint' : 'invalid_consumer_endpoint')
  }
  return environment.settings
}

function requireDomains(domains: readonly string[]): void {
  if (domains.every(isAuthorizedDomain)) return
  throw new ApiError(
    'invalid_domain',
    'basic.domains must be origins, such as https://example.com.',
  )
}

function requireSlugPatterns(domains: readonly { readonly slug_pattern: string }[]): void {
  if (domains.every(({ slug_pattern }) => slug_pattern === '' || isSlugPattern(slug_pattern)))
    return
  throw new ApiError(
    'invalid_domain',
    'slug_pattern must be an origin with {{slug}} in it, such as https://{{slug}}.example.com.',
  )
}

function requireSessionMinutes({
  max_session_duration_minutes: minutes,
}: {
  readonly max_session_duration_minutes: number
}): void {
  if (minutes >= 5 && minutes <= 527_040) return
  throw new ApiError(
    'invalid_session_duration_minutes',
    'max_session_duration_minutes must be between 5 and 527040.',
  )
}
