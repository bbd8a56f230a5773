/**
 * Bundles the browser code: one minified ES module, with Preact under the official Stytch components.
 */
import { build, type Metafile } from 'esbuild'
import { adoptStytchStyles } from './adopt-stytch-styles.ts'
import { onlyPasswords } from './only-passwords.ts'
import { surviveBlockedStorage } from './survive-blocked-storage.ts'

/**
 * Bundles `ui/main.tsx`.
 *
 * @param root the repository, with a trailing slash
 * @returns the module's text
 * @throws when React itself got in, or when the SDK no longer has the parts we replace
 */
export async function bundleScript(root: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['ui/main.tsx'],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // Both, or the real React slips in through the other.
    alias: { react: 'preact/compat', 'react-dom': 'preact/compat' },
    plugins: [adoptStytchStyles(), onlyPasswords(), surviveBlockedStorage()],
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  refuseReact(result.metafile)
  const [output] = result.outputFiles
  if (!output) throw new Error('esbuild wrote no module.')
  return output.text
}

function refuseReact(metafile: Metafile): void {
  const react = Object.keys(metafile.inputs).find((path) =>
    /node_modules\/(react|react-dom|scheduler)\//.test(path),
  )
  if (react) throw new Error(`React got into the bundle beside Preact: ${react}`)
}
