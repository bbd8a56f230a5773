/** The declarations of the packed package, as the compiler of whoever installs it reads them. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { Glob } from 'bun'
import npm from '../../package.json' with { type: 'json' }
import { run } from '../deploy/process.ts'
import { packed, ROOT } from './packed.ts'
import { install, type Project } from './projects.ts'

const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  noEmit: true,
  target: 'es2023',
}
const NODE = { module: 'nodenext', moduleResolution: 'nodenext' }
const BUNDLER = { module: 'esnext', moduleResolution: 'bundler' }

let project: Project
beforeAll(async () => {
  project = await install('node', await packed())
  await cp(join(ROOT, 'examples'), join(project.folder, 'examples'), { recursive: true })
  const names = Object.keys(npm.exports).map((name) => join(npm.name, name))
  const every = names.map((name, i) => `export * as module${i} from '${name}'\n`).join('')
  await Bun.write(join(project.folder, 'every-module.ts'), every)
}, 120_000)
afterAll(() => project?.remove())

/** What the compiler complains of, a line each. */
async function complaints(options: object, files: readonly string[]): Promise<string[]> {
  const path = join(project.folder, 'tsconfig.json')
  await Bun.write(path, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files }))
  const { text } = await run(
    [join(ROOT, 'node_modules/.bin/tsc'), '-p', path, '--pretty', 'false'],
    {
      cwd: project.folder,
    },
  )
  return text.split('\n').filter((line) => /^\S.*error TS/.test(line))
}

test.each([
  ['NodeNext', NODE],
  ['Bundler', BUNDLER],
])(
  '%s: every module is understood, without types of any runtime',
  async (_, resolution) => {
    const files = ['every-module.ts', 'examples/workers/worker.ts']
    const options = { ...resolution, types: [], skipLibCheck: false }
    const all = await complaints(options, files)
    // The SDK's own declarations want Node's types.
    expect(all.filter((line) => !/^node_modules\/@modelcontextprotocol\//.test(line))).toEqual([])
  },
  30_000,
)

test.each([
  ['NodeNext', NODE],
  ['Bundler', BUNDLER],
])(
  '%s: the examples compile',
  async (_, resolution) => {
    const all = [...new Glob('examples/*/*.ts').scanSync(project.folder)]
    // Tests are Bun's here, and want its types.
    const files = all.filter((file) => !file.endsWith('.test.ts'))
    expect(files.length).toBeGreaterThan(5)
    expect(await complaints({ ...resolution, types: ['node'], skipLibCheck: true }, files)).toEqual(
      [],
    )
  },
  30_000,
)

test('what is used wrongly is a complaint', async () => {
  const wrong = "import { createApp } from 'stytch-mcp'\ncreateApp({ port: true, nonsense: 1 })\n"
  await Bun.write(join(project.folder, 'wrong.ts'), wrong)
  const options = { ...NODE, types: [], skipLibCheck: true }
  expect(await complaints(options, ['wrong.ts'])).toEqual([expect.stringMatching(/^wrong\.ts\(2,/)])
}, 30_000)

test('an app that imports Hono gets the one the package has: two are two classes to the compiler', async () => {
  const modules = join(project.folder, 'node_modules')
  expect(await Bun.file(join(modules, 'hono/package.json')).exists()).toBe(true)
  expect(await Bun.file(join(modules, npm.name, 'node_modules/hono/package.json')).exists()).toBe(
    false,
  )
})
