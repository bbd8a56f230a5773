/**
 * Serves the pages' built files from the generated module. Their names hold a hash of their content,
 * so a browser that has one never asks again.
 */
import { type Handler, Hono } from 'hono'
import type { Config } from '../config.ts'
import * as built from './assets.gen.ts'
import { commonHeaders } from './headers.ts'

interface Asset {
  readonly path: string
  readonly type: string
  readonly body: string
}

/**
 * `GET` and `HEAD /assets/<name>-<hash>.<extension>`; any other method is 405. Nothing else under `/assets/`
 * is touched: others may keep theirs there.
 */
export function assets(config: Config): Hono {
  const compressed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()

  function gzipped({ path, body }: Asset): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = compressed.get(path) ?? gzip(body)
    compressed.set(path, bytes)
    return bytes
  }

  const app = new Hono()
  for (const asset of Object.values<Asset>(built)) {
    app.get(asset.path, async (c) => {
      const headers = {
        ...commonHeaders(config),
        'Cache-Control': 'public, max-age=31536000, immutable',
        'Content-Type': asset.type,
        Vary: 'Accept-Encoding',
      }
      if (!acceptsGzip(c.req.header('Accept-Encoding'))) return c.body(asset.body, 200, headers)
      // Workers compress what claims to be compressed, unless told that the bytes are final.
      const init = { headers: { ...headers, 'Content-Encoding': 'gzip' }, encodeBody: 'manual' }
      return new Response(await gzipped(asset), init)
    })
    app.all(asset.path, readOnly(config))
  }
  return app
}

/** The answer to methods that only reading has. */
export function readOnly(config: Config): Handler {
  return (c) =>
    c.text('Method not allowed\n', 405, { ...commonHeaders(config), Allow: 'GET, HEAD' })
}

/** RFC 9110 §12.5.3, as far as it concerns one coding: `gzip` or `*`, unless its weight is zero. */
function acceptsGzip(header: string | undefined): boolean {
  const offers = (header ?? '').toLowerCase().split(',')
  const weights = new Map(
    offers.map((offer) => {
      const [coding = '', ...parameters] = offer.split(';').map((part) => part.trim())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return [coding, weight === undefined ? 1 : Number(weight.slice(2))]
    }),
  )
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0
}

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
