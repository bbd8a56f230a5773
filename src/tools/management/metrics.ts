/** How much an environment is used. */
import { z } from 'zod'
import type { Tool } from '../../mcp/tool.ts'
import { READ_DATA } from '../scopes.ts'
import type { Declare } from './declare.ts'

const count = z.int().optional()

/** The tools of toolset `metrics`. */
export function metricsTools({ read }: Declare): readonly Tool[] {
  return [
    read({
      toolset: 'metrics',
      at: 'environment',
      audited: ['project_id', 'project_slug', 'environment_slug'],
      name: 'getEnvironmentMetrics',
      title: 'Count people and clients',
      description:
        'Counts users (consumer projects), organizations and members (B2B projects) and M2M clients of an environment.',
      scopes: [READ_DATA],
      operations: ['metrics.get'],
      input: {},
      output: z.object({
        metrics: z.object({
          user_count: count,
          organization_count: count,
          member_count: count,
          m2m_client_count: count,
        }),
      }),
      async run(_, { stytch, where, signal }) {
        return {
          summary: 'Counted.',
          data: { metrics: await stytch.metrics.get(where, { signal }) },
        }
      },
    }),
  ]
}
