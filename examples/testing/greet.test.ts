/** A test as you would write one for your own tools: no account, no network, no port. */
import { expect, test } from 'bun:test'
import { createApp, defineTool } from 'stytch-mcp'
import { localStytch, PEOPLE } from 'stytch-mcp/testing'
import { z } from 'zod'

const greet = defineTool({
  name: 'greet',
  title: 'Greet',
  description: 'Greets the person who is signed in.',
  toolset: 'greetings',
  risk: 'read',
  scopes: ['greet'],
  input: z.object({}),
  run: async (_, { principal }) => ({ summary: `Hello, ${principal.subject}.` }),
})

const stytch = localStytch()
const quiet = { log: () => {}, auditSink: { append: () => {} } }
const app = createApp({ ...stytch.settings, tools: [greet], ...quiet })

function call(token: string): Promise<Response> {
  return Promise.resolve(
    app.request('http://localhost:3000/mcp', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'MCP-Protocol-Version': '2025-11-25',
      },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{}}}',
    }),
  )
}

test('somebody with the scope is greeted', async () => {
  const response = await call(await stytch.token({ scopes: ['openid', 'greet'] }))
  expect(response.status).toBe(200)
  expect(await response.text()).toContain(`Hello, ${PEOPLE.ada.userId}.`)
})

test('an app without it is told to ask for it', async () => {
  const response = await call(await stytch.token({ scopes: ['openid'] }))
  expect(response.status).toBe(403)
  expect(response.headers.get('WWW-Authenticate')).toContain('scope="openid greet"')
})

test('an hour later the token is over', async () => {
  expect((await call(await stytch.token({ expiresIn: -3600 }))).status).toBe(401)
})
