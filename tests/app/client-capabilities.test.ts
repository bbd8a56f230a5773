/** What a tool is told its client can do: what this request said, or its session, and never another's. */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { answer, rpc } from '../support/mcp.ts'
import { openSession, withMeta } from '../support/session-client.ts'

const MANY = { elicitation: { form: {} }, sampling: {}, roots: { listChanged: true } }

/** A server whose tool says what it was told; it answers when as many calls as wanted are waiting. */
function server(options: FixtureOptions = {}, together = 1) {
  const all = Promise.withResolvers<void>()
  let waiting = 0
  const tool = defineTool({
    name: 'capabilities',
    title: 'Capabilities',
    description: 'For tests.',
    toolset: 'test',
    risk: 'read',
    scopes: ['openid'],
    input: z.strictObject({}),
    output: z.object({ capabilities: z.looseObject({}) }),
    async run(_, { capabilities }) {
      if (++waiting === together) all.resolve()
      await all.promise
      return { data: { capabilities: { ...capabilities } } }
    },
  })
  const fixture = createFixture({ tools: [tool], ...options })
  const params = { name: 'capabilities', arguments: {} }
  const told = async (response: Response) =>
    (await answer(response)).result?.structuredContent?.capabilities
  const modern = async (capabilities: object) => {
    const meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities }
    const request = rpc('modern', 'tools/call', params, await fixture.token())
    return told(await fixture.send('/mcp', withMeta(request, meta)))
  }
  const inSession = async (capabilities: Record<string, unknown>) => {
    const session = await openSession(fixture, await fixture.token(), capabilities)
    return async () => told(await session.post('tools/call', params))
  }
  return { fixture, params, told, modern, inSession }
}
const SESSIONS = { env: { MCP_SESSIONS: 'memory' } }

describe('2026-07-28: what the request says', () => {
  test.each([{}, { elicitation: {} }, MANY])('%j', async (capabilities) => {
    expect(await server().modern(capabilities)).toEqual(capabilities)
  })

  test('of requests at the same time, each its own', async () => {
    const { modern } = server({}, 3)
    const each = [{}, { elicitation: { url: {} } }, MANY]
    expect(await Promise.all(each.map(modern))).toEqual(each)
  })

  test('one after the other, nothing stays', async () => {
    const { modern } = server()
    await modern(MANY)
    expect(await modern({})).toEqual({})
  })
})

describe('2025', () => {
  test.each([{}, { elicitation: { form: {} } }, MANY])(
    'in a session: what initialize said, %j',
    async (capabilities) => {
      const call = await (await server(SESSIONS)).inSession(capabilities)
      expect([await call(), await call()]).toEqual([capabilities, capabilities])
    },
  )

  test('of sessions side by side, each its own', async () => {
    const { inSession } = server(SESSIONS, 2)
    const calls = [await inSession(MANY), await inSession({})]
    expect(await Promise.all(calls.map((call) => call()))).toEqual([MANY, {}])
  })

  test('without sessions nobody can be asked, so nothing is known, whatever a request says', async () => {
    const { fixture, params, told, modern } = server()
    await modern(MANY)
    const request = rpc('legacy', 'tools/call', params, await fixture.token())
    const claims = { 'io.modelcontextprotocol/clientCapabilities': MANY, capabilities: MANY }
    expect(await told(await fixture.send('/mcp', withMeta(request, claims)))).toEqual({})
  })
})
