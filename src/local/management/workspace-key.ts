/** Who may use the management API: whoever has the workspace key, in HTTP Basic. */
import type { MiddlewareHandler } from 'hono'
import { parseBasic } from '../basic-auth.ts'
import { sameDigest, sha256 } from '../digest.ts'
import type { LocalEnv } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'

/** @throws ApiError `unauthorized_credentials`, whatever is wrong with them */
export function workspaceKey({ project }: World): MiddlewareHandler<LocalEnv> {
  return async (c, next) => {
    const basic = parseBasic(c.req.header('authorization'))
    const [sent, expected] = await Promise.all([
      sha256(basic?.password ?? ''),
      sha256(project.workspaceKeySecret),
    ])
    if (basic?.name !== project.workspaceKeyId || !sameDigest(sent, expected)) {
      throw new ApiError('unauthorized_credentials')
    }
    await next()
  }
}
