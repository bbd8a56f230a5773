/** Empty projects that install the package, as its users do: each runtime with its own package manager. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import npm from '../../package.json' with { type: 'json' }
import { run } from '../deploy/process.ts'
import { type Packed, ROOT } from './packed.ts'

export type Runtime = 'node' | 'bun' | 'deno'

/** A project with nothing in it but the package, and what an app imports besides. */
export interface Project {
  readonly runtime: Runtime
  readonly folder: string
  remove(): Promise<void>
}

const BIN = join(ROOT, 'node_modules/.bin')
const { hono, zod } = npm.dependencies
/** What an app of a reader's own imports itself. */
const BESIDES = { hono, zod }
const nodeTypes = await Bun.file(join(ROOT, 'node_modules/@types/node/package.json')).json()

const INSTALL: Record<Runtime, (folder: string, packed: Packed) => Promise<string[]>> = {
  async node(folder, { tarball }) {
    await manifest(folder, 'package.json', {
      type: 'module',
      dependencies: { [npm.name]: `file:${tarball}`, ...BESIDES },
      devDependencies: { '@types/node': nodeTypes.version },
    })
    return ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund']
  },
  async bun(folder, { tarball }) {
    await manifest(folder, 'package.json', {
      type: 'module',
      dependencies: { [npm.name]: `file:${tarball}`, ...BESIDES },
    })
    return [join(BIN, 'bun'), 'install']
  },
  async deno(folder, packed) {
    for (const [path, text] of packed.files) await Bun.write(join(folder, 'package', path), text)
    await manifest(folder, 'deno.json', {
      imports: fromNpm({ [npm.name]: npm.version, ...BESIDES }),
      // Deno takes no tarball, but a folder in place of what the registry has.
      links: ['./package'],
      nodeModulesDir: 'auto',
    })
    return [join(BIN, 'deno'), 'install']
  },
}

/**
 * Installs the package into an empty folder.
 *
 * @throws with what the package manager said, when it does not work
 */
export async function install(runtime: Runtime, packed: Packed): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), `stytch-mcp-${runtime}-`))
  await finished(await INSTALL[runtime](folder, packed), folder)
  return project(runtime, folder)
}

/**
 * The same for Deno and JSR: the files that `deno publish` named stand in for those of the registry.
 *
 * @param files paths in this repository
 */
export async function installFromJsr(name: string, files: readonly string[]): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'stytch-mcp-jsr-'))
  for (const path of files) await cp(join(ROOT, path), join(folder, 'package', path))
  await manifest(folder, 'deno.json', {
    imports: { [npm.name]: `jsr:${name}@${npm.version}`, ...fromNpm(BESIDES) },
    links: ['./package'],
    nodeModulesDir: 'none',
  })
  await finished([join(BIN, 'deno'), 'install'], folder)
  return project('deno', folder)
}

function project(runtime: Runtime, folder: string): Project {
  return { runtime, folder, remove: () => rm(folder, { recursive: true }) }
}

function fromNpm(packages: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).map(([name, v]) => [name, `npm:${name}@${v}`]))
}

async function manifest(folder: string, file: string, content: object): Promise<void> {
  await Bun.write(join(folder, file), JSON.stringify(content))
}

async function finished(command: string[], cwd: string): Promise<void> {
  const { code, text } = await run(command, { cwd })
  if (code !== 0) throw new Error(`${command.join(' ')} failed:\n${text}`)
}
