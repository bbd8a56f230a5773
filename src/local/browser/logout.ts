/** RP-initiated logout, as the consent component drives it when a client sends a user to sign out. */
import { z } from 'zod'
import { type LocalContext, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import { findClient } from '../state.ts'
import type { World } from '../world.ts'

const logoutRequest = z.object({
  client_id: z.string().min(1),
  post_logout_redirect_uri: z.string().min(1),
  state: z.string().max(2048).optional(),
})

/**
 * `POST /oauth/logout/start`. The person always confirms: `id_token_hint` is not looked at, so nothing
 * vouches for the client.
 */
export async function startLogout(world: World, c: LocalContext): Promise<object> {
  const sent = await readJson(c, logoutRequest)
  const client = findClient(world.state, sent.client_id)
  if (!client) throw new ApiError('connected_app_not_found')
  if (!client.postLogoutRedirectUris.includes(sent.post_logout_redirect_uri)) {
    throw new ApiError('connected_app_supplied_redirect_url_not_found_in_client')
  }
  const target = new URL(sent.post_logout_redirect_uri)
  if (sent.state !== undefined) target.searchParams.set('state', sent.state)
  return { redirect_uri: target.href, consent_required: true }
}
