/** The server under test, on Node.js. */
import { serve as listen } from '@hono/node-server'
import { serve } from '../server.ts'

await serve({
  env: process.env,
  listen: (fetch, port) =>
    new Promise((resolve) => {
      listen({ fetch, hostname: '127.0.0.1', port }, () => resolve())
    }),
  print: (line) => process.stdout.write(`${line}\n`),
})
