/** The bounded map under the token cache: what stays, what leaves, and that it never grows beyond. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createSecondChance, type Item } from '../../src/oauth/second-chance.ts'

const item = (name: string, more: Partial<Item> = {}): Item => ({
  name,
  until: 1_000,
  bytes: 1,
  ...more,
})
const names = (count: number, prefix = 'n') => Array.from({ length: count }, (_, i) => prefix + i)

describe('what leaves when there is no room', () => {
  test('whatever came first and was not used since', () => {
    const kept = createSecondChance({ entries: 3, bytes: 100 })
    for (const name of ['a', 'b', 'c']) kept.put(item(name), 0)
    kept.get('a', 0)
    kept.put(item('d'), 0)
    expect(['a', 'b', 'c', 'd'].filter(kept.has)).toEqual(['a', 'c', 'd'])
  })

  test('what was used once and never again leaves in the end', () => {
    const kept = createSecondChance({ entries: 3, bytes: 100 })
    kept.put(item('a'), 0)
    kept.get('a', 0)
    for (const name of names(10)) kept.put(item(name), 0)
    expect(kept.has('a')).toBe(false)
  })

  test('as many as a large one needs', () => {
    const kept = createSecondChance({ entries: 10, bytes: 10 })
    for (const name of names(10)) kept.put(item(name), 0)
    kept.put(item('large', { bytes: 4 }), 0)
    expect([kept.entries, kept.bytes]).toEqual([7, 10])
    expect(kept.has('n3')).toBe(false)
    expect(kept.has('n4')).toBe(true)
  })

  test('nothing, for one that could never fit', () => {
    const kept = createSecondChance({ entries: 10, bytes: 10 })
    kept.put(item('a'), 0)
    kept.get('a', 0)
    kept.put(item('too large', { bytes: 11 }), 0)
    expect(kept.has('too large')).toBe(false)
  })

  test('the new one, when everything that could leave is in use', () => {
    const kept = createSecondChance({ entries: 100, bytes: 1_000 })
    for (const name of names(100)) kept.put(item(name), 0)
    for (const name of names(100)) kept.get(name, 0)
    kept.put(item('new'), 0)
    expect(kept.has('new')).toBe(false)
    expect(names(100).every(kept.has)).toBe(true)
  })
})

describe('the end of an entry', () => {
  test('from its moment on it is not found', () => {
    const kept = createSecondChance({ entries: 10, bytes: 100 })
    kept.put(item('a', { until: 5 }), 0)
    expect(kept.get('a', 4)).toBeDefined()
    expect(kept.get('a', 5)).toBeUndefined()
  })

  test('those that are over leave as others come, with room to spare', () => {
    const kept = createSecondChance({ entries: 100, bytes: 100 })
    for (const name of names(50)) kept.put(item(name, { until: 5 }), 0)
    for (const name of names(25, 'm')) kept.put(item(name, { until: 99 }), 6)
    expect(kept.entries).toBe(25)
  })
})

test('whatever happens, it is within its bounds and finds only what was put there', () => {
  const step = fc.record({
    act: fc.constantFrom('put', 'put', 'get', 'get', 'delete', 'wait'),
    name: fc.constantFrom(...names(12)),
    bytes: fc.integer({ min: 1, max: 9 }),
    life: fc.integer({ min: 1, max: 20 }),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 200 }), (steps) => {
      const kept = createSecondChance({ entries: 6, bytes: 30 })
      const last = new Map<string, Item>()
      let now = 0
      for (const { act, name, bytes, life } of steps) {
        if (act === 'wait') now += life
        else if (act === 'delete') {
          kept.delete(name)
          last.delete(name)
        } else if (act === 'put') {
          const one = item(name, { bytes, until: now + life })
          last.set(name, one)
          kept.put(one, now)
        } else {
          const found = kept.get(name, now)
          if (found !== undefined) {
            expect(found).toBe(last.get(name) as Item)
            expect(now).toBeLessThan(found.until)
          }
        }
        const held = [...last.values()].filter((one) => kept.has(one.name))
        expect(kept.entries).toBe(held.length)
        expect(kept.bytes).toBe(held.reduce((sum, one) => sum + one.bytes, 0))
        expect(kept.entries).toBeLessThanOrEqual(6)
        expect(kept.bytes).toBeLessThanOrEqual(30)
      }
    }),
    { seed: 20, numRuns: 200 },
  )
})
