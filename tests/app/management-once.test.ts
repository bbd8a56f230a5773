/** Calls that make something, repeated under a key of the client's. Checklist D2.08, E-G25, D4.02. */
import { describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { MANAGE_SETTINGS } from '../../src/tools/scopes.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { ERAS, rpc } from '../support/mcp.ts'
import { anotherClient, beside, caller, written } from '../support/tool-calls.ts'

const { b2b } = SEED_PROJECTS
const where = { project_slug: b2b.slug, environment_slug: b2b.test }
const place = { project: b2b.slug, environment: b2b.test }
const keyed = { ...where, idempotency_key: 'a key' }

function arrange(options: FixtureOptions = {}) {
  const clock = createClock()
  const fixture = createFixture({ now: clock.now, ...options })
  return {
    fixture,
    clock,
    ...caller(fixture, MANAGE_SETTINGS),
    count: async () => (await beside(fixture).publicTokens.getAll(place)).length,
    faults: (...faults: object[]) => fixture.knob('faults', { faults }),
  }
}

/** Lets one thing wait for another. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

test.each(ERAS)(
  'D2.08 repeated after its answer was lost, it makes nothing twice: %s',
  async (era) => {
    const { call, count, fixture } = arrange()
    const first = await call('createPublicToken', keyed, era)
    const second = await call('createPublicToken', keyed, era)
    expect(second.code).toBeUndefined()
    expect(second.data.public_token).toEqual(first.data.public_token)
    expect(second.text).toContain('earlier call')
    expect(await count()).toBe(1)
    expect(written(fixture)).toHaveLength(1)
  },
)

test('without a key each call makes one', async () => {
  const { call, count } = arrange()
  await call('createPublicToken', where)
  await call('createPublicToken', where)
  expect(await count()).toBe(2)
})

test('D2.08 a client that hangs up while Stytch works finds the answer when it asks again', async () => {
  const [reached, answering] = [gate(), gate()]
  const { call, count, fixture } = arrange({
    async upstream(request, next) {
      const response = await next(request)
      if (request.method !== 'POST' || !request.url.endsWith('/public_tokens')) return response
      reached.open()
      await answering.opened
      request.signal.throwIfAborted()
      return response
    },
  })
  const hangUp = new AbortController()
  const token = await fixture.token({ scope: `openid ${MANAGE_SETTINGS}` })
  const params = { name: 'createPublicToken', arguments: keyed }
  const lost = fixture
    .send('/mcp', { ...rpc('modern', 'tools/call', params, token), signal: hangUp.signal })
    .then((response) => response.text())
    .catch(() => 'lost')
  await reached.opened
  hangUp.abort()
  expect((await call('createPublicToken', keyed)).code).toBe('in_progress')
  answering.open()
  await lost
  let again = await call('createPublicToken', keyed)
  while (again.code === 'in_progress') again = await call('createPublicToken', keyed)
  expect(again.data.public_token).toBeDefined()
  expect(await count()).toBe(1)
  expect(written(fixture)).toHaveLength(1)
})

test('D2.08 of many at once one makes it', async () => {
  const { call, count } = arrange()
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, () => call('createPublicToken', keyed)),
  )
  expect(await count()).toBe(1)
  for (const { code } of outcomes) expect([undefined, 'in_progress']).toContain(code)
  expect(outcomes.filter(({ code }) => code === undefined).length).toBeGreaterThan(0)
})

test('at no moment does a repetition find neither a beginning nor an answer', async () => {
  const memory = memoryStore()
  let between: (() => Promise<void>) | undefined
  /** Does something after each operation of the store that touches this. */
  const after = async <T>(key: string, done: T): Promise<T> => {
    if (key.startsWith('once:')) await between?.()
    return done
  }
  const store: Store = {
    ...memory,
    add: async (key, value, ttl) => after(key, await memory.add(key, value, ttl)),
    take: async (key) => after(key, await memory.take(key)),
  }
  const { call, count } = arrange({ store })
  const codes: (string | undefined)[] = []
  between = async () => {
    const again = between
    between = undefined
    codes.push((await call('createPublicToken', keyed)).code)
    between = again
  }
  await call('createPublicToken', keyed)
  expect(codes.length).toBeGreaterThan(1)
  expect(codes.at(-1)).toBeUndefined()
  expect(await count()).toBe(1)
})

