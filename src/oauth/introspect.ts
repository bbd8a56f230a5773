/**
 * Token introspection at Stytch (RFC 7662), remembered for a while.
 *
 * Stytch authenticates the *token's own client* here, not the resource server. A public client has no
 * secret, so its id is enough and we can ask; a confidential client's token we cannot introspect, and
 * the answer is `refused`. Introspection says whether a token is active. It says nothing about whom it
 * is meant for.
 *
 * @see https://stytch.com/docs/api/connected-app-introspect-token
 */
import { sha256 } from '../digest.ts'
import { type Claims, isClaims } from './claim-values.ts'
import { type Ask, Unreachable } from './upstream.ts'

/** What Stytch says of a token. */
export type Introspection =
  | { readonly state: 'active'; readonly claims: Claims }
  | { readonly state: 'inactive' }
  /** We may not ask about this token: its client is confidential. */
  | { readonly state: 'refused' }
  /** No usable answer in time. */
  | { readonly state: 'unavailable' }

/** A Connected App to ask as. */
export interface IntrospectionClient {
  readonly id: string
  readonly secret?: string
}

/** Asks about a token, or repeats an answer that is not older than `maxAge` milliseconds. */
export type Introspect = (
  token: string,
  client: IntrospectionClient,
  maxAge: number,
) => Promise<Introspection>

/** What introspection needs. */
export interface IntrospectOptions {
  /** The project's domain, an origin. */
  readonly domain: string
  readonly ask: Ask
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Milliseconds an inactive answer is repeated: long enough to blunt a flood, short enough to mend. */
const NEGATIVE_AGE = 10_000
const MAX_REMEMBERED = 10_000

interface Remembered {
  readonly at: number
  readonly answer: Introspection
}

/**
 * Makes the introspection of a project.
 *
 * Answers are kept under the token's digest, never the token; at most {@link MAX_REMEMBERED}, the oldest
 * dropped first. Concurrent questions about one token share one request.
 */
export function createIntrospect({ domain, ask, now }: IntrospectOptions): Introspect {
  const url = new URL('/v1/oauth2/introspect', domain)
  const remembered = new Map<string, Remembered>()
  const inFlight = new Map<string, Promise<Introspection>>()

  return async (token, client, maxAge) => {
    const key = await sha256(token)
    const known = remembered.get(key)
    if (known !== undefined && now() - known.at < bestBefore(known.answer, maxAge)) {
      return known.answer
    }
    // A live answer must be newer than the question; one already on its way is older.
    return (maxAge > 0 ? inFlight.get(key) : undefined) ?? question(key, token, client)
  }

  function question(
    key: string,
    token: string,
    client: IntrospectionClient,
  ): Promise<Introspection> {
    const at = now()
    const pending: Promise<Introspection> = send(url, ask, token, client)
      .then((answer) => {
        if (answer.state !== 'unavailable') remember(key, { at, answer })
        return answer
      })
      .finally(() => {
        if (inFlight.get(key) === pending) inFlight.delete(key)
      })
    inFlight.set(key, pending)
    return pending
  }

  function remember(key: string, entry: Remembered): void {
    remembered.delete(key)
    remembered.set(key, entry)
    if (remembered.size > MAX_REMEMBERED)
      remembered.delete(remembered.keys().next().value as string)
  }
}

function bestBefore({ state }: Introspection, maxAge: number): number {
  return state === 'inactive' ? NEGATIVE_AGE : maxAge
}

async function send(
  url: URL,
  ask: Ask,
  token: string,
  client: IntrospectionClient,
): Promise<Introspection> {
  const form = new URLSearchParams({
    token,
    token_type_hint: 'access_token',
    client_id: client.id,
    ...(client.secret === undefined ? {} : { client_secret: client.secret }),
  })
  try {
    const { status, document } = await ask(url, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: form,
    })
    if (status === 400 || status === 401 || status === 403) return { state: 'refused' }
    if (status !== 200 || !isClaims(document)) return { state: 'unavailable' }
    // RFC 7662 §2.2: `active` is a boolean; whatever else stands there is not a yes.
    return document.active === true ? { state: 'active', claims: document } : { state: 'inactive' }
  } catch (error) {
    if (error instanceof Unreachable) return { state: 'unavailable' }
    throw error
  }
}
