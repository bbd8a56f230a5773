/** The example README shows: an app that was there, and a tool behind Stytch in it. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Example, startExample } from '../support/example-process.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'

let example: Example
beforeAll(async () => {
  example = await startExample('existing-app/app.ts')
})
afterAll(() => example.stop())

test('the app is as it was', async () => {
  const response = await example.send('/')
  expect(await response.text()).toBe('Your app, as it was.')
  expect(response.headers.has('x-request-id')).toBe(false)
  expect((await example.send('/none')).status).toBe(404)
})

test('a client finds its way: challenge, metadata, authorization server, page', async () => {
  const { send, url, stytch } = example
  const challenge = (await send('/mcp', { method: 'POST' })).headers.get('www-authenticate') ?? ''
  const [, metadata = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []
  const resource = await (await fetch(metadata)).json()
  expect(resource).toMatchObject({ resource: `${url}/mcp`, authorization_servers: [stytch.url] })
  const at = `${resource.authorization_servers[0]}/.well-known/oauth-authorization-server`
  const { authorization_endpoint: page } = await (await fetch(at)).json()
  expect(page).toBe(`${url}/oauth/authorize`)
  // It asks for parameters, and so it is there.
  expect((await fetch(page)).status).toBe(400)
})

test.each(ERAS)('its tool knows who is calling: %s', async (era) => {
  const token = await example.stytch.token({ email: 'bob@example.com' })
  const response = await example.send('/mcp', rpc(era, 'tools/call', { name: 'greet' }, token))
  expect((await answer(response)).result?.content?.[0]?.text).toBe(
    'Hello, user-test-b0b00000-1925-4330-9abc-000000000002.',
  )
})
