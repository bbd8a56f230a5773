/**
 * `POST /local/users`: changes a person as a project's owner would, over their head. Tokens issued before say
 * what they said.
 */
import { z } from 'zod'
import { wireUser } from '../browser/wire.ts'
import { ApiError } from '../errors.ts'
import type { UserId } from '../state.ts'
import type { World } from '../world.ts'

const metadata = z.record(z.string(), z.json())

/** Body of the knob. What is given replaces what was there; the rest stays. */
export const userRequest = z.strictObject({
  user_id: z.string(),
  roles: z.array(z.string().min(1)).optional(),
  trusted_metadata: metadata.optional(),
  untrusted_metadata: metadata.optional(),
  name: z
    .strictObject({ first_name: z.string().default(''), last_name: z.string().default('') })
    .optional(),
})

/** @returns the person after the change */
export function changeUser(
  { state }: World,
  { user_id, roles, trusted_metadata, untrusted_metadata, name }: z.output<typeof userRequest>,
): object {
  const user = state.users.get(user_id as UserId)
  if (!user) throw new ApiError('bad_request', 'user_id: nobody here has that id.')
  if (roles) user.roles = roles
  if (trusted_metadata) user.trustedMetadata = trusted_metadata
  if (untrusted_metadata) user.untrustedMetadata = untrusted_metadata
  if (name) user.name = { first: name.first_name, last: name.last_name }
  return { user: wireUser(user) }
}
