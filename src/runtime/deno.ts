/**
 * Entry for Deno and Deno Deploy: `deno run --allow-net --allow-env src/runtime/deno.ts`. It makes do with less:
 * the addresses it listens on and asks, and the variables of docs/configuration.md (docs/runtimes.md).
 *
 * Deno has no option for the size of headers (64 KiB), their number (100), or how long a connection may
 * be silent (for ever): a server of its own, facing the Internet, wants a proxy that has.
 */
import type { Environment } from '../config.ts'
import { variables } from '../config-variables.ts'
import { isLoopbackHost } from '../loopback.ts'
import { createLineWriter } from './line-writer.ts'
import { nativePlatform } from './native-platform.ts'
import { start } from './start.ts'
import { ambiguous, isUnambiguous } from './wire.ts'

/** The part of Deno's global this entry uses. */
declare const Deno: {
  /** Throws when the variable is not among those it may read, which is not the same as absent. */
  readonly env: { get(name: string): string | undefined }
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: (request: Request) => Response | Promise<Response>,
  ): { shutdown(): Promise<void> }
  readonly build: { readonly os: string }
  addSignalListener(signal: string, handler: () => void): void
  readonly stdout: { writeSync(bytes: Uint8Array): number }
  exit(code: number): never
}

/** One by one, so that it need not be allowed to read the others, where secrets of other programs are. */
const env: Environment = Object.fromEntries(
  Object.keys(variables.shape).map((name) => [name, Deno.env.get(name)]),
)
const onDeploy = env.DENO_DEPLOYMENT_ID !== undefined
const output = onDeploy ? { print: logged, flush: () => {} } : createLineWriter(writeAll)

await start({
  env,
  listen: (fetch, { host, port }) =>
    new Promise((resolve) => {
      const onListen = () => resolve(() => server.shutdown())
      const server = Deno.serve({ hostname: host, port, onListen }, (request) =>
        isUnambiguous(request, authority(request)) ? fetch(request) : ambiguous(),
      )
    }),
  onStop(stop) {
    // Deploy ends processes its own way, and Windows knows only one of the signals.
    if (onDeploy) return
    Deno.addSignalListener('SIGINT', stop)
    if (Deno.build.os !== 'windows') Deno.addSignalListener('SIGTERM', stop)
  },
  ...output,
  platform: nativePlatform,
  // biome-ignore lint/suspicious/noConsole: writing to standard output needs no permission this way
  printError: (line) => console.error(line),
  exit(code) {
    output.flush()
    Deno.exit(code)
  },
})

/** Deploy makes an entry of its log of each call. */
function logged(line: string): void {
  // biome-ignore lint/suspicious/noConsole: where Deploy looks for its log
  console.log(line)
}

function writeAll(text: string): void {
  const bytes = new TextEncoder().encode(text)
  for (let written = 0; written < bytes.length; ) {
    written += Deno.stdout.writeSync(bytes.subarray(written))
  }
}

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
