/**
 * Dynamic client registration (RFC 7591) the way Stytch does it: a public client that says the same
 * things twice is the same client; a confidential one is new, with a new secret, every time.
 */
import { sha256 } from '../digest.ts'
import { OAuthError } from '../errors.ts'
import { newId, newSecretValue } from '../ids.ts'
import type { Client } from '../state.ts'
import type { World } from '../world.ts'
import { readClientMetadata } from './client-metadata.ts'

/** Clients one project may hold, whatever way they came. */
export const MAX_CLIENTS = 1_000

/**
 * @param sent the parsed JSON body
 * @returns the RFC 7591 §3.2.1 client information response, answered with 201
 * @throws OAuthError as RFC 7591 §3.2.2 names them
 */
export async function register(
  world: World,
  sent: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { state } = world
  const metadata = readClientMetadata(sent)
  const isPublic = metadata.authMethod === 'none'
  const fingerprint = await sha256(JSON.stringify(metadata))
  const secret = isPublic ? undefined : newSecretValue()

  const known = isPublic ? state.publicClients.get(fingerprint) : undefined
  if (known) return clientInformation(known)
  if (state.clients.size >= MAX_CLIENTS) {
    throw new OAuthError(
      'invalid_client_metadata',
      'too_many_connected_apps',
      'this project holds as many clients as it may.',
    )
  }
  const client: Client = {
    clientId: newId('connected-app'),
    ...metadata,
    party: 'third',
    ...(secret && { secretDigest: sha256(secret) }),
    createdAt: world.now(),
  }
  state.clients.set(client.clientId, client)
  if (isPublic) state.publicClients.set(fingerprint, client)
  return clientInformation(client, secret)
}

function clientInformation(client: Client, secret?: string): Record<string, unknown> {
  return {
    client_id: client.clientId,
    client_id_issued_at: Math.floor(client.createdAt / 1000),
    ...(secret && { client_secret: secret, client_secret_expires_at: 0 }),
    ...(client.name && { client_name: client.name }),
    ...(client.clientUri && { client_uri: client.clientUri }),
    ...(client.logoUri && { logo_uri: client.logoUri }),
    redirect_uris: client.redirectUris,
    ...(client.postLogoutRedirectUris.length && {
      post_logout_redirect_uris: client.postLogoutRedirectUris,
    }),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: client.authMethod,
  }
}
