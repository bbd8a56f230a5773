/**
 * Clients that look for a challenge in the result of a tool call (ChatGPT's connectors) find the very one
 * everybody else gets as an HTTP answer, in every era; for nobody and nothing else does anything change.
 */
import { describe, expect, test } from 'bun:test'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { isSpecType } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { defineResource, defineTool, ERRORS } from '../../src/index.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { ERAS, type Era, rpc } from '../support/mcp.ts'
import { openSession } from '../support/session-client.ts'
import { recorded } from '../support/trail.ts'

const AGENT = { 'User-Agent': 'openai-mcp/1.0' }

/** Guarded by scope `email`, and counted. */
function server(options: FixtureOptions = {}) {
  const ran: string[] = []
  const described = { name: 'mail', title: 'Mail', description: 'For tests.', scopes: ['email'] }
  const tool = defineTool({
    ...described,
    toolset: 'test',
    risk: 'read',
    input: z.strictObject({}),
    output: z.object({ ran: z.number() }),
    run: async () => ({ data: { ran: ran.push('mail') } }),
  })
  const resource = defineResource({
    ...described,
    uri: 'test://mail',
    read: async () => ({ text: String(ran.push('resource')) }),
  })
  const fixture = createFixture({ tools: [tool], resources: [resource], ...options })
  const send = async (era: Era, headers = {}, method = 'tools/call', params: object = CALL) => {
    const token = await fixture.token({ scope: 'openid' })
    return fixture.send('/mcp', rpc(era, method, params as never, token, headers))
  }
  return { fixture, ran, send }
}
const CALL = { name: 'mail', arguments: {} }

/** What everybody else gets. */
async function usual(era: Era) {
  const response = await server().send(era)
  expect(response.status).toBe(403)
  return response.headers.get('www-authenticate') as string
}

async function expectInBand(response: Response, challenge: string, era: Era, id: unknown = 1) {
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('www-authenticate')).toBe(challenge)
  const { result, ...rest } = (await response.json()) as Record<string, unknown>
  expect(rest).toEqual({ jsonrpc: '2.0', id })
  expect(result).toEqual({
    ...(era === 'modern' && { resultType: 'complete' }),
    isError: true,
    content: [{ type: 'text', text: expect.stringMatching(/sign in again\.$/) }],
    _meta: { 'mcp/www_authenticate': [challenge] },
  })
  expect(isSpecType.CallToolResult(result)).toBe(true)
  expect(CallToolResultSchema.safeParse(result).success).toBe(true)
}

describe.each(ERAS)('%s era', (era) => {
  test('the same challenge, in the result; nothing runs', async () => {
    const { fixture, ran, send } = server()
    const challenge = await usual(era)
    expect(challenge).toContain(`error_description="${ERRORS.insufficient_scope.sentence}"`)
    await expectInBand(await send(era, AGENT), challenge, era)
    expect(ran).toEqual([])
    const [record] = await recorded(fixture, 1)
    expect(record).toMatchObject({ phase: 'denial', missing_scopes: ['email'] })
  })

  test.each(['openai-mcp/1.0 (ChatGPT)', 'OpenAI-MCP/2.3', 'openai-mcp'])(
    'as %s',
    async (agent) => {
      const headers = { 'User-Agent': agent }
      await expectInBand(await server().send(era, headers), await usual(era), era)
    },
  )

  test.each(['', 'curl/8', 'openai', 'openai-mcp2/1.0', 'Mozilla/5.0 openai-mcp/1.0'])(
    'not as %j',
    async (agent) => {
      const response = await server().send(era, { 'User-Agent': agent })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ error: 'insufficient_scope' })
    },
  )

  test.each(['seven', 0, -3, 'ü'])('with id %j', async (id) => {
    const { fixture } = server()
    const request = rpc(era, 'tools/call', CALL, await fixture.token({ scope: 'openid' }), AGENT)
    const body = JSON.stringify({ ...JSON.parse(request.body as string), id })
    const response = await fixture.send('/mcp', { ...request, body })
    await expectInBand(response, await usual(era), era, id)
  })

  test('what is no tool call has no result to put it into', async () => {
    const { ran, send } = server()
    const response = await send(era, AGENT, 'resources/read', { uri: 'test://mail' })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'insufficient_scope' })
    expect(ran).toEqual([])
  })

  test('nor has a notification', async () => {
    const { fixture, ran } = server()
    const request = rpc(era, 'tools/call', CALL, await fixture.token({ scope: 'openid' }), AGENT)
    const { id: _, ...message } = JSON.parse(request.body as string)
    const response = await fixture.send('/mcp', { ...request, body: JSON.stringify(message) })
    expect(response.status).toBe(403)
    expect(ran).toEqual([])
  })

  test('A9.14 the sixth in a minute is 429, as for everybody', async () => {
    const { send } = server()
    const statuses: number[] = []
    for (let each = 0; each < 6; each++) statuses.push((await send(era, AGENT)).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
  })

  test('a token that is no good is 401, as for everybody', async () => {
    const { fixture } = server()
    const expired = await fixture.token({ expires_in: -120 })
    for (const token of [undefined, expired]) {
      const request = rpc(era, 'tools/call', CALL, token, AGENT)
      expect((await fixture.send('/mcp', request)).status).toBe(401)
    }
  })

  test('with the scope, the call is a call', async () => {
    const { fixture, ran } = server()
    const request = rpc(era, 'tools/call', CALL, await fixture.token(), AGENT)
    const response = await fixture.send('/mcp', request)
    expect(response.headers.get('www-authenticate')).toBeNull()
    await response.text()
    expect(ran).toEqual(['mail'])
  })
})

test('in a session, as JSON to a client that reads streams too', async () => {
  const { fixture, ran } = server({ env: { MCP_SESSIONS: 'memory' } })
  const session = await openSession(fixture, await fixture.token())
  const token = await fixture.token({ scope: 'openid' })
  const response = await session.post('tools/call', CALL, { token, headers: AGENT })
  await expectInBand(response, await usual('legacy'), 'legacy')
  expect(ran).toEqual([])
})

test.each([1, 2])('a batch of %i has many results or none: 403', async (length) => {
  const { fixture, ran } = server()
  const headers = { ...AGENT, 'MCP-Protocol-Version': '2025-03-26' }
  const request = rpc(
    'legacy',
    'tools/call',
    CALL,
    await fixture.token({ scope: 'openid' }),
    headers,
  )
  const body = `[${Array(length).fill(request.body).join()}]`
  const response = await fixture.send('/mcp', { ...request, body })
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toContain('insufficient_scope')
  expect(ran).toEqual([])
})
