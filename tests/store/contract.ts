/** What every store promises, whatever engine is behind it, to callers that know only the interface. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { LastingStore } from '../../src/store/store.ts'

/** An engine with stores in it. */
export interface Engine {
  /** A store with a connection of its own, as another process has. */
  readonly connect: () => LastingStore | Promise<LastingStore>
  readonly stop?: () => Promise<void>
}

/** An engine that can go away. */
export interface MortalEngine extends Engine {
  /** Takes it away from those who use it. */
  readonly vanish: () => Promise<void>
}

/** Milliseconds a store may take to say that its engine is gone: what its options say, and what is on the way. */
const PATIENCE = 2_000 + 1_500
/** Milliseconds by which two clocks may disagree on how long something took. */
const TOLERANCE = 25
/** Milliseconds until an engine must have noticed that something has expired. */
const NOTICED = 5_000

/**
 * Declares the tests of what a store does.
 *
 * @param start makes an engine with nothing in it
 */
export function storeContract(name: string, start: () => Promise<Engine>): void {
  describe(`a store in ${name}`, () => {
    let engine: Engine
    let store: LastingStore
    let other: LastingStore
    beforeAll(async () => {
      engine = await start()
      store = await engine.connect()
      other = await engine.connect()
    }, 30_000)
    afterAll(() => engine?.stop?.())

    describe('add and get', () => {
      test('a key is kept for whoever adds it first', async () => {
        const key = newKey()
        expect(await store.get(key)).toBeUndefined()
        expect(await store.add(key, 'one', 60)).toBe(true)
        expect(await other.add(key, 'two', 60)).toBe(false)
        expect(await store.get(key)).toBe('one')
        expect(await other.get(key)).toBe('one')
      })

      test('of many at once one is kept', async () => {
        const key = newKey()
        const kept = await parallel(50, (i) => either(i).add(key, `${i}`, 60))
        expect(kept.filter(Boolean)).toHaveLength(1)
        expect(await store.get(key)).toBe(`${kept.indexOf(true)}`)
      })

      test('keys are any text', async () => {
        const mark = newKey()
        const odd = [
          '',
          '__proto__',
          'constructor',
          'a\0b',
          '🗝',
          'a b',
          'a*[b]{c}',
          'ä'.repeat(300),
        ]
        for (const [i, part] of odd.entries()) {
          const key = i === 0 ? part : mark + part
          expect(await store.get(key)).toBeUndefined()
          expect(await store.add(key, `${i}`, 60)).toBe(true)
        }
        for (const [i, part] of odd.entries()) {
          expect(await other.take(i === 0 ? part : mark + part)).toBe(`${i}`)
        }
      })

      test.each(['', '0', 'null', 'OK', '{"a":[1,"\\u0000"]}', 'a\0b\r\n🗝', 'x'.repeat(40_000)])(
        'values are any text: %#',
        async (value) => {
          const key = newKey()
          expect(await store.add(key, value, 60)).toBe(true)
          expect(await other.get(key)).toBe(value)
          expect(await other.add(key, 'x', 60)).toBe(false)
          expect(await other.take(key)).toBe(value)
        },
      )
    })

    describe('take', () => {
      test('gives the value to one of many, and to nobody after', async () => {
        const key = newKey()
        await store.add(key, 'v', 60)
        const taken = await parallel(50, (i) => either(i).take(key))
        expect(taken.filter((value) => value !== undefined)).toEqual(['v'])
        expect(await store.get(key)).toBeUndefined()
        expect(await other.take(key)).toBeUndefined()
        expect(await other.add(key, 'again', 60)).toBe(true)
        expect(await store.take(key)).toBe('again')
      })

      test('gives nothing that never was', async () => {
        expect(await store.take(newKey())).toBeUndefined()
      })
    })

    describe('increment', () => {
      test('counts everyone once', async () => {
        const key = newKey()
        const counts = await parallel(200, (i) => either(i).increment(key, 60))
        expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
        expect(await store.get(key)).toBe('200')
      })

      test('counts keys apart, and takes what was added for a count', async () => {
        const [one, two] = [newKey(), newKey()]
        expect(await store.increment(one, 60)).toBe(1)
        expect(await store.increment(two, 60)).toBe(1)
        expect(await other.increment(one, 60)).toBe(2)
        expect(await other.take(one)).toBe('2')
        expect(await other.increment(one, 60)).toBe(1)
      })
    })

    describe('touch', () => {
      test('says whether the key is there, and changes nothing else', async () => {
        const [added, counted] = [newKey(), newKey()]
        expect(await store.touch(added, 60)).toBe(false)
        expect(await store.get(added)).toBeUndefined()
        await store.add(added, 'v', 60)
        await store.increment(counted, 60)
        expect(await other.touch(added, 60)).toBe(true)
        expect(await other.touch(counted, 60)).toBe(true)
        expect(await store.get(added)).toBe('v')
        expect(await store.increment(counted, 60)).toBe(2)
        expect(await store.take(added)).toBe('v')
        expect(await other.touch(added, 60)).toBe(false)
        expect(await store.add(added, 'new', 60)).toBe(true)
      })
    })

    describe.concurrent('time', () => {
      test('what is touched lives on from then, for as long as is said', async () => {
        const [kept, cut, clock] = [newKey(), newKey(), newKey()]
        await store.add(clock, '', 0.9)
        await store.add(kept, 'v', 0.6)
        await store.add(cut, 'v', 60)
        expect(await other.touch(kept, 60)).toBe(true)
        expect(await other.touch(cut, 0.3)).toBe(true)
        await until(async () => (await other.get(clock)) === undefined)
        expect(await other.get(kept)).toBe('v')
        await until(async () => (await other.get(cut)) === undefined)
        expect(await other.touch(cut, 60)).toBe(false)
      })

      test.each([1, 0.4])(
        'what was kept for %p s is there until then, and not after',
        async (ttl) => {
          const [seen, taken] = [newKey(), newKey()]
          const started = performance.now()
          await store.add(taken, 'v', ttl)
          await store.add(seen, 'v', ttl)
          await until(async () => (await other.get(seen)) === undefined)
          expect(performance.now() - started).toBeGreaterThan(ttl * 1_000 - TOLERANCE)
          expect(await other.take(taken)).toBeUndefined()
          expect(await other.add(seen, 'new', 60)).toBe(true)
          expect(await store.get(seen)).toBe('new')
        },
        10_000,
      )

      test('a count ends with the time of its first increment, however often it is counted', async () => {
        const key = newKey()
        const started = performance.now()
        expect(await store.increment(key, 0.6)).toBe(1)
        let last = 1
        await until(async () => {
          const count = await other.increment(key, 60)
          const isNew = count === 1
          expect(isNew || count === last + 1).toBe(true)
          last = count
          return isNew
        })
        expect(performance.now() - started).toBeGreaterThan(600 - TOLERANCE)
      })

      test('what follows an expired count is of its own time', async () => {
        const key = newKey()
        await store.increment(key, 0.2)
        await until(async () => (await store.get(key)) === undefined)
        expect(await store.increment(key, 60)).toBe(1)
        expect(await other.increment(key, 0.2)).toBe(2)
        const clock = newKey()
        await store.add(clock, '', 0.3)
        await until(async () => (await store.get(clock)) === undefined)
        expect(await other.get(key)).toBe('2')
      })
    })

    function either(i: number): LastingStore {
      return i % 2 === 0 ? store : other
    }
  })
}

