/**
 * Test knobs under `/local/`: mint tokens, start over, see what came in. They need no credentials, so
 * they are kept from web pages: the whole app answers loopback hosts only (DNS rebinding), an `Origin`
 * must be loopback too, POSTs must be JSON (so a form cannot send them), and no CORS header is ever given.
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import { isLoopbackOrigin } from '../loopback.ts'
import { resetWorld, type World } from '../world.ts'
import { mintRequest, mintToken } from './mint.ts'

const resetRequest = z.strictObject({ keep_keys: z.boolean().default(true) })

/** @returns the knobs, to be mounted at the root */
export function knobs(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath('/local')
  app.use(async (c, next) => {
    const origin = c.req.header('origin')
    if (origin !== undefined && !isLoopbackOrigin(origin)) {
      throw new ApiError('not_addressed_to_loopback')
    }
    await next()
  })
  app.post('/tokens', async (c) =>
    answer(c, await mintToken(world, await readJson(c, mintRequest))),
  )
  app.post('/reset', async (c) => {
    const { keep_keys } = await readJson(c, resetRequest)
    resetWorld(world, { keepKeys: keep_keys })
    return answer(c, {})
  })
  app.get('/requests', (c) => answer(c, { requests: world.log.list() }))
  return app
}
