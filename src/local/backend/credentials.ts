/** Who may use the backend API: whoever has a project id and one of that environment's secrets. */
import { parseBasic } from '../basic-auth.ts'
import { sameDigest, sha256 } from '../digest.ts'
import type { LocalContext } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { ManagedEnvironment } from '../management/state.ts'
import type { World } from '../world.ts'

/**
 * Notes on the secret that it was used.
 *
 * @returns the environment the request speaks for
 * @throws ApiError `unauthorized_credentials`, whatever is wrong with them
 */
export async function authenticateProject(
  world: World,
  c: LocalContext,
): Promise<ManagedEnvironment> {
  const basic = parseBasic(c.req.header('authorization'))
  const digest = await sha256(basic?.password ?? '')
  const environment = [...world.management.projects.values()]
    .flatMap(({ environments }) => [...environments.values()])
    .find(({ projectId }) => projectId === basic?.name)
  for (const secret of environment?.secrets.values() ?? []) {
    if (environment && sameDigest(digest, await secret.digest)) {
      secret.usedAt = world.now()
      return environment
    }
  }
  throw new ApiError('unauthorized_credentials')
}
