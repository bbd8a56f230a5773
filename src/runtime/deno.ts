/** Entry for Deno and Deno Deploy: `deno run --allow-net --allow-env src/runtime/deno.ts`. */
import { start } from './start.ts'

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
      Deno.serve({ hostname: host, port, onListen: () => resolve() }, fetch)
    }),
  // biome-ignore lint/suspicious/noConsole: writing to standard output needs no permission this way
  print: (line) => console.log(line),
  // biome-ignore lint/suspicious/noConsole: as above
  printError: (line) => console.error(line),
  exit: (code) => Deno.exit(code),
})
