import { expect, test } from 'bun:test'
import { createDeadlines, type Waiting } from '../../src/deadlines.ts'

test('calls back whoever is late, and nobody else', async () => {
  const deadlines = createDeadlines(10)
  const late: string[] = []
  const all = Promise.withResolvers<void>()
  const inTime: Waiting = { late: () => late.push('in time') }
  deadlines.set(inTime)
  deadlines.set({ late: () => late.push('first') })
  deadlines.set({
    late() {
      late.push('last')
      all.resolve()
    },
  })
  deadlines.clear(inTime)
  await all.promise
  expect(late).toEqual(['first', 'last'])
})

test('not before the deadline', async () => {
  const deadlines = createDeadlines(40)
  const started = performance.now()
  const { promise, resolve } = Promise.withResolvers<void>()
  deadlines.set({ late: resolve })
  await promise
  expect(performance.now() - started).toBeGreaterThanOrEqual(39)
})

test('works again after nobody waited for long', async () => {
  const deadlines = createDeadlines(5)
  for (let round = 0; round < 3; round++) {
    await new Promise<void>((late) => deadlines.set({ late }))
    // Meanwhile the timer finds nobody, and stops.
    await new Promise<void>((late) => createDeadlines(20).set({ late }))
  }
})

test('whoever was late and is done in the end takes nobody’s place', async () => {
  const deadlines = createDeadlines(5)
  const slow: Waiting = { late: () => {} }
  const all = Promise.withResolvers<void>()
  deadlines.set(slow)
  deadlines.set({ late: all.resolve })
  await all.promise
  // Both places are taken again, the one of the slow one too.
  const next = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  for (const { resolve } of next) deadlines.set({ late: resolve })
  deadlines.clear(slow)
  await Promise.all(next.map(({ promise }) => promise))
})

test('whoever is done because another was late is not late', async () => {
  const deadlines = createDeadlines(5)
  const late: string[] = []
  const all = Promise.withResolvers<void>()
  const spared: Waiting = { late: () => late.push('spared') }
  deadlines.set({
    late() {
      late.push('first')
      deadlines.clear(spared)
    },
  })
  deadlines.set(spared)
  deadlines.set({ late: all.resolve })
  await all.promise
  expect(late).toEqual(['first'])
})
