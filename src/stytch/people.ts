/**
 * What Stytch's backend API says today of a person who signed in (consumer projects). A role taken away
 * after a token was issued is still in that token; here it is gone.
 *
 * @see https://stytch.com/docs/api-reference/consumer/api/users/get-user
 */
import { z } from 'zod'
import { createAsk } from './ask.ts'
import { type Fail, StytchError } from './failure.ts'
import { createSend, type HttpOptions } from './http.ts'
import type { CallOptions } from './management/call.ts'
import { basicAuthorization, plainOrigin } from './origin.ts'

/** A question about a person that got no answer to rely on. Nobody has a role because of it. */
export class PeopleError extends StytchError {
  override readonly name = 'PeopleError'
}

/** What the client needs. */
export interface PeopleOptions extends HttpOptions {
  /** Origin of the backend API: https, or http on this machine. */
  readonly baseUrl: string
  /** `project-test-…` or `project-live-…`. */
  readonly projectId: string
  /** A secret of that project. */
  readonly secret: string
}

/** Reads people. */
export interface People {
  /**
   * The roles of a user, as of now.
   *
   * @param userId the subject of a verified token, `user-…`
   * @returns their ids; none for a user who does not exist
   * @throws {PeopleError} when that could not be found out
   */
  roles(userId: string, options?: CallOptions): Promise<readonly string[]>
}

const USER = {
  operation: 'users.get',
  method: 'GET',
  path: '/v1/users/{user_id}',
  risk: 'read',
} as const

/** Without roles, a user has none: that can only take away. */
const user = z.object({
  user_id: z.string(),
  roles: z
    .array(z.string().min(1).max(256))
    .nullish()
    .transform((roles) => roles ?? []),
})

/**
 * Makes the client. The secret stays in this closure.
 *
 * @throws {TypeError} when the URL is not a plain origin with https, or the credentials are not usable
 */
export function createPeople({ baseUrl, projectId, secret, ...http }: PeopleOptions): People {
  const fail: Fail = (kind, details) => new PeopleError(kind, details)
  const send = createSend(basicAuthorization(projectId, secret), fail, http)
  const ask = createAsk(plainOrigin(baseUrl), send, fail)

  return Object.freeze({
    async roles(userId: string, options?: CallOptions) {
      const path = { user_id: userId }
      // Stytch takes an external id here too, and one could be made to look like another user's id.
      const isAbout = ({ user_id }: z.output<typeof user>) => user_id === userId
      try {
        const { roles } = await ask(USER, { path, answer: user, isAbout, options })
        return Object.freeze(roles)
      } catch (error) {
        if (error instanceof PeopleError && isAbsence(error)) return NONE
        throw error
      }
    },
  })
}

const NONE: readonly string[] = Object.freeze([])

/** Of a project or a route that is not there we learn nothing about the user. */
function isAbsence({ kind, errorType }: PeopleError): boolean {
  return kind === 'not_found' && errorType === 'user_not_found'
}
