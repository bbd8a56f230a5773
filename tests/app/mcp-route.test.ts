/** The way to the MCP endpoint: straight for clients, by the router for pages, and the same answers either way. */
import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { createApp } from '../../src/index.ts'
import { nativePlatform } from '../../src/runtime/native-platform.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'

const ORIGIN = { Origin: 'http://localhost:3000' }

describe('straight and by the router', () => {
  const fixture = createFixture()

  test.each(ERAS)('%s: a call has the same answer and the same headers', async (era) => {
    const token = await fixture.token()
    const [straight, routed] = await Promise.all(
      [{}, ORIGIN].map((headers) =>
        fixture.send('/mcp', rpc(era, 'tools/list', undefined, token, headers)),
      ),
    )
    const told = async (response: Response | undefined) => ({
      status: response?.status,
      type: response?.headers.get('content-type'),
      cache: response?.headers.get('cache-control'),
      vary: response?.headers.get('vary'),
      id: typeof response?.headers.get('x-request-id'),
      body: await answer(response as Response),
    })
    expect(await told(straight)).toEqual(await told(routed))
    expect(straight?.headers.get('access-control-allow-origin')).toBeNull()
    expect(routed?.headers.get('access-control-allow-origin')).toBe(ORIGIN.Origin)
  })

  test.each([
    '/mcp',
    '/mcp/',
    '/mcp?readonly',
    '/mcp/?toolsets=identity',
    '/mcp?toolsets=%69dentity',
    '/mcp#a',
  ])('%s is the endpoint', async (path) => {
    expect((await fixture.send(path, { method: 'POST' })).status).toBe(401)
  })

  test.each(['/mcp/x', '/mcpx', '/%6dcp', '/mcp%2f', '/MCP', '/x/mcp'])(
    '%s is not',
    async (path) => {
      expect((await fixture.send(path, { method: 'POST' })).status).toBe(404)
    },
  )

  test('an app that is a part of another is reached by its router', async () => {
    const { config } = fixture
    const whole = new Hono().route('/', createApp(config, { log: () => {} }))
    const response = await whole.fetch(
      new Request('http://localhost:3000/mcp', { method: 'POST', body: '{}' }),
    )
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toStartWith('Bearer ')
  })
})

test('the runtime hears of requests whose answer is a stream, and of no others', async () => {
  const heard: Request[] = []
  const platform = { ...nativePlatform, streams: (request: Request) => void heard.push(request) }
  const fixture = createFixture({ platform })
  const token = await fixture.token()
  for (const headers of [{}, ORIGIN]) {
    expect((await fixture.send('/mcp', { method: 'POST', headers })).status).toBe(401)
    await (
      await fixture.send('/mcp', rpc('modern', 'tools/list', undefined, token, headers))
    ).text()
    expect(heard).toHaveLength(0)
    const listening = rpc('modern', 'subscriptions/listen', { notifications: {} }, token, headers)
    const stream = await fixture.send('/mcp', listening)
    expect(stream.headers.get('content-type')).toStartWith('text/event-stream')
    expect(heard.splice(0).map(({ url }) => new URL(url).pathname)).toEqual(['/mcp'])
    await stream.body?.cancel()
  }
})
