import { describe, expect, test } from 'bun:test'
import { dirname, join, relative, resolve } from 'node:path'
import { Glob } from 'bun'

/**
 * The rooms of the house and who may enter which. Read from the source with Bun's own parser, so a
 * type-only import counts as much as any other.
 */
const ROOT = resolve(import.meta.dir, '../..')
const SRC = join(ROOT, 'src')

interface Import {
  readonly from: string
  readonly to: string
}

async function imports(): Promise<Import[]> {
  const found: Import[] = []
  for await (const file of new Glob('**/*.{ts,tsx}').scan(SRC)) {
    const text = await Bun.file(join(SRC, file)).text()
    for (const [, , specifier] of text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?(['"])([^'"]+)\1|\bimport\(\s*['"]([^'"]+)/g,
    )) {
      if (specifier === undefined) continue
      const to = specifier.startsWith('.')
        ? relative(SRC, resolve(SRC, dirname(file), specifier))
        : specifier
      found.push({ from: file, to })
    }
  }
  return found
}

const room = (path: string) => path.split('/')[0] as string
const among = (rooms: readonly string[]) => (path: string) => rooms.includes(room(path))
const BUILT_IN = /^(node:|bun:|bun$|npm:|jsr:|fs$|path$|crypto$|http$|https$|process$|buffer$)/

interface Rule {
  readonly says: string
  readonly breaks: (i: Import) => boolean
}

const RULES: readonly Rule[] = [
  {
    says: 'oauth imports no mcp, tools or stytch clients',
    breaks: ({ from, to }) => room(from) === 'oauth' && among(['mcp', 'tools', 'stytch'])(to),
  },
  {
    says: 'mcp imports no tools',
    breaks: ({ from, to }) => room(from) === 'mcp' && room(to) === 'tools',
  },
  {
    // `testing.ts` is an entry of its own, for tests of whoever uses the kit: no server loads it.
    says: 'only runtime, cli and testing import local, and nothing imports testing',
    breaks: ({ from, to }) =>
      (room(to) === 'local' && !among(['local', 'runtime', 'cli', 'testing.ts'])(from)) ||
      to === 'testing.ts',
  },
  {
    says: 'local imports nothing of the product',
    breaks: ({ from, to }) => room(from) === 'local' && !to.startsWith('local/') && isOwnFile(to),
  },
  {
    says: 'built-ins of a runtime load only in runtime and cli',
    breaks: ({ from, to }) => BUILT_IN.test(to) && !among(['runtime', 'cli'])(from),
  },
  {
    says: 'config and errors know nothing but names: of loopback, of toolsets, of slugs',
    breaks: ({ from, to }) =>
      /^(config.*|errors|loopback|slug)\.ts$/.test(from) &&
      isOwnFile(to) &&
      !/^(config-.*|loopback|slug|toolsets)\.ts$/.test(to),
  },
]

function isOwnFile(to: string): boolean {
  return /\.tsx?$/.test(to)
}

describe('the rooms of src', async () => {
  const all = await imports()

  test('are read at all', () => {
    expect(all).toContainEqual({ from: 'parts.ts', to: 'oauth/authority.ts' })
    expect(all).toContainEqual({ from: 'runtime/start.ts', to: 'local/index.ts' })
    expect(all.length).toBeGreaterThan(50)
  })

  for (const { says, breaks } of RULES) {
    test(says, () => expect(all.filter(breaks)).toEqual([]))
  }

  test('each rule can fail', () => {
    const wrong: Import[] = [
      { from: 'oauth/x.ts', to: 'mcp/tool.ts' },
      { from: 'mcp/x.ts', to: 'tools/whoami.ts' },
      { from: 'app.ts', to: 'local/index.ts' },
      { from: 'local/x.ts', to: 'errors.ts' },
      { from: 'web/x.ts', to: 'node:fs' },
      { from: 'config.ts', to: 'oauth/verify.ts' },
    ]
    expect(wrong.map((one, i) => RULES[i]?.breaks(one))).toEqual(RULES.map(() => true))
  })
})
