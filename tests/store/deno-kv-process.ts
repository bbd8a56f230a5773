/**
 * Run by Deno: two stores in one Deno KV, for the test that started it. Prints its port. What they write at the
 * same time meets in the engine, as if they were of two processes.
 */
import { denoKvStore } from '../../src/store/deno-kv.ts'
import { answerFor } from './over-http.ts'

interface Kv {
  close(): void
}

declare const Deno: {
  openKv(path: string): Promise<Kv & Parameters<typeof denoKvStore>[0]>
  serve(
    options: { hostname: string; port: number; onListen: (at: { port: number }) => void },
    handler: (request: Request) => Promise<Response> | Response,
  ): unknown
}

const kv = await Deno.openKv(':memory:')
const stores = [denoKvStore(kv), denoKvStore(kv)]

Deno.serve(
  {
    hostname: '127.0.0.1',
    port: 0,
    // biome-ignore lint/suspicious/noConsole: how the test learns the port
    onListen: ({ port }) => console.log(port),
  },
  (request) => {
    if (!request.url.endsWith('/vanish')) return answerFor(stores, request)
    kv.close()
    return new Response()
  },
)
