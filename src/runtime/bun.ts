/** Entry for Bun: `bun src/runtime/bun.ts`. */
import { start } from './start.ts'

await start({
  env: process.env,
  async listen(fetch, { host, port }) {
    // Streams live as long as their request: Bun would otherwise cut one that is silent for ten seconds.
    Bun.serve({ fetch, hostname: host, port, idleTimeout: 0 })
  },
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  exit: (code) => process.exit(code),
})
