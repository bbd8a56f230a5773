/** Identifiers of things that belong to an environment: their middle says whether it is live. */
import type { EnvironmentType } from './state.ts'

/** @returns a fresh identifier, `<kind>-test-<uuid>` or `<kind>-live-<uuid>` */
export function newIdOf(type: EnvironmentType, kind: string): string {
  return idOf(type, kind, crypto.randomUUID())
}

/** @returns an identifier whose last part is given: a UUID, or random characters of a secret */
export function idOf(type: EnvironmentType, kind: string, rest: string): string {
  return `${kind}-${type === 'LIVE' ? 'live' : 'test'}-${rest}`
}
