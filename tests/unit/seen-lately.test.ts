/** Whether a text was seen lately: a guess that is nearly always right, from memory that never grows. */
import { expect, test } from 'bun:test'
import { SeenLately } from '../../src/oauth/seen-lately.ts'

const texts = (count: number) => Array.from({ length: count }, () => crypto.randomUUID())

test('what was seen is seen again; what was not is not', () => {
  const seen = new SeenLately()
  const some = texts(500)
  expect(some.filter((text) => seen.again(text))).toEqual([])
  // A few have taken the place of others.
  expect(some.filter((text) => seen.again(text)).length).toBeGreaterThan(450)
  expect(texts(500).filter((text) => seen.again(text))).toEqual([])
})

test('what was seen long ago is not', () => {
  const seen = new SeenLately()
  seen.again('a text')
  for (const text of texts(200_000)) seen.again(text)
  expect(seen.again('a text')).toBe(false)
})
