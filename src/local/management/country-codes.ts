/** Countries an environment sends passcodes to, by SMS and by WhatsApp: a list, read and replaced whole. */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { COUNTRIES } from './countries.ts'
import { environmentOf } from './find.ts'
import type { Settings } from './settings.ts'
import { list } from './zero-values.ts'

/** @returns the routes; WhatsApp is there for Consumer projects only */
export function countryCodes(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/allowed_country_codes',
  )
  for (const carrier of ['sms', 'whatsapp'] as const) {
    app.get(`/${carrier}`, (c) =>
      answer(c, { country_codes: settingsFor(world, c, carrier).countryCodes[carrier] }),
    )
    app.post(`/${carrier}`, async (c) => {
      const settings = settingsFor(world, c, carrier)
      settings.countryCodes[carrier] = codesFrom(await readJson(c, wanted))
      return answer(c, { country_codes: settings.countryCodes[carrier] })
    })
  }
  return app
}

const wanted = z.object({ country_codes: list(z.string()) })

function settingsFor(world: World, c: LocalContext, carrier: 'sms' | 'whatsapp'): Settings {
  const { project, environment } = environmentOf(world, c)
  if (carrier === 'whatsapp' && project.vertical === 'B2B') {
    throw new ApiError('country_code_allowlist_b2b_whatsapp_not_supported')
  }
  return environment.settings
}

function codesFrom({ country_codes: codes }: z.output<typeof wanted>): readonly string[] {
  if (codes.length === 0) throw new ApiError('country_code_allowlist_empty')
  if (!codes.every((code) => COUNTRIES.has(code))) {
    throw new ApiError('country_code_allowlist_invalid_country_codes')
  }
  return [...new Set(codes)].sort()
}
