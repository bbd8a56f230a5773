/** Listens as plainly as each runtime can: what others add to this is theirs. */

type Fetch = (request: Request) => Response | Promise<Response>

/** The part of Deno's global this needs. */
declare const Deno: {
  serve(options: { hostname: string; port: number; onListen: () => void }, handler: Fetch): unknown
}

const hostname = '127.0.0.1'

/** Serves on `PORT`. */
export async function listen(fetch: Fetch): Promise<void> {
  const port = Number(process.env.PORT)
  if ('Bun' in globalThis) {
    Bun.serve({ hostname, port, fetch })
  } else if ('Deno' in globalThis) {
    Deno.serve({ hostname, port, onListen: () => {} }, fetch)
  } else {
    const { serve } = await import('@hono/node-server')
    serve({ fetch, hostname, port })
  }
}
