/**
 * Test knobs under `/local/`: mint tokens, add clients, break things, rotate keys, start over, see what
 * came in. They need no credentials, so they are kept from web pages: the whole app answers loopback hosts
 * only (DNS rebinding), an `Origin` must be loopback too, POSTs must be JSON (so a form cannot send them),
 * and no CORS header is ever given.
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import { faultsRequest } from '../faults/fault.ts'
import { isLoopbackOrigin } from '../loopback.ts'
import { resetWorld, type World } from '../world.ts'
import { addClient, clientRequest, listClients } from './clients.ts'
import { mintRequest, mintToken } from './mint.ts'
import { revokeGrants, revokeGrantsRequest } from './revoke-grants.ts'
import { changeUser, userRequest } from './users.ts'

const resetRequest = z.strictObject({ keep_keys: z.boolean().default(true) })
const rotateRequest = z.strictObject({ keep_old: z.boolean().default(true) })
const nothing = z.strictObject({})

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
  app.get('/clients', (c) => answer(c, listClients(world)))
  app.post('/clients', async (c) => answer(c, addClient(world, await readJson(c, clientRequest))))
  app.post('/reset', async (c) => {
    const { keep_keys } = await readJson(c, resetRequest)
    resetWorld(world, { keepKeys: keep_keys })
    return answer(c, {})
  })
  app.get('/faults', (c) => answer(c, { faults: world.faults.list() }))
  app.post('/faults', async (c) => {
    const { faults } = await readJson(c, faultsRequest)
    world.faults.replace(faults)
    return answer(c, { faults: world.faults.list() })
  })
  app.post('/keys/rotate', async (c) => {
    const { keep_old } = await readJson(c, rotateRequest)
    await world.keys.rotate({ keepOld: keep_old })
    return answer(c, await keyIds(world))
  })
  app.post('/keys/retire', async (c) => {
    await readJson(c, nothing)
    world.keys.retire()
    return answer(c, await keyIds(world))
  })
  app.post('/grants/revoke', async (c) =>
    answer(c, await revokeGrants(world, await readJson(c, revokeGrantsRequest))),
  )
  app.post('/users', async (c) => answer(c, changeUser(world, await readJson(c, userRequest))))
  app.get('/requests', (c) => answer(c, { requests: world.log.list() }))
  return app
}

/** The `kid` tokens are signed under now, and every one that is published. */
async function keyIds({ keys }: World): Promise<object> {
  const published = (await keys.jwks()).keys.map(({ kid }) => kid)
  return { kid: published[0], published }
}
