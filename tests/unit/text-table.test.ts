/** The table under the token cache: finds by the whole text, whatever else ends like it, and holds on to nothing. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Entry, MOST_IN_PLACE, TextTable } from '../../src/oauth/text-table.ts'

const entry = (name: string): Entry => ({ name })

test('finds what is there, and nothing else', () => {
  // Few places for all of them, and texts shorter than what is read.
  const name = fc.constantFrom('', 'a', 'b', 'ab', 'xab', 'yab', 'longer-than-read-ab', 'other-ab')
  const step = fc.record({ adds: fc.boolean(), name })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new TextTable<Entry>(1)
      const model = new Map<string, Entry>()
      for (const { adds, name: of } of steps) {
        const known = model.get(of)
        expect(table.get(of)).toBe(known as Entry)
        if (adds && known === undefined) {
          const made = entry(of)
          if (table.add(made)) model.set(of, made)
        } else if (!adds && known !== undefined) {
          table.remove(known)
          expect(known.next).toBeUndefined()
          model.delete(of)
        }
        expect(table.size).toBe(model.size)
      }
      for (const [of, made] of model) expect(table.get(of)).toBe(made)
    }),
    { seed: 77, numRuns: 500 },
  )
})

describe('texts made up to end alike', () => {
  const alike = Array.from({ length: 50 }, (_, i) => entry(`${i + 10}.the-same-signature`))

  test('are taken in up to a few, and others as ever', () => {
    const table = new TextTable<Entry>(1_000)
    expect(alike.filter((one) => table.add(one))).toHaveLength(MOST_IN_PLACE)
    const others = Array.from({ length: 500 }, () => entry(crypto.randomUUID()))
    const taken = others.filter((one) => table.add(one))
    // All but those that happen to belong in the very place that is full.
    expect(taken.length).toBeGreaterThan(480)
    expect(taken.every((one) => table.get(one.name) === one)).toBe(true)
  })

  test('leave room when they leave', () => {
    const table = new TextTable<Entry>(1_000)
    for (const one of alike) if (table.add(one)) table.remove(one)
    expect(table.size).toBe(0)
    expect(table.add(alike[0] as Entry)).toBe(true)
  })
})

test('what was removed twice counts once', () => {
  const table = new TextTable<Entry>(4)
  const [one, other] = [entry('one'), entry('other')]
  table.add(one)
  table.add(other)
  table.remove(one)
  table.remove(one)
  expect([table.size, table.get('other')]).toEqual([1, other])
})
