/**
 * The Connected App behind a client metadata document. One URL is one client, always third-party and
 * public, under an id of its own: requests may name either, tokens name the id.
 */
import { newId } from '../ids.ts'
import { MAX_CLIENTS } from '../oauth/register.ts'
import type { Client } from '../state.ts'
import type { World } from '../world.ts'
import { UnusableDocument } from './unusable-document.ts'

/**
 * Reads the document, unless it is fresh, and brings the client up to date with it.
 *
 * @throws UnusableDocument
 */
export async function documentClient(world: World, metadataUrl: string): Promise<Client> {
  const { state, documents } = world
  const metadata = await documents.read(metadataUrl)
  // No await from here on: of two parallel requests one makes the client.
  const id = state.documentClients.get(metadataUrl)
  const known = id && state.clients.get(id)
  if (!known && state.clients.size >= MAX_CLIENTS) throw new UnusableDocument('too_many_clients')
  const client: Client = {
    ...metadata,
    clientId: known ? known.clientId : newId('connected-app'),
    party: 'third',
    metadataUrl,
    createdAt: known ? known.createdAt : world.now(),
  }
  state.clients.set(client.clientId, client)
  state.documentClients.set(metadataUrl, client.clientId)
  return client
}
