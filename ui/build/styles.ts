/**
 * Bundles the pages' stylesheet.
 */
import { build } from 'esbuild'

/**
 * Bundles `ui/styles/index.css`.
 *
 * @param root the repository, with a trailing slash
 */
export async function bundleStyles(root: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['ui/styles/index.css'],
    bundle: true,
    minify: true,
    target: ['chrome111', 'safari16.4', 'firefox113'],
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
  })
  const [output] = result.outputFiles
  if (!output) throw new Error('esbuild wrote no stylesheet.')
  return output.text
}
