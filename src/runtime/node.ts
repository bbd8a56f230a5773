/** Entry for Node.js: `npm run build:node && node dist/node.js`. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type HttpBindings, serve } from '@hono/node-server'
import { createLineWriter } from './line-writer.ts'
import { nativePlatform } from './native-platform.ts'
import { start } from './start.ts'
import { ambiguous, isUnambiguous } from './wire.ts'

/** Milliseconds, bytes. A browser tab or a proxy keeps a connection for the next request. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
}
/** Node forgets headers beyond its own limit without a word; beyond ours the request is refused. */
const MAX_HEADERS = 100
/** Milliseconds between looks at which connections are done, once the server is to end. */
const SWEEP = 50

const output = createLineWriter((text) => process.stdout.write(text))
process.on('exit', output.flush)

await start({
  env: process.env,
  listen: (fetch, { host, port }) =>
    new Promise((resolve, reject) => {
      // Node parses what follows on a connection before it closes it.
      const ended = new WeakSet<object>()
      const answer = (request: Request, { incoming }: HttpBindings) => {
        if (incoming.rawHeaders.length > 2 * MAX_HEADERS) return new Response(null, { status: 431 })
        if (ended.has(incoming.socket) || !isUnambiguous(request) || isOldAndChunked(incoming)) {
          ended.add(incoming.socket)
          return ambiguous()
        }
        return isSpelledOut(request, incoming)
          ? fetch(request)
          : new Response(null, { status: 404 })
      }
      const server = serve(
        {
          fetch: answer as (request: Request) => Response | Promise<Response>,
          hostname: host,
          port,
          serverOptions: LIMITS,
        },
        () => resolve(close),
      ) as Server
      const close = () =>
        new Promise((closed) => {
          server.close(closed)
          // A connection whose answer is complete is kept for the next request, which nobody will read.
          setInterval(() => server.closeIdleConnections(), SWEEP)
        })
      server.on('error', reject)
      server.on('checkContinue', (incoming, outgoing) =>
        continueWhenRead(server, incoming, outgoing),
      )
    }),
  onStop(stop) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
  },
  ...output,
  platform: nativePlatform,
  printError: (line) => process.stderr.write(`${line}\n`),
  exit: (code) => process.exit(code),
})

/** `/a/../mcp` is not `/mcp`: what stands in front may decide by the path as it was sent. */
function isSpelledOut(request: Request, { url = '' }: IncomingMessage): boolean {
  if (request.url.endsWith(url)) return true
  const path = url.startsWith('/') ? url.split('?', 1)[0] : new URL(url).pathname
  return path === new URL(request.url).pathname
}

/** HTTP/1.0 knows no chunks: what stands in front may have forwarded them as the next request. */
function isOldAndChunked({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion !== '1.1' && headers['transfer-encoding'] !== undefined
}

/** `100 Continue` invites the body. Nobody is invited whose token has not been seen. */
function continueWhenRead(
  server: Server,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const read = incoming._read
  incoming._read = function (size) {
    incoming._read = read
    // Whoever drains an unread body after the answer reads it too, and invites nobody.
    if (!outgoing.headersSent) outgoing.writeContinue()
    read.call(this, size)
  }
  server.emit('request', incoming, outgoing)
}
