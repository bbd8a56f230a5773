/**
 * Stands before an endpoint and lets the active faults happen to its requests, one after the other:
 * waiting, answering in its place, or changing its answer. The endpoint itself knows nothing of it.
 */
import type { MiddlewareHandler } from 'hono'
import { imposeHeaders, type LocalContext, type LocalEnv } from '../envelope.ts'
import type { World } from '../world.ts'
import type { Encounter } from './active-faults.ts'
import { alter } from './alter.ts'
import type { Endpoint } from './fault.ts'
import { substitute } from './substitute.ts'
import { wait } from './wait.ts'

/** Nobody receives this answer; the request log does. The number is nginx's. */
const CLIENT_CLOSED_REQUEST = 499

/** @param at the name faults know the endpoint by */
export function faulty(world: World, at: Endpoint): MiddlewareHandler<LocalEnv> {
  return async (c, next) => {
    const encounter = world.faults.meet(at)
    if (encounter.faults.length === 0) return next()
    c.set('faults', [...(c.var.faults ?? []), ...encounter.faults.map(({ kind }) => kind)])
    await undergo(world, c, encounter, once(next))
    // Last, because the endpoint may impose headers too.
    for (const fault of encounter.faults) {
      if (fault.kind === 'headers') imposeHeaders(c, fault.headers)
    }
  }
}

/** @param work has the endpoint answer, unless it has already */
async function undergo(
  world: World,
  c: LocalContext,
  { faults, cleared }: Encounter,
  work: () => Promise<void>,
): Promise<void> {
  const request = c.req.raw
  for (const fault of faults) {
    switch (fault.kind) {
      case 'slow':
      case 'hang':
        if (fault.after_work) await work()
        await wait(fault.kind === 'slow' ? fault.ms : Number.POSITIVE_INFINITY, [
          cleared,
          request.signal,
        ])
        if (request.signal.aborted) {
          c.res = new Response(null, { status: CLIENT_CLOSED_REQUEST })
          return
        }
        if (cleared.aborted) return work()
        break
      case 'status':
      case 'redirect':
      case 'garbage':
        c.res = substitute(c, fault)
        return
      case 'headers':
        break
      default:
        await work()
        c.res = await alter(fault, c.res, { keys: world.keys, request })
    }
  }
  await work()
}

function once(next: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= next()
    return done
  }
}
