/** A log that several processes write: every entry under one number, in order, and no number without end. */
import { describe, expect, test } from 'bun:test'
import { createBudget } from '../../src/mcp/shared/budget.ts'
import { type SharedLog, sharedLog } from '../../src/mcp/shared/log.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { LastingStore, Store } from '../../src/store/store.ts'
import { createClock } from '../support/clock.ts'
import { numbers } from '../support/numbers.ts'

const open = (store: Store, capacity = 1_000): SharedLog =>
  sharedLog({ store, name: 'log', ttl: 60, lifetime: 600, capacity })

async function contents(log: SharedLog): Promise<unknown[]> {
  const all: unknown[] = []
  const last = await log.last()
  for (let each = 1; each <= last; each++) all.push(JSON.parse((await log.at(each)) ?? 'null'))
  return all
}

/** A store whose every answer takes a random number of turns. */
function jittery(store: LastingStore, random: () => number): Store {
  const late = async <T>(answer: Promise<T>): Promise<T> => {
    for (let turns = Math.floor(random() * 5); turns > 0; turns--) await undefined
    return answer
  }
  return {
    add: async (...args) => late(store.add(...args)),
    get: async (...args) => late(store.get(...args)),
    take: async (...args) => late(store.take(...args)),
    increment: async (...args) => late(store.increment(...args)),
  }
}

describe('entries', () => {
  test('of many writers are all there, those of each in its order', async () => {
    const store = memoryStore()
    const logs = Array.from({ length: 4 }, (_, each) => open(jittery(store, numbers(each + 1))))
    const written = await Promise.all(
      logs.flatMap((log, by) => Array.from({ length: 50 }, (_, each) => log.append({ by, each }))),
    )
    expect(new Set(written).size).toBe(200)
    expect(Math.max(...written)).toBe(200)
    const all = (await contents(logs[0] as SharedLog)) as { by: number; each: number }[]
    for (const by of [0, 1, 2, 3]) {
      const theirs = all.filter((one) => one.by === by).map(({ each }) => each)
      expect(theirs).toEqual(Array.from({ length: 50 }, (_, each) => each))
    }
  })

  test('beyond its capacity, the oldest make room', async () => {
    const log = open(memoryStore(), 3)
    for (let each = 1; each <= 5; each++) await log.append({ each })
    expect(await contents(log)).toEqual([null, null, { each: 3 }, { each: 4 }, { each: 5 }])
    expect([2, 3].map((number) => log.isDropped(number, 5))).toEqual([true, false])
  })

  test('are announced to those who read in the same process', async () => {
    const log = open(memoryStore())
    let called = 0
    const stop = log.onAppend(() => called++)
    await log.append({})
    stop()
    await log.append({})
    expect(called).toBe(1)
  })
})

describe('a number that was counted and not written', () => {
  test('can be closed; whoever was only slow writes under another', async () => {
    const store = memoryStore()
    const counted = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    const slow = open({
      ...store,
      async increment(key, ttl) {
        const count = await store.increment(key, ttl)
        counted.resolve()
        if (count === 1) await closed.promise
        return count
      },
    })
    const writing = slow.append({ slow: true })
    await counted.promise
    const log = open(store)
    await log.append({ fast: true })
    await log.close(1)
    closed.resolve()
    expect(await writing).toBe(3)
    expect(await contents(log)).toEqual([{}, { fast: true }, { slow: true }])
  })

  test('that has been written is not closed', async () => {
    const log = open(memoryStore())
    await log.append({ kept: true })
    await log.close(1)
    expect(await contents(log)).toEqual([{ kept: true }])
  })

  test('writing fails when the store does, and goes on when that is over', async () => {
    const store = memoryStore()
    let isDown = true
    const log = open({
      ...store,
      add: (...args) => (isDown ? Promise.reject(new Error('down')) : store.add(...args)),
    })
    await expect(log.append({ each: 1 })).rejects.toThrow('down')
    isDown = false
    expect(await log.append({ each: 2 })).toBe(2)
  })
})

describe('what one person may have kept', () => {
  test('is counted for each, begins anew with time, and counts more when it lasts', () => {
    const clock = createClock()
    const budget = createBudget(clock.now, 10_000)
    expect([budget.spend('a', 8_000), budget.spend('a', 2_000)]).toEqual([true, false])
    expect(budget.spend('b', 8_000)).toBe(true)
    expect(budget.spend('a', 100)).toBe(true)
    clock.advance(600)
    expect(budget.spend('a', 400, true)).toBe(true)
    expect(budget.spend('a', 400, true)).toBe(false)
  })
})
