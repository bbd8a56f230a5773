/** The toolset `environments`. Checklist: E-G08, E-G10, E-G19, E-G20, D3. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { MANAGE_PROJECTS, READ_PROJECTS } from '../../src/tools/scopes.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { beside, caller, managed, questionOf, written } from '../support/tool-calls.ts'

const { consumer, b2b } = SEED_PROJECTS
const where = { project_slug: b2b.slug, environment_slug: b2b.test }
const place = { project: b2b.slug, environment: b2b.test }

type Arranged = ReturnType<typeof arrange>

function arrange(options: FixtureOptions = {}) {
  const fixture = createFixture(options)
  const there = beside(fixture)
  const slugs = async () =>
    (await there.environments.getAll(b2b.slug)).map(({ environment_slug }) => environment_slug)
  return { fixture, there, slugs, ...caller(fixture, MANAGE_PROJECTS) }
}

/** For what is refused before anything is asked: making keys takes longer than all of it. */
let refusing: Arranged
beforeAll(() => {
  refusing = arrange()
})

describe('looking', () => {
  test('the environments of a project, with their ids', async () => {
    const { call, there } = arrange()
    const { data, text } = await call('getAllEnvironments', { project_slug: b2b.slug })
    const real = await there.environments.getAll(b2b.slug)
    expect(data.environments).toEqual(
      real.map(({ environment_slug, name, type, project_id }) => ({
        environment_slug,
        name,
        type,
        project_id,
      })),
    )
    expect(text).toBe('2 environments.')
  })

  test('one environment, with all its settings', async () => {
    const { call, there } = arrange()
    const { data } = await call('getEnvironment', where)
    expect(data.environment).toEqual(await there.environments.get(place))
  })

  test('an unknown one is not found', async () => {
    const { code } = await arrange().call('getEnvironment', { ...where, environment_slug: 'no' })
    expect(code).toBe('not_found')
  })
})

describe('createEnvironment', () => {
  const args = {
    project_slug: b2b.slug,
    name: 'Staging',
    type: 'TEST',
    environment_slug: 'staging',
  }

  test('makes one, whose slugs work at once', async () => {
    const { call } = arrange({ env: { ALLOW_LIVE: 'false' } })
    const { data } = await call('createEnvironment', args)
    expect(data.environment).toMatchObject({ environment_slug: 'staging', type: 'TEST' })
    const there = { project_slug: b2b.slug, environment_slug: 'staging' }
    const change = { ...there, user_lock_threshold: 3 }
    expect((await call('updateEnvironment', change)).data.environment).toMatchObject({
      user_lock_threshold: 3,
    })
    const { project_id } = data.environment as { project_id: string }
    expect((await call('getEnvironment', { project_id })).data.environment).toMatchObject(there)
  })

  test('a dry run makes none', async () => {
    const { call, fixture } = arrange()
    const { data } = await call('createEnvironment', { ...args, dryRun: true })
    const { project_slug: _, ...after } = args
    expect(data).toEqual({ dry_run: true, changes: [{ path: '', after }] })
    expect(written(fixture)).toEqual([])
  })

  test('a second live one is a conflict', async () => {
    const { code } = await arrange().call('createEnvironment', { ...args, type: 'LIVE' })
    expect(code).toBe('conflict')
  })

  test('E-G10 a live one only where those may be changed', async () => {
    const { call, fixture } = arrange({ env: { ALLOW_LIVE: 'false' } })
    const { code } = await call('createEnvironment', { ...args, type: 'LIVE' })
    expect(code).toBe('forbidden')
    expect(managed(fixture)).toEqual([])
  })
})

