import { expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { rpc } from '../support/mcp.ts'
import { recorded } from '../support/trail.ts'

/** What fails because nobody waits any more is no failure of the tool. */
test('a call whose client left is on record as cancelled', async () => {
  const started = Promise.withResolvers<void>()
  const waits = defineTool({
    name: 'waits',
    title: 'Waits',
    description: 'For tests.',
    toolset: 'test',
    risk: 'read',
    scopes: ['openid'],
    input: z.strictObject({}),
    run: (_, { signal }) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        started.resolve()
      }),
  })
  const fixture = createFixture({ tools: [waits] })
  const gone = new AbortController()
  const request = rpc(
    'modern',
    'tools/call',
    { name: 'waits', arguments: {} },
    await fixture.token(),
  )
  const answer = fixture.send('/mcp', { ...request, signal: gone.signal })
  answer.catch(() => {})
  await started.promise
  gone.abort()
  const [record] = await recorded(fixture, 1)
  expect(record).toMatchObject({ tool: 'waits', outcome: 'cancelled', error: 'cancelled' })
})
