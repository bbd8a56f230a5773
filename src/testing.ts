/**
 * `stytch-mcp/testing`: Local Stytch for tests of what you build with the kit, and for trying it out. It needs
 * no account, no network and no port.
 *
 * @module
 */
import { LOCAL_PROJECT } from './config.ts'
import {
  createLocalStytch,
  LOCAL_ORGANIZATION,
  type LocalStytchOptions as Options,
  SEED_PASSWORD,
  SEED_USERS,
} from './local/index.ts'

/** What {@link localStytch} can be told. Everything has a default. */
export interface LocalStytchOptions
  extends Pick<
    Options,
    'scopes' | 'resources' | 'clients' | 'clientMetadataHosts' | 'onMail' | 'now'
  > {
  /** Port it is reached at, when it is served. Default: 3001. */
  readonly port?: number
  /** Where the app under test is, on this machine. Default: `http://localhost:3000`. */
  readonly publicUrl?: string
}

/** Whose token, and what it says. */
export interface TokenOptions {
  /** Address of somebody there. Default: `ada@example.com`, an administrator; `bob@example.com` is none. */
  readonly email?: string
  /** Granted scopes. Default: `openid email profile`. */
  readonly scopes?: readonly string[]
  /** Whether it is a member's, with the organization they signed in to; `true` is the one of Local Stytch. */
  readonly organization?: boolean | { readonly id: string; readonly slug: string }
  /** A registered client. Default: one that exists from the start. */
  readonly clientId?: string
  /** Seconds from now; negative for a token that has expired. Default: 3600. */
  readonly expiresIn?: number
  /** Claims to set; `null` drops one. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** A Local Stytch, seen from a test. */
export interface LocalStytchKit {
  /**
   * What every function of the kit needs to believe this one Stytch: spread it into the options. Beside it
   * there must be no `stytch` settings, and no `env` that has any.
   */
  readonly settings: {
    readonly publicUrl: string
    readonly localStytchPort: number
    readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
  }
  /** The handler to serve it with at `url`, where browsers and real clients are to reach it. */
  readonly handler: (request: Request) => Promise<Response>
  /** Its origin, without a trailing slash; also the issuer. */
  readonly url: string
  /** An access token of a Connected App, as Stytch issues it. Rejects when nobody there has the address. */
  token(options?: TokenOptions): Promise<string>
  /** Gives somebody the roles, and no others: of a user, and so of the member they are. */
  setRoles(email: string, roles: readonly string[]): Promise<void>
  /**
   * Turns a knob of `docs/local-stytch.md`: tokens of other kinds, clients, faults, keys, revocation.
   *
   * @param name such as `tokens`, `faults` or `keys/rotate`
   * @returns the answer; rejects with its sentence when the knob does not turn that way
   */
  knob(name: string, body?: object): Promise<Record<string, unknown>>
  /** Starts over: people, clients and sessions as at first. Keys stay. */
  reset(): Promise<void>
}

/** Somebody who can sign in. */
export interface Person {
  readonly userId: string
  readonly email: string
}

/** The people who are there from the start, and the password of both. */
export const PEOPLE: {
  readonly ada: Person
  readonly bob: Person
  readonly password: string
} = Object.freeze({
  ada: SEED_USERS.ada,
  bob: SEED_USERS.bob,
  password: SEED_PASSWORD,
})

/** The organization members belong to. */
export const ORGANIZATION: { readonly id: string; readonly slug: string } = Object.freeze({
  id: LOCAL_ORGANIZATION.organization_id,
  slug: LOCAL_ORGANIZATION.slug,
})

const ORGANIZATION_CLAIM = 'https://stytch.com/organization'

/**
 * Makes a Local Stytch with its own state.
 *
 * ```ts
 * const stytch = localStytch()
 * const app = createApp({ ...stytch.settings, tools: [addNote] })
 * const headers = { Authorization: `Bearer ${await stytch.token({ scopes: ['openid', 'write:notes'] })}` }
 * await app.request('http://localhost:3000/mcp', { method: 'POST', headers, body })
 * ```
 *
 * To sign in for real, with a browser or an MCP client, serve `handler` on its port:
 *
 * ```ts
 * Bun.serve({ hostname: '127.0.0.1', port: 3001, fetch: stytch.handler })
 * ```
 *
 * @throws {TypeError} when an option would take it off this machine
 */
export function localStytch(options: LocalStytchOptions = {}): LocalStytchKit {
  const { port = 3001, publicUrl = 'http://localhost:3000', ...rest } = options
  const { projectId, publicToken, secret, workspaceKeyId, workspaceKeySecret } = LOCAL_PROJECT
  const project = { projectId, publicToken, secret, workspaceKeyId, workspaceKeySecret }
  const authorizationEndpoint = `${publicUrl}/oauth/authorize`
  const url = `http://localhost:${port}`
  const local = createLocalStytch({ ...rest, ...project, url, authorizationEndpoint })

  async function knob(name: string, body: object = {}): Promise<Record<string, unknown>> {
    const headers = { 'Content-Type': 'application/json' }
    const request = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await local.fetch(new Request(`${url}/local/${name}`, request))
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`/local/${name}: ${JSON.stringify(answer)}`)
    return answer
  }

  return Object.freeze({
    settings: Object.freeze({ publicUrl, localStytchPort: port, fetch: only(url, local.fetch) }),
    handler: local.fetch,
    url,
    knob,
    async token({ email, scopes, organization, clientId, expiresIn, claims }: TokenOptions = {}) {
      const { token } = await knob('tokens', {
        kind: organization ? 'b2b-access' : 'access',
        registered: true,
        user: email,
        scope: scopes?.join(' '),
        client_id: clientId,
        expires_in: expiresIn,
        claims: { ...(typeof organization === 'object' && membership(organization)), ...claims },
      })
      return token as string
    },
    async setRoles(email: string, roles: readonly string[]) {
      const user = Object.values(SEED_USERS).find((one) => one.email === email)
      if (user === undefined) throw new Error(`setRoles: nobody has the address ${email}.`)
      await knob('users', { user_id: user.userId, roles })
    },
    async reset() {
      await knob('reset')
    },
  })
}

function membership({ id, slug }: { readonly id: string; readonly slug: string }): object {
  return { [ORGANIZATION_CLAIM]: { organization_id: id, slug } }
}

/** Nothing else is reached: what a test did not mean to ask is not asked. */
function only(origin: string, answer: (request: Request) => Promise<Response>) {
  return async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    if (new URL(request.url).origin !== origin) {
      throw new TypeError(`Local Stytch stands in for ${origin} only.`)
    }
    const response = await answer(request)
    request.signal.throwIfAborted()
    return response
  }
}
