/** The limit: Hono reads JSON and answers with it, and nothing else happens. */
import { Hono } from 'hono'

export const app = new Hono()
app.post('/mcp', async (c) => c.json(await c.req.json()))
