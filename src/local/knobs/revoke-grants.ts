/**
 * `POST /local/grants/revoke`: what happens inside Stytch when a person disconnects an app. Unlike
 * `/oauth2/revoke` it asks for no client and no secret, and everything of the grant dies at once.
 */
import { z } from 'zod'
import { sha256 } from '../digest.ts'
import { ApiError } from '../errors.ts'
import { consentKey, findClient, type Grant, isGrantedTo } from '../state.ts'
import type { World } from '../world.ts'

/** Body of the knob: a token for its one grant, or a user and a client for all between them. */
export const revokeGrantsRequest = z.union(
  [
    z.strictObject({ token: z.string().min(1) }),
    z.strictObject({
      /** Address of the user. */
      user: z.string().min(1),
      client_id: z.string().min(1),
    }),
  ],
  { error: 'Send either token, or user and client_id' },
)

export type RevokeGrantsRequest = z.output<typeof revokeGrantsRequest>

/** @returns how many grants died; those already dead are not counted */
export async function revokeGrants(world: World, request: RevokeGrantsRequest): Promise<object> {
  const doomed =
    'token' in request ? [await grantOf(world, request.token)] : disconnect(world, request)
  const living = [...new Set(doomed)].filter(({ revoked }) => !revoked)
  for (const grant of living) grant.revoked = true
  return { revoked: living.length }
}

async function grantOf({ state }: World, token: string): Promise<Grant> {
  const digest = await sha256(token)
  const record = state.accessTokens.get(digest) ?? state.refreshTokens.get(digest)
  if (!record) throw new ApiError('bad_request', 'token: nobody issued it here.')
  return record.grant
}

/** @returns every grant between the two, whose consent is forgotten, so the app must ask again */
function disconnect(
  { state }: World,
  { user: address, client_id }: { user: string; client_id: string },
): Grant[] {
  const user = state.usersByEmail.get(address.toLowerCase())
  if (!user) throw new ApiError('bad_request', 'user: nobody here has that address.')
  const client = findClient(state, client_id)
  if (!client) throw new ApiError('bad_request', 'client_id: no such client.')
  state.consents.delete(consentKey(user, client))
  return [state.codes, state.accessTokens, state.refreshTokens]
    .flatMap((records) => [...records.values()].map(({ grant }) => grant))
    .filter((grant) => grant.user === user && isGrantedTo(grant, client))
}
