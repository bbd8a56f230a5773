/** Password strength of an environment: `GET` and `PUT` of one document. */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf } from './find.ts'
import { type PasswordPolicy, VALIDATION_POLICIES } from './password-policy.ts'
import { flag, optional } from './zero-values.ts'

/** @returns the routes; they keep and validate the policy, which signing in here does not follow */
export function passwordStrength(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/password_strength_config',
  )
  app.get('/', (c) => {
    const { settings } = environmentOf(world, c).environment
    return answer(c, { password_strength_config: settings.passwordPolicy })
  })
  app.put('/', async (c) => {
    const { settings } = environmentOf(world, c).environment
    settings.passwordPolicy = policyFrom(await readJson(c, wanted))
    return answer(c, { password_strength_config: settings.passwordPolicy })
  })
  return app
}

const wanted = z.object({
  check_breach_on_creation: flag(),
  check_breach_on_authentication: flag(),
  validate_on_authentication: flag(),
  validation_policy: z.enum(VALIDATION_POLICIES),
  luds_min_password_length: optional(z.number()),
  luds_min_password_complexity: optional(z.number()),
})

function policyFrom({
  luds_min_password_length,
  luds_min_password_complexity,
  validation_policy,
  ...checks
}: z.output<typeof wanted>): PasswordPolicy {
  if (validation_policy === 'ZXCVBN') return { ...checks, validation_policy }
  if (!within(luds_min_password_length, 8, 32)) {
    throw new ApiError('invalid_password_strength_luds_length')
  }
  if (!within(luds_min_password_complexity, 1, 4)) {
    throw new ApiError('invalid_password_strength_luds_complexity')
  }
  return { ...checks, validation_policy, luds_min_password_length, luds_min_password_complexity }
}

function within(value: number | undefined, least: number, most: number): value is number {
  return value !== undefined && Number.isInteger(value) && value >= least && value <= most
}
