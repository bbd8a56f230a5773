/** PEM files of a trusted token profile: one to five, as a profile without keys would trust nobody. */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf, segment } from './find.ts'
import { newPemFile } from './pem-file.ts'
import { profileOf } from './profile-of.ts'
import { requireProfile } from './profile-request.ts'
import type { PemFile } from './trusted-token-profile.ts'
import { text } from './zero-values.ts'

/** @returns create, get and delete, to be mounted below a profile */
export function trustedTokenKeys(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>()
  app.post('/', async (c) => {
    requirePem(world, c)
    const { public_key } = await readJson(c, z.object({ public_key: text() }))
    const file = newPemFile(environmentOf(world, c).environment.type, public_key)
    replaceFiles(world, c, (files) => [...files, file])
    return answer(c, { pem_file: file })
  })
  app.get('/:pem_file_id', (c) => answer(c, { pem_file: fileOf(world, c) }))
  app.delete('/:pem_file_id', (c) => {
    const { pem_file_id: gone } = fileOf(world, c)
    replaceFiles(world, c, (files) => files.filter(({ pem_file_id }) => pem_file_id !== gone))
    return answer(c, {})
  })
  return app
}

function requirePem(world: World, c: LocalContext): void {
  if (profileOf(world, c).public_key_type === 'PEM') return
  throw new ApiError('cannot_add_pem_file_to_non_pem_trusted_token_profile')
}

function fileOf(world: World, c: LocalContext): PemFile {
  const id = segment(c, 'pem_file_id')
  const file = profileOf(world, c).pem_files.find(({ pem_file_id }) => pem_file_id === id)
  if (!file) throw new ApiError('pem_file_not_found')
  return file
}

function replaceFiles(
  world: World,
  c: LocalContext,
  change: (files: readonly PemFile[]) => readonly PemFile[],
): void {
  const current = profileOf(world, c)
  const profile = requireProfile({ ...current, pem_files: change(current.pem_files) })
  const { settings } = environmentOf(world, c).environment
  settings.trustedTokenProfiles.set(profile.profile_id, profile)
}
