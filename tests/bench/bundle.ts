/** Servers as single files that every runtime can run; packages stay packages. */
import { basename, join, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { bundleWorker } from '../support/worker-bundle.ts'
import type { Row } from './rows.ts'

export const BENCH = resolve(import.meta.dir)
export const ROOT = resolve(BENCH, '../..')

/** What stands in the place of which part of our server's entries, so that they serve the one under load. */
const IN_PLACE: Readonly<Record<string, string>> = {
  './start.ts': 'servers/ours.ts',
  './worker-app.ts': 'servers/ours-worker.ts',
}

/** Puts it there. */
const UNDER_LOAD: Plugin = {
  name: 'under-load',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, importer }) => {
      const other = IN_PLACE[path]
      return other !== undefined && importer.startsWith(join(ROOT, 'src/runtime'))
        ? { path: join(BENCH, other) }
        : null
    })
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

/** Bundles a row's server as a Worker. */
export function bundleForWorkerd({ entry }: Row): Promise<string> {
  return bundleWorker(join(BENCH, entry), [UNDER_LOAD])
}
