/**
 * The one-time secret page with Local Stytch behind it, people who ask, and a watch on what is logged:
 * what every test of the page arranges with.
 */
import { expect } from 'bun:test'
import { Hono } from 'hono'
import { loadConfig } from '../../src/config.ts'
import { createLocalStytch } from '../../src/local/index.ts'
import { createAuthority } from '../../src/oauth/authority.ts'
import { issuersOf } from '../../src/oauth/claim-values.ts'
import type { Principal } from '../../src/oauth/principal.ts'
import { createLog } from '../../src/observe/log.ts'
import { requestLog } from '../../src/observe/request-log.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import {
  type Completion,
  createOneTimeSecrets,
  type OneTimeSecrets,
} from '../../src/web/secrets/one-time-secrets.ts'
import { secretsPage } from '../../src/web/secrets/secrets-page.ts'
import { type Clock, createClock } from '../support/clock.ts'

export type Mint = Record<string, unknown>

export const ADA = 'ada@example.com'
export const BOB = 'bob@example.com'

/** What nobody but its owner may ever see. */
export const CANARY = 'canary-5f1d-the-secret-itself'

/** An answer, read. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

export interface Desk {
  readonly publicUrl: string
  readonly secrets: OneTimeSecrets
  readonly clock: Clock
  /** What was logged, parsed. */
  readonly logged: Record<string, unknown>[]
  send(path: string, init?: RequestInit): Promise<Response>
  /** A session JWT of ada's unless told otherwise. */
  session(mint?: Mint): Promise<string>
  /** The caller an access token of ada's, unless told otherwise, makes. */
  owner(mint?: Mint): Promise<Principal>
  /** A link to {@link CANARY} for ada. Returns its id. */
  handed(owner?: Principal): Promise<string>
  /** Asks as the page does, with ada's session unless a token is given. */
  ask(id: string, message: unknown, token?: string, headers?: Mint): Promise<Answer>
  /** Turns Stytch off or on. */
  stytch: { reachable: boolean }
  /** Fails when a log line holds an id, a secret or a token. */
  expectSilence(): void
}

export interface DeskOptions {
  readonly completions?: Record<string, Completion>
  /** Stands before the store. */
  readonly watch?: (store: Store) => Store
}

/** Sets the desk up. Nothing listens; nothing leaves the process. */
export function createDesk({ completions = {}, watch = (store) => store }: DeskOptions = {}): Desk {
  const config = loadConfig({})
  const clock = createClock()
  const { now } = clock
  const { domain, projectId, publicToken } = config.stytch
  const local = createLocalStytch({ url: domain, projectId, publicToken, now })
  const stytch = { reachable: true }
  const fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
    if (!stytch.reachable) throw new TypeError('unreachable')
    return local.fetch(new Request(input, init))
  }) as typeof globalThis.fetch

  const lines: string[] = []
  const confidential = new Set<string>([CANARY])
  const log = createLog({ level: 'debug', write: (line) => lines.push(line), now })
  const secrets = createOneTimeSecrets({
    store: watch(memoryStore({ now })),
    publicUrl: config.publicUrl,
    issuers: issuersOf(config.stytch),
    completions,
    now,
  })
  const authority = createAuthority(config, { fetch, now, log })

  const app = new Hono<{ Variables: { requestId: string } }>()
  app.use(requestLog(log, now))
  app.route('/', secretsPage(config, { secrets, keys: authority.keys, now, log }))
  app.onError((error, c) => {
    log('error', 'request failed', { error: error.name })
    return c.json({ error: 'internal_error' }, 500)
  })

  const send = async (path: string, init?: RequestInit) =>
    app.fetch(new Request(new URL(path, config.publicUrl), init))

  async function mint(body: Mint): Promise<string> {
    const request = new Request(`${domain}/local/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: ADA, ...body }),
    })
    const answer = (await (await local.fetch(request)).json()) as { token: string }
    confidential.add(answer.token)
    return answer.token
  }

  const session = (changes: Mint = {}) => mint({ kind: 'session', ...changes })

  async function owner(changes: Mint = {}): Promise<Principal> {
    const verified = await authority.verify(await mint({ kind: 'access', ...changes }))
    if (!verified.ok) throw new Error(verified.code)
    return verified.principal
  }

  return {
    publicUrl: config.publicUrl,
    secrets,
    clock,
    get logged() {
      return lines.map((line) => JSON.parse(line))
    },
    send,
    session,
    owner,
    stytch,
    async handed(principal) {
      const secret = { label: 'Client secret', value: CANARY, hint: 'Ends in 4f' }
      const { url } = await secrets.hand(principal ?? (await owner()), secret)
      const id = idOf(url)
      confidential.add(id)
      return id
    },
    async ask(id, message, token, headers = {}) {
      const bearer = token ?? (await session())
      const response = await send(`/secrets/${id}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${bearer}`,
          'Content-Type': 'application/json',
          Origin: config.publicUrl,
          'Sec-Fetch-Site': 'same-origin',
          ...(headers as Record<string, string>),
        },
        body: typeof message === 'string' ? message : JSON.stringify(message),
      })
      const body = (await response.json()) as Record<string, unknown>
      return { status: response.status, body, headers: response.headers }
    },
    expectSilence() {
      const all = lines.join('\n')
      const leaked = [...confidential].filter((text) => text !== '' && all.includes(text))
      expect(leaked).toEqual([])
    },
  }
}

/** The id in a link. */
export function idOf(url: string): string {
  return url.split('/').at(-1) as string
}
