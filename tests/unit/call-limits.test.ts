import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Admission, createCallLimits, stepUpLoop } from '../../src/mcp/call-limits.ts'
import type { Risk } from '../../src/mcp/tool.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'

const SEED = 207

/** A clock that starts at the beginning of a minute. */
function createMinute() {
  let time = 1_700_000_040_000
  return {
    now: () => time,
    advance: (seconds: number) => {
      time += seconds * 1_000
    },
  }
}

const ada = { issuer: 'https://i.test', subject: 'user-test-ada' }
const others = [
  { ...ada, subject: 'user-test-bob' },
  { ...ada, issuer: 'https://other.test' },
  { ...ada, organization: { id: 'organization-test-1', slug: 'a' } },
]

function limits(options: Partial<Parameters<typeof createCallLimits>[0]> = {}) {
  const clock = createMinute()
  const store = memoryStore({ now: clock.now })
  return { clock, store, ...createCallLimits({ store, now: clock.now, ...options }) }
}

/** Calls one after the other; how many were admitted. */
async function burst(
  admit: (risk: Risk) => Promise<Admission>,
  risk: Risk,
  count: number,
): Promise<number> {
  let admitted = 0
  for (let i = 0; i < count; i++) {
    const admission = await admit(risk)
    if (!admission.ok) continue
    admitted++
    admission.release()
  }
  return admitted
}

/** A store that cannot be reached. */
function brokenStore(): Store {
  const fail = () => Promise.reject(new Error('unreachable'))
  return { add: fail, get: fail, take: fail, increment: fail }
}

