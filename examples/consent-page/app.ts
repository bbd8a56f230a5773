/** A frontend that has pages, files and a sign-in of its own, and now the page where people let apps in. */
import { Hono } from 'hono'
import { mountConsent } from 'stytch-mcp'

const app = new Hono()
app.get('/', (c) => c.html('<link rel="stylesheet" href="/assets/own.css"><h1>Your frontend</h1>'))
app.get('/assets/own.css', (c) => c.body('h1 { color: teal }', 200, { 'Content-Type': 'text/css' }))
app.get('/login', (c) => c.text('Your own sign-in.'))

// MCP_URL: of the MCP endpoint people open to apps, when it is not this server's own /mcp.
mountConsent(app, { env: process.env, resource: process.env.MCP_URL, login: false })

export default app
