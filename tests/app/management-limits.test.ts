/** How often one person may have something managed. Checklist D2.07. */
import { expect, test } from 'bun:test'
import { SEED_PROJECTS, SEED_USERS } from '../../src/local/index.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { SCOPE_DESCRIPTIONS } from '../../src/tools/scopes.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import {
  anotherClient,
  beside,
  caller,
  managed,
  type Outcome,
  written,
} from '../support/tool-calls.ts'

const { b2b } = SEED_PROJECTS
const ALL = Object.keys(SCOPE_DESCRIPTIONS).join(' ')
const where = { project_slug: b2b.slug, environment_slug: b2b.test }
const place = { project: b2b.slug, environment: b2b.test }
const SECONDS = /Wait (\d+) seconds\./

function arrange(options: FixtureOptions = {}) {
  const clock = createClock()
  // A minute begins, so that no count is split between two.
  clock.advance(60 - ((clock.now() / 1_000) % 60))
  const fixture = createFixture({ now: clock.now, ...options })
  return { clock, fixture, there: beside(fixture), ...caller(fixture, ALL) }
}

async function burst(times: number, call: () => Promise<Outcome>): Promise<Outcome[]> {
  const outcomes = []
  for (let i = 0; i < times; i++) outcomes.push(await call())
  return outcomes
}

/** A refusal that says when to come back, and is no error of the transport. */
function expectRefused({ code, text, status }: Outcome): number {
  expect([status, code]).toEqual([200, 'rate_limited'])
  const seconds = Number(SECONDS.exec(text)?.[1])
  expect(seconds).toBeGreaterThanOrEqual(1)
  expect(seconds).toBeLessThanOrEqual(60)
  return seconds
}

test('D2.07 sixty looks a minute; the next is told when to come back, and Stytch is not asked', async () => {
  const { call, fixture, clock } = arrange()
  const look = () => call('getAllPublicTokens', where)
  const outcomes = await burst(60, look)
  expect(outcomes.filter(({ code }) => code !== undefined)).toEqual([])
  fixture.egress.length = 0
  const seconds = expectRefused(await look())
  expect(managed(fixture)).toEqual([])
  clock.advance(seconds)
  expect((await look()).code).toBeUndefined()
})

test('D2.07 ten changes a minute, be it by one tool or several', async () => {
  const { call, there } = arrange()
  let calls = 0
  const outcomes = await burst(10, () =>
    calls++ % 2 === 0
      ? call('createPublicToken', where)
      : call('updateEnvironment', { ...where, user_lock_ttl: 60 }),
  )
  expect(outcomes.filter(({ code }) => code !== undefined)).toEqual([])
  expectRefused(await call('createPublicToken', where))
  expect(await there.publicTokens.getAll(place)).toHaveLength(5)
  // Looking, also at what would change, is counted apart.
  expect((await call('createPublicToken', { ...where, dryRun: true })).code).toBeUndefined()
})

test('D2.07 three destructions a minute', async () => {
  const { agree, there, fixture } = arrange()
  const tokens = []
  for (let i = 0; i < 4; i++) tokens.push((await there.publicTokens.create(place)).public_token)
  const outcomes = []
  for (const public_token of tokens) {
    outcomes.push(await agree('deletePublicToken', { ...where, public_token }, b2b.test))
  }
  expect(outcomes.slice(0, 3).filter(({ code }) => code !== undefined)).toEqual([])
  expectRefused(outcomes[3] as Outcome)
  expect(await there.publicTokens.getAll(place)).toHaveLength(1)
  expect(written(fixture)).toHaveLength(3)
})

test('D2.07 one person’s haste is not another’s', async () => {
  const { call, fixture } = arrange({ env: { ADMIN_ROLES: 'stytch_user' } })
  await burst(11, () => call('createPublicToken', where))
  expectRefused(await call('createPublicToken', where))
  const { call: asBob } = caller(fixture, ALL, { user: SEED_USERS.bob.email })
  expect((await asBob('createPublicToken', where)).code).toBeUndefined()
})

test('D2.07 the limits are of the person, whatever client they use', async () => {
  const { call, fixture } = arrange()
  await burst(10, () => call('createPublicToken', where))
  const other = await anotherClient(fixture)
  expectRefused(await caller(fixture, ALL, other).call('createPublicToken', where))
})

test('Stytch’s own limits are told apart, with its own time', async () => {
  const { call, fixture } = arrange({ pause: async () => {} })
  const fault = { at: 'management', kind: 'status', status: 429, retry_after: 37 }
  await fixture.knob('faults', { faults: [fault] })
  const { code, text } = await call('getAllPublicTokens', where)
  expect(code).toBe('upstream_rate_limited')
  expect(text).toContain('Wait 37 seconds.')
})

test('without a count nothing that cannot be undone is done, and all else is', async () => {
  const memory = memoryStore()
  const store = { ...memory, increment: () => Promise.reject(new Error('down')) }
  const { call, agree, fixture } = arrange({ store })
  const { data } = await call('createPublicToken', where)
  const { public_token } = data.public_token as { public_token: string }
  const { code, text } = await agree('deletePublicToken', { ...where, public_token }, b2b.test)
  expect(code).toBe('rate_limited')
  expect(text).toContain('cannot count')
  expect(written(fixture)).toHaveLength(1)
})
