/**
 * Entry for Deno and Deno Deploy: `deno run --allow-net --allow-env src/runtime/deno.ts`.
 *
 * Deno has no option for the size of headers (64 KiB), their number (100), or how long a connection may
 * be silent (for ever): a server of its own, facing the Internet, wants a proxy that has.
 */
import { isLoopbackHost } from '../loopback.ts'
import { start } from './start.ts'
import { ambiguous, isUnambiguous } from './wire.ts'

/** The part of Deno's global this entry uses. */
declare const Deno: {
  readonly env: { toObject(): Record<string, string> }
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: (request: Request) => Response | Promise<Response>,
  ): unknown
  exit(code: number): never
}

await start({
  env: Deno.env.toObject(),
  listen: (fetch, { host, port }) =>
    new Promise((resolve) => {
      Deno.serve({ hostname: host, port, onListen: () => resolve() }, (request) =>
        isUnambiguous(request, authority(request)) ? fetch(request) : ambiguous(),
      )
    }),
  // biome-ignore lint/suspicious/noConsole: writing to standard output needs no permission this way
  print: (line) => console.log(line),
  // biome-ignore lint/suspicious/noConsole: as above
  printError: (line) => console.error(line),
  exit: (code) => Deno.exit(code),
})

/**
 * HTTP/2 names the host in `:authority`, which Deno puts into the URL only. So it does with the address
 * it listens on, when an HTTP/1 request names no host at all: a loopback name there is nobody's word.
 */
function authority({ headers, url }: Request): string | null {
  const named = headers.get('host')
  if (named !== null || !URL.canParse(url)) return named
  const { host, hostname } = new URL(url)
  return isLoopbackHost(hostname) ? null : host
}
