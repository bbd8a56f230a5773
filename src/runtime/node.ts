/** Entry for Node.js: `npm run build:node && node dist/node.js`. */
import { serve } from '@hono/node-server'
import { start } from './start.ts'

await start({
  env: process.env,
  listen: (fetch, { host, port }) =>
    new Promise((resolve, reject) => {
      serve({ fetch, hostname: host, port }, () => resolve()).on('error', reject)
    }),
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  exit: (code) => process.exit(code),
})
