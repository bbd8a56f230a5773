/** `docs/tools.md` says what is declared, and what to do about each error a tool can answer with. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { Glob } from 'bun'
import { NARROWING_HEADERS } from '../../src/mcp/narrowing.ts'
import type { Tool } from '../../src/mcp/tool.ts'
import { OPERATIONS } from '../../src/stytch/operations.ts'
import { IMPLIED_SCOPES, SCOPE_DESCRIPTIONS } from '../../src/tools/scopes.ts'
import { everything, withTables } from './offer-tables.ts'

const ROOT = join(import.meta.dir, '../..')
const DOCUMENT = await Bun.file(join(ROOT, 'docs/tools.md')).text()

test('its tables are the declarations: npm run docs:tools -- --write', () => {
  expect(DOCUMENT).toBe(withTables(DOCUMENT))
})

test('it has every operation of the management API', () => {
  const missing = OPERATIONS.filter(({ operation }) => !DOCUMENT.includes(`\`${operation}\``))
  expect(missing.map(({ operation }) => operation)).toEqual([])
})

/** Codes of tool errors, where they are written down; and files that make one without writing a code. */
async function codesInSource() {
  const codes = new Set<string>()
  const computed: string[] = []
  for await (const file of new Glob('**/*.ts').scan(join(ROOT, 'src'))) {
    if (file.startsWith('local/')) continue
    const text = await Bun.file(join(ROOT, 'src', file)).text()
    for (const [, code] of text.matchAll(/new ToolError\(\s*(?:'([a-z_]+)')?/g)) {
      if (code === undefined) computed.push(file)
      else codes.add(code)
    }
    // What is no tool error becomes one where tools run.
    if (file === 'mcp/call-tool.ts') {
      for (const [, code] of text.matchAll(/failure\('([a-z_]+)'/g)) codes.add(code as string)
    }
    // The one table codes are taken from: kind of failure → code and sentence.
    if (file === 'tools/management/failure.ts') {
      const [, table = ''] = /const TOLD[\s\S]*?= \{\n([\s\S]*?)\n\}/.exec(text) ?? []
      for (const [, code] of table.matchAll(/\[\s*'([a-z_]+)',/g)) codes.add(code as string)
    }
  }
  return { codes, computed }
}

test('it says of every error code what to do, and of no other', async () => {
  const { codes, computed } = await codesInSource()
  expect(computed).toEqual(['tools/management/failure.ts'])
  expect(codes.size).toBeGreaterThan(12)
  const [, section = ''] = DOCUMENT.split('## Errors')
  const [errors = ''] = section.split('\n## ')
  const documented = [...errors.matchAll(/^\| `([a-z_]+)` \| (.+) \| (.+) \|$/gm)]
  expect(documented.map(([, code]) => code).sort()).toEqual([...codes].sort())
})

test('it names every header and every scope', () => {
  for (const name of [...NARROWING_HEADERS, ...Object.keys(SCOPE_DESCRIPTIONS)]) {
    expect([name, new RegExp(`\`${name}[\`:]`).test(DOCUMENT)]).toEqual([name, true])
  }
  for (const [scope, included] of Object.entries(IMPLIED_SCOPES)) {
    const row = `| \`${scope}\` | ${included.map((one) => `\`${one}\``).join(', ')} |`
    expect(DOCUMENT).toContain(row)
  }
})

/** Names of a tool's arguments. */
function argumentsOf({ input }: Tool): string[] {
  const { properties } = input['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  return Object.keys(properties ?? {})
}

test('it names the tools that take an idempotency_key, and the change that takes no dryRun', () => {
  const all = [...everything().tools.values()]
  const named = (found: readonly Tool[]) => found.map(({ name }) => name).sort()
  const [, said = ''] = /\*\*Repeating\.\*\*([\s\S]*?) take `idempotency_key`/.exec(DOCUMENT) ?? []
  expect([...said.matchAll(/`(\w+)`/g)].map(([, name]) => name as string).sort()).toEqual(
    named(all.filter((tool) => argumentsOf(tool).includes('idempotency_key'))),
  )
  const changes = all.filter(({ risk }) => risk !== 'read')
  const [, except] = /takes `dryRun: true`, except `(\w+)`/.exec(DOCUMENT) ?? []
  expect([except as string]).toEqual(
    named(changes.filter((tool) => !argumentsOf(tool).includes('dryRun'))),
  )
})
