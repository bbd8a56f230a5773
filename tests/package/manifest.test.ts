/** `package.json` and `deno.json` describe one package. */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import jsr from '../../deno.json' with { type: 'json' }
import npm from '../../package.json' with { type: 'json' }
import { isTooOld } from '../../src/cli/node-version.ts'
import { VERSION } from '../../src/version.ts'
import { ROOT } from './packed.ts'

const sources = Object.entries<string>(jsr.exports)

test('both export the same modules, and npm’s are built from JSR’s', () => {
  const built = sources.map(([name, path]) => {
    const module = path.replace(/^\.\/src\/(.+)\.ts$/, '$1')
    return [name, { types: `./dist/types/${module}.d.ts`, default: `./dist/js/${module}.js` }]
  })
  expect(npm.exports).toEqual(Object.fromEntries(built))
  // The first condition that holds is taken.
  for (const conditions of Object.values(npm.exports)) {
    expect(Object.keys(conditions)).toEqual(['types', 'default'])
  }
})

test('both depend on the same packages at the same versions', () => {
  const wanted = Object.entries(npm.dependencies).map(([name, version]) => [
    name,
    `npm:${name}@${version}`,
  ])
  expect(jsr.imports).toEqual(Object.fromEntries(wanted))
})

/** Two copies of Hono are two classes to the compiler, and `app.route()` takes no stranger’s. */
test('the Hono of whoever installs the package can be the package’s own', () => {
  expect(npm.dependencies.hono).toStartWith('^')
})

test('in this repository its name means its sources, whatever is built', () => {
  for (const [name, path] of sources) {
    const specifier = join(npm.name, name)
    expect([specifier, Bun.resolveSync(specifier, ROOT)]).toEqual([specifier, join(ROOT, path)])
  }
})

test('it can be published, with provenance', () => {
  expect(npm).not.toHaveProperty('private')
  expect(npm.publishConfig).toEqual({ access: 'public', provenance: true })
  expect(npm.scripts.prepack).toContain('build:package')
})

test('docs/releasing.md names every file that has the version, and scripts there are', async () => {
  const text = await Bun.file(join(ROOT, 'docs/releasing.md')).text()
  for (const file of ['package.json', 'deno.json', 'server.json', 'src/version.ts']) {
    expect([file, await Bun.file(join(ROOT, file)).text()]).toEqual([
      file,
      expect.stringContaining(VERSION),
    ])
    expect(text).toContain(`\`${file}\``)
  }
  const scripts = [...text.matchAll(/npm (?:run )?(test|[a-z]+:[a-z]+)/g)].map(([, name]) => name)
  expect(scripts).toContain('test')
  expect(scripts.filter((name) => !Object.hasOwn(npm.scripts, name as string))).toEqual([])
})

describe('the oldest Node.js', () => {
  const [, major, minor] = (/^>=(\d+)\.(\d+)$/.exec(npm.engines.node) ?? []).map(Number)

  test.each([
    [`${major}.${minor}.0`, false],
    [`${major}.${Number(minor) - 1}.9`, true],
    [`${Number(major) - 1}.99.0`, true],
    [`${Number(major) + 1}.0.0`, false],
  ])('%s: too old is %p', (node, tooOld) => {
    expect(isTooOld({ node })).toBe(tooOld)
  })

  test('does not matter to runtimes that only play Node.js', () => {
    expect(isTooOld({ node: '18.0.0', bun: '1.0.0' })).toBe(false)
    expect(isTooOld({ node: '18.0.0', deno: '2.0.0' })).toBe(false)
  })
})
