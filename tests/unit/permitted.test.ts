/** The second look: what the endpoint did not let through runs nowhere, whatever the token is good for. */
import { expect, test } from 'bun:test'
import type { Exchange } from '../../src/mcp/exchange.ts'
import { permitted, type Running } from '../../src/mcp/permitted.ts'
import { createAudit } from '../../src/observe/audit.ts'

const audit = createAudit({ sink: { append() {} }, key: new Uint8Array(32) })
const running = { catalogue: { implied: new Map() }, audit } as unknown as Running

/** The request of a caller who holds `openid`. */
function exchange(decided?: readonly string[]): Exchange {
  const principal = { issuer: 'i', subject: 's', clientId: 'c', scopes: ['openid'] }
  const viewer = { principal, requestId: 'r', ...(decided && { decided }) }
  const { signal } = new AbortController()
  return { viewer, method: 'tools/call', modern: true, signal } as unknown as Exchange
}

test.each([
  ['what was let through', ['openid'], ['openid'], true],
  ['what takes a scope the token lacks', ['openid'], ['admin'], false],
  ['what nobody asked about', undefined, ['openid'], false],
])('%s', async (_, decided, scopes, runs) => {
  let ran = false
  const run = async () => {
    ran = true
    return 'done'
  }
  const answer = permitted({ name: 'tool', scopes, run }, exchange(decided), running)
  if (runs) expect(await answer).toBe('done')
  else await expect(answer).rejects.toThrow('The access token lacks a scope.')
  expect(ran).toBe(runs)
})
