/**
 * Everything the specification requires of a server, in both revisions, under each runtime: judged by the
 * MCP project's own suite, through our authentication. The list of expected failures is empty.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { RUNTIMES } from '../support/server-process.ts'
import type { CheckName } from './outcome.ts'
import { runRow, SETS, type SetName } from './rows.ts'
import { isRecorded, line, type Row } from './table.ts'
import { startUnderTest, type UnderTest } from './under-test.ts'

/** What each set comes to, on every runtime. docs/conformance.md says why of each warning. */
const EXPECTED: Record<SetName, { required: number; warnings: CheckName[] }> = {
  '2025-11-25': { required: 30, warnings: [] },
  '2026-07-28': {
    required: 37,
    warnings: ['input-required-result-ignore-extra-params: sep-2322-ignore-unexpected-params'],
  },
  'authorization-server': {
    required: 2,
    warnings: ['authorization-server-metadata-endpoint: authorization-server-metadata-cimd'],
  },
}
/** Scenarios nobody requires, and that we do not pass: the tasks extension. */
const TASKS = /^tasks-/

const MINUTE = 60_000
const rows: Row[] = []

describe.each([...RUNTIMES])('conformance on %s', (runtime) => {
  let underTest: UnderTest
  beforeAll(async () => {
    underTest = await startUnderTest(runtime)
  }, MINUTE)
  afterAll(() => underTest.stop())

  test('nothing is served without a token: the suite runs behind our authentication', async () => {
    const response = await fetch(underTest.direct, { method: 'POST' })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toStartWith('Bearer')
  })

  test.each([...SETS])(
    'every required scenario of %s passes',
    async (set) => {
      const row = await runRow(runtime, set, underTest)
      rows.push(row)
      process.stdout.write(`${line(row)}\n`)
      const { failures, warnings, passed, required, others } = row.outcome
      expect(failures).toEqual([])
      expect(warnings).toEqual(EXPECTED[set].warnings)
      expect({ passed, required }).toEqual({
        passed: EXPECTED[set].required,
        required: EXPECTED[set].required,
      })
      expect(others.failed.filter((name) => !TASKS.test(name))).toEqual([])
    },
    MINUTE,
  )
})

test('docs/conformance.md records these numbers (npm run conformance -- --write)', async () => {
  expect(await isRecorded(rows)).toBe(true)
})
