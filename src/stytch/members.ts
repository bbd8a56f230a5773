/**
 * What Stytch's backend API says today of a member who signed in (B2B projects): see `people.ts`, which does the
 * same for users.
 *
 * @see https://stytch.com/docs/b2b/api/get-member
 */
import { z } from 'zod'
import { createAsk } from './ask.ts'
import type { Fail } from './failure.ts'
import { createSend } from './http.ts'
import type { CallOptions } from './management/call.ts'
import { basicAuthorization, plainOrigin } from './origin.ts'
import { PeopleError, type PeopleOptions } from './people.ts'

/** Reads members. */
export interface Members {
  /**
   * The roles of a member in an organization, as of now.
   *
   * @param organizationId `organization-…`, and
   * @param memberId the subject, `member-…`, of one verified token
   * @returns their ids; none for a member who does not exist or is not active
   * @throws {PeopleError} when that could not be found out
   */
  roles(organizationId: string, memberId: string, options?: CallOptions): Promise<readonly string[]>
}

const MEMBER = {
  operation: 'members.get',
  method: 'GET',
  path: '/v1/b2b/organizations/{organization_id}/member',
  risk: 'read',
} as const

/** Without roles, a member has none: that can only take away. */
const answer = z.object({
  member: z.object({
    member_id: z.string(),
    organization_id: z.string(),
    status: z.string(),
    roles: z
      .array(z.object({ role_id: z.string().min(1).max(256) }))
      .nullish()
      .transform((roles) => (roles ?? []).map(({ role_id }) => role_id)),
  }),
})

/**
 * Makes the client. The secret stays in this closure.
 *
 * @throws {TypeError} when the URL is not a plain origin with https, or the credentials are not usable
 */
export function createMembers({ baseUrl, projectId, secret, ...http }: PeopleOptions): Members {
  const fail: Fail = (kind, details) => new PeopleError(kind, details)
  const send = createSend(basicAuthorization(projectId, secret), fail, http)
  const ask = createAsk(plainOrigin(baseUrl), send, fail)

  return Object.freeze({
    async roles(organizationId: string, memberId: string, options?: CallOptions) {
      // Stytch takes external ids and slugs here too, which could be made to look like others' ids.
      const isAbout = ({ member }: z.output<typeof answer>) =>
        member.member_id === memberId && member.organization_id === organizationId
      const path = { organization_id: organizationId }
      const query = { member_id: memberId }
      try {
        const { member } = await ask(MEMBER, { path, query, answer, isAbout, options })
        return member.status === 'active' ? Object.freeze(member.roles) : NONE
      } catch (error) {
        if (error instanceof PeopleError && isAbsence(error)) return NONE
        throw error
      }
    },
  })
}

const NONE: readonly string[] = Object.freeze([])

/** Of a project or a route that is not there we learn nothing about the member. */
function isAbsence({ kind, errorType }: PeopleError): boolean {
  return kind === 'not_found' && ABSENT.includes(errorType ?? '')
}

const ABSENT = ['member_not_found', 'organization_not_found']
