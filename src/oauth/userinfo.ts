/**
 * Stytch's OpenID Connect userinfo endpoint: what the person allowed this client to know about them.
 * One of the two places a caller's token may be sent to (the other is introspection), both at the
 * authorization server that issued it.
 */
import { z } from 'zod'
import { type Ask, Unreachable } from './upstream.ts'

/** Claims of the signed-in person; which are present depends on the granted scopes. */
export interface Userinfo {
  readonly sub: string
  readonly name?: string | undefined
  readonly email?: string | undefined
  readonly email_verified?: boolean | undefined
}

/** The answer to a userinfo request. */
export type UserinfoAnswer =
  | { readonly ok: true; readonly userinfo: Userinfo }
  /** `revoked`: Stytch no longer accepts the token. `unavailable`: no usable answer in time. */
  | { readonly ok: false; readonly reason: 'revoked' | 'unavailable' }

const userinfoSchema: z.ZodType<Userinfo> = z.object({
  sub: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
})

/**
 * Makes the client of a project's userinfo endpoint.
 *
 * @param domain the project's domain, an origin
 * @param ask how to reach it
 * @returns a function from a verified token to what Stytch says of its owner
 * @see https://stytch.com/docs/api/connected-app-userinfo
 */
export function createUserinfo(domain: string, ask: Ask) {
  const url = new URL('/v1/oauth2/userinfo', domain)

  return async (token: string): Promise<UserinfoAnswer> => {
    try {
      const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' }
      const { status, document } = await ask(url, { headers })
      if (status === 401) return { ok: false, reason: 'revoked' }
      const userinfo = userinfoSchema.safeParse(document)
      return status === 200 && userinfo.success
        ? { ok: true, userinfo: userinfo.data }
        : { ok: false, reason: 'unavailable' }
    } catch (error) {
      if (error instanceof Unreachable) return { ok: false, reason: 'unavailable' }
      throw error
    }
  }
}
