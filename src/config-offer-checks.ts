/** What is offered and what may be managed: sets of variables that are incomplete or too trusting. */
import { list } from './config-list.ts'
import { type ConfigProblem, problem } from './config-problem.ts'
import type { Variables } from './config-variables.ts'
import { SLUG } from './slug.ts'
import { isToolset, MANAGEMENT_TOOLSETS } from './toolsets.ts'

/**
 * Problems of the offer.
 *
 * @param wrong variables already known to be wrong
 * @param local whether Local Stytch is to run
 */
export function offerProblems(
  vars: Variables,
  wrong: ReadonlySet<string>,
  local: boolean,
): ConfigProblem[] {
  const named = vars.TOOLSETS === 'all' ? [] : list(vars.TOOLSETS)
  const problems = named
    .filter((name) => !isToolset(name))
    .map((name) => problem('TOOLSETS', `holds "${name}", which is no toolset.`))
  const key = vars.STYTCH_WORKSPACE_KEY_ID ?? vars.STYTCH_WORKSPACE_KEY_SECRET
  if (local) {
    return key === undefined
      ? problems
      : [
          ...problems,
          problem(
            'STYTCH_WORKSPACE_KEY_ID',
            'is set, but sign-in is local: anyone at this machine could manage the workspace.',
            'Leave the key out, or set the other STYTCH_ variables.',
          ),
        ]
  }
  if (key !== undefined) return [...problems, ...managementProblems(vars, wrong)]
  const managing = named.find((name) => (MANAGEMENT_TOOLSETS as readonly string[]).includes(name))
  return managing === undefined
    ? problems
    : [
        ...problems,
        problem(
          'TOOLSETS',
          `holds "${managing}", which needs a workspace key.`,
          'Set STYTCH_WORKSPACE_KEY_ID and STYTCH_WORKSPACE_KEY_SECRET.',
        ),
      ]
}

/** The key is all-powerful, so what may be done with it, and by whom, is said in full or not at all. */
function managementProblems(vars: Variables, wrong: ReadonlySet<string>): ConfigProblem[] {
  const problems = (['STYTCH_WORKSPACE_KEY_ID', 'STYTCH_WORKSPACE_KEY_SECRET'] as const)
    .filter((name) => vars[name] === undefined && !wrong.has(name))
    .map((name) => problem(name, 'is not set, but the other half of the key is.'))
  if (list(vars.ADMIN_USERS).length + list(vars.ADMIN_ROLES).length === 0) {
    const mend = 'Name users with it, or roles with ADMIN_ROLES.'
    problems.push(problem('ADMIN_USERS', 'is not set, so nobody could use the key.', mend))
  }
  if (list(vars.ADMIN_ROLES).length > 0 && vars.STYTCH_SECRET === undefined) {
    const what = 'is not set, and roles are read with it.'
    problems.push(problem('STYTCH_SECRET', what, 'Set it, or use ADMIN_USERS.'))
  }
  if (vars.MANAGED_PROJECTS === '') {
    problems.push(problem('MANAGED_PROJECTS', 'is not set, so no project could be managed.'))
  } else if (
    vars.MANAGED_PROJECTS !== '*' &&
    !list(vars.MANAGED_PROJECTS).every((slug) => SLUG.test(slug))
  ) {
    problems.push(problem('MANAGED_PROJECTS', 'holds something that is no project slug.'))
  }
  return problems
}
