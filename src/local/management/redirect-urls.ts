/**
 * Redirect URLs of an environment. The URL is the key: it travels in the query, and creating one that exists
 * adds to what it is for.
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf } from './find.ts'
import {
  isRedirectUrl,
  putRedirectUrl,
  REDIRECT_TYPES,
  type RedirectUrl,
  removeRedirectUrl,
} from './redirect-url.ts'
import type { ManagedEnvironment } from './state.ts'

const validTypes = z
  .array(z.object({ type: z.enum(REDIRECT_TYPES), is_default: z.boolean().default(false) }))
  .min(1)
  .refine((types) => new Set(types.map(({ type }) => type)).size === types.length, {
    error: 'must not name a type twice',
  })
  .transform((types) => new Map(types.map(({ type, is_default }) => [type, is_default])))

const updateRequest = z.object({
  valid_types: validTypes,
  do_not_promote_defaults: z.boolean().nullish(),
})

const createRequest = updateRequest.extend({ url: z.string() })

/** @returns create, get, list, update and delete */
export function redirectUrls(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/redirect_urls',
  )
  app.post('/', async (c) => {
    const { redirectUrls: urls, type } = environmentOf(world, c).environment
    const sent = await readJson(c, createRequest)
    if (!isRedirectUrl(sent.url, type)) throw new ApiError('invalid_redirect_url')
    const types = new Map([...(urls.get(sent.url)?.validTypes ?? []), ...sent.valid_types])
    const written = putRedirectUrl(urls, sent.url, types, !sent.do_not_promote_defaults)
    return answer(c, { redirect_url: wireRedirectUrl(written) })
  })
  app.get('/all', (c) => {
    const { redirectUrls: urls } = environmentOf(world, c).environment
    return answer(c, { redirect_urls: [...urls.values()].map(wireRedirectUrl) })
  })
  app.get('/', (c) => {
    const { environment } = environmentOf(world, c)
    return answer(c, { redirect_url: wireRedirectUrl(redirectUrlOf(environment, c)) })
  })
  app.put('/', async (c) => {
    const { environment } = environmentOf(world, c)
    const { url } = redirectUrlOf(environment, c)
    const { valid_types, do_not_promote_defaults } = await readJson(c, updateRequest)
    const promote = !do_not_promote_defaults
    const written = putRedirectUrl(environment.redirectUrls, url, valid_types, promote)
    return answer(c, { redirect_url: wireRedirectUrl(written) })
  })
  app.delete('/', (c) => {
    const { environment } = environmentOf(world, c)
    const { url } = redirectUrlOf(environment, c)
    removeRedirectUrl(environment.redirectUrls, url, !flag(c, 'do_not_promote_defaults'))
    return answer(c, {})
  })
  return app
}

function redirectUrlOf({ redirectUrls: urls }: ManagedEnvironment, c: LocalContext): RedirectUrl {
  const url = c.req.query('url')
  if (!url) throw new ApiError('bad_request', 'url: is missing from the query.')
  const found = urls.get(url)
  if (!found) throw new ApiError('redirect_url_not_found')
  return found
}

function flag(c: LocalContext, name: string): boolean {
  const value = c.req.query(name) ?? 'false'
  if (value !== 'true' && value !== 'false') {
    throw new ApiError('bad_request', `${name}: must be true or false.`)
  }
  return value === 'true'
}

function wireRedirectUrl({ url, validTypes: types }: RedirectUrl): object {
  return { url, valid_types: [...types].map(([type, is_default]) => ({ type, is_default })) }
}
