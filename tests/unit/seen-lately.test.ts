/** Whether a text was seen lately: a guess that is nearly always right, from memory that never grows. */
import { expect, test } from 'bun:test'
import { SeenLately } from '../../src/oauth/seen-lately.ts'

const texts = (what: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${what}-${i}`)

test('what was seen is seen again, all of it; what was not is not, but for one in a hundred', () => {
  const seen = new SeenLately()
  const some = texts('some', 8_000)
  expect(some.filter((text) => seen.again(text)).length).toBeLessThan(80)
  expect(some.filter((text) => !seen.again(text))).toEqual([])
  // Those are of the older generation by now, and as well known.
  expect(texts('more', 8_000).filter((text) => seen.again(text)).length).toBeLessThan(80)
  expect(some.filter((text) => !seen.again(text))).toEqual([])
})

test('few are never taken for others', () => {
  const seen = new SeenLately()
  expect(texts('some', 500).filter((text) => seen.again(text))).toEqual([])
  expect(texts('other', 500).filter((text) => seen.again(text))).toEqual([])
})

test('what was seen long ago is not', () => {
  const seen = new SeenLately()
  const some = texts('some', 1_000)
  seen.again('a text')
  for (const text of some) seen.again(text)
  for (const text of texts('flood', 20_000)) seen.again(text)
  expect(seen.again('a text')).toBe(false)
  expect(some.filter((text) => seen.again(text)).length).toBeLessThan(20)
})
