/** On Node's own HTTP server. */
import { serve } from '@hono/node-server'
import { createApp } from 'stytch-mcp'

const stopping = new AbortController()
const app = createApp({
  env: process.env,
  toolsets: ['identity'],
  stopping: stopping.signal,
})

const port = Number(process.env.PORT ?? 3000)
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port })

process.on('SIGTERM', () => {
  stopping.abort()
  server.close()
})
