import { expect, test } from 'bun:test'
import { counted } from '../../src/observe/counted.ts'

test('numbers that go up are written as they always are', () => {
  for (let count = 0; count < 12_345; count++) expect(counted(count)).toBe(`${count}`)
})

test('whatever came before', () => {
  const counts = [7, 99, 100, 101, 7, 1_000_000, 999_999, 100, Number.MAX_SAFE_INTEGER]
  expect(counts.map(counted)).toEqual(counts.map(String))
})
