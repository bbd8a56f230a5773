import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { canonicalJson, TooDeep } from '../../src/mcp/canonical-json.ts'
import {
  applyPatch,
  type Change,
  difference,
  fingerprint,
  type Json,
  UnusablePatch,
} from '../../src/mcp/difference.ts'

const SEED = 7396
const RUNS = 300

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)

/** What a pointer points to. */
function at(document: Json | undefined, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((value, name) => (value as Record<string, unknown>)[name], document as unknown)
}

function nested(levels: number): Json {
  let value: Json = 1
  for (let i = 0; i < levels; i++) value = { a: value }
  return value
}

describe('difference', () => {
  const rows: readonly [string, Json | undefined, Json | undefined, Change[]][] = [
    ['equal values, members in another order', { a: 1, b: [2] }, { b: [2], a: 1 }, []],
    ['a member', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ path: '/b', before: 2, after: 3 }]],
    ['the root', 1, 'x', [{ path: '', before: 1, after: 'x' }]],
    ['something new', undefined, { a: 1 }, [{ path: '', after: { a: 1 } }]],
    ['something gone', { a: 1 }, undefined, [{ path: '', before: { a: 1 } }]],
    ['null, which is a value', { a: null }, {}, [{ path: '/a', before: null }]],
    ['null, which is not absence', { a: 1 }, { a: null }, [{ path: '/a', before: 1, after: null }]],
    ['false and zero', { a: false }, { a: 0 }, [{ path: '/a', before: false, after: 0 }]],
    ['a list and an object', { a: [] }, { a: {} }, [{ path: '/a', before: [], after: {} }]],
    ['names that need escapes', { 'a/b~c': 1 }, {}, [{ path: '/a~1b~0c', before: 1 }]],
    ['a member that is undefined', { a: undefined }, {}, []],
    [
      'members in order of their names',
      { b: 1, a: 1 },
      { c: 1, a: 2 },
      [
        { path: '/a', before: 1, after: 2 },
        { path: '/b', before: 1 },
        { path: '/c', after: 1 },
      ],
    ],
    [
      'redirect URLs, by url',
      [{ url: 'https://a', valid_types: ['LOGIN'] }, { url: 'https://b' }],
      [{ url: 'https://b' }, { url: 'https://c' }, { url: 'https://a', valid_types: ['SIGNUP'] }],
      [
        { path: '/1', after: { url: 'https://c' } },
        { path: '/2/valid_types/0', before: 'LOGIN', after: 'SIGNUP' },
      ],
    ],
    [
      'a redirect URL that is gone and one that is new',
      [{ url: 'https://a' }, { url: 'https://b' }],
      [{ url: 'https://b' }, { url: 'https://c' }],
      [
        { path: '/0', before: { url: 'https://a' } },
        { path: '/1', after: { url: 'https://c' } },
      ],
    ],
    [
      'a permission of a role, by role_id and resource_id',
      {
        roles: [
          { role_id: 'admin', permissions: [] },
          {
            role_id: 'editor',
            permissions: [
              { resource_id: 'docs', actions: ['read', 'write', 'share', 'delete'] },
              { resource_id: 'media', actions: ['read'] },
            ],
          },
        ],
      },
      {
        roles: [
          {
            role_id: 'editor',
            permissions: [
              { resource_id: 'media', actions: ['read'] },
              { resource_id: 'docs', actions: ['write', 'delete'] },
            ],
          },
          { role_id: 'admin', permissions: [] },
        ],
      },
      [
        // What is gone is where it was.
        { path: '/roles/1/permissions/0/actions/0', before: 'read' },
        { path: '/roles/1/permissions/0/actions/2', before: 'share' },
      ],
    ],
    [
      'scopes and domains, by theirs',
      { scopes: [{ scope: 'a', n: 1 }], domains: [{ domain: 'x.test' }] },
      { scopes: [{ scope: 'a', n: 2 }], domains: [] },
      [
        { path: '/domains/0', before: { domain: 'x.test' } },
        { path: '/scopes/0/n', before: 1, after: 2 },
      ],
    ],
    [
      'a key that two elements share tells nothing apart',
      [
        { url: 'u', n: 1 },
        { url: 'u', n: 2 },
      ],
      [{ url: 'u', n: 2 }],
      [{ path: '/0', before: { url: 'u', n: 1 } }],
    ],
    [
      'a list without keys, where one was put in',
      ['a', 'b', 'c'],
      ['a', 'x', 'b', 'c'],
      [{ path: '/1', after: 'x' }],
    ],
    [
      'a list without keys, pair by pair',
      [{ a: 1, b: 2 }, 5],
      [{ a: 1, b: 3 }, 5, 6],
      [
        { path: '/0/b', before: 2, after: 3 },
        { path: '/2', after: 6 },
      ],
    ],
    [
      'an own __proto__ is a name like any other',
      JSON.parse('{"__proto__":{"x":1}}'),
      {},
      [{ path: '/__proto__', before: { x: 1 } }],
    ],
  ]

  test.each(rows)('%s', (_, before, after, changes) => {
    expect(difference(before, after)).toEqual(changes)
    expect(difference(after, before)).toHaveLength(changes.length)
  })

  test('an absent side is absent, not undefined', () => {
    expect(difference(undefined, 1).map(Object.keys)).toEqual([['path', 'after']])
    expect(difference(1, undefined).map(Object.keys)).toEqual([['path', 'before']])
  })

  test('long lists without keys keep what they share at their ends', () => {
    const numbers = Array.from({ length: 2_000 }, (_, i) => i)
    const changed = [...numbers.slice(0, 700), -1, ...numbers.slice(701)]
    expect(difference(numbers, changed)).toEqual([{ path: '/700', before: 700, after: -1 }])
    expect(difference(numbers, numbers.slice(1))).toEqual([{ path: '/0', before: 0 }])
    const none = numbers.map((i) => -1 - i)
    expect(difference(numbers, none)).toHaveLength(2_000)
    // Shifted by one between ends that differ: what they share is looked for in short lists only.
    const shifted = (length: number) =>
      difference(
        ['a', ...numbers.slice(0, length), 'b'],
        ['c', 'd', ...numbers.slice(0, length), 'e'],
      )
    expect(shifted(400)).toEqual([
      { path: '/0', before: 'a', after: 'c' },
      { path: '/1', after: 'd' },
      { path: '/402', before: 'b', after: 'e' },
    ])
    expect(shifted(600)).toHaveLength(603)
  })

  test('what is too deep is refused', () => {
    expect(() => difference(nested(100), { ...(nested(100) as object), b: 1 })).toThrow(TooDeep)
  })

  test('every change is true of both values, at its path', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const changes = difference(before, after)
        for (const { path, ...change } of changes) {
          if ('after' in change) expect(at(after, path)).toEqual(change.after)
          else expect(at(before, path)).toEqual(change.before)
          expect(change.before).not.toEqual(change.after)
        }
        expect(changes.length === 0).toBe(canonicalJson(before) === canonicalJson(after))
        expect(difference(before, after)).toEqual(changes)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })

  /** Lists that differ in few places, as edited ones do. */
  const edited = fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 }),
    )
    .map(([before, after]) => ({ before, after }))

  test('of lists without keys, no fewer elements can be touched', () => {
    /** Elements of the longest common subsequence, found by trying. */
    const shared = (a: number[], b: number[], memo = new Map<string, number>()): number => {
      if (a.length === 0 || b.length === 0) return 0
      const key = `${a.length},${b.length}`
      const known = memo.get(key)
      if (known !== undefined) return known
      const best =
        a[0] === b[0]
          ? 1 + shared(a.slice(1), b.slice(1), memo)
          : Math.max(shared(a.slice(1), b, memo), shared(a, b.slice(1), memo))
      memo.set(key, best)
      return best
    }
    fc.assert(
      fc.property(edited, ({ before, after }) => {
        const touched = difference(before, after)
        const gone = touched.filter((change) => 'before' in change).length
        expect(before.length - gone).toBe(shared(before, after))
        const fresh = touched.filter((change) => 'after' in change).length
        expect(after.length - fresh).toBe(shared(before, after))
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
})

describe('applyPatch', () => {
  const rfc: readonly [string, string, string][] = [
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ]

  test.each(rfc)('RFC 7396 appendix A: %s with %s', (current, patch, result) => {
    const [from, by] = [JSON.parse(current), JSON.parse(patch)]
    expect(applyPatch(from, by)).toEqual(JSON.parse(result))
    expect([from, by]).toEqual([JSON.parse(current), JSON.parse(patch)])
  })

  test('what is absent is patched like an empty object', () => {
    expect(applyPatch(undefined, { a: null, b: 1 })).toEqual({ b: 1 })
  })

  test.each([
    '{"__proto__":{"polluted":1}}',
    '{"a":{"__proto__":null}}',
    '{"a":[{"__proto__":{"polluted":1}}]}',
  ])('E-G16 %s is refused', (patch) => {
    expect(() => applyPatch({ a: {} }, JSON.parse(patch))).toThrow(UnusablePatch)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('E-G16 a __proto__ that is there already stays a member and reaches no prototype', () => {
    const patched = applyPatch(JSON.parse('{"__proto__":{"polluted":1}}'), {
      constructor: { prototype: { polluted: 1 } },
    }) as Record<string, unknown>
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype)
    expect(Object.keys(patched)).toEqual(['__proto__', 'constructor'])
    expect(patched.polluted).toBeUndefined()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('E-G16 a patch that is too deep is refused, in objects and in lists', () => {
    expect(applyPatch({}, nested(80))).toEqual(nested(80))
    for (const patch of [nested(81), { a: [nested(79)] }]) {
      expect(() => applyPatch({}, patch)).toThrow(UnusablePatch)
    }
  })

  test('applied once or twice, the result is the same, and holds no null of the patch', () => {
    fc.assert(
      fc.property(json, json, (current, patch) => {
        const usable = !JSON.stringify(patch).includes('"__proto__"')
        fc.pre(usable)
        const once = applyPatch(current, patch)
        expect(applyPatch(once, patch)).toEqual(once)
        expect(applyPatch(current, {})).toEqual(
          typeof current === 'object' && current !== null && !Array.isArray(current) ? current : {},
        )
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
})

describe('fingerprint', () => {
  test('is the SHA-256 of the canonical text', async () => {
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('{"a":1,"b":2}'))
    const print = await fingerprint({ b: 2, a: 1 })
    expect(print).toBe(new Uint8Array(bytes).toBase64({ alphabet: 'base64url', omitPadding: true }))
    expect(print).toHaveLength(43)
  })

  test('differs when the value does', async () => {
    const values = [{}, [], null, '', '{}', 0, { a: 1 }, { a: '1' }, { a: [1] }, [1, 2], [2, 1]]
    const prints = new Set(await Promise.all(values.map(fingerprint)))
    expect(prints.size).toBe(values.length)
  })
})
