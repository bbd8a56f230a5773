import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createPlaces } from '../../src/mcp/places.ts'

const SEED = 311

describe('places', () => {
  test('are so many for each owner, and so many for all', () => {
    const { enter } = createPlaces({ perOwner: 2, all: 3 })
    expect([enter('a'), enter('a'), enter('b')].every(Boolean)).toBe(true)
    expect(enter('a')).toBeUndefined()
    expect(enter('c')).toBeUndefined()
  })

  test('an owner who was refused has taken nothing', () => {
    const { enter } = createPlaces({ perOwner: 1, all: 2 })
    const leave = enter('a')
    for (let each = 0; each < 5; each++) expect(enter('a')).toBeUndefined()
    leave?.()
    expect([enter('a'), enter('b'), enter('c')].map(Boolean)).toEqual([true, true, false])
  })

  test('one is given back once, however often', () => {
    const { enter } = createPlaces({ perOwner: 2, all: 9 })
    const leave = enter('a')
    enter('a')
    for (let each = 0; each < 3; each++) leave?.()
    expect([enter('a'), enter('a')].map(Boolean)).toEqual([true, false])
  })

  test.each(['__proto__', 'constructor', ''])('%j is an owner like any other', (owner) => {
    const { enter } = createPlaces({ perOwner: 1, all: 9 })
    const leave = enter(owner)
    expect([leave, enter(owner)].map(Boolean)).toEqual([true, false])
    leave?.()
    expect(enter(owner)).toBeDefined()
  })

  test('whoever comes and goes, nobody is refused who has room, or admitted who has none', () => {
    const step = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), leaves: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { enter } = createPlaces({ perOwner: 3, all: 5 })
        const inside: { readonly owner: string; readonly leave: () => void }[] = []
        for (const { owner, leaves } of steps) {
          const room = inside.length < 5 && inside.filter((one) => one.owner === owner).length < 3
          const leave = enter(owner)
          expect(leave !== undefined).toBe(room)
          if (leave !== undefined) inside.push({ owner, leave })
          if (leaves === 0) inside.shift()?.leave()
        }
      }),
      { seed: SEED, numRuns: 200 },
    )
  })
})
