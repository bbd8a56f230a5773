/** The table of results in docs/conformance.md, between two comments that mark it as written by script. */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { RuntimeName } from '../support/server-process.ts'
import type { Outcome } from './outcome.ts'

/** One run: where, and what became of it. */
export interface Row {
  readonly runtime: RuntimeName
  /** A requirement set, or `authorization-server`. */
  readonly set: string
  readonly outcome: Outcome
}

const DOCUMENT = resolve(import.meta.dir, '../../docs/conformance.md')
const TITLES: Record<RuntimeName, string> = { bun: 'Bun', node: 'Node.js', deno: 'Deno' }
const FROM = '<!-- results: npm run conformance -- --write -->'
const TO = '<!-- end of results -->'

/** The rows as Markdown. */
export function table(rows: readonly Row[]): string {
  return [
    '| Runtime | Requirements | Required scenarios passed | Checks passed | Failed | Warnings |',
    '|---|---|---|---|---|---|',
    ...rows.map(({ runtime, set, outcome }) => {
      const { passed, required, checks, failures, warnings } = outcome
      const cells = [TITLES[runtime], set, `${passed} of ${required}`, checks, failures.length]
      return `| ${[...cells, warnings.length].join(' | ')} |`
    }),
  ].join('\n')
}

/** One line for people who watch. */
export function line({ runtime, set, outcome }: Row): string {
  const { passed, required, checks, warnings } = outcome
  return `conformance ${set} on ${TITLES[runtime]}: ${passed}/${required} required scenarios, ${checks} checks passed, ${warnings.length} warnings`
}

/** Whether the document holds exactly these rows. */
export async function isRecorded(rows: readonly Row[]): Promise<boolean> {
  return (await readFile(DOCUMENT, 'utf8')).includes(`\n${table(rows)}\n`)
}

/** Writes the table into the document. */
export async function record(rows: readonly Row[]): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8')
  const [before, rest] = text.split(FROM)
  const after = rest?.split(TO)[1]
  if (after === undefined) throw new Error(`${DOCUMENT} has no place for the table`)
  await writeFile(DOCUMENT, [before, FROM, `\n${table(rows)}\n`, TO, after].join(''))
}
