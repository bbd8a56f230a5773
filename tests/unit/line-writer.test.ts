import { expect, test } from 'bun:test'
import { createLineWriter } from '../../src/runtime/line-writer.ts'
import { until } from '../support/trail.ts'

test('lines are written together, in order, within a moment', async () => {
  const written: string[] = []
  const { print } = createLineWriter((text) => void written.push(text))
  for (const line of ['a', 'b', 'c']) print(line)
  expect(written).toEqual([])
  await until(() => written.length > 0)
  expect(written).toEqual(['a\nb\nc\n'])
  print('d')
  await until(() => written.length > 1)
  expect(written[1]).toBe('d\n')
})

test('many are written at once', () => {
  const written: string[] = []
  const { print } = createLineWriter((text) => void written.push(text))
  print('x'.repeat(70_000))
  expect(written).toHaveLength(1)
})

test('how many, whoever writes them says: what is made later counts half a KiB a line', () => {
  const written: string[] = []
  const { print, later } = createLineWriter((text) => void written.push(text), 1_024)
  print('x'.repeat(512))
  expect(written).toEqual([])
  later({ text: () => 'late' })
  expect(written).toEqual([`${'x'.repeat(512)}\nlate\n`])
})

test('lines that are made later are made once, in their place among the others', () => {
  const written: string[] = []
  const { print, later, flush } = createLineWriter((text) => void written.push(text))
  let made = 0
  print('a')
  later({ text: () => `b${++made}` })
  print('c')
  expect(made).toBe(0)
  flush()
  flush()
  expect(written).toEqual(['a\nb1\nc\n'])
})

test('they do not pile up', () => {
  const written: string[] = []
  const { later } = createLineWriter((text) => void written.push(text))
  for (let id = 0; id < 1_000; id++) later({ text: () => 'x' })
  expect(written.join('').length).toBeGreaterThan(1_000)
})

test('flush writes what was taken, says when that cannot be done, and drops nothing else', () => {
  const written: string[] = []
  let broken = true
  const writer = createLineWriter((text) => {
    if (broken) throw new Error('full')
    written.push(text)
  })
  writer.print('lost')
  expect(writer.flush).toThrow('full')
  broken = false
  writer.flush()
  writer.print('kept')
  writer.flush()
  expect(written).toEqual(['kept\n'])
})
