/**
 * Secrets of the backend API, per environment. The answer that makes one is the only one that has its value;
 * after it there are the last four characters. A new secret opens the backend API at once, and a deleted one
 * no longer does.
 */
import { Hono } from 'hono'
import { sha256 } from '../digest.ts'
import { answer, type LocalContext, type LocalEnv } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import { newSecretValue } from '../ids.ts'
import type { World } from '../world.ts'
import { environmentOf, segment } from './find.ts'
import { idOf, newIdOf } from './ids.ts'
import type { ManagedSecret } from './state.ts'

/** @returns create, list, get and delete */
export function secrets(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/secrets',
  )
  app.post('/', (c) => {
    const { environment } = environmentOf(world, c)
    const { type } = environment
    const secretId = newIdOf(type, 'secret')
    const value = idOf(type, 'secret', newSecretValue())
    const createdAt = world.now()
    const lastFour = value.slice(-4)
    environment.secrets.set(secretId, { secretId, digest: sha256(value), lastFour, createdAt })
    world.project.onSecret(value)
    return answer(c, {
      secret: { secret_id: secretId, secret: value, created_at: iso(createdAt) },
    })
  })
  app.get('/', (c) => {
    const { environment } = environmentOf(world, c)
    return answer(c, { secrets: [...environment.secrets.values()].map(masked) })
  })
  app.get('/:secret_id', (c) => answer(c, { secret: masked(secretOf(world, c)) }))
  app.delete('/:secret_id', (c) => {
    const { secretId } = secretOf(world, c)
    environmentOf(world, c).environment.secrets.delete(secretId)
    return answer(c, {})
  })
  return app
}

function secretOf(world: World, c: LocalContext): ManagedSecret {
  const { environment } = environmentOf(world, c)
  const secret = environment.secrets.get(segment(c, 'secret_id'))
  if (!secret) throw new ApiError('secret_not_found')
  return secret
}

function masked({ secretId, lastFour, createdAt, usedAt }: ManagedSecret): object {
  return {
    secret_id: secretId,
    last_four: lastFour,
    created_at: iso(createdAt),
    ...(usedAt !== undefined && { used_at: iso(usedAt) }),
  }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
