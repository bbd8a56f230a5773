/** `docs/kit.md`, README and the examples show the same files, all of which are run, and leave no function out. */
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import * as kit from '../../src/index.ts'
import * as testing from '../../src/testing.ts'

const ROOT = resolve(import.meta.dir, '../..')
const read = (path: string) => Bun.file(join(ROOT, path)).text()
const DOCUMENT = await read('docs/kit.md')

const EXAMPLE = /\[examples\/([^\]]+)\]\(([^)]+)\):\n\n```ts\n([\s\S]*?)```/g
const shown = [...DOCUMENT.matchAll(EXAMPLE)].map(([, path = '', link = '', text = '']) => ({
  path,
  link,
  text,
}))
const folders = (await readdir(join(ROOT, 'examples'), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const FUNCTIONS = [
  'createApp',
  'stytchMcp',
  'stytchAuth',
  'authorize',
  'stytchRoles',
  'createVerifier',
  'protectedResource',
  'mountConsent',
  'defineTool',
  'localStytch',
]

function links(text: string): string[] {
  return [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link as string)
}

describe('docs/kit.md', () => {
  test.each(shown)('shows $path as it is', async ({ path, link, text }) => {
    expect(text).toBe(await read(`examples/${path}`))
    expect(link).toBe(`../examples/${path}`)
  })

  test('shows every example', () => {
    expect(shown.map(({ path }) => dirname(path)).sort()).toEqual([...folders].sort())
  })

  test.each(FUNCTIONS)('%s is exported, explained, and called in an example', (name) => {
    expect({ ...kit, ...testing }).toHaveProperty(name)
    expect(DOCUMENT).toContain(`| [\`${name}\`](#`)
    expect(shown.filter(({ text }) => text.includes(`${name}(`))).not.toBeEmpty()
  })

  test('leads only to what is there', () => {
    const headings = [...DOCUMENT.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll('`', '').replaceAll(' ', '-'),
    )
    for (const link of links(DOCUMENT)) {
      const there = link.startsWith('#')
        ? headings.includes(link.slice(1))
        : existsSync(join(ROOT, 'docs', link))
      expect([link, there]).toEqual([link, true])
    }
  })
})

describe.each(folders)('examples/%s', (folder) => {
  test('has a README with links that lead somewhere', async () => {
    for (const link of links(await read(`examples/${folder}/README.md`))) {
      const there = existsSync(join(ROOT, 'examples', folder, link))
      expect([link, there]).toEqual([link, true])
    }
  })

  test('is run by a test', async () => {
    const files = await readdir(join(ROOT, 'tests/examples'))
    const tests = await Promise.all(files.map((file) => read(`tests/examples/${file}`)))
    const own = await readdir(join(ROOT, 'examples', folder))
    const isTest = own.some((file) => file.endsWith('.test.ts'))
    expect(isTest || tests.some((text) => text.includes(`${folder}/`))).toBe(true)
  })
})

test('README shows the example that is run', async () => {
  const example = await read('examples/existing-app/app.ts')
  expect(await read('README.md')).toContain(`\`\`\`ts\n${example}\`\`\``)
})
