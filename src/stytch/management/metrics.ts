/** How many users, organizations, members and M2M clients an environment has. */
import { z } from 'zod'
import { maybe } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

const count = maybe(z.int().nonnegative())

const counts = z.object({
  /** Consumer projects only. */
  user_count: count,
  /** B2B projects only, as the next. */
  organization_count: count,
  member_count: count,
  m2m_client_count: count,
})

export type Metrics = z.output<typeof counts>

const one = z.object({ metrics: counts })

/** Counts, per environment. */
export function metrics(call: Call) {
  return Object.freeze({
    async get(where: Where, options?: CallOptions): Promise<Metrics> {
      return (await call('metrics.get', { path: inEnvironment(where), answer: one, options }))
        .metrics
    },
  })
}
