/** What is said of a configuration that cannot be used, one text for each problem; nothing of one that can. */
import { ConfigError, loadConfig } from '../../src/index.ts'

export function problems(env: Record<string, string>): string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ variable, problem, mend }) => `${variable} ${problem} ${mend}`)
  }
}
