/**
 * `/local/clients`: who is registered, by whatever way, and one more, as an operator would add it in the
 * dashboard. Secrets are shown once, to whoever adds the client.
 */
import { z } from 'zod'
import { ApiError } from '../errors.ts'
import { newId, newSecretValue } from '../ids.ts'
import { CLIENT_TYPES, clientType, isConfidential } from '../oauth/client-type.ts'
import { MAX_CLIENTS } from '../oauth/register.ts'
import { preRegister, preRegistrationProblem } from '../pre-registered.ts'
import type { Client } from '../state.ts'
import type { World } from '../world.ts'

/** Body of the knob. A client of the same id is replaced; its tokens live on. */
export const clientRequest = z.strictObject({
  client_id: z.string().optional(),
  client_type: z.enum(CLIENT_TYPES).default('third_party_public'),
  /** Of a confidential client; made up when absent. */
  client_secret: z.string().optional(),
  client_name: z.string().optional(),
  redirect_uris: z.array(z.string()),
  post_logout_redirect_uris: z.array(z.string()).optional(),
})

export type ClientRequest = z.output<typeof clientRequest>

/** @returns the client, with its secret if it has one */
export function addClient(world: World, sent: ClientRequest): object {
  const secret =
    sent.client_secret ?? (isConfidential(sent.client_type) ? newSecretValue() : undefined)
  const wanted = {
    clientId: sent.client_id ?? newId('connected-app'),
    type: sent.client_type,
    ...(secret !== undefined && { secret }),
    ...(sent.client_name !== undefined && { name: sent.client_name }),
    redirectUris: sent.redirect_uris,
    ...(sent.post_logout_redirect_uris && {
      postLogoutRedirectUris: sent.post_logout_redirect_uris,
    }),
  }
  const problem = preRegistrationProblem(wanted)
  if (problem) throw new ApiError('bad_request', problem)
  const { clients } = world.state
  if (clients.size >= MAX_CLIENTS && !clients.has(wanted.clientId)) {
    throw new ApiError('bad_request', 'this project holds as many clients as it may.')
  }
  const client = preRegister(wanted, world.now())
  clients.set(client.clientId, client)
  return { ...shown(client), ...(secret !== undefined && { client_secret: secret }) }
}

/** @returns every client, the oldest first */
export function listClients({ state }: World): object {
  return { clients: [...state.clients.values()].map(shown) }
}

function shown(client: Client): object {
  return {
    client_id: client.clientId,
    client_type: clientType(client),
    client_name: client.name,
    redirect_uris: client.redirectUris,
    ...(client.metadataUrl && { client_id_metadata_url: client.metadataUrl }),
  }
}
