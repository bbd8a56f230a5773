/**
 * Makes what the npm package is made of: `dist/js`, every module `deno.json` exports and the command, and
 * `dist/types`, their declarations. Run it with Bun.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import jsr from '../deno.json' with { type: 'json' }

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')
const COMMAND = './src/cli/stytch-mcp.ts'
/** Relative modules a declaration names. */
const MODULES = /(\bfrom |\bimport\()(["'])(\.{1,2}\/[^"']+)\.ts\2/g

const modules = Object.values<string>(jsr.exports)

await run(process.execPath, 'ui/build.ts')
for (const part of ['js', 'types']) await rm(join(DIST, part), { recursive: true, force: true })
await Promise.all([javascript(), declarations()])

/** Entries share what they have in common: of each class there is one, whichever way it is reached. */
async function javascript(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [...modules, COMMAND],
    outbase: 'src',
    outdir: join(DIST, 'js'),
    chunkNames: 'shared/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    packages: 'external',
    logLevel: 'warning',
  })
}

/** Only what the exported modules' declarations lead to. */
async function declarations(): Promise<void> {
  const all = await mkdtemp(join(tmpdir(), 'stytch-mcp-types-'))
  try {
    await Bun.write(join(DIST, 'tsconfig.json'), JSON.stringify(declaring(all)))
    await run('node_modules/.bin/tsc', '--project', 'dist/tsconfig.json')
    const reached = new Set(modules.map((path) => relative('src', path)))
    for (const path of reached) {
      const name = path.replace(/\.ts$/, '.d.ts')
      const text = await Bun.file(join(all, name)).text()
      for (const [, , , to] of text.matchAll(MODULES)) {
        reached.add(join(dirname(path), `${to}.ts`))
      }
      await mkdir(dirname(join(DIST, 'types', name)), { recursive: true })
      await Bun.write(join(DIST, 'types', name), text.replace(MODULES, '$1$2$3.js$2'))
    }
  } finally {
    await rm(all, { recursive: true })
  }
}

/** No globals of a runtime: whoever installs the package may have none of them. */
function declaring(outDir: string) {
  return {
    extends: '../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: '../src',
      outDir,
      types: [],
    },
    include: [],
    files: modules.map((path) => join('..', path)),
  }
}

async function run(...command: string[]): Promise<void> {
  const child = Bun.spawn(command, { cwd: ROOT, stdio: ['ignore', 2, 2] })
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')} failed.`)
}
