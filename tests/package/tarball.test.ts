/** What is in the npm package, and what is not. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { dirname, join } from 'node:path'
import npm from '../../package.json' with { type: 'json' }
import { run } from '../deploy/process.ts'
import { type Packed, packed, ROOT } from './packed.ts'

/** Bytes: what is downloaded, and what is then on disk. */
const MOST = { packed: 500_000, unpacked: 1_800_000 }

let made: Packed
beforeAll(async () => {
  made = await packed()
}, 60_000)

/** Files of `dist/js` by path, with what each imports. */
function modules(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [path, text] of made.files) {
    if (!path.startsWith('dist/js/')) continue
    const imports = text.matchAll(/^(?:import|export)\b[^'"]*?"([^"]+)";$|\bimport\("([^"]+)"\)/gm)
    found.set(
      path,
      [...imports].map(([, fixed, dynamic]) => (fixed ?? dynamic) as string),
    )
  }
  return found
}

/** The modules an entry needs, itself included. */
function needed(entry: string): string[] {
  const all = modules()
  const reached = new Set([entry.replace(/^\.\//, '')])
  for (const path of reached) {
    const imports = all.get(path)
    if (imports === undefined) throw new Error(`${path} is not in the package`)
    for (const to of imports) if (to.startsWith('.')) reached.add(join(dirname(path), to))
  }
  return [...reached]
}

/** Packages and built-ins that an entry needs. */
function foreign(entry: string): string[] {
  const all = modules()
  const imports = needed(entry).flatMap((path) => all.get(path) ?? [])
  const others = imports.filter((to) => !to.startsWith('.'))
  return [...new Set(others.map((to) => (to.startsWith('node:') ? to : packageOf(to))))]
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

describe('what others say of it', () => {
  test('publint: nothing', async () => {
    const { code, text } = await run(
      [join(ROOT, 'node_modules/.bin/publint'), '--strict', made.tarball],
      { cwd: ROOT },
    )
    expect([code, text]).toEqual([0, expect.stringContaining('All good!')])
  })

  test('are the types wrong: no, for everyone who can import ES modules', async () => {
    const attw = join(ROOT, 'node_modules/.bin/attw')
    const { code, text } = await run([attw, '--profile', 'esm-only', '-f', 'json', made.tarball], {
      cwd: ROOT,
    })
    expect([code, text.slice(0, 2000)]).toEqual([0, expect.stringContaining('"analysis"')])
    const { analysis } = JSON.parse(text)
    expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(npm.exports))
  }, 30_000)
})

test('there are built modules, their declarations, documents, examples, and nothing else', () => {
  const paths = [...made.files.keys()]
  const wanted =
    /^(LICENSE|README\.md|package\.json|docs\/.+\.md|examples\/.+\.(ts|md)|dist\/js\/.+\.js|dist\/types\/.+\.d\.ts)$/
  expect(paths.filter((path) => !wanted.test(path))).toEqual([])
  expect(paths.filter((path) => /\b(tests?|ui|src)\//.test(path))).toEqual([])
})

test('it is small', () => {
  expect(made.size).toBeLessThan(MOST.packed)
  expect(made.unpackedSize).toBeLessThan(MOST.unpacked)
})

test('nothing in it is of the machine it was made on, and no key is in it', () => {
  const home = process.env.HOME ?? '/root'
  const wrong = [
    ROOT,
    `${home}/`,
    'node_modules/',
    /\bfile:\/\/\/(?!\S*…)/,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}/,
    /\bsecret-live-[A-Za-z0-9_=-]{8}/,
    /\b(?:npm_|ghp_|github_pat_)[A-Za-z0-9_]{20}/,
    /sourceMappingURL=/,
  ]
  for (const [path, text] of made.files) {
    // Documents tell readers of this repository where things are in it.
    if (path.endsWith('.md')) continue
    const found = wrong.filter((one) =>
      typeof one === 'string' ? text.includes(one) : one.test(text),
    )
    expect([path, found]).toEqual([path, []])
  }
})

test('the pages are in it', () => {
  const scripts = [...made.files].filter(([, text]) => /"\/assets\/app-[0-9a-f]+\.js"/.test(text))
  expect(scripts).toHaveLength(1)
})

test('what is exported needs its dependencies and no built-in module of any runtime', () => {
  const dependencies = Object.keys(npm.dependencies)
  for (const { default: entry } of Object.values(npm.exports)) {
    const others = foreign(entry).filter((one) => !dependencies.includes(one))
    expect([entry, others]).toEqual([entry, []])
  }
  const command = foreign(npm.bin['stytch-mcp'])
  expect(command).toContain('node:crypto')
  expect(command.filter((one) => !/^node:/.test(one) && !dependencies.includes(one))).toEqual([])
})

test('Local Stytch comes with what tests import, not with what serves', () => {
  const people = 'Lovelace'
  const brought = Object.entries(npm.exports)
    .filter(([, { default: entry }]) =>
      needed(entry).some((path) => made.files.get(path)?.includes(people)),
    )
    .map(([name]) => name)
  expect(brought).toEqual(['./testing'])
})

test('of each class there is one, however it is reached', () => {
  const places = new Map<string, number>()
  for (const [path, text] of made.files) {
    if (!path.startsWith('dist/js/')) continue
    for (const [, name = ''] of text.matchAll(/\bvar (\w+) = class (?:\w+ )?extends Error\b/g)) {
      places.set(name, (places.get(name) ?? 0) + 1)
    }
  }
  expect(places.get('ConfigError')).toBe(1)
  expect([...places].filter(([, count]) => count > 1)).toEqual([])
})

test('the command can be run', () => {
  expect(made.files.get(npm.bin['stytch-mcp'])).toStartWith('#!/usr/bin/env node\n')
})

test('whatever README links to is beside it', () => {
  const links = [...(made.files.get('README.md') ?? '').matchAll(/\]\((?!https?:)([^)#]+)/g)]
  expect(links).not.toBeEmpty()
  const isThere = (path: string) =>
    made.files.has(path) || [...made.files.keys()].some((one) => one.startsWith(`${path}/`))
  expect(links.map(([, path]) => path as string).filter((path) => !isThere(path))).toEqual([])
})
