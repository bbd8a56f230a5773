/** One Local Stytch at run time: the fixed project and what changes around it. */
import { ClientDocuments } from './client-documents/client-documents.ts'
import { ActiveFaults } from './faults/active-faults.ts'
import { Keyring } from './keys.ts'
import { seededManagement } from './management/seeds.ts'
import type { ManagementState } from './management/state.ts'
import type { Project } from './project.ts'
import { RequestLog } from './requests.ts'
import { seededState } from './seeds.ts'
import type { State } from './state.ts'

export interface World {
  readonly project: Project
  readonly log: RequestLog
  readonly faults: ActiveFaults
  /** Milliseconds since the epoch by the clock tokens live by, which a fault may have put wrong. */
  readonly now: () => number
  state: State
  management: ManagementState
  documents: ClientDocuments
  keys: Keyring
}

/** @returns a world with the seeded people and an empty log */
export function createWorld(project: Project): World {
  const faults = new ActiveFaults()
  return {
    project,
    log: new RequestLog(),
    faults,
    now: () => project.now() + faults.clockOffset,
    state: seededState(project.now(), project.clients),
    management: seededManagement(project),
    documents: new ClientDocuments(project),
    keys: new Keyring(),
  }
}

/** Puts everything back to the seeds. Keeping the keys spares resource servers a JWKS refetch. */
export function resetWorld(world: World, { keepKeys }: { keepKeys: boolean }): void {
  const { project } = world
  world.state = seededState(project.now(), project.clients)
  world.management = seededManagement(project)
  world.documents = new ClientDocuments(project)
  world.log.clear()
  world.faults.replace([])
  if (!keepKeys) world.keys = new Keyring()
}
