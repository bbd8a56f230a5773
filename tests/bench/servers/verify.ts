/** The limit of whoever verifies each token: the echo behind jose. */
import { Hono } from 'hono'
import { callerInfo, unauthorized } from './caller.ts'
import { listen } from './listen.ts'

const app = new Hono()
app.post('/mcp', async (c) => {
  const info = await callerInfo(c.req.header('authorization'))
  return info === undefined ? unauthorized() : c.json(await c.req.json())
})
await listen(app.fetch)
