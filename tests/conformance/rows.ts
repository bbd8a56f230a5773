/** Runs sets on runtimes, one server under test for each runtime, one run after the other. */
import type { RuntimeName } from '../support/server-process.ts'
import { runAuthorizationServer } from './authorization.ts'
import { outcomeOf } from './outcome.ts'
import { REQUIREMENTS, runSet } from './suite.ts'
import type { Row } from './table.ts'
import type { UnderTest } from './under-test.ts'

/** Everything that can be run. */
export const SETS = [...REQUIREMENTS, 'authorization-server'] as const

export type SetName = (typeof SETS)[number]

/** Runs one set against a server that is up. */
export async function runRow(
  runtime: RuntimeName,
  set: SetName,
  underTest: UnderTest,
): Promise<Row> {
  const scenarios =
    set === 'authorization-server'
      ? await runAuthorizationServer(underTest)
      : await runSet(underTest.proxied, set)
  return { runtime, set, outcome: outcomeOf(scenarios) }
}
