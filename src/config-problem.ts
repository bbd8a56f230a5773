/** What is wrong with a configuration, said to the person who can mend it. */
import { MENDS } from './config-variables.ts'

/** One thing wrong with a configuration, and what to do about it. */
export interface ConfigProblem {
  readonly variable: string
  /** The option of the kit it was given as, where it was. */
  readonly option?: string
  readonly problem: string
  readonly mend: string
}

/** Thrown by {@link loadConfig}; its message lists every problem on a line of its own. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map((one) => `  ${nameOf(one)}: ${one.problem} ${one.mend}`)
    super(`The configuration is not usable:\n${lines.join('\n')}`)
  }
}

function nameOf({ variable, option }: ConfigProblem): string {
  return option === undefined || option === variable ? variable : `${option} (${variable})`
}

/**
 * Names a problem.
 *
 * @param variable the environment variable at fault
 * @param what predicate of a sentence whose subject is the variable
 * @param mend what to do; by default the variable's own
 */
export function problem(
  variable: string,
  what: string,
  mend = MENDS[variable] ?? '',
): ConfigProblem {
  return { variable, problem: what, mend }
}
