/** `stytchRoles`: what Stytch says of somebody now, and what it does not say. */
import { describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { type Principal, stytchRoles } from '../../src/index.ts'
import { createMembers } from '../../src/stytch/members.ts'
import { PeopleError } from '../../src/stytch/people.ts'
import { localStytch, ORGANIZATION, PEOPLE } from '../../src/testing.ts'
import {
  type Answering,
  LEAK,
  recordingFetch,
  refuseConnection,
  stytchAnswer,
  stytchRefusal,
} from '../support/recording-fetch.ts'

const UUID = '3f0c8a52-6a1d-4d5e-9a57-3f3c1b0a9d11'
const MEMBER = `member-test-${UUID}`
const HERE = `organization-test-${UUID}`
const SECRET = 'secret-test-7mVr0FvZxXkWn2jUo3K1u5bqTgq8pQyL4aE='

const user = (subject: string) => ({ kind: 'user', subject }) as Principal
const member = (subject: string, organization?: { id: string; slug: string }) =>
  ({ kind: 'member', subject, organization }) as Principal
const asMember = (userId: string) => userId.replace('user-', 'member-')

describe('Local Stytch', () => {
  const stytch = localStytch()
  const rolesOf = stytchRoles(stytch.settings)

  test('says the roles of a user, until they change', async () => {
    expect(await rolesOf(user(PEOPLE.ada.userId))).toEqual(['stytch_user', 'admin'])
    await stytch.setRoles('ada@example.com', ['stytch_user'])
    expect(await rolesOf(user(PEOPLE.ada.userId))).toEqual(['stytch_user'])
    await stytch.reset()
  })

  test('says the roles of a member in the organization they signed in to', async () => {
    const ada = asMember(PEOPLE.ada.userId)
    expect(await rolesOf(member(ada, ORGANIZATION))).toEqual(['stytch_member', 'stytch_admin'])
    const bob = asMember(PEOPLE.bob.userId)
    expect(await rolesOf(member(bob, ORGANIZATION))).toEqual(['stytch_member'])
  })

  test('knows nobody elsewhere: nobody has a role there', async () => {
    const ada = asMember(PEOPLE.ada.userId)
    expect(await rolesOf(member(ada, { id: HERE, slug: 'other' }))).toEqual([])
    expect(await rolesOf(member(ada))).toEqual([])
    expect(await rolesOf(member(MEMBER, ORGANIZATION))).toEqual([])
    expect(await rolesOf(user(`user-test-${UUID}`))).toEqual([])
  })
})

describe('the roles of a member', () => {
  function members(answer: Answering | readonly Answering[]) {
    const { fetch, sent } = recordingFetch(answer)
    const client = createMembers({
      baseUrl: 'https://test.stytch.com',
      projectId: `project-test-${UUID}`,
      secret: SECRET,
      fetch,
      pause: async () => {},
      timeout: 20,
    })
    return { client, sent, roles: () => client.roles(HERE, MEMBER) }
  }
  const found = (changes: object = {}) => ({
    member: {
      member_id: MEMBER,
      organization_id: HERE,
      status: 'active',
      roles: [{ role_id: 'stytch_admin', sources: [LEAK] }],
      ...changes,
    },
  })

  test('are asked of the backend API', async () => {
    const { roles, sent } = members(() => stytchAnswer(found()))
    expect(await roles()).toEqual(['stytch_admin'])
    expect(sent).toHaveLength(1)
    expect(`${sent[0]?.method} ${sent[0]?.url.href}`).toBe(
      `GET https://test.stytch.com/v1/b2b/organizations/${HERE}/member?member_id=${MEMBER}`,
    )
    expect(sent[0]?.headers.get('authorization')).toBe(
      `Basic ${btoa(`project-test-${UUID}:${SECRET}`)}`,
    )
  })

  test.each([
    [{ roles: null }],
    [{ roles: undefined }],
    [{ roles: [] }],
    [{ status: 'deleted' }],
    [{ status: 'pending' }],
  ])('are none with %j', async (changes) => {
    expect(await members(() => stytchAnswer(found(changes))).roles()).toEqual([])
  })

  test.each(['member_not_found', 'organization_not_found'])('are none after %s', async (type) => {
    expect(await members(() => stytchRefusal(404, type)).roles()).toEqual([])
  })

  test.each<[string, Answering]>([
    ['another member', () => stytchAnswer(found({ member_id: `member-test-${UUID}0` }))],
    ['another organization', () => stytchAnswer(found({ organization_id: 'organization-x' }))],
    ['roles in another shape', () => stytchAnswer(found({ roles: ['stytch_admin'] }))],
    ['no status', () => stytchAnswer(found({ status: undefined }))],
    ['no such route', () => stytchRefusal(404, 'route_not_found')],
    ['a wrong secret', () => stytchRefusal(401, 'unauthorized_credentials')],
    ['no connection', refuseConnection],
  ])('are not known after %s', async (_, answering) => {
    const error = await members(answering)
      .roles()
      .catch((error) => error)
    expect(error).toBeInstanceOf(PeopleError)
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET)
  })

  test.each(['..', 'organization-test-x', `user-test-${UUID}`, '', 'slug'])(
    'are not asked of organization %j',
    async (id) => {
      const { client, sent } = members(() => stytchAnswer(found()))
      expect(await client.roles(id, MEMBER).catch((error) => error)).toBeInstanceOf(PeopleError)
      expect(sent).toEqual([])
    },
  )
})
