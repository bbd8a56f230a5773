/**
 * Serves the pages' built files from the generated module. Their names hold a hash of their content,
 * so a browser that has one never asks again.
 */
import { Hono } from 'hono'
import type { Config } from '../config.ts'
import * as built from './assets.gen.ts'
import { commonHeaders } from './headers.ts'

interface Asset {
  readonly path: string
  readonly type: string
  readonly body: string
}

/** `GET` and `HEAD /assets/<name>-<hash>.<extension>`; anything else under `/assets/` is 404. */
export function assets(config: Config): Hono {
  const byPath = new Map<string, Asset>(Object.values(built).map((asset) => [asset.path, asset]))
  const compressed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()

  function gzipped({ path, body }: Asset): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = compressed.get(path) ?? gzip(body)
    compressed.set(path, bytes)
    return bytes
  }

  return new Hono().get('/assets/*', async (c) => {
    const asset = byPath.get(c.req.path)
    if (!asset) return c.text('Not found\n', 404, commonHeaders(config))
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