describe('E-G25 a key', () => {
  test('used with other arguments is a conflict', async () => {
    const { call, count, fixture } = arrange()
    await call('createPublicToken', keyed)
    fixture.egress.length = 0
    for (const at of [
      { ...keyed, environment_slug: b2b.live },
      { project_id: 'project-test-10ca1577-c0de-4c33-8e57-0123456789ad', idempotency_key: 'a key' },
    ]) {
      expect((await call('createPublicToken', at)).code).toBe('idempotency_conflict')
    }
    expect(written(fixture)).toEqual([])
    expect(await count()).toBe(1)
  })

  test('is another to another person, client and tool', async () => {
    const { call, count, fixture } = arrange({ env: { ADMIN_ROLES: 'stytch_user' } })
    await call('createPublicToken', keyed)
    const bob = caller(fixture, MANAGE_SETTINGS, { user: 'bob@example.com' })
    expect((await bob.call('createPublicToken', keyed)).text).toContain('was created')
    const other = await anotherClient(fixture)
    const elsewhere = caller(fixture, MANAGE_SETTINGS, other)
    expect((await elsewhere.call('createPublicToken', keyed)).text).toContain('was created')
    const secret = await caller(fixture, 'manage:api_keys').call('createSecret', keyed)
    expect(secret.data.reveal_url).toBeDefined()
    expect(await count()).toBe(3)
  })

  test('is remembered for ten minutes', async () => {
    const { call, count, clock } = arrange()
    await call('createPublicToken', keyed)
    clock.advance(599)
    await call('createPublicToken', keyed)
    expect(await count()).toBe(1)
    clock.advance(1)
    expect((await call('createPublicToken', keyed)).text).toContain('was created')
    expect(await count()).toBe(2)
  })

  test('then is new again, though an answer outlives its beginning', async () => {
    const memory = memoryStore()
    const kept: string[] = []
    const store: Store = {
      ...memory,
      add: (key, value, ttl) => {
        if (key.startsWith('once:') && key.endsWith(':answer')) kept.push(key)
        return memory.add(key, value, ttl)
      },
    }
    const { call } = arrange({ store })
    const first = await call('createPublicToken', keyed)
    await memory.take((kept[0] as string).replace(':answer', ''))
    const second = await call('createPublicToken', keyed)
    const third = await call('createPublicToken', keyed)
    expect(second.data.public_token).not.toEqual(first.data.public_token)
    expect(third.data.public_token).toEqual(second.data.public_token)
  })

  test.each([
    ['', false],
    ['x'.repeat(129), false],
    [7, false],
    ['any text; of “yours”', true],
  ])('%j is a key: %j', async (idempotency_key, good) => {
    const { code } = await arrange().call('createPublicToken', { ...where, idempotency_key })
    expect(code).toBe(good ? undefined : 'invalid_arguments')
  })

  test('of a dry run is not used up', async () => {
    const { call, count } = arrange()
    await call('createPublicToken', { ...keyed, dryRun: true })
    expect((await call('createPublicToken', keyed)).text).toContain('was created')
    expect(await count()).toBe(1)
  })

  test('does not pass the gates for whoever has it', async () => {
    const { call, fixture, clock } = arrange()
    await call('createPublicToken', keyed)
    await fixture.knob('users', {
      user_id: 'user-test-ada00000-1815-4210-9abc-000000000001',
      roles: [],
    })
    clock.advance(60)
    expect((await call('createPublicToken', keyed)).code).toBe('forbidden')
  })
})

describe('a call that failed', () => {
  test('and surely made nothing can be repeated', async () => {
    const { call, count, faults } = arrange()
    await faults({ at: 'management', kind: 'status', status: 429, times: 1 })
    expect((await call('createPublicToken', keyed)).code).toBe('upstream_rate_limited')
    expect((await call('createPublicToken', keyed)).text).toContain('was created')
    expect(await count()).toBe(1)
  })

  test.each([
    ['broke off', { kind: 'drop' }],
    ['was cut', { kind: 'truncated' }],
    ['was about something else', { kind: 'lie', body: { public_token: 7 } }],
  ])('D2.08 and whose answer %s may have made it, and is not repeated', async (_, fault) => {
    const { call, count, faults, fixture } = arrange()
    await faults({ at: 'management', ...fault, times: 1 })
    expect((await call('createPublicToken', keyed)).code).toBe('outcome_unknown')
    expect((await call('createPublicToken', keyed)).code).toBe('in_progress')
    expect(await count()).toBe(1)
    expect(written(fixture)).toHaveLength(1)
  })
})

test('that its answer cannot be kept does not lose what was made', async () => {
  const memory = memoryStore()
  const store: Store = {
    ...memory,
    add: (key, value, ttl) =>
      key.endsWith(':answer') ? Promise.reject(new Error('full')) : memory.add(key, value, ttl),
  }
  const { call, count } = arrange({ store })
  expect((await call('createPublicToken', keyed)).data.public_token).toBeDefined()
  expect((await call('createPublicToken', keyed)).code).toBe('in_progress')
  expect(await count()).toBe(1)
})

test('a store that cannot note the beginning makes nothing', async () => {
  const memory = memoryStore()
  const store: Store = {
    ...memory,
    add: (key, value, ttl) =>
      key.startsWith('once:') ? Promise.reject(new Error('down')) : memory.add(key, value, ttl),
  }
  const { call, fixture } = arrange({ store })
  expect((await call('createPublicToken', keyed)).code).toBe('internal_error')
  expect(written(fixture)).toEqual([])
})
