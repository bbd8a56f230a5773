/** The memory store: the promises of the interface, as every other store must keep them. */
import { describe, expect, test } from 'bun:test'
import { memoryStore, StoreFull } from '../../src/store/memory.ts'
import { createClock } from '../support/clock.ts'

const parallel = <T>(count: number, act: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => act(i)))

describe('add and get', () => {
  test('a key is kept for whoever adds it first, until its time is over', async () => {
    const clock = createClock()
    const store = memoryStore(clock)
    expect(await store.add('k', 'one', 10)).toBe(true)
    expect(await store.add('k', 'two', 100)).toBe(false)
    clock.advance(9.999)
    expect(await store.get('k')).toBe('one')
    clock.advance(0.001)
    expect(await store.get('k')).toBeUndefined()
    expect(await store.add('k', 'two', 10)).toBe(true)
    expect(await store.get('k')).toBe('two')
  })

  test('of many at once one is kept', async () => {
    const store = memoryStore()
    const kept = await parallel(50, (i) => store.add('k', String(i), 10))
    expect(kept.filter(Boolean)).toHaveLength(1)
    expect(await store.get('k')).toBe(String(kept.indexOf(true)))
  })

  test('keys and values are any text, and the empty value is a value', async () => {
    const store = memoryStore()
    for (const key of ['', '__proto__', 'constructor', 'a\0b', '🗝']) {
      expect(await store.get(key)).toBeUndefined()
      expect(await store.add(key, '', 10)).toBe(true)
      expect(await store.get(key)).toBe('')
      expect(await store.add(key, 'x', 10)).toBe(false)
    }
  })
})

describe('take', () => {
  test('gives the value to one of many, and to nobody after', async () => {
    const store = memoryStore()
    await store.add('k', 'v', 10)
    const taken = await parallel(50, () => store.take('k'))
    expect(taken.filter((value) => value !== undefined)).toEqual(['v'])
    expect(await store.get('k')).toBeUndefined()
    expect(await store.add('k', 'again', 10)).toBe(true)
  })

  test('gives nothing that has expired', async () => {
    const clock = createClock()
    const store = memoryStore(clock)
    await store.add('k', 'v', 10)
    clock.advance(10)
    expect(await store.take('k')).toBeUndefined()
  })
})

describe('increment', () => {
  test('counts everyone, and starts anew when the time of the first is over', async () => {
    const clock = createClock()
    const store = memoryStore(clock)
    const counts = await parallel(50, () => store.increment('k', 60))
    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    clock.advance(59)
    expect(await store.increment('k', 60)).toBe(51)
    clock.advance(1)
    expect(await store.increment('k', 60)).toBe(1)
  })
})

describe('capacity', () => {
  test('a full store forgets nothing that lives: what is new is refused', async () => {
    const clock = createClock()
    const store = memoryStore({ ...clock, capacity: 2 })
    await store.add('a', '1', 10)
    await store.increment('b', 20)
    await expect(store.add('c', '3', 10)).rejects.toBeInstanceOf(StoreFull)
    await expect(store.increment('d', 10)).rejects.toBeInstanceOf(StoreFull)
    expect(await store.get('a')).toBe('1')
    expect(await store.increment('b', 20)).toBe(2)
    clock.advance(10)
    expect(await store.add('c', '3', 10)).toBe(true)
    expect(await store.increment('b', 20)).toBe(3)
  })

  test('taking makes room', async () => {
    const store = memoryStore({ capacity: 1 })
    await store.add('a', '1', 10)
    await store.take('a')
    expect(await store.add('b', '2', 10)).toBe(true)
  })
})
