/** The people and the client Local Stytch starts with. Their ids never change, so tests may name them. */
import { hashOnFirstUse } from './browser/password-record.ts'
import { type PreRegisteredClient, preRegister } from './pre-registered.ts'
import { addUser, type Client, emptyState, type State, type User } from './state.ts'

/** Password of every seeded person. */
export const SEED_PASSWORD = 'local-stytch'

/** The seeded people, by first name. Ada is an administrator; Bob has no special role. */
export const SEED_USERS = {
  ada: {
    userId: 'user-test-ada00000-1815-4210-9abc-000000000001',
    email: 'ada@example.com',
    first: 'Ada',
    last: 'Lovelace',
    phone: '+12025550143',
    roles: ['stytch_user', 'admin'],
  },
  bob: {
    userId: 'user-test-b0b00000-1925-4330-9abc-000000000002',
    email: 'bob@example.com',
    first: 'Bob',
    last: 'Noether',
    phone: undefined,
    roles: ['stytch_user'],
  },
} as const

/** A public client that exists from the start, so tokens can be minted without registering one. */
export const SEED_CLIENT_ID = 'connected-app-test-c11e0000-2026-4440-9abc-000000000003'

/**
 * @param now creation time of the seeds, milliseconds since the epoch
 * @param clients further clients, with no problem
 */
export function seededState(now: number, clients: readonly PreRegisteredClient[] = []): State {
  const state = emptyState()
  for (const seed of Object.values(SEED_USERS)) addUser(state, seededUser(seed, now))
  state.clients.set(SEED_CLIENT_ID, seededClient(now))
  for (const client of clients) state.clients.set(client.clientId, preRegister(client, now))
  return state
}

function seededUser(seed: (typeof SEED_USERS)['ada' | 'bob'], now: number): User {
  const uuid = seed.userId.slice('user-test-'.length)
  return {
    userId: seed.userId,
    email: { id: `email-test-${uuid}`, address: seed.email, verified: true },
    ...(seed.phone && { phone: { id: `phone-number-test-${uuid}`, number: seed.phone } }),
    name: { first: seed.first, last: seed.last },
    roles: seed.roles,
    createdAt: now,
    password: hashOnFirstUse(SEED_PASSWORD),
  }
}

function seededClient(now: number): Client {
  return {
    clientId: SEED_CLIENT_ID,
    name: 'Local test client',
    redirectUris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
    postLogoutRedirectUris: [],
    authMethod: 'none',
    party: 'third',
    createdAt: now,
  }
}
