/**
 * Whose a client is and whether it can keep a secret, as Stytch's four `client_type` values say it. An app
 * of the project's own (first-party) is not asked about on the consent page, except for staying signed in.
 */
import type { Client } from '../state.ts'

export const CLIENT_TYPES = [
  'third_party_public',
  'third_party',
  'first_party_public',
  'first_party',
] as const

export type ClientType = (typeof CLIENT_TYPES)[number]

export function clientType({ party, authMethod }: Client): ClientType {
  return `${party}_party${authMethod === 'none' ? '_public' : ''}`
}

/** @returns true for the types that authenticate with a secret */
export function isConfidential(type: ClientType): boolean {
  return !type.endsWith('_public')
}

/** @returns those of the scopes a person must allow before this client gets them */
export function scopesToAllow({ party }: Client, scopes: readonly string[]): readonly string[] {
  return party === 'third' ? scopes : scopes.filter((scope) => scope === 'offline_access')
}
