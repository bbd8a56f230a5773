/** The server under test, on Bun. Streams are silent while a tool works. */
import { serve } from '../server.ts'

await serve({
  env: process.env,
  listen: async (fetch, port) => {
    Bun.serve({ hostname: '127.0.0.1', port, idleTimeout: 0, fetch })
  },
  print: (line) => process.stdout.write(`${line}\n`),
})
