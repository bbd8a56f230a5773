/** Servers as single files that every runtime can run; packages stay packages. */
import { basename, join, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'
import type { Row } from './rows.ts'

export const BENCH = resolve(import.meta.dir)
export const ROOT = resolve(BENCH, '../..')

/** Lets the runtimes' entries of our server start the one under load. */
const UNDER_LOAD: Plugin = {
  name: 'under-load',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/start\.ts$/ }, ({ importer }) =>
      importer.startsWith(join(ROOT, 'src/runtime'))
        ? { path: join(BENCH, 'servers/ours.ts') }
        : null,
    )
  },
}

/**
 * Bundles a row's server.
 *
 * @returns the file, beside the packages it needs: those of the peers are installed in a place of their own
 */
export async function bundle({ entry, role }: Row): Promise<string> {
  const place = entry.startsWith('peers/') ? join(BENCH, 'peers/dist') : join(ROOT, 'dist/bench')
  const outfile = join(place, `${role}-${basename(entry).split('.')[0]}.js`)
  await build({
    entryPoints: [join(BENCH, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
    plugins: [UNDER_LOAD],
  })
  return outfile
}
