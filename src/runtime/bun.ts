/** Entry for Bun: `bun src/runtime/bun.ts`. */
import { createLineWriter } from './line-writer.ts'
import { nativePlatform } from './native-platform.ts'
import { start } from './start.ts'
import { ambiguous, isUnambiguous } from './wire.ts'

/**
 * Seconds of silence on a connection: between requests, or while a tool is at work. Headers have ten
 * seconds, which is Bun's own limit and no option.
 */
const SILENCE = 60
/** Bytes Bun takes in before anyone reads. The app reads less; this is what a crowd can make it hold. */
const MAX_BODY = 8 * 1024 * 1024

const output = createLineWriter((text) => process.stdout.write(text))
process.on('exit', output.flush)

await start({
  env: process.env,
  async listen(fetch, { host, port }) {
    const server = Bun.serve({
      hostname: host,
      port,
      idleTimeout: SILENCE,
      maxRequestBodySize: MAX_BODY,
      async fetch(request, server) {
        if (!isUnambiguous(request)) return ambiguous()
        const response = await fetch(request)
        // A stream may be silent for as long as it lives.
        if (isStream(response)) server.timeout(request, 0)
        return response
      },
    })
    return () => server.stop()
  },
  onStop(stop) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
  },
  ...output,
  platform: nativePlatform,
  printError: (line) => process.stderr.write(`${line}\n`),
  exit: (code) => process.exit(code),
})

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
}
