import { describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import type { FailureKind } from '../../src/stytch/failure.ts'
import { StytchError } from '../../src/stytch/failure.ts'
import { createPeople, PeopleError } from '../../src/stytch/people.ts'
import {
  type Answering,
  hang,
  LEAK,
  recordingFetch,
  refuseConnection,
  stytchAnswer,
  stytchRefusal,
} from '../support/recording-fetch.ts'

const UUID = '3f0c8a52-6a1d-4d5e-9a57-3f3c1b0a9d11'
const USER_ID = `user-test-${UUID}`
const SECRET = 'secret-test-7mVr0FvZxXkWn2jUo3K1u5bqTgq8pQyL4aE='

function people(answer: Answering | readonly Answering[]) {
  const { fetch, sent } = recordingFetch(answer)
  const client = createPeople({
    baseUrl: 'https://test.stytch.com',
    projectId: `project-test-${UUID}`,
    secret: SECRET,
    fetch,
    pause: async () => {},
    timeout: 20,
  })
  return { roles: client.roles, client, sent }
}

describe('the roles of a user', () => {
  test('are what the backend API says now', async () => {
    const user = { user_id: USER_ID, roles: ['stytch_user', 'admin'], emails: [LEAK] }
    const { roles, sent } = people(() => stytchAnswer(user))
    const found = await roles(USER_ID)
    expect(found).toEqual(['stytch_user', 'admin'])
    expect(Object.isFrozen(found)).toBe(true)
    expect(sent).toHaveLength(1)
    expect(`${sent[0]?.method} ${sent[0]?.url.href}`).toBe(
      `GET https://test.stytch.com/v1/users/${USER_ID}`,
    )
    expect(sent[0]?.headers.get('authorization')).toBe(
      `Basic ${btoa(`project-test-${UUID}:${SECRET}`)}`,
    )
  })

  test.each([[{ roles: null }], [{ roles: [] }], [{}]])('are none with %j', async (fields) => {
    const { roles } = people(() => stytchAnswer({ user_id: USER_ID, ...fields }))
    expect(await roles(USER_ID)).toEqual([])
  })

  test('are none for a user who does not exist', async () => {
    const { roles, sent } = people(() => stytchRefusal(404, 'user_not_found'))
    expect(await roles(USER_ID)).toEqual([])
    expect(sent).toHaveLength(1)
  })

  const FAILURES: Record<string, [Answering, FailureKind]> = {
    'another user': [
      () => stytchAnswer({ user_id: `user-live-${UUID}`, roles: ['admin'] }),
      'unexpected',
    ],
    'nobody in particular': [() => stytchAnswer({ roles: ['admin'] }), 'unexpected'],
    'roles that are text': [() => stytchAnswer({ user_id: USER_ID, roles: 'admin' }), 'unexpected'],
    'roles that are no text': [
      () => stytchAnswer({ user_id: USER_ID, roles: [{ role_id: 'admin' }] }),
      'unexpected',
    ],
    HTML: [() => new Response(LEAK, { headers: { 'Content-Type': 'text/html' } }), 'unexpected'],
    'a bare 404': [() => new Response(null, { status: 404 }), 'unexpected'],
    'a project that is not there': [() => stytchRefusal(404, 'project_not_found'), 'not_found'],
    'a refused secret': [() => stytchRefusal(401, 'unauthorized_credentials'), 'unauthorised'],
    'a 403 that says not found': [() => stytchRefusal(403, 'user_not_found'), 'forbidden'],
    'an outage': [() => stytchRefusal(503, 'internal_server_error'), 'unavailable'],
    'no connection': [refuseConnection, 'unavailable'],
    'no answer in time': [hang, 'timeout'],
  }

  test.each(Object.entries(FAILURES))(
    'D2.02 are not guessed after %s',
    async (_, [answer, kind]) => {
      const error = await people(answer)
        .roles(USER_ID)
        .catch((reason) => reason)
      expect(error).toBeInstanceOf(PeopleError)
      expect(error).toBeInstanceOf(StytchError)
      expect(error).toMatchObject({ kind, operation: 'users.get', mayHaveHappened: false })
      const shown = inspect(error, { depth: 9, showHidden: true })
      expect(shown).not.toContain(LEAK)
      expect(shown).not.toContain(SECRET)
    },
  )

  test.each([
    ['..'],
    [''],
    [`member-test-${UUID}`],
    [`organization-test-${UUID}`],
    [`user-test-${UUID}/connected_apps`],
    [`user-test-${UUID}?x`],
    ['search'],
    [undefined],
  ])('E-P21 are not asked for of %j', async (userId) => {
    const { roles, sent } = people(() => stytchAnswer({ user_id: userId, roles: ['admin'] }))
    const error = await roles(userId as string).catch((reason) => reason)
    expect(error).toMatchObject({ name: 'PeopleError', kind: 'invalid', field: 'user_id' })
    expect(sent).toEqual([])
  })

  test('can be given up', async () => {
    const { roles, sent } = people(hang)
    const signal = AbortSignal.abort('done with it')
    await expect(roles(USER_ID, { signal })).rejects.toBe('done with it')
    expect(sent).toEqual([])
  })

  test('the secret cannot be read from the client', () => {
    const { client } = people(hang)
    expect(inspect(client, { depth: 9, showHidden: true }) + String(client.roles)).not.toContain(
      SECRET,
    )
  })
})
