/** What both SDK generations ask of an application that signs in: a place to keep things, and a browser. */
import type { OAuthClientProvider as ModernProvider } from '@modelcontextprotocol/client'
import type { OAuthClientProvider as LegacyProvider } from '@modelcontextprotocol/sdk/client/auth.js'

/** Tokens as a client keeps them. */
export interface KeptTokens {
  access_token: string
  token_type: string
  refresh_token?: string
  scope?: string
}

/** A provider that keeps everything in memory and remembers where the browser should go. */
export class MemoryProvider {
  readonly clientMetadata
  authorizationUrl?: URL
  kept?: KeptTokens
  /** How many times tokens were issued to this client. */
  issued = 0
  #state = ''
  #client?: { client_id: string }
  #verifier = ''
  #discovery?: unknown

  /** @param redirectUrl where the browser comes back to, on loopback */
  constructor(readonly redirectUrl: string) {
    this.clientMetadata = {
      client_name: 'Test Client',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'openid email profile offline_access',
    }
  }

  state = () => {
    this.#state = crypto.randomUUID()
    return this.#state
  }
  /** The state last sent, for the callback to compare. */
  get sentState(): string {
    return this.#state
  }
  clientInformation = () => this.#client
  saveClientInformation = (client: { client_id: string }) => {
    this.#client = client
  }
  tokens = () => this.kept
  saveTokens = (tokens: KeptTokens) => {
    this.kept = tokens
    this.issued++
  }
  /**
   * Asks for a refresh token as well. The v2 SDK does so by itself when the authorization server offers
   * it; the v1 SDK asks for the challenge's scopes only and leaves the rest to the application.
   */
  redirectToAuthorization = (url: URL) => {
    const scopes = new Set(url.searchParams.get('scope')?.split(' '))
    url.searchParams.set('scope', [...scopes.add('offline_access')].join(' '))
    this.authorizationUrl = url
  }
  saveCodeVerifier = (verifier: string) => {
    this.#verifier = verifier
  }
  codeVerifier = () => this.#verifier
  saveDiscoveryState = (state: unknown) => {
    this.#discovery = state
  }
  discoveryState = () => this.#discovery
  invalidateCredentials = () => {
    this.kept = undefined
  }

  /** As the 2026-era SDK types it. */
  get modern(): ModernProvider {
    return this as unknown as ModernProvider
  }
  /** As the 2025-era SDK types it. */
  get legacy(): LegacyProvider {
    return this as unknown as LegacyProvider
  }
}
