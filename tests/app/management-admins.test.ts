/** Who may manage: an operator's list, and roles as Stytch knows them. Checklist D2.01, D2.02. */
import { describe, expect, test } from 'bun:test'
import { SEED_PROJECTS, SEED_USERS } from '../../src/local/index.ts'
import { SCOPE_DESCRIPTIONS } from '../../src/tools/scopes.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { SAMPLES } from '../support/management-samples.ts'
import { caller, managed, written } from '../support/tool-calls.ts'

const { ada, bob } = SEED_USERS
const { b2b } = SEED_PROJECTS
const ALL = Object.keys(SCOPE_DESCRIPTIONS).join(' ')
const where = { project_slug: b2b.slug, environment_slug: b2b.test }

function arrange(options: FixtureOptions = {}) {
  const clock = createClock()
  const fixture = createFixture({ now: clock.now, pause: async () => {}, ...options })
  const { call } = caller(fixture, ALL)
  return {
    fixture,
    clock,
    call,
    callAsBob: caller(fixture, ALL, { user: bob.email }).call,
    read: () => call('getAllRedirectURLs', where),
    /** What destroys, and what mints a secret. */
    grave: () => [
      call('deleteEnvironment', where),
      call('deleteEnvironment', where, 'legacy'),
      call('createSecret', where),
    ],
    roles: (user_id: string, roles: readonly string[]) => fixture.knob('users', { user_id, roles }),
    /** How often Stytch was asked for somebody's roles. */
    lookups: () => fixture.egress.filter((line) => line.includes('/v1/users/')).length,
  }
}

describe('roles', () => {
  test('for looking, what Stytch said within a minute will do', async () => {
    const { read, lookups, clock } = arrange()
    for (let i = 0; i < 3; i++) expect((await read()).code).toBeUndefined()
    expect(lookups()).toBe(1)
    clock.advance(59)
    await read()
    expect(lookups()).toBe(1)
    clock.advance(1)
    await read()
    expect(lookups()).toBe(2)
  })

  test('D2.02 for what destroys and for secrets it is asked each time: a demotion counts at once', async () => {
    const { read, grave, lookups, roles, fixture } = arrange()
    for (const outcome of await Promise.all(grave())) expect(outcome.code).toBeUndefined()
    const before = lookups()
    await roles(ada.userId, ['stytch_user'])
    fixture.egress.length = 0
    for (const outcome of await Promise.all(grave())) expect(outcome.code).toBe('forbidden')
    expect(before).toBe(3)
    expect(lookups()).toBe(3)
    expect(managed(fixture)).toEqual([])
    // And what was learned so holds for looking, too.
    expect((await read()).code).toBe('forbidden')
  })

  test('D2.02 a demotion between question and answer counts', async () => {
    const { call, roles, fixture } = arrange()
    const { result } = await call('deleteEnvironment', where)
    const { data } = await call('deleteEnvironment', where, 'legacy')
    await roles(ada.userId, [])
    const agreed = await call('deleteEnvironment', where, 'modern', {
      requestState: result?.requestState,
      inputResponses: { confirm: { action: 'accept', content: { phrase: b2b.test } } },
    })
    const { plan_id } = data.plan as { plan_id: string }
    const applied = await call('applyPlan', { plan_id, confirm_phrase: b2b.test }, 'legacy')
    expect([agreed.code, applied.code]).toEqual(['forbidden', 'forbidden'])
    expect(written(fixture)).toEqual([])
  })

  test('a demotion reaches looking within a minute', async () => {
    const { read, roles, clock } = arrange()
    await read()
    await roles(ada.userId, [])
    expect((await read()).code).toBeUndefined()
    clock.advance(60)
    expect((await read()).code).toBe('forbidden')
  })

  test('a promotion, too; and at once for what asks each time', async () => {
    const { callAsBob, roles } = arrange()
    const read = () => callAsBob('getAllRedirectURLs', where)
    expect((await read()).code).toBe('forbidden')
    await roles(bob.userId, ['stytch_user', 'admin'])
    expect((await read()).code).toBe('forbidden')
    expect((await callAsBob('createSecret', where)).code).toBeUndefined()
    expect((await read()).code).toBeUndefined()
  })

  test('D2.01 bob, with every scope, may use no tool at all, and the workspace key is not used for him', async () => {
    const { callAsBob, fixture, clock } = arrange({ env: { TOOLSETS: 'all' } })
    const places = {
      workspace: {},
      project: { project_slug: b2b.slug },
      environment: where,
    } as Record<string, object>
    for (const [at, tools] of Object.entries(SAMPLES)) {
      for (const [name, args] of Object.entries(tools)) {
        clock.advance(1)
        // Scopes for live environments depend on what the slugs name, and that has to be asked.
        const place = /^(?:create|delete)Secret$/.test(name)
          ? { project_id: 'project-test-10ca1577-c0de-4c33-8e57-0123456789ad' }
          : places[at]
        const { code } = await callAsBob(name, { ...place, ...args })
        expect([name, code]).toEqual([name, 'forbidden'])
      }
    }
    expect(managed(fixture)).toEqual([])
  })

  test('the roles an operator chose, and no others', async () => {
    const { call, callAsBob } = arrange({ env: { ADMIN_ROLES: 'stytch_user' } })
    expect((await call('listProjects')).code).toBeUndefined()
    expect((await callAsBob('listProjects')).code).toBeUndefined()
    const other = arrange({ env: { ADMIN_ROLES: 'adm' } })
    expect((await other.call('listProjects')).code).toBe('forbidden')
  })
})

