import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { findFlaw } from '../../src/mcp/json-scan.ts'
import { parsePlain } from '../../src/mcp/plain-json.ts'

const SEED = 617

describe('parsePlain', () => {
  test('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.object(), fc.array(fc.jsonValue())), (value) => {
        const text = JSON.stringify(value)
        const parsed = parsePlain(text)
        if (parsed !== undefined) expect(parsed).toEqual(JSON.parse(text))
      }),
      { seed: SEED, numRuns: 500 },
    )
    expect(parsePlain('{"jsonrpc":"2.0","id":1,"params":{"a":[1,-2.5,"ü",null,true]}}')).toEqual({
      jsonrpc: '2.0',
      id: 1,
      params: { a: [1, -2.5, 'ü', null, true] },
    })
  })

  /** JSON as others write it: spaces, names twice, escapes, odd numbers; and half of it. */
  const { text: jsonText } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        '1',
        '1.0',
        '1e2',
        '1e999',
        '-0',
        'null',
        '"x"',
        '"\\ud800"',
        ' 2',
        '{}',
        ',',
      ),
      fc.array(tie('text'), { maxLength: 3 }).map((all) => `[${all.join()}]`),
      fc
        .array(
          fc.tuple(fc.constantFrom('"a"', '"b"', '"\\u0061"', '"__proto__"', ' "c"'), tie('text')),
          { maxLength: 4 },
        )
        .map((all) => `{${all.map(([name, value]) => `${name}:${value}`).join()}}`),
    ),
  }))

  test('leaves whatever has a flaw, and whatever is not JSON', () => {
    let read = 0
    fc.assert(
      fc.property(jsonText, (text) => {
        const parsed = parsePlain(text)
        if (parsed === undefined) return
        read++
        expect(findFlaw(text)).toBeUndefined()
        expect(parsed).toEqual(JSON.parse(text))
      }),
      { seed: SEED, numRuns: 20_000 },
    )
    expect(read).toBeGreaterThan(100)
  })

  test.each([
    ['a name twice', '{"a":1,"a":2}'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['__proto__', '{"__proto__":1}'],
    ['a number beyond the doubles', '{"a":1e999}'],
    ['half a surrogate pair', '{"a":"\\ud800"}'],
    ['too deep', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['too long', JSON.stringify({ a: 'x'.repeat(9_000) })],
    ['spaces', '{ "a":1}'],
    ['no object', '1'],
    ['half of it', '{"a":'],
  ])('leaves %s', (_, text) => {
    expect(parsePlain(text)).toBeUndefined()
  })

  test('goes as deep as a message may', () => {
    expect(parsePlain(`${'['.repeat(64)}${']'.repeat(64)}`)).toBeDefined()
  })
})
