/**
 * Scope challenges, as the suite would check them if it knew what a server guards: for each kind of thing
 * a server offers, in both eras, a token without its scope is answered with 403 and the scopes to ask for
 * (RFC 6750 §3.1), nothing runs, and a token with it passes.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ERAS, type Era, rpc } from '../support/mcp.ts'
import { RUNTIMES } from '../support/server-process.ts'
import { GUARD } from './offer/guarded.ts'
import { startUnderTest, type UnderTest } from './under-test.ts'

const BASELINE = 'openid email profile'
const MINUTE = 60_000

/** One request for each kind. */
const REQUESTS: readonly [string, string, Record<string, unknown>][] = [
  ['a tool', 'tools/call', { name: 'guarded_tool', arguments: {} }],
  ['a resource', 'resources/read', { uri: 'guarded://resource' }],
  ['a template', 'resources/read', { uri: 'guarded://item/7' }],
  ['a prompt', 'prompts/get', { name: 'guarded_prompt' }],
]
const CASES = ERAS.flatMap((era) => REQUESTS.map((request) => [era, ...request] as const))

describe.each([...RUNTIMES])('scope challenges on %s', (runtime) => {
  let underTest: UnderTest
  beforeAll(async () => {
    underTest = await startUnderTest(runtime)
  }, MINUTE)
  afterAll(() => underTest.stop())

  test.each(CASES)('%s: %s without its scope is challenged', async (era, _, method, params) => {
    const token = await underTest.token(BASELINE)
    const response = await send(era, method, params, token)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(response.status).toBe(403)
    expect(challenge).toContain('error="insufficient_scope"')
    expect(challenge).toMatch(new RegExp(`scope="[^"]*\\b${GUARD}\\b`))
    expect(challenge).toContain('resource_metadata="')
    expect(await response.text()).not.toContain('secret"')
  })

  test.each(CASES)('%s: %s with its scope is served', async (era, _, method, params) => {
    const token = await underTest.token(`${BASELINE} ${GUARD}`)
    const response = await send(era, method, params, token)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('"secret"')
  })

  test('what is guarded is listed to everyone: a client must know what it may ask for', async () => {
    const token = await underTest.token(BASELINE)
    const response = await send('modern', 'tools/list', {}, token)
    expect(await response.text()).toContain('guarded_tool')
  })

  test('an answer beside the one that was asked for is ignored', async () => {
    const token = await underTest.token(BASELINE)
    const call = { name: 'test_input_required_result_elicitation', arguments: {} }
    const capabilities = { elicitation: {} }
    const asked = await answered(await sendAble(capabilities, call, token))
    const inputResponses = {
      user_name: { action: 'accept', content: { name: 'Alice' } },
      unknown_extra_key: { action: 'accept', content: { foo: 'bar' } },
    }
    const { requestState } = asked.result as { requestState: string }
    const again = { ...call, inputResponses, requestState }
    const done = await answered(await sendAble(capabilities, again, token))
    expect(JSON.stringify(done.result)).toContain('Hello, Alice!')
  })

  /** A 2025-era request comes in a session, as a client's would. */
  async function send(
    era: Era,
    method: string,
    params: Record<string, unknown>,
    token: string,
  ): Promise<Response> {
    const session = era === 'legacy' ? await openSession(token) : {}
    return fetch(underTest.direct, rpc(era, method, params, token, session))
  }

  async function openSession(token: string): Promise<Record<string, string>> {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1.0.0' },
    }
    const response = await fetch(underTest.direct, rpc('legacy', 'initialize', params, token))
    await response.text()
    return { 'Mcp-Session-Id': response.headers.get('mcp-session-id') as string }
  }

  function sendAble(
    capabilities: object,
    params: Record<string, unknown>,
    token: string,
  ): Promise<Response> {
    const init = rpc('modern', 'tools/call', params, token)
    const body = JSON.parse(init.body as string)
    body.params._meta['io.modelcontextprotocol/clientCapabilities'] = capabilities
    return fetch(underTest.direct, { ...init, body: JSON.stringify(body) })
  }
})

async function answered(response: Response): Promise<{ result?: unknown }> {
  return response.json()
}
