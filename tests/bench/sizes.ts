/** What is sent to browsers, and what a Worker would have to load. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { mark, script, secretsScript, styles } from '../../src/web/assets.gen.ts'
import { ROOT } from './bundle.ts'
import type { SizeLine } from './results.ts'

/** Every size, in bytes. */
export async function measureSizes(): Promise<SizeLine[]> {
  const page = [script, styles, mark].map(({ body }) => sizeOf('', body))
  return [
    {
      what: 'Consent page: script, styles, mark',
      bytes: page.reduce((sum, { bytes }) => sum + bytes, 0),
      gzip: page.reduce((sum, { gzip }) => sum + gzip, 0),
    },
    sizeOf('One-time secret page: script, besides the above', secretsScript.body),
    sizeOf('Worker: `src/runtime/worker.ts` with everything it imports', await workerBundle()),
  ]
}

function sizeOf(what: string, text: string | Uint8Array): SizeLine {
  return { what, bytes: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length }
}

async function workerBundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'src/runtime/worker.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'import'],
    external: ['node:*'],
    logLevel: 'warning',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('esbuild wrote nothing')
  return file.contents
}
