import { expect, test } from 'bun:test'
import { remembering } from '../../src/remembering.ts'

function counted<Made>(make: (text: string) => Made) {
  const asked: string[] = []
  const remember = remembering((text: string) => {
    asked.push(text)
    return make(text)
  })
  return { asked, remember }
}

test('what was made of a text is made once', () => {
  const { asked, remember } = counted((text) => text.length)
  expect([remember('abc'), remember('abc'), remember('')]).toEqual([3, 3, 0])
  expect(remember('')).toBe(0)
  expect(asked).toEqual(['abc', ''])
})

test('long texts are not kept, and many make it forget', () => {
  const { asked, remember } = counted((text) => text)
  const long = 'x'.repeat(201)
  for (const text of [long, long]) expect(remember(text)).toBe(long)
  expect(asked).toHaveLength(2)
  for (let each = 0; each < 1_000; each++) remember(`${each}`)
  remember('0')
  expect(asked.filter((text) => text === '0')).toHaveLength(2)
})

test('failures are not remembered', async () => {
  let fails = true
  const { remember } = counted(async (text) => {
    if (fails) throw new Error('not yet')
    return text
  })
  await expect(remember('a')).rejects.toThrow('not yet')
  fails = false
  expect(await remember('a')).toBe('a')
})

test('of a promise, what it resolves to is', async () => {
  const { asked, remember } = counted(async (text) => text)
  const [one, other] = [remember('a'), remember('a')]
  expect(one).not.toBe(other)
  await Promise.all([one, other])
  expect(await remember('a')).toBe('a')
  expect(asked).toEqual(['a', 'a'])
})
