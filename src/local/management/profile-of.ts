/** The trusted token profile a path names. */
import type { LocalContext } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf, segment } from './find.ts'
import type { TrustedTokenProfile } from './trusted-token-profile.ts'

/**
 * @param c a route with `:project_slug`, `:environment_slug` and `:profile_id`
 * @throws ApiError `trusted_token_profile_not_found`, or that of the environment
 */
export function profileOf(world: World, c: LocalContext): TrustedTokenProfile {
  const { settings } = environmentOf(world, c).environment
  const profile = settings.trustedTokenProfiles.get(segment(c, 'profile_id'))
  if (!profile) throw new ApiError('trusted_token_profile_not_found')
  return profile
}
