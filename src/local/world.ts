/** One Local Stytch at run time: the fixed project and what changes around it. */
import { Keyring } from './keys.ts'
import type { Project } from './project.ts'
import { RequestLog } from './requests.ts'
import { seededState } from './seeds.ts'
import type { State } from './state.ts'

export interface World {
  readonly project: Project
  readonly log: RequestLog
  state: State
  keys: Keyring
}

/** @returns a world with the seeded people and an empty log */
export function createWorld(project: Project): World {
  return { project, log: new RequestLog(), state: seededState(project.now()), keys: new Keyring() }
}

/** Puts everything back to the seeds. Keeping the keys spares resource servers a JWKS refetch. */
export function resetWorld(world: World, { keepKeys }: { keepKeys: boolean }): void {
  world.state = seededState(world.project.now())
  world.log.clear()
  if (!keepKeys) world.keys = new Keyring()
}
