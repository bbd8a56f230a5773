/** Tools that do nothing but count their calls: one for each risk. */
import { z } from 'zod'
import { defineTool, type Risk, type Tool } from '../../src/index.ts'

/** Three tools and how often each ran. */
export interface Probes {
  readonly tools: readonly Tool[]
  readonly calls: Record<Risk, number>
}

const RISKS: readonly Risk[] = ['read', 'write', 'destructive']

/** Makes fresh probes, named after their risk. */
export function createProbes(): Probes {
  const calls: Record<Risk, number> = { read: 0, write: 0, destructive: 0 }
  const tools = RISKS.map((risk) =>
    defineTool({
      name: risk,
      title: risk,
      description: 'Counts its calls.',
      toolset: 'test',
      risk,
      scopes: ['openid'],
      input: z.strictObject({}),
      output: z.object({ calls: z.number() }),
      run: async () => ({ summary: 'Counted.', data: { calls: ++calls[risk] } }),
    }),
  )
  return { tools, calls }
}
