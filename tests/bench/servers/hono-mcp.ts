/** `@hono/mcp`, stateless: server and transport for each request. */
import { StreamableHTTPTransport } from '@hono/mcp'
import { Hono } from 'hono'
import { type CallerInfo, callerInfo, unauthorized } from './caller.ts'
import { listen } from './listen.ts'
import { v1Server } from './v1-server.ts'

const app = new Hono<{ Variables: { auth: CallerInfo } }>()
app.all('/mcp', async (c) => {
  const auth = await callerInfo(c.req.header('authorization'))
  if (auth === undefined) return unauthorized()
  c.set('auth', auth)
  const transport = new StreamableHTTPTransport({ sessionIdGenerator: undefined })
  await v1Server().connect(transport)
  return transport.handleRequest(c)
})
await listen(app.fetch)
