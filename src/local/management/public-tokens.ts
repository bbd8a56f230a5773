/** Public tokens of an environment: what pages name it by. They are no secrets, and are their own ids. */
import { Hono } from 'hono'
import { answer, type LocalContext, type LocalEnv } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { environmentOf, segment } from './find.ts'
import { newIdOf } from './ids.ts'

/** @returns create, list, get and delete */
export function publicTokens(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/public_tokens',
  )
  app.post('/', (c) => {
    const { environment } = environmentOf(world, c)
    const token = newIdOf(environment.type, 'public-token')
    environment.publicTokens.set(token, world.now())
    return answer(c, { public_token: wireToken([token, world.now()]) })
  })
  app.get('/', (c) => {
    const { environment } = environmentOf(world, c)
    return answer(c, { public_tokens: [...environment.publicTokens].map(wireToken) })
  })
  app.get('/:public_token', (c) => answer(c, { public_token: wireToken(tokenOf(world, c)) }))
  app.delete('/:public_token', (c) => {
    const [token] = tokenOf(world, c)
    environmentOf(world, c).environment.publicTokens.delete(token)
    return answer(c, {})
  })
  return app
}

function tokenOf(world: World, c: LocalContext): readonly [token: string, createdAt: number] {
  const { environment } = environmentOf(world, c)
  const token = segment(c, 'public_token')
  const createdAt = environment.publicTokens.get(token)
  if (createdAt === undefined) throw new ApiError('public_token_not_found')
  return [token, createdAt]
}

function wireToken([token, createdAt]: readonly [string, number]): object {
  return { public_token: token, created_at: new Date(createdAt).toISOString() }
}
