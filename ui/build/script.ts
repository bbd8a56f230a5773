/**
 * Bundles the browser code: minified ES modules, with Preact under the official Stytch components.
 */
import { type BuildOptions, build, type Metafile } from 'esbuild'
import { adoptStytchStyles } from './adopt-stytch-styles.ts'
import { onlyPasswords } from './only-passwords.ts'
import { surviveBlockedStorage } from './survive-blocked-storage.ts'
import { takeFromApp } from './take-from-app.ts'

/** A bundled module. */
interface Bundle {
  readonly text: string
  /** Paths of everything in it. */
  readonly inputs: readonly string[]
}

/**
 * Bundles `ui/main.tsx`.
 *
 * @param root the repository, with a trailing slash
 * @returns the module's text
 * @throws when React itself got in, or when the SDK no longer has the parts we replace
 */
export async function bundleScript(root: string): Promise<string> {
  const { text, inputs } = await bundle(root, {
    entryPoints: ['ui/main.tsx'],
    // Both, or the real React slips in through the other.
    alias: { react: 'preact/compat', 'react-dom': 'preact/compat' },
    plugins: [adoptStytchStyles(), onlyPasswords(), surviveBlockedStorage()],
  })
  const react = inputs.find((path) => /node_modules\/(react|react-dom|scheduler)\//.test(path))
  if (react) throw new Error(`React got into the bundle beside Preact: ${react}`)
  return text
}

/**
 * Bundles `ui/secrets/main.tsx`, which takes all but its own parts from the module of
 * {@link bundleScript}.
 *
 * @param app that module's path on our origin
 * @returns the module's text
 * @throws when anything else got in: Preact twice on one page is two Preacts
 */
export async function bundleSecrets(root: string, app: string): Promise<string> {
  const { text, inputs } = await bundle(root, {
    entryPoints: ['ui/secrets/main.tsx'],
    plugins: [takeFromApp(app)],
  })
  const foreign = inputs.find((path) => !path.startsWith('ui/secrets/'))
  if (foreign) throw new Error(`Take it from ui/shared.ts: ${foreign}`)
  return text
}

async function bundle(root: string, options: BuildOptions): Promise<Bundle> {
  const result = await build({
    ...options,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  const [output] = result.outputFiles
  if (!output) throw new Error('esbuild wrote no module.')
  return { text: output.text, inputs: inputsOf(result.metafile) }
}

function inputsOf(metafile: Metafile): readonly string[] {
  return Object.keys(metafile.inputs)
}
