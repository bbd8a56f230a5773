/**
 * The environment this server itself signs people in with: what would keep clients from signing in here
 * waits for a person, who is told so. Checklist D3.13, E-G08.
 */
import { describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { createFixture } from '../support/fixture.ts'
import { beside, caller, questionOf, written } from '../support/tool-calls.ts'

const { consumer, b2b } = SEED_PROJECTS
const OWN = { project_slug: consumer.slug, environment_slug: consumer.test }
const own = { project: consumer.slug, environment: consumer.test }
const HERE = { project_slug: b2b.slug, environment_slug: b2b.test }
const here = { project: b2b.slug, environment: b2b.test }
const LOST = 'can no longer sign in here'

function arrange(options: Parameters<typeof createFixture>[0] = {}) {
  const fixture = createFixture(options)
  const { call, ...ways } = caller(fixture, 'admin:projects')
  const update = (args: object, era: 'modern' | 'legacy' = 'modern') =>
    call('updateEnvironment', args, era)
  return { fixture, there: beside(fixture), update, ...ways }
}

const elsewhere = 'https://login.example.com/'
const SHUT: readonly [string, object, string][] = [
  [
    'another sign-in page',
    { idp_authorization_url: elsewhere },
    `send people who sign in to "${elsewhere}", so that clients ${LOST}`,
  ],
  [
    'no sign-in page',
    { idp_authorization_url: '' },
    `take the sign-in page away, so that clients ${LOST}`,
  ],
  [
    'no registration',
    { idp_dynamic_client_registration_enabled: false },
    `let no client register, so that new clients ${LOST}`,
  ],
]

describe('E-G08 what would keep clients from signing in here', () => {
  test.each(SHUT)('%s: a person is asked, and is told so', async (_, change, said) => {
    const { update, fixture, there, agree } = arrange()
    const before = await there.environments.get(own)
    expect(questionOf(await update({ ...OWN, ...change }))).toContain(said)
    const { data } = await update({ ...OWN, ...change }, 'legacy')
    expect((data.plan as { summary: string }).summary).toContain(said)
    expect((await agree('updateEnvironment', { ...OWN, ...change }, 'yes')).data).toEqual({})
    expect(written(fixture)).toEqual([])
    expect(await there.environments.get(own)).toEqual(before)

    await agree('updateEnvironment', { ...OWN, ...change }, consumer.test)
    expect(await there.environments.get(own)).toEqual({ ...before, ...change })
  })

  test('all at once is one question', async () => {
    const { update } = arrange()
    const all = { idp_authorization_url: '', idp_dynamic_client_registration_enabled: false }
    const question = questionOf(await update({ ...OWN, ...all })) as string
    expect(question.split(LOST)).toHaveLength(3)
  })

  test('where Stytch does not say which environment it is, it might be this one', async () => {
    const { update, there } = arrange({
      async upstream(request, next) {
        const response = await next(request)
        const hides = request.method === 'GET' && /\/environments\/[^/]+$/.test(request.url)
        return hides
          ? new Response((await response.text()).replace(/"project_id":"[^"]+",?/, ''), response)
          : response
      },
    })
    await there.environments.update(here, { idp_dynamic_client_registration_enabled: true })
    const change = { idp_dynamic_client_registration_enabled: false }
    expect(questionOf(await update({ ...HERE, ...change }))).toContain(LOST)
  })
})

describe('what would not', () => {
  test('the way back is a new page, and nobody is said to be kept out', async () => {
    const { update, fixture, there } = arrange()
    const signInPage = `${fixture.config.publicUrl}/oauth/authorize`
    await there.environments.update(own, { idp_authorization_url: elsewhere })
    const question = questionOf(await update({ ...OWN, idp_authorization_url: signInPage }))
    expect(question).toContain(`send people who sign in to "${signInPage}"?`)
    expect(question).not.toContain(LOST)
  })

  test('what is so already', async () => {
    const { update, there } = arrange()
    const shut = { idp_authorization_url: '', idp_dynamic_client_registration_enabled: false }
    await there.environments.update(own, shut)
    const outcome = await update({ ...OWN, ...shut })
    expect(outcome.code).toBeUndefined()
    expect(questionOf(outcome)).toBeUndefined()
    expect(outcome.data.changes).toEqual([])
  })

  test('registration, when it is allowed', async () => {
    const { update, there } = arrange()
    await there.environments.update(own, { idp_dynamic_client_registration_enabled: false })
    const change = { idp_dynamic_client_registration_enabled: true }
    expect(questionOf(await update({ ...OWN, ...change }))).toBeUndefined()
    expect(await there.environments.get(own)).toMatchObject(change)
  })

  test('the same in another environment', async () => {
    const { update, there } = arrange()
    const open = { idp_authorization_url: elsewhere, idp_dynamic_client_registration_enabled: true }
    await there.environments.update(here, open)
    const shut = { idp_authorization_url: '', idp_dynamic_client_registration_enabled: false }
    expect(questionOf(await update({ ...HERE, ...shut }))).toBeUndefined()
    expect(await there.environments.get(here)).toMatchObject(shut)
  })
})
