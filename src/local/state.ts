/**
 * Everything Local Stytch remembers, in memory, per instance. Bearer values are keyed by SHA-256
 * digest, so the state holds nothing that could be presented.
 */
import { BoundedMap } from './bounded-map.ts'
import type { PasswordRecord } from './browser/password-record.ts'
import type { TestId } from './ids.ts'

export type UserId = TestId<'user'>
export type ClientId = TestId<'connected-app'>

/** A person. Times everywhere are milliseconds since the epoch. */
export interface User {
  readonly userId: UserId
  readonly email: { readonly id: TestId<'email'>; readonly address: string; verified: boolean }
  readonly phone?: { readonly id: TestId<'phone-number'>; readonly number: string }
  name: { readonly first: string; readonly last: string }
  roles: readonly string[]
  /** What only the backend API writes. Default none. */
  trustedMetadata?: Readonly<Record<string, unknown>>
  /** What people may write themselves. Default none. */
  untrustedMetadata?: Readonly<Record<string, unknown>>
  readonly createdAt: number
  password: PasswordRecord | undefined
}

/** A browser session. */
export interface Session {
  readonly sessionId: TestId<'session'>
  readonly user: User
  readonly startedAt: number
  readonly userAgent: string
  lastAccessedAt: number
  expiresAt: number
  revoked: boolean
}

/** A Connected App. */
export interface Client {
  readonly clientId: ClientId
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly logoUri?: string
  readonly clientUri?: string
  /** How it proves itself at the token endpoint; `none` is a public client. */
  readonly authMethod: 'none' | 'client_secret_post' | 'client_secret_basic'
  /** Whether it is the project's own app or somebody else's. */
  readonly party: 'first' | 'third'
  readonly secretDigest?: Promise<string>
  /** The document it is known by, see `client-documents/`. */
  readonly metadataUrl?: string
  readonly createdAt: number
}

/** What one person allowed one client, once. Every token descends from a grant and dies with it. */
export interface Grant {
  readonly client: Client
  readonly user: User
  readonly scopes: readonly string[]
  /** RFC 8707 resources asked for. Recorded; Stytch does not put them into `aud`. */
  readonly resources: readonly string[]
  readonly authenticatedAt: number
  revoked: boolean
}

/** An authorization code that has been handed out. */
export interface Code {
  readonly grant: Grant
  readonly redirectUri: string
  /** S256 challenge the exchange must answer. */
  readonly challenge: string
  readonly nonce?: string
  readonly expiresAt: number
  redeemed: boolean
}

export interface AccessToken {
  readonly grant: Grant
  readonly claims: Readonly<Record<string, unknown>>
  readonly expiresAt: number
  revoked: boolean
}

export interface RefreshToken {
  readonly grant: Grant
  readonly issuer: string
  readonly issuedAt: number
  expiresAt: number
  /** True once a rotation replaced it. */
  superseded: boolean
}

export interface PasswordReset {
  readonly user: User
  readonly expiresAt: number
}

export interface State {
  readonly users: Map<UserId, User>
  /** Lower-case address → user. */
  readonly usersByEmail: Map<string, User>
  readonly sessions: Map<string, Session>
  readonly clients: Map<string, Client>
  /** Digest of a public client's metadata → the client, because Stytch registers the same one once. */
  readonly publicClients: Map<string, Client>
  /** URL of a client metadata document → the client's own id. */
  readonly documentClients: Map<string, ClientId>
  /** {@link consentKey} → scopes consented to so far. */
  readonly consents: Map<string, Set<string>>
  readonly codes: Map<string, Code>
  readonly accessTokens: Map<string, AccessToken>
  readonly refreshTokens: Map<string, RefreshToken>
  readonly passwordResets: Map<string, PasswordReset>
}

/** @returns a state that knows nobody */
export function emptyState(): State {
  return {
    users: new Map(),
    usersByEmail: new Map(),
    sessions: new BoundedMap(5_000),
    clients: new Map(),
    publicClients: new Map(),
    documentClients: new Map(),
    consents: new BoundedMap(5_000),
    codes: new BoundedMap(5_000),
    accessTokens: new BoundedMap(20_000),
    refreshTokens: new BoundedMap(20_000),
    passwordResets: new BoundedMap(1_000),
  }
}

/** @param named a client's own id, or the URL of its metadata document, if a person has seen it */
export function findClient({ clients, documentClients }: State, named: string): Client | undefined {
  return clients.get(documentClients.get(named) ?? named)
}

/** A client may have been read anew since the grant was made: it is the same one by its id. */
export function isGrantedTo(grant: Grant, { clientId }: Client): boolean {
  return grant.client.clientId === clientId
}

/** @returns the key of {@link State.consents} */
export function consentKey(user: User, client: Client): string {
  return `${user.userId} ${client.clientId}`
}

/** Adds a user under their id and address. */
export function addUser(state: State, user: User): void {
  state.users.set(user.userId, user)
  state.usersByEmail.set(user.email.address, user)
}
