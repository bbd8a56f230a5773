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

/** Characters. Longer texts cost Bun more memory to move than they save. */
const WRITTEN_AT_ONCE = 16 * 1024

const output = createLineWriter((text) => process.stdout.write(text), WRITTEN_AT_ONCE)
process.on('exit', output.flush)

/** Lifts the limit of silence, at the server that listened last: Local Stytch listens first. */
let lasting: (request: Request) => void = () => {}

await start({
  env: process.env,
  async listen(fetch, { host, port }) {
    const server = Bun.serve({
      hostname: host,
      port,
      idleTimeout: SILENCE,
      maxRequestBodySize: MAX_BODY,
      fetch: (request) => (isUnambiguous(request) ? fetch(request) : ambiguous()),
    })
    lasting = (request) => server.timeout(request, 0)
    return () => server.stop()
  },
  onStop(stop) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
  },
  ...output,
  platform: { ...nativePlatform, streams: (request) => lasting(request) },
  printError: (line) => process.stderr.write(`${line}\n`),
  exit: (code) => process.exit(code),
})
