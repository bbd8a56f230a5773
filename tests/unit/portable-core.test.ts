/**
 * The core loads on anything with Fetch and WebCrypto: bundled for no runtime at all it asks for no module
 * that only some runtimes have built in, its packages included, and its sources name no runtime's globals.
 */
import { describe, expect, test } from 'bun:test'
import { builtinModules } from 'node:module'
import { join, resolve } from 'node:path'
import { Glob } from 'bun'
import { type BuildResult, build, type Loader, type Plugin, transform } from 'esbuild'

const SRC = resolve(import.meta.dir, '../../src')
/** What starts servers and what people run; a Worker is neither. */
const OF_RUNTIMES = /^(?:runtime\/(?!worker)|cli\/|testing\.ts$)/

async function portableFiles(): Promise<string[]> {
  const files = await Array.fromAsync(new Glob('**/*.{ts,tsx}').scan(SRC))
  return files.filter((file) => !OF_RUNTIMES.test(file)).sort()
}

/** Modules a runtime brings along, and addresses only some resolve. */
const BUILT_IN = new RegExp(`^(?:[a-z]+:.*|bun|${builtinModules.join('|')})$`)

const refusing: Plugin = {
  name: 'no-built-in-modules',
  setup({ onResolve }) {
    onResolve({ filter: BUILT_IN }, ({ path, importer }) => ({
      errors: [{ text: `${path}, imported by ${importer}` }],
    }))
  },
}

/** Bundles for no runtime. */
function bundled(contents: string): Promise<BuildResult<{ metafile: true; write: false }>> {
  return build({
    stdin: { contents, resolveDir: SRC, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['worker', 'browser'],
    logLevel: 'silent',
    plugins: [refusing],
  })
}

describe('no built-in module of a runtime', () => {
  test('loads in the core or in a package it uses', async () => {
    const files = await portableFiles()
    expect(files).toContain('index.ts')
    expect(files).toContain('runtime/worker.ts')
    const { metafile } = await bundled(files.map((file) => `import './${file}'`).join('\n'))
    const packages = new Set(
      Object.keys(metafile.inputs).flatMap(
        (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
      ),
    )
    expect([...packages]).toContain('hono')
    // These speak to sockets, and belong to the runtimes that have them.
    for (const name of ['@hono/node-server', '@redis/client']) {
      expect([...packages]).not.toContain(name)
    }
  })

  test.each([
    "import 'node:fs'",
    "import 'fs/promises'",
    "import 'bun'",
    "import 'bun:sqlite'",
    "import 'jsr:@std/path'",
    "import 'npm:hono'",
    "import 'cloudflare:workers'",
    "import 'https://deno.land/std/path/mod.ts'",
    "await import('node:crypto')",
    "export * from '@hono/node-server'",
    "await import('@redis/client')",
  ])('would be noticed: %s', async (code) => {
    await expect(bundled(code)).rejects.toThrow('imported by')
  })
})

const GLOBALS = [
  'process',
  'Bun',
  'Deno',
  'Buffer',
  'setImmediate',
  'clearImmediate',
  'global',
  'require',
  'module',
  '__dirname',
  '__filename',
]

/** Globals of runtimes that code names: as they are, or as members of the global object. */
async function namedGlobals(code: string, loader: Loader = 'ts'): Promise<string[]> {
  const marks = GLOBALS.flatMap((name) => {
    const mark = `__GLOBAL_${name}__`
    return [name, `globalThis.${name}`, `self.${name}`].map((spelled) => [spelled, mark])
  })
  // Replaced are free names only: no member, no local variable, no text.
  const { code: marked } = await transform(code, {
    loader,
    format: 'esm',
    define: Object.fromEntries(marks),
  })
  return GLOBALS.filter((name) => marked.includes(`__GLOBAL_${name}__`))
}

describe('no global of a runtime', () => {
  test('is named in the core', async () => {
    const offenders: [string, string[]][] = []
    for (const file of await portableFiles()) {
      // What browsers run is in there as text.
      if (file.endsWith('.gen.ts')) continue
      const text = await Bun.file(join(SRC, file)).text()
      const named = await namedGlobals(text, file.endsWith('x') ? 'tsx' : 'ts')
      if (named.length > 0) offenders.push([file, named])
    }
    expect(offenders).toEqual([])
  })

  test.each([
    ['process.env.HOME', 'process'],
    ["typeof Buffer === 'undefined'", 'Buffer'],
    ['const { serve } = Deno', 'Deno'],
    ['globalThis.Bun?.serve()', 'Bun'],
    ['setImmediate(() => {})', 'setImmediate'],
    ["const fs = require('fs')", 'require'],
  ])('would be noticed: %s', async (code, name) => {
    expect(await namedGlobals(code)).toEqual([name])
  })

  test.each([
    'const process = 1; f(process)',
    'f(options.process, { Buffer: 1 })',
    "'process' // Deno",
    'interface A { global: Deno.Conn }',
  ])('is not what only looks like one: %s', async (code) => {
    expect(await namedGlobals(code)).toEqual([])
  })
})
