/** Workers as one module, the way Wrangler bundles them. */
import { build, type Plugin } from 'esbuild'

/**
 * Bundles a Worker. Whatever only some runtime has built in cannot be resolved, and so fails the build.
 *
 * @param entry path of its module
 * @returns the module's text
 */
export async function bundleWorker(entry: string, plugins: Plugin[] = []): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'warning',
    plugins,
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('esbuild wrote nothing')
  return file.text
}
