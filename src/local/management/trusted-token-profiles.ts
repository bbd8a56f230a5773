/**
 * Whose JWTs an environment takes in exchange for sessions. A profile knows its issuer's keys by the URL of a
 * key set (`JWK`) or as PEM files (`PEM`), for good; the files have routes of their own.
 *
 * @see https://stytch.com/docs/b2b/guides/trusted-auth-tokens
 */
import { Hono } from 'hono'
import { answer, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf } from './find.ts'
import { newIdOf } from './ids.ts'
import { newPemFile } from './pem-file.ts'
import { profileOf } from './profile-of.ts'
import { profileRequest, profileUpdate, requireProfile } from './profile-request.ts'
import { trustedTokenKeys } from './trusted-token-keys.ts'

/** Stytch has a limit too, but does not say which. */
const MAX_PROFILES = 100

/** @returns create, list, get, update and delete, and the PEM files' */
export function trustedTokenProfiles(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/trusted_token_profiles',
  )
  app.post('/', async (c) => {
    const { settings, type } = environmentOf(world, c).environment
    const { pem_files, ...sent } = await readJson(c, profileRequest)
    const profile = requireProfile({
      profile_id: newIdOf(type, 'trusted-token-profile'),
      ...sent,
      pem_files: pem_files.map((publicKey) => newPemFile(type, publicKey)),
    })
    if (settings.trustedTokenProfiles.size >= MAX_PROFILES) {
      throw new ApiError('too_many_trusted_token_profiles_for_project')
    }
    settings.trustedTokenProfiles.set(profile.profile_id, profile)
    return answer(c, { profile })
  })
  app.get('/', (c) => {
    const { settings } = environmentOf(world, c).environment
    return answer(c, { profiles: [...settings.trustedTokenProfiles.values()] })
  })
  app.get('/:profile_id', (c) => answer(c, { profile: profileOf(world, c) }))
  app.patch('/:profile_id', async (c) => {
    profileOf(world, c)
    const changes = await readJson(c, profileUpdate)
    const { settings } = environmentOf(world, c).environment
    // Looked up again: the body took time to arrive, and a PEM file may have come or gone meanwhile.
    const profile = requireProfile({ ...profileOf(world, c), ...changes })
    settings.trustedTokenProfiles.set(profile.profile_id, profile)
    return answer(c, { profile })
  })
  app.delete('/:profile_id', (c) => {
    const { settings } = environmentOf(world, c).environment
    settings.trustedTokenProfiles.delete(profileOf(world, c).profile_id)
    return answer(c, {})
  })
  app.route('/:profile_id/keys', trustedTokenKeys(world))
  return app
}
