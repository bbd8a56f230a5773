/**
 * `npm run conformance -- [--runtime bun|node|deno] [--requirements 2025-11-25|2026-07-28|authorization-server]
 * [--write]`: runs what is named, everything unless told otherwise, and prints what became of it. `--write`
 * runs everything and records it in docs/conformance.md.
 */
import { parseArgs } from 'node:util'
import { RUNTIMES, type RuntimeName } from '../support/server-process.ts'
import { runRow, SETS, type SetName } from './rows.ts'
import { line, type Row, record } from './table.ts'
import { startUnderTest } from './under-test.ts'

const { values } = parseArgs({
  options: {
    runtime: { type: 'string' },
    requirements: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const runtimes = chosen<RuntimeName>('--runtime', values.runtime, RUNTIMES)
const sets = chosen<SetName>('--requirements', values.requirements, SETS)
const rows: Row[] = []

for (const runtime of runtimes) {
  const underTest = await startUnderTest(runtime)
  try {
    for (const set of sets) {
      const row = await runRow(runtime, set, underTest)
      rows.push(row)
      print(row)
    }
  } finally {
    await underTest.stop()
  }
}
if (values.write) await record(rows)
process.exit(rows.every(({ outcome }) => outcome.failures.length === 0) ? 0 : 1)

function print(row: Row): void {
  const { failures, warnings, others } = row.outcome
  const lines = [
    line(row),
    ...failures.map((name) => `  failed   ${name}`),
    ...warnings.map((name) => `  warning  ${name}`),
    ...others.failed.map((name) => `  not required, not passed  ${name}`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function chosen<Name extends string>(
  option: string,
  value: string | undefined,
  names: readonly Name[],
): readonly Name[] {
  if (value === undefined || values.write) return names
  if (names.includes(value as Name)) return [value as Name]
  process.stderr.write(`${option} is one of ${names.join(', ')}.\n`)
  process.exit(2)
}
