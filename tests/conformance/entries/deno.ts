/** The server under test, on Deno. */
import { serve } from '../server.ts'

/** The part of Deno's global this entry uses. */
declare const Deno: {
  readonly env: { toObject(): Record<string, string> }
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: (request: Request) => Response | Promise<Response>,
  ): unknown
}

await serve({
  env: Deno.env.toObject(),
  listen: (fetch, port) =>
    new Promise((resolve) => {
      Deno.serve({ hostname: '127.0.0.1', port, onListen: () => resolve() }, fetch)
    }),
  // biome-ignore lint/suspicious/noConsole: writing to standard output needs no permission this way
  print: (line) => console.log(line),
})
