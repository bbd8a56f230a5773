/**
 * What may be managed, for every tool: the projects an operator listed, live environments only where they
 * said so, and a place that is named in one way. Checklist D2.05, E-G10, E-G11, E-P20.
 */
import { beforeAll, describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { SCOPE_DESCRIPTIONS } from '../../src/tools/scopes.ts'
import { type Clock, createClock } from '../support/clock.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { SAMPLES } from '../support/management-samples.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { beside, type Caller, caller, managed, written } from '../support/tool-calls.ts'

const { consumer, b2b } = SEED_PROJECTS
const ALL = Object.keys(SCOPE_DESCRIPTIONS).join(' ')
const TEST_ID = 'project-test-10ca1577-c0de-4c33-8e57-0123456789ad'
const LIVE_ID = 'project-live-10ca1577-c0de-4c33-8e57-0123456789ae'
const NOBODYS_ID = 'project-test-00000000-0000-4000-8000-000000000000'

const IN_PLACE = Object.entries(SAMPLES)
  .filter(([at]) => at !== 'workspace')
  .flatMap(([at, tools]) => Object.entries(tools).map(([name, args]) => ({ at, name, args })))

interface Arranged extends Caller {
  readonly fixture: Fixture
  readonly clock: Clock
  /** Which tools change something. */
  readonly changing: ReadonlySet<string>
}

async function arrange(env: Record<string, string>): Promise<Arranged> {
  const clock = createClock()
  const fixture = createFixture({ now: clock.now, env: { TOOLSETS: 'all', ...env } })
  const list = rpc('modern', 'tools/list', {}, await fixture.token({ scope: 'openid' }))
  const { result } = await answer(await fixture.send('/mcp', list))
  const changing = (result?.tools ?? []).filter(
    ({ annotations }) => !(annotations as { readOnlyHint: boolean }).readOnlyHint,
  )
  return {
    fixture,
    clock,
    changing: new Set(changing.map(({ name }) => name as string)),
    ...caller(fixture, ALL),
  }
}

/** Slugs for a tool: its place, and no more. */
function at(place: string, project_slug: string, environment_slug: string): object {
  return place === 'project' ? { project_slug } : { project_slug, environment_slug }
}

describe('with one project listed', () => {
  let here: Arranged
  beforeAll(async () => {
    here = await arrange({ MANAGED_PROJECTS: consumer.slug })
  })

  test.each(ERAS)(
    'E-G11, E-P20 no tool reaches another by its slug, and nothing is asked: %s',
    async (era) => {
      here.fixture.egress.length = 0
      for (const { at: place, name, args } of IN_PLACE) {
        here.clock.advance(2)
        const { code } = await here.call(name, { ...args, ...at(place, b2b.slug, b2b.test) }, era)
        expect([name, code]).toEqual([name, 'forbidden'])
      }
      expect(managed(here.fixture)).toEqual([])
    },
  )

  test('by id another is as unknown as one that does not exist', async () => {
    for (const { name, args } of IN_PLACE) {
      here.clock.advance(2)
      const { environment_slug: _, ...rest } = args as Record<string, unknown>
      const texts = []
      for (const project_id of [TEST_ID, NOBODYS_ID]) {
        const { code, text } = await here.call(name, { ...rest, project_id })
        expect([name, code]).toEqual([name, 'not_found'])
        texts.push(JSON.parse(text).error.message)
      }
      expect(texts[0]).toBe(texts[1])
    }
    expect(managed(here.fixture).filter((line) => line.includes(b2b.slug))).toEqual([])
  })
})

describe('with live environments left alone', () => {
  let here: Arranged
  beforeAll(async () => {
    here = await arrange({ ALLOW_LIVE: 'false' })
  })

  test('E-G10 by id no tool changes one, and nothing is asked', async () => {
    here.fixture.egress.length = 0
    for (const { name, args } of IN_PLACE) {
      if (!here.changing.has(name) || name === 'createEnvironment') continue
      here.clock.advance(2)
      const { code } = await here.call(name, { ...args, project_id: LIVE_ID })
      expect([name, code]).toEqual([name, 'forbidden'])
    }
    expect(managed(here.fixture)).toEqual([])
  })

  test('E-G10 by slugs no tool changes one, or a project that has one; only types are asked for', async () => {
    here.fixture.egress.length = 0
    const tried = IN_PLACE.filter(
      ({ name }) => here.changing.has(name) && name !== 'createEnvironment',
    )
    expect(tried.length).toBeGreaterThan(25)
    for (const { at: place, name, args } of tried) {
      here.clock.advance(3)
      for (const more of [{}, { dryRun: true }]) {
        const given = { ...args, ...at(place, b2b.slug, b2b.live), ...more }
        expect([name, (await here.call(name, given)).code]).toEqual([name, 'forbidden'])
      }
    }
    const environments = `GET /pwa/v3/projects/${b2b.slug}/environments`
    expect(new Set(managed(here.fixture))).toEqual(new Set([environments]))
  })

  test('they can be looked at', async () => {
    for (const args of [{ project_id: LIVE_ID }, at('environment', b2b.slug, b2b.live)]) {
      expect((await here.call('getEnvironment', args)).code).toBeUndefined()
    }
  })

  test('tests can be changed, by id and by slugs', async () => {
    for (const args of [{ project_id: TEST_ID }, at('environment', b2b.slug, b2b.test)]) {
      expect((await here.call('createPublicToken', args)).code).toBeUndefined()
    }
  })

  test('a project without a live environment can be changed', async () => {
    const project = { project_name: 'Shop', vertical: 'B2B', project_slug: 'shop' }
    await here.call('createProject', project)
    const args = { project_slug: 'shop', project_name: 'Store' }
    expect((await here.call('updateProject', args)).code).toBeUndefined()
  })

  test('a slug that passed from a test environment to a live one is as live at once', async () => {
    const { call, fixture, clock } = here
    const there = beside(fixture)
    const args = { project_slug: 'moved', environment_slug: 'main' }
    await there.projects.create({ name: 'Moved', vertical: 'B2B', project_slug: 'moved' })
    await there.environments.create('moved', { name: 'L', type: 'LIVE', environment_slug: 'live' })
    await there.environments.create('moved', { name: 'T', type: 'TEST', environment_slug: 'main' })
    expect((await call('createPublicToken', args)).code).toBeUndefined()
    await there.projects.delete('moved')
    await there.projects.create({ name: 'Moved', vertical: 'B2B', project_slug: 'moved' })
    await there.environments.create('moved', { name: 'M', type: 'LIVE', environment_slug: 'main' })
    fixture.egress.length = 0
    clock.advance(1)
    expect((await call('createPublicToken', args)).code).toBe('forbidden')
    expect(written(fixture)).toEqual([])
  })

  test('an environment that does not exist is not found', async () => {
    const args = at('environment', b2b.slug, 'nowhere')
    expect((await here.call('createPublicToken', args)).code).toBe('not_found')
  })

  test('a type Stytch has not had so far is treated as live', async () => {
    const lie = { environments: [{ ...ENVIRONMENT, type: 'SANDBOX' }] }
    await here.fixture.knob('faults', { faults: [{ at: 'management', kind: 'lie', body: lie }] })
    const args = at('environment', b2b.slug, b2b.test)
    expect((await here.call('createPublicToken', args)).code).toBe('forbidden')
    await here.fixture.knob('faults', { faults: [] })
  })
})

const ENVIRONMENT = { environment_slug: b2b.test, project_slug: b2b.slug, name: 'Test' }

describe('a place', () => {
  let here: Arranged
  beforeAll(async () => {
    here = await arrange({})
  })

  test.each<[string, (place: string) => object]>([
    ['in no way', () => ({})],
    ['in both ways', (place) => ({ ...at(place, b2b.slug, b2b.test), project_id: TEST_ID })],
    ['by id and another project', () => ({ project_slug: consumer.slug, project_id: TEST_ID })],
  ])('named %s is refused by every tool, and nothing is asked', async (_, named) => {
    here.fixture.egress.length = 0
    for (const { at: place, name, args } of IN_PLACE) {
      here.clock.advance(2)
      const { code } = await here.call(name, { ...args, ...named(place) })
      expect([name, code]).toEqual([name, 'invalid_arguments'])
    }
    expect(managed(here.fixture)).toEqual([])
  })

  test('named by half is refused', async () => {
    for (const half of [{ project_slug: b2b.slug }, { environment_slug: b2b.test }]) {
      here.clock.advance(2)
      expect((await here.call('getEnvironment', half)).code).toBe('invalid_arguments')
    }
  })

  test('of an environment that is yet to be made its project is named in either way', async () => {
    const args = { project_id: TEST_ID, name: 'New', type: 'TEST', environment_slug: 'new' }
    const { data } = await here.call('createEnvironment', args)
    expect(data.environment).toMatchObject({ project_slug: b2b.slug, environment_slug: 'new' })
  })
})

describe('an id', () => {
  test('leads to environments Stytch’s map does not know, though a listed project is missing', async () => {
    const env = { MANAGED_PROJECTS: `not-yet,${consumer.slug},${b2b.slug}` }
    const { call, fixture } = await arrange(env)
    const { project_id } = await beside(fixture).environments.create(b2b.slug, {
      name: 'Third',
      type: 'TEST',
      environment_slug: 'third',
    })
    const { data } = await call('getEnvironment', { project_id })
    expect(data.environment).toMatchObject({ environment_slug: 'third' })
  })

  test('is looked up once a minute', async () => {
    const { call, fixture, clock } = await arrange({})
    const lookups = () => managed(fixture).filter((line) => line.includes('/web/')).length
    for (let i = 0; i < 3; i++) await call('getEnvironment', { project_id: TEST_ID })
    expect(lookups()).toBe(1)
    clock.advance(60)
    await call('getEnvironment', { project_id: TEST_ID })
    expect(lookups()).toBe(2)
  })

  test.each([404, 403, 410])('is found without the map, should it go: %i', async (status) => {
    const fixture = createFixture({
      upstream: (request, next) =>
        new URL(request.url).pathname.startsWith('/web/')
          ? Promise.resolve(new Response('gone', { status }))
          : next(request),
    })
    const { data } = await caller(fixture, ALL).call('getEnvironment', { project_id: TEST_ID })
    expect(data.environment).toMatchObject({ environment_slug: b2b.test })
  })
})