describe('updateEnvironment', () => {
  test('changes what is named, and nothing else', async () => {
    const { call, there } = arrange()
    const before = await there.environments.get(place)
    const change = {
      name: 'Try',
      user_lock_threshold: 4,
      user_lock_ttl: 60,
      cross_org_passwords_enabled: true,
      idp_dynamic_client_registration_enabled: true,
    }
    const { data } = await call('updateEnvironment', { ...where, ...change })
    expect(await there.environments.get(place)).toEqual({ ...before, ...change })
    expect((data.changes as { path: string }[]).map(({ path }) => path).sort()).toEqual(
      Object.keys(change)
        .map((name) => `/${name}`)
        .sort(),
    )
  })

  test('a dry run changes nothing', async () => {
    const { call, fixture } = arrange()
    const { data } = await call('updateEnvironment', { ...where, user_lock_ttl: 60, dryRun: true })
    expect(data.changes).toEqual([{ path: '/user_lock_ttl', before: 3600, after: 60 }])
    expect(written(fixture)).toEqual([])
  })

  test('what is so already is not written', async () => {
    const { call, fixture } = arrange()
    const { text, data } = await call('updateEnvironment', { ...where, user_lock_ttl: 3600 })
    expect(text).toContain('Nothing was changed')
    expect(data.changes).toEqual([])
    expect(written(fixture)).toEqual([])
  })

  test.each<[string, object, string]>([
    [
      'another sign-in page',
      { idp_authorization_url: 'https://login.example.com/authorize' },
      'send people who sign in to "https://login.example.com/authorize"',
    ],
    [
      'another word on who is signed in',
      { zero_downtime_session_migration_url: 'https://idp.example.com/userinfo' },
      'believe "https://idp.example.com/userinfo" who is signed in',
    ],
    ['impersonation', { user_impersonation_enabled: true }, 'allow people to be impersonated'],
  ])('asks about %s, in either way', async (_, change, said) => {
    const { call, agree, plan, there, fixture } = arrange()
    const question = questionOf(await call('updateEnvironment', { ...where, ...change }))
    expect(question).toContain(said)
    expect(written(fixture)).toEqual([])
    await agree('updateEnvironment', { ...where, ...change }, b2b.test)
    expect(await there.environments.get(place)).toMatchObject(change)

    const live = { project_slug: b2b.slug, environment_slug: b2b.live }
    await plan('updateEnvironment', { ...live, ...change }, b2b.live)
    expect(
      await there.environments.get({ project: b2b.slug, environment: b2b.live }),
    ).toMatchObject(change)
  })

  test('taking them back needs nobody’s word', async () => {
    const { call, there } = arrange()
    await there.environments.update(place, {
      idp_authorization_url: 'https://login.example.com/',
      user_impersonation_enabled: true,
    })
    const change = { idp_authorization_url: '', user_impersonation_enabled: false }
    const { data } = await call('updateEnvironment', { ...where, ...change })
    expect(data.environment).toMatchObject({ user_impersonation_enabled: false })
    expect(await there.environments.get(place)).toMatchObject(change)
  })

  test('http is for pages on this machine', async () => {
    const url = 'http://localhost:3000/authorize'
    const { call } = arrange()
    const question = questionOf(
      await call('updateEnvironment', { ...where, idp_authorization_url: url }),
    )
    expect(question).toContain(url)
  })

  const page = 'idp_authorization_url'
  const migration = 'zero_downtime_session_migration_url'
  test.each<[string, object]>([
    ['nothing to change', {}],
    ['null', { name: null }],
    ['a word for a number', { user_lock_ttl: '60' }],
    ['zero attempts', { user_lock_threshold: 0 }],
    ['half a second', { user_lock_ttl: 0.5 }],
    ['a setting nobody knows', { oauth_callback_id: 'x' }],
    ['E-G19 a script', { [page]: 'javascript:alert(1)' }],
    ['E-G19 plain http', { [page]: 'http://evil.example/' }],
    ['a user in the URL', { [page]: 'https://stytch.com@evil.example/' }],
    ['a backslash', { [page]: 'https://good.example\\@evil.example/' }],
    ['a line end', { [page]: 'https://good.example/\nx' }],
    ['E-G20 plain http to be asked', { [migration]: 'http://idp.example.com/' }],
    ['E-G20 this machine', { [migration]: 'https://localhost/userinfo' }],
    ['E-G20 an address', { [migration]: 'https://169.254.169.254/latest' }],
    ['E-G20 an IPv6 address', { [migration]: 'https://[::1]/' }],
    ['E-G20 a number', { [migration]: 'https://2130706433/' }],
    ['E-G20 an internal name', { [migration]: 'https://metadata.google.internal/' }],
    ['E-G20 a name of one word', { [migration]: 'https://intranet/' }],
  ])('refuses %s', async (_, change) => {
    const { call, fixture } = refusing
    const { code, text } = await call('updateEnvironment', { ...where, ...change })
    expect(code).toBe('invalid_arguments')
    expect(text).not.toContain('evil')
    expect(managed(fixture)).toEqual([])
  })
})

describe('deleteEnvironment', () => {
  test('asks by name; then it is gone', async () => {
    const { call, agree, slugs, fixture } = arrange()
    expect(questionOf(await call('deleteEnvironment', where))).toContain(
      `Delete environment "Test" (${b2b.test}) of project ${b2b.slug} for good`,
    )
    expect(written(fixture)).toEqual([])
    const { data } = await agree('deleteEnvironment', where, b2b.test)
    expect(data).toMatchObject({ deleted: b2b.test })
    expect(await slugs()).toEqual([b2b.live])
  })

  test('by plan, once', async () => {
    const { call, plan, slugs } = arrange()
    await call('createEnvironment', {
      project_slug: b2b.slug,
      name: 'Try',
      type: 'TEST',
      environment_slug: 'try',
    })
    const target = { ...where, environment_slug: 'try' }
    expect((await plan('deleteEnvironment', target, 'try')).data).toMatchObject({ deleted: 'try' })
    expect(await slugs()).toEqual([b2b.test, b2b.live])
  })

  test('its slug is then nobody’s', async () => {
    const { agree, call } = arrange()
    await agree('deleteEnvironment', where, b2b.test)
    expect((await call('getEnvironment', where)).code).toBe('not_found')
  })

  test.each([
    ['a live one', { project_slug: b2b.slug, environment_slug: b2b.live }],
    [
      'E-G08 the one this server runs on',
      { project_slug: consumer.slug, environment_slug: 'test' },
    ],
  ])('never %s', async (_, target) => {
    const { agree, fixture } = arrange()
    expect((await agree('deleteEnvironment', target, target.environment_slug)).code).toBe(
      'forbidden',
    )
    expect(written(fixture)).toEqual([])
  })

  test('reading is not enough', async () => {
    const { fixture } = arrange()
    const { status } = await caller(fixture, READ_PROJECTS).call('deleteEnvironment', where)
    expect(status).toBe(403)
  })
})
