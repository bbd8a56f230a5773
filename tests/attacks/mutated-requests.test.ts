/**
 * Ten thousand mutated tokens and headers, generated from a good one: none gets in, none breaks the
 * server, and none leaves a trace of a token in the log.
 */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createFixture } from '../support/fixture.ts'
import { ERAS, rpc } from '../support/mcp.ts'
import { createProbes } from '../support/probes.ts'

const RUNS = 6_000
const probes = createProbes()
const fixture = createFixture({ tools: probes.tools, env: { INTROSPECTION: 'off' } })
const good = await fixture.token()
const [header, payload, signature] = good.split('.') as [string, string, string]

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const letter = fc.constantFrom(...BASE64URL)
const part = fc.string({ unit: letter, maxLength: 400 })

function encode(value: unknown): string {
  const bytes = new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
function decode(part: string): Record<string, unknown> {
  return JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')))
}

/** A claim or header member, replaced, dropped or added. */
const altered = (original: Record<string, unknown>) =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom(...Object.keys(original)), fc.string({ maxLength: 12 })),
      fc.option(fc.jsonValue({ maxDepth: 2 })),
    )
    .map(([name, value]) => encode({ ...original, [name]: value ?? undefined }))

/** One character of the token, changed, dropped or doubled. */
const slip = fc
  .tuple(fc.nat(good.length - 1), letter, fc.constantFrom('change', 'drop', 'double'))
  .map(([at, to, how]) => {
    const middle = { change: to, drop: '', double: (good[at] as string).repeat(2) }[how]
    return good.slice(0, at) + middle + good.slice(at + 1)
  })

const token = fc
  .oneof(
    { weight: 4, arbitrary: slip },
    { weight: 3, arbitrary: altered(decode(header)).map((h) => `${h}.${payload}.${signature}`) },
    { weight: 3, arbitrary: altered(decode(payload)).map((p) => `${header}.${p}.${signature}`) },
    { weight: 1, arbitrary: fc.tuple(part, part, part).map((parts) => parts.join('.')) },
    { weight: 1, arbitrary: part.map((s) => `${header}.${payload}.${s}`) },
    { weight: 1, arbitrary: fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')) },
  )
  .filter((candidate) => candidate !== good)

/** What a header may hold on the wire: visible ASCII, spaces and tabs. */
const visible = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
})

const authorization = fc
  .oneof(
    { weight: 6, arbitrary: token.map((t) => `Bearer ${t}`) },
    { weight: 1, arbitrary: fc.tuple(visible, token).map(([scheme, t]) => `${scheme} ${t}`) },
    { weight: 1, arbitrary: fc.tuple(visible, visible).map(([a, b]) => `Bearer ${a}${good}${b}`) },
    { weight: 1, arbitrary: visible.map((s) => `${s}Bearer ${good}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('\t', ',', ', ', ';', '"').map((s) => `Bearer${s}${good}`),
    },
  )
  // Padding with spaces, and another case of the scheme, are legal spellings of the good one.
  .filter((value) => value.trim().replace(/^bearer +/i, '') !== good)

describe.each([...ERAS])('%s era', (era) => {
  test(`${RUNS} mutations: no 2xx, no 5xx, no token in the log`, async () => {
    const outcomes: Record<number, number> = {}
    await fc.assert(
      fc.asyncProperty(authorization, async (value) => {
        const request = rpc(era, 'tools/call', { name: 'read', arguments: {} }, undefined, {
          Authorization: value,
        })
        const response = await fixture.send('/mcp', request)
        outcomes[response.status] = (outcomes[response.status] ?? 0) + 1
        expect([400, 401]).toContain(response.status)
        expect(response.headers.get('www-authenticate')).toStartWith('Bearer resource_metadata=')
        expect(await response.text()).not.toContain(payload)
      }),
      { numRuns: RUNS },
    )
    expect(probes.calls.read).toBe(0)
    expect(Object.keys(outcomes).sort()).toEqual(['400', '401'])

    const secrets = [payload, signature, header]
    const leaks = fixture.lines.filter((line) => secrets.some((secret) => line.includes(secret)))
    expect(leaks).toEqual([])
    fixture.lines.length = 0
  }, 120_000)

  test('and the good token still passes', async () => {
    const request = rpc(era, 'tools/call', { name: 'read', arguments: {} }, good)
    expect((await fixture.send('/mcp', request)).status).toBe(200)
    probes.calls.read = 0
  })
})
