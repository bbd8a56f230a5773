/** Entry for Bun: `bun src/runtime/bun.ts`. */
import { start } from './start.ts'
import { ambiguous, isUnambiguous } from './wire.ts'

/** Seconds a connection may be silent before its request is complete. */
const REQUEST_SILENCE = 10
/** Seconds it may be silent after that: a tool at work, or a connection kept for the next request. */
const ANSWER_SILENCE = 60
/** Bytes Bun takes in before anyone reads. The app reads less; this is what a crowd can make it hold. */
const MAX_BODY = 8 * 1024 * 1024

await start({
  env: process.env,
  async listen(fetch, { host, port }) {
    Bun.serve({
      hostname: host,
      port,
      idleTimeout: REQUEST_SILENCE,
      maxRequestBodySize: MAX_BODY,
      async fetch(request, server) {
        if (!isUnambiguous(request)) return ambiguous()
        server.timeout(request, ANSWER_SILENCE)
        const response = await fetch(request)
        // A stream may be silent for as long as it lives.
        if (isStream(response)) server.timeout(request, 0)
        return response
      },
    })
  },
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  exit: (code) => process.exit(code),
})

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
}
