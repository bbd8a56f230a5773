import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { canonicalJson, MAX_DEPTH, TooDeep } from '../../src/mcp/canonical-json.ts'

const SEED = 8785

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = [value]
  return value
}

/** The same value, its members in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  )
}

describe('canonical JSON', () => {
  const rows: readonly [unknown, string][] = [
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    // RFC 8785 §3.2.3: code units, so that a surrogate pair comes before U+FB33.
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    ],
    [{ '10': 0, '9': 0 }, '{"10":0,"9":0}'],
    [[-0, 1e21, 4.5, 2e-3, 1e-27], '[0,1e+21,4.5,0.002,1e-27]'],
    [{ gone: undefined, kept: [undefined] }, '{"kept":[null]}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [JSON.parse('{"__proto__":{"x":1},"a":2}'), '{"__proto__":{"x":1},"a":2}'],
    ['\ud800', '"\\ud800"'],
  ]

  test.each(rows)('%j', (value, text) => expect(canonicalJson(value)).toBe(text))

  const refused: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['NaN', Number.NaN],
    ['an infinite number', [Number.POSITIVE_INFINITY]],
    ['a bigint', 1n],
    ['a function', { f: () => 1 }],
    ['a map', new Map([['a', 1]])],
  ]

  test.each(refused)('%s is not JSON', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  test('what is too deep, or contains itself, is refused', () => {
    expect(canonicalJson(nested(MAX_DEPTH))).toBe(
      `${'['.repeat(MAX_DEPTH)}1${']'.repeat(MAX_DEPTH)}`,
    )
    expect(() => canonicalJson(nested(MAX_DEPTH + 1))).toThrow(TooDeep)
    const self: unknown[] = []
    self.push(self)
    expect(() => canonicalJson(self)).toThrow(TooDeep)
  })

  test('says the value, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(reversed(value))).toBe(text)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})
