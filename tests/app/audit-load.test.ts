/** D6.01 under load: calls are faster than the trail, and wait for it rather than leave it behind. */
import { expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool, loadConfig } from '../../src/index.ts'
import { verifyAudit } from '../../src/observe/audit.ts'
import { createFixture } from '../support/fixture.ts'
import { rpc } from '../support/mcp.ts'
import { until } from '../support/trail.ts'

const CALLS = 4_000
const AT_ONCE = 400

test('D6.01 thousands of calls at once leave a record each, in one chain', async () => {
  const tool = defineTool({
    name: 'quick',
    title: 'Quick',
    description: 'Answers.',
    toolset: 'test',
    risk: 'read',
    scopes: ['openid'],
    input: z.strictObject({}),
    run: async () => ({ summary: 'Done.' }),
  })
  const fixture = createFixture({ tools: [tool] })
  expect(loadConfig({}).mcp.direct).toBe(true)
  const call = rpc('modern', 'tools/call', { name: 'quick', arguments: {} }, await fixture.token())
  let left = CALLS
  async function one(): Promise<void> {
    while (left-- > 0) await (await fixture.send('/mcp', call)).text()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  await until(() => fixture.trail.lines.length >= CALLS)
  expect(await verifyAudit(fixture.trail.lines)).toEqual({
    ok: true,
    records: CALLS,
    epochs: 1,
    lost: 0,
  })
}, 60_000)