describe('users an operator named', () => {
  test('may manage without a role, and nobody is asked', async () => {
    const { callAsBob, call, lookups } = arrange({ env: { ADMIN_USERS: bob.userId } })
    expect((await callAsBob('createSecret', where)).code).toBeUndefined()
    expect(lookups()).toBe(0)
    expect((await call('listProjects')).code).toBe('forbidden')
    expect(lookups()).toBe(0)
  })
})

describe('when Stytch does not tell roles', () => {
  test.each<[string, object]>([
    ['is down', { kind: 'status', status: 503 }],
    ['asks for fewer requests', { kind: 'status', status: 429 }],
    ['breaks off', { kind: 'drop' }],
  ])('because it %s, nothing is managed: upstream_unavailable', async (_, fault) => {
    const { read, grave, fixture } = arrange()
    await fixture.knob('faults', { faults: [{ at: 'users', ...fault }] })
    fixture.egress.length = 0
    const outcomes = await Promise.all([read(), ...grave()])
    expect(outcomes.map(({ code }) => code)).toEqual(Array(4).fill('upstream_unavailable'))
    expect(outcomes[0]?.status).toBe(200)
    expect(managed(fixture)).toEqual([])
  })

  test.each<[string, object]>([
    ['does not accept the secret', { kind: 'status', status: 401 }],
    ['answers a page', { kind: 'garbage' }],
    ['answers about somebody else', { kind: 'lie', body: { user_id: bob.userId } }],
  ])('because it %s, it is upstream_error, and the operator’s to mend', async (_, fault) => {
    const { read, fixture } = arrange()
    await fixture.knob('faults', { faults: [{ at: 'users', ...fault }] })
    const { code, text, status } = await read()
    expect([status, code]).toEqual([200, 'upstream_error'])
    expect(text).toContain('operator')
    expect(text).not.toContain('workspace key')
    expect(managed(fixture)).toEqual([])
  })

  test('an outage is not remembered', async () => {
    const { read, fixture } = arrange()
    await fixture.knob('faults', { faults: [{ at: 'users', kind: 'status', status: 503 }] })
    expect((await read()).code).toBe('upstream_unavailable')
    await fixture.knob('faults', { faults: [] })
    expect((await read()).code).toBeUndefined()
  })

  test('what was known before it holds for its minute, and for looking only', async () => {
    const { read, grave, fixture, clock } = arrange()
    await read()
    await fixture.knob('faults', { faults: [{ at: 'users', kind: 'status', status: 503 }] })
    expect((await read()).code).toBeUndefined()
    for (const outcome of await Promise.all(grave())) {
      expect(outcome.code).toBe('upstream_unavailable')
    }
    clock.advance(60)
    expect((await read()).code).toBe('upstream_unavailable')
  })
})
