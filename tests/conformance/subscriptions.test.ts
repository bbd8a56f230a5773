/**
 * Subscriptions of the 2025 era, of which the suite checks only that they are accepted: whoever subscribed
 * to a resource hears that it changed, nobody else does, and nobody after taking the subscription back.
 */
import { expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { rpc } from '../support/mcp.ts'
import { resources } from './offer/resources.ts'

const WATCHED = 'test://watched-resource'
const OTHER = 'test://static-text'

/** Announces a change of the resource it is told. */
const announce = defineTool({
  name: 'announce',
  title: 'Announce',
  description: 'Announces that a resource changed.',
  toolset: 'test',
  risk: 'read',
  scopes: ['openid'],
  input: z.object({ uri: z.string() }),
  async run({ uri }, { changes }) {
    changes.resource(uri)
    return { summary: 'Announced.' }
  },
})

test('a session hears of the resources it subscribed to, and of no others', async () => {
  const { send, token } = createFixture({
    env: { MCP_SESSIONS: 'memory' },
    tools: [announce],
    resources,
  })
  const bearer = await token()
  const initialize = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1.0.0' },
  }
  const opened = await send('/mcp', rpc('legacy', 'initialize', initialize, bearer))
  const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') as string }
  const call = async (method: string, params: Record<string, unknown>) =>
    (await send('/mcp', rpc('legacy', method, params, bearer, session))).text()
  const change = (uri: string) => call('tools/call', { name: 'announce', arguments: { uri } })

  const stream = await send('/mcp', {
    headers: {
      Accept: 'text/event-stream',
      Authorization: `Bearer ${bearer}`,
      'MCP-Protocol-Version': '2025-11-25',
      ...session,
    },
  })
  expect(await call('resources/subscribe', { uri: WATCHED })).toContain('"result":{}')
  await change(OTHER)
  await change(WATCHED)
  expect(await call('resources/unsubscribe', { uri: WATCHED })).toContain('"result":{}')
  await change(WATCHED)
  await call('resources/subscribe', { uri: OTHER })
  await change(OTHER)

  const heard: string[] = []
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  for (let text = ''; heard.length < 2; ) {
    const { value, done } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
    const found = [...text.matchAll(/resources\/updated[^\n]*?"uri":"([^"]+)"/g)]
    heard.splice(0, heard.length, ...found.map(([, uri]) => uri as string))
  }
  await reader.cancel()
  expect(heard).toEqual([WATCHED, OTHER])
})
