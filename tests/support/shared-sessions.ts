/** Two apps that share their sessions, as two processes do, with one Stytch and one store between them. */
import { memoryStore } from '../../src/store/memory.ts'
import type { LastingStore, Store } from '../../src/store/store.ts'
import { createFixture, type Fixture, type FixtureOptions } from './fixture.ts'
import { type Session, sessionOf } from './session-client.ts'

/** What it takes to share. Nothing connects to the address: the store is given. */
export const SHARED = {
  MCP_SESSIONS: 'shared',
  REDIS_URL: 'redis://127.0.0.1:6379',
  MCP_STATE_KEY: 'the same in both: 0123456789abcdef',
}

/** Both apps. */
export interface TwoApps {
  readonly a: Fixture
  readonly b: Fixture
  readonly store: LastingStore
  /** Sends each request to the other app in turn. */
  readonly both: Fixture
  /** A session of one, as it is spoken to through the other. */
  on(app: Fixture, session: Session, token: string): Session
}

/** What both are made with, and what only one of them is. */
export interface TwoAppsOptions extends Omit<FixtureOptions, 'store' | 'upstream'> {
  readonly onlyA?: FixtureOptions
  readonly onlyB?: FixtureOptions
  /** What an app makes of the store they share. */
  readonly through?: (app: 'a' | 'b', store: LastingStore) => Store
}

/** Makes both. */
export function twoApps(options: TwoAppsOptions = {}): TwoApps {
  const { onlyA = {}, onlyB = {}, through = (_, store) => store, ...common } = options
  const { now } = common
  const store = memoryStore(now === undefined ? {} : { now })
  const env = { ...SHARED, ...common.env }
  const a = createFixture({ ...common, env, store: through('a', store), ...onlyA })
  const b = createFixture({
    ...common,
    env,
    store: through('b', store),
    // Tokens are of one Stytch.
    upstream: (request) => a.local.fetch(request),
    ...onlyB,
  })
  let turn = 0
  const both: Fixture = { ...a, send: (path, init) => (turn++ % 2 === 0 ? a : b).send(path, init) }
  return { a, b, store, both, on: (app, { id }, token) => sessionOf(app, token, id) }
}
