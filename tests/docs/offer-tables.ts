/** The tables of `docs/tools.md`, made of the declarations themselves. */
import { loadConfig } from '../../src/index.ts'
import { CONFIRMATION } from '../../src/mcp/apply-plan.ts'
import type { Catalogue } from '../../src/mcp/catalogue.ts'
import type { Tool } from '../../src/mcp/tool.ts'
import { createAudit, memorySink } from '../../src/observe/audit.ts'
import { offerOf } from '../../src/offer.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { DEFAULT_TOOLSETS, TOOLSETS } from '../../src/toolsets.ts'

const BEGIN = '<!-- Made by npm run docs:tools -- --write: do not edit from here -->'
const END = '<!-- to here -->'

/**
 * The document with its tables as they should be.
 *
 * @param document with the two marks
 */
export function withTables(document: string): string {
  const [before, rest] = document.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error('The marks are missing.')
  return `${before}${BEGIN}\n\n${tables(everything())}\n${END}${after}`
}

/** All there is to offer. Nothing of it runs. */
export function everything(): Catalogue {
  const fetch = (() => Promise.reject(new TypeError('Nothing is fetched.'))) as never
  const store = memoryStore()
  const config = loadConfig({ TOOLSETS: 'all' })
  const audit = createAudit({ sink: memorySink(), key: new Uint8Array(32) })
  return offerOf(config, { fetch, store, audit, now: Date.now, log: () => {} }).catalogue
}

function tables({ tools, resources, templates, prompts }: Catalogue): string {
  const all = [...tools.values()]
  return [
    ...[...TOOLSETS, CONFIRMATION].flatMap((toolset) => [
      heading(toolset),
      table(
        ['Tool', 'What for', 'Scope', 'Risk', 'Stytch operations'],
        all.filter((tool) => tool.toolset === toolset).map(toolRow),
      ),
    ]),
    '## Resources\n',
    table(
      ['Address', 'What it is', 'Scopes', 'There with'],
      [
        ...[...resources.values()].map(({ uri, ...one }) => ({ ...one, address: uri })),
        ...templates.map(({ uriTemplate, ...one }) => ({ ...one, address: uriTemplate })),
      ].map(({ address, description, scopes, tools = [] }) => [
        code(address),
        description,
        scopes.map(code).join(', '),
        tools.map(code).join(', '),
      ]),
    ),
    '## Prompts\n',
    table(
      ['Prompt', 'What for', 'Arguments', 'Scope', 'There with'],
      [...prompts.values()].map(({ name, description, args, scopes, tools = [] }) => [
        code(name),
        description,
        Object.entries(args?.shape ?? {})
          .map(([arg, schema]) => code(arg) + (schema.safeParse(undefined).success ? '' : '\\*'))
          .join(', '),
        scopes.map(code).join(', '),
        tools.map(code).join(', ') || 'always',
      ]),
    ),
  ].join('\n')
}

function heading(toolset: string): string {
  const offered = (DEFAULT_TOOLSETS as readonly string[]).includes(toolset)
  const when = offered
    ? 'offered by default'
    : toolset === CONFIRMATION
      ? 'there with every tool that may need it'
      : 'offered when `TOOLSETS` names it'
  return `### ${code(toolset)}: ${when}\n`
}

function toolRow({ name, title, scopes, alsoNeeds, risk, operations = [] }: Tool): string[] {
  return [
    code(name),
    title,
    scopes.map(code).join(', ') + (alsoNeeds === undefined ? '' : ' and more†'),
    risk,
    operations.map(code).join(', ') || '–',
  ]
}

const code = (text: string) => `\`${text}\``

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return `${[line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')}\n`
}