/**
 * Declares the tests of what a store does that has lost its engine: callers refuse what it cannot decide.
 *
 * @param start makes an engine
 */
export function lostEngineContract(name: string, start: () => Promise<MortalEngine>): void {
  describe(`a store in ${name} whose engine is gone`, () => {
    let engine: MortalEngine
    let store: LastingStore
    beforeAll(async () => {
      engine = await start()
      store = await engine.connect()
      await store.add('here', 'v', 60)
      await engine.vanish()
    }, 30_000)
    afterAll(() => engine?.stop?.())

    test(
      'everything rejects, and before long',
      async () => {
        const started = performance.now()
        const acts = {
          add: store.add(newKey(), 'v', 60),
          get: store.get('here'),
          take: store.take('here'),
          increment: store.increment(newKey(), 60),
          touch: store.touch('here', 60),
        }
        // Heard all at once: a rejection that nobody hears at once is taken for nobody's.
        const outcomes = await Promise.all(
          Object.entries(acts).map(async ([name, act]) => [
            name,
            await act.then(
              () => 'resolved',
              (error: unknown) => (error instanceof Error ? 'rejected' : error),
            ),
          ]),
        )
        expect(outcomes).toEqual(Object.keys(acts).map((name) => [name, 'rejected']))
        expect(performance.now() - started).toBeLessThan(PATIENCE)
      },
      PATIENCE * 2,
    )
  })
}

let keys = 0

/** Never the same twice. */
function newKey(): string {
  keys++
  return `contract:${keys}:`
}

function parallel<T>(count: number, act: (i: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => act(i)))
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const started = performance.now()
  while (!(await holds())) {
    if (performance.now() - started > NOTICED) throw new Error('It never came to that.')
    await Bun.sleep(10)
  }
}
