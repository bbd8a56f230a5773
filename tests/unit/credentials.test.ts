/** What of a header outlives its request. */

import { heapStats } from 'bun:jsc'
import { expect, test } from 'bun:test'
import { bearerCredentials } from '../../src/oauth/credentials.ts'

const MIB = 1024 * 1024

/** Bytes of everything alive. */
function alive(): number {
  Bun.gc(true)
  const { heapSize, extraMemorySize } = heapStats()
  return heapSize + extraMemorySize
}

test('a token that is kept does not keep the sixteen KiB of spaces before it', () => {
  const before = alive()
  const tokens = Array.from({ length: 2_000 }, (_, id) => {
    const header = `Bearer ${' '.repeat(15_000)}${'t'.repeat(1_000)}${id}`
    const found = bearerCredentials(
      new Request('https://a.example/mcp', { headers: { authorization: header } }),
    )
    return found.ok ? found.token : ''
  })
  const kept = alive() - before
  expect(tokens[7]).toEndWith('t7')
  expect(kept).toBeLessThan(8 * MIB)
})