describe('D2.07 calls a minute', () => {
  const rows: readonly [Risk, number][] = [
    ['read', 60],
    ['write', 10],
    ['destructive', 3],
  ]

  test.each(rows)('%s: %d, then refused until the minute is over', async (risk, limit) => {
    const { admit, clock } = limits()
    const ask = (one: Risk) => admit(ada, one)
    expect(await burst(ask, risk, limit)).toBe(limit)
    clock.advance(20.5)
    expect(await ask(risk)).toEqual({ ok: false, retryAfter: 40, reason: 'rate' })
    clock.advance(40)
    expect(await ask(risk)).toMatchObject({ ok: true })
  })

  test('each class and each person is counted apart; clients of one person are not', async () => {
    const { admit } = limits()
    expect(await burst((risk) => admit(ada, risk), 'destructive', 5)).toBe(3)
    expect(await burst((risk) => admit(ada, risk), 'write', 1)).toBe(1)
    for (const other of others) {
      expect(await burst((risk) => admit(other, risk), 'destructive', 5)).toBe(3)
    }
    const otherClient = { ...ada, clientId: 'connected-app-test-2' }
    expect(await admit(otherClient, 'destructive')).toMatchObject({ ok: false })
  })

  test('numbers are configurable, one by one', async () => {
    const { admit } = limits({ perMinute: { write: 2 } })
    expect(await burst((risk) => admit(ada, risk), 'write', 5)).toBe(2)
    expect(await burst((risk) => admit(ada, risk), 'destructive', 5)).toBe(3)
  })

  test('a burst across the end of a minute counts as one', async () => {
    const { admit, clock } = limits()
    const ask = (risk: Risk) => admit(ada, risk)
    clock.advance(55)
    expect(await burst(ask, 'destructive', 5)).toBe(3)
    clock.advance(10)
    expect(await ask('destructive')).toEqual({ ok: false, retryAfter: 25, reason: 'rate' })
    clock.advance(25)
    expect(await burst(ask, 'destructive', 1)).toBe(1)
  })

  test('a client that never stops asking gets its share all the same', async () => {
    const { admit, clock } = limits()
    const perMinute: number[] = []
    for (let minute = 0; minute < 5; minute++) {
      let admitted = 0
      for (let second = 0; second < 60; second++) {
        admitted += await burst((risk) => admit(ada, risk), 'destructive', 2)
        clock.advance(1)
      }
      perMinute.push(admitted)
    }
    expect(perMinute).toEqual([3, 3, 3, 3, 3])
  })

  test.each<[Risk, number, number, number]>([
    ['write', 10, 30, 1],
    ['write', 10, 0, 1],
    ['write', 10, 25, 1],
    ['write', 10, 59, 1],
    ['destructive', 3, 30, 1],
    ['destructive', 3, 44, 5],
    ['read', 60, 30, 4],
    ['read', 60, 50, 4],
  ])(
    '%s: a client that never stops asking gets its %d of every minute, from second %d on, %d a second',
    async (risk, limit, start, aSecond) => {
      const { admit, clock } = limits()
      const ask = (one: Risk) => admit(ada, one)
      clock.advance(start)
      const seconds: number[] = []
      for (let second = 0; second < 600; second++) {
        seconds.push(await burst(ask, risk, aSecond))
        clock.advance(1)
      }
      const within = (from: number, length: number) =>
        seconds.slice(from, from + length).reduce((sum, one) => sum + one, 0)
      for (let from = 60 - start; from + 60 <= 600; from += 60) expect(within(from, 60)).toBe(limit)
      for (let from = 0; from < 600; from++) {
        expect(within(from, 30)).toBeLessThanOrEqual(limit)
        if (from + 120 <= 600) expect(within(from, 120)).toBeGreaterThanOrEqual(limit)
      }
    },
  )

  test('it comes back as late as it is told, and has room', async () => {
    const { admit, clock } = limits()
    for (let each = 0; each < 40; each++) {
      clock.advance((each * 7) % 23)
      await burst((risk) => admit(ada, risk), 'destructive', 3)
      const refused = await admit(ada, 'destructive')
      if (refused.ok) throw new Error('A fourth call was admitted.')
      clock.advance(refused.retryAfter)
      expect(await burst((risk) => admit(ada, risk), 'destructive', 1)).toBe(1)
    }
  })

  test('a refusal stands though the store cannot say how long it will', async () => {
    const store = memoryStore()
    const { admit } = limits({ store: { ...store, get: brokenStore().get } })
    expect(await burst((risk) => admit(ada, risk), 'read', 61)).toBe(60)
    expect(await admit(ada, 'read')).toMatchObject({ ok: false, reason: 'rate' })
  })

  test('E-R21 a clock that jumps a day locks nobody out', async () => {
    for (const jump of [-86_400, 86_400]) {
      const { admit, clock } = limits()
      const ask = (risk: Risk) => admit(ada, risk)
      await burst(ask, 'destructive', 5)
      clock.advance(jump)
      expect(await burst(ask, 'destructive', 5)).toBe(3)
    }
  })

  test('no half minute and no minute of the clock sees more than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12), { minLength: 5, maxLength: 60 }), async (gaps) => {
        const { admit, clock } = limits()
        const times: number[] = []
        for (const gap of gaps) {
          clock.advance(gap)
          const admission = await admit(ada, 'destructive')
          if (admission.ok) {
            times.push(clock.now())
            admission.release()
          } else {
            expect(admission.retryAfter).toBeWithin(1, 61)
          }
        }
        for (const start of times) {
          const within = times.filter((t) => t >= start && t < start + 30_000)
          expect(within.length).toBeLessThanOrEqual(3)
          const minute = Math.floor(start / 60_000)
          const same = times.filter((t) => Math.floor(t / 60_000) === minute)
          expect(same.length).toBeLessThanOrEqual(3)
        }
      }),
      { seed: SEED, numRuns: 60 },
    )
  })

  test('D2.07 parallel calls cannot pass together', async () => {
    const { admit } = limits({ concurrency: { perPrincipal: 50, total: 100 } })
    const all = await Promise.all(Array.from({ length: 40 }, () => admit(ada, 'write')))
    expect(all.filter(({ ok }) => ok)).toHaveLength(10)
  })

  test('keys name nobody', async () => {
    const keys: string[] = []
    const store = memoryStore()
    const spied: Store = {
      ...store,
      increment: (key, ttl) => {
        keys.push(key)
        return store.increment(key, ttl)
      },
    }
    await createCallLimits({ store: spied }).admit(others[2] as typeof ada, 'read')
    await stepUpLoop({ store: spied }).tooMany(ada, 'deleteProject')
    expect(keys).toHaveLength(3)
    for (const key of keys) {
      expect(key).toMatch(/^(?:calls:[\w-]{43}:read:\d+:\d+|step-up:[\w-]{43})$/)
    }
  })

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is no limit', (limit) => {
    const store = memoryStore()
    for (const options of [
      { perMinute: { read: limit } },
      { concurrency: { perPrincipal: limit } },
      { concurrency: { total: limit } },
    ]) {
      expect(() => createCallLimits({ store, ...options })).toThrow(RangeError)
    }
    expect(() => stepUpLoop({ store, perMinute: limit })).toThrow(RangeError)
  })
})

