import { expect, test } from 'bun:test'
import { createDeadline } from '../../src/deadlines.ts'

test('calls back whoever is late, and nobody else', async () => {
  const deadline = createDeadline(10)
  const late: string[] = []
  const all = Promise.withResolvers<void>()
  const inTime = deadline(() => late.push('in time'))
  deadline(() => late.push('first'))
  deadline(() => {
    late.push('last')
    all.resolve()
  })
  inTime()
  await all.promise
  expect(late).toEqual(['first', 'last'])
})

test('not before the deadline', async () => {
  const deadline = createDeadline(40)
  const started = performance.now()
  const { promise, resolve } = Promise.withResolvers<void>()
  deadline(resolve)
  await promise
  expect(performance.now() - started).toBeGreaterThanOrEqual(39)
})

test('works again after nobody waited for long', async () => {
  const deadline = createDeadline(5)
  for (let round = 0; round < 3; round++) {
    await new Promise<void>((resolve) => deadline(resolve))
    // Meanwhile the timer finds nobody, and stops.
    await new Promise<void>((resolve) => createDeadline(20)(resolve))
  }
})
