/** What a run of scenarios amounts to: counts, and by name whatever did not succeed. */
import type { Check, Scenario } from './suite.ts'

/** A check by its scenario. */
export type CheckName = `${string}: ${string}`

/** The outcome of a run. */
export interface Outcome {
  /** Required scenarios that passed, of how many. */
  readonly passed: number
  readonly required: number
  /** Checks of required scenarios that succeeded. */
  readonly checks: number
  /** Failed checks of required scenarios. */
  readonly failures: readonly CheckName[]
  /** Warnings of all scenarios: what the specification recommends and we do not do. */
  readonly warnings: readonly CheckName[]
  /** Scenarios that are run and not required. */
  readonly others: { readonly passed: readonly string[]; readonly failed: readonly string[] }
}

/** Sums up a run. */
export function outcomeOf(scenarios: readonly Scenario[]): Outcome {
  const scored = scenarios.filter((one) => one.scored)
  const others = scenarios.filter((one) => !one.scored)
  const names = (some: readonly Scenario[]) => some.map(({ name }) => name).sort()
  return {
    passed: scored.filter(passes).length,
    required: scored.length,
    checks: scored.flatMap(({ checks }) => checks).filter(has('SUCCESS')).length,
    failures: listed(scored, 'FAILURE'),
    warnings: listed(scenarios, 'WARNING'),
    others: {
      passed: names(others.filter(passes)),
      failed: names(others.filter((one) => !passes(one))),
    },
  }
}

/** A scenario that checked nothing has shown nothing. */
function passes({ checks }: Scenario): boolean {
  return (
    !checks.some(has('FAILURE')) && checks.some((one) => has('SUCCESS')(one) || has('WARNING')(one))
  )
}

const has = (status: Check['status']) => (check: Check) => check.status === status

function listed(scenarios: readonly Scenario[], status: Check['status']): CheckName[] {
  return scenarios
    .flatMap(({ name, checks }) =>
      checks.filter(has(status)).map(({ id }): CheckName => `${name}: ${id}`),
    )
    .sort()
}