describe('E-R10 calls at the same time', () => {
  test('200 of one person: 8 run, the others are told to come back and cost no rate', async () => {
    const { admit } = limits()
    const all = await Promise.all(Array.from({ length: 200 }, () => admit(ada, 'read')))
    const running = all.flatMap((admission) => (admission.ok ? [admission] : []))
    expect(running).toHaveLength(8)
    expect(all.filter(({ ok }) => !ok)).toEqual(
      Array.from({ length: 192 }, () => ({ ok: false, retryAfter: 1, reason: 'concurrency' })),
    )
    for (const { release } of running) release()
    expect(await burst((risk) => admit(ada, risk), 'read', 60)).toBe(52)
  })

  test('64 of all people', async () => {
    const { admit } = limits()
    const people = Array.from({ length: 20 }, (_, i) => ({ ...ada, subject: `user-test-${i}` }))
    const all = await Promise.all(
      people.flatMap((one) => Array.from({ length: 4 }, () => admit(one, 'read'))),
    )
    expect(all.filter(({ ok }) => ok)).toHaveLength(64)
  })

  test('a call ends once, however often it is released', async () => {
    const { admit } = limits({ concurrency: { perPrincipal: 2, total: 10 } })
    const [first, second] = [await admit(ada, 'read'), await admit(ada, 'read')]
    expect(await admit(ada, 'read')).toMatchObject({ ok: false, reason: 'concurrency' })
    if (!first.ok || !second.ok) throw new Error('Two calls fit.')
    first.release()
    first.release()
    expect(await admit(ada, 'read')).toMatchObject({ ok: true })
    expect(await admit(ada, 'read')).toMatchObject({ ok: false, reason: 'concurrency' })
  })

  test('a call refused for its rate, or for want of the store, holds no place', async () => {
    const one = limits({ concurrency: { perPrincipal: 1, total: 1 } })
    expect(await burst((risk) => one.admit(ada, risk), 'destructive', 8)).toBe(3)
    expect(await one.admit(ada, 'read')).toMatchObject({ ok: true })

    const down = limits({ concurrency: { perPrincipal: 1, total: 1 }, store: brokenStore() })
    for (let i = 0; i < 3; i++) {
      expect(await down.admit(ada, 'destructive')).toMatchObject({ reason: 'unavailable' })
    }
    expect(await down.admit(ada, 'read')).toMatchObject({ ok: true })
  })
})

describe('when the store is down', () => {
  const rows: readonly [Risk, object][] = [
    ['read', { ok: true }],
    ['write', { ok: true }],
    ['destructive', { ok: false, retryAfter: 5, reason: 'unavailable' }],
  ]

  test.each(rows)('%s: %o', async (risk, expected) => {
    const { admit } = limits({ store: brokenStore() })
    expect(await admit(ada, risk)).toMatchObject(expected)
  })

  test('one line says so, and one that it is back', async () => {
    const events: string[] = []
    const store = memoryStore()
    let down = true
    const flaky: Store = {
      ...store,
      increment: (key, ttl) =>
        down ? brokenStore().increment(key, ttl) : store.increment(key, ttl),
    }
    const log = (_: string, event: string) => void events.push(event)
    const { admit } = limits({ store: flaky, log })
    for (const state of [true, true, false, false, true]) {
      down = state
      const admission = await admit(ada, 'read')
      if (admission.ok) admission.release()
    }
    expect(events).toEqual(['limits unavailable', 'limits available', 'limits unavailable'])
  })

  test('a store that is full counts as down', async () => {
    const { admit } = limits({ store: memoryStore({ capacity: 1 }) })
    expect(await admit(ada, 'destructive')).toMatchObject({ reason: 'unavailable' })
  })
})

describe('A9.14 E-R18 step-ups in a row', () => {
  test('the 6th within a minute is one too many, of one person for one operation', async () => {
    const clock = createMinute()
    const { tooMany } = stepUpLoop({ store: memoryStore({ now: clock.now }) })
    const answers: boolean[] = []
    for (let i = 0; i < 7; i++) {
      answers.push(await tooMany(ada, 'deleteProject'))
      clock.advance(8)
    }
    expect(answers).toEqual([false, false, false, false, false, true, true])
    expect(await tooMany(ada, 'createProject')).toBe(false)
    for (const other of others) expect(await tooMany(other, 'deleteProject')).toBe(false)
    clock.advance(5)
    expect(await tooMany(ada, 'deleteProject')).toBe(false)
  })

  test('operations and people cannot be mistaken for one another', async () => {
    const { tooMany } = stepUpLoop({ store: memoryStore(), perMinute: 1 })
    expect(await tooMany({ issuer: 'a', subject: 'b' }, 'c')).toBe(false)
    expect(await tooMany({ issuer: 'a","b', subject: '' }, 'c')).toBe(false)
    expect(await tooMany({ issuer: 'a', subject: 'b","c' }, '')).toBe(false)
    expect(await tooMany({ issuer: 'a', subject: 'b' }, 'c')).toBe(true)
  })

  test('without the store every step-up is answered as such', async () => {
    const events: string[] = []
    const log = (_: string, event: string) => void events.push(event)
    const { tooMany } = stepUpLoop({ store: brokenStore(), log })
    for (let i = 0; i < 8; i++) expect(await tooMany(ada, 'deleteProject')).toBe(false)
    expect(events).toEqual(['limits unavailable'])
  })
})
