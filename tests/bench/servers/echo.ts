/** The limit: Hono reads JSON and answers with it, and nothing else happens. */
import { Hono } from 'hono'
import { listen } from './listen.ts'

const app = new Hono()
app.post('/mcp', async (c) => c.json(await c.req.json()))
await listen(app.fetch)
