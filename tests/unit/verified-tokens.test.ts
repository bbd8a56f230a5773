/**
 * What is remembered of tokens: that it stays true, stays within its bounds, and never says of one token
 * what belongs to another. Keys and signatures are real where they matter; time is simulated.
 */
import { describe, expect, spyOn, test } from 'bun:test'
import fc from 'fast-check'
import { type ClaimPolicy, judge, refused } from '../../src/oauth/claims.ts'
import { createKeyStore } from '../../src/oauth/keys.ts'
import { refuse } from '../../src/oauth/refusal.ts'
import { createVerifiedTokens, MOST_REMEMBERED } from '../../src/oauth/verified-tokens.ts'
import { createVerifier, type Verify } from '../../src/oauth/verify.ts'
import { type Clock, createClock } from '../support/clock.ts'
import { createSigner } from '../support/signing.ts'

const ISSUER = 'https://kind-otter-1234.customers.stytch.dev'
const PROJECT = 'project-test-11111111-2222-4333-8444-555555555555'
const policy: ClaimPolicy = {
  issuers: [ISSUER],
  projectId: PROJECT,
  resource: 'https://mcp.example.com/mcp',
  audience: 'project',
  allowedClients: [],
  deniedTokens: new Set(['barred']),
  vertical: 'consumer',
  clockSkew: 60,
}
const claims = (clock: Clock, more: object = {}) => {
  const iat = Math.floor(clock.now() / 1000)
  const rest = { client_id: 'connected-app-test-1', scope: 'openid', iat, exp: iat + 3600 }
  return { iss: ISSUER, aud: [PROJECT], sub: 'user-test-ada', ...rest, ...more }
}

/** Stands for a key where no signature is checked. */
const key = {} as CryptoKey
const signer = { keyId: 'a', key }
const bad = () => refused(refuse('token_signature'))

/** A memory, and how often each token was checked. */
function counting() {
  const clock = createClock()
  const tokens = createVerifiedTokens(clock)
  const checks = new Map<string, number>()
  async function use(token: string, judgement: () => ReturnType<typeof judge>) {
    const known = tokens.find(token)
    if (known !== undefined) return known.judgement
    return tokens.settle(token, signer, async () => {
      checks.set(token, (checks.get(token) ?? 0) + 1)
      return judgement()
    })
  }
  const good = () => judge(claims(clock), policy)
  return { clock, tokens, checks, use, good }
}

describe('what is remembered', () => {
  test('A6.20 a good signature for a minute, a bad one for ten seconds', async () => {
    const { clock, checks, use, good } = counting()
    const both = async () => {
      await use('good', good)
      await use('bad', bad)
      return [checks.get('good'), checks.get('bad')]
    }
    expect(await both()).toEqual([1, 1])
    clock.advance(9.999)
    expect(await both()).toEqual([1, 1])
    clock.advance(0.001)
    expect(await both()).toEqual([1, 2])
    clock.advance(49.999)
    expect(await both()).toEqual([1, 3])
    clock.advance(0.001)
    expect(await both()).toEqual([2, 3])
  })

  test('nothing beyond exp, although the skew accepts the token a minute more', async () => {
    const { clock, checks, use } = counting()
    const { iat } = claims(clock)
    const short = () => judge(claims(clock, { iat, exp: iat + 5 }), policy)
    for (let second = 0; second < 8; second++) {
      const judgement = await use('short', short)
      expect(judgement.at(clock.now() / 1000).ok).toBe(true)
      clock.advance(1)
    }
    expect(checks.get('short')).toBe(8 - 5 + 1)
  })

  test('of many at once one checks, and all get its answer', async () => {
    const { checks, use, good } = counting()
    const answers = await Promise.all(Array.from({ length: 100 }, () => use('t', good)))
    expect(checks.get('t')).toBe(1)
    expect(new Set(answers).size).toBe(1)
  })

  test('nothing, when the check itself fails: everybody hears it, the next one checks anew', async () => {
    const { tokens, checks, use, good } = counting()
    const broken = () => {
      throw new Error('no cryptography today')
    }
    const answers = await Promise.allSettled([use('t', broken), use('t', broken)])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(tokens.load().entries).toBe(0)
    await use('t', good)
    expect(checks.get('t')).toBe(2)
  })

  test('nothing, when the token is forgotten while it is checked', async () => {
    const { tokens, use, good } = counting()
    const answer = use('t', good)
    tokens.forget('t')
    await answer
    expect(tokens.find('t')).toBeUndefined()
    expect(tokens.load()).toEqual({ entries: 0, bytes: 0 })
  })

  test('the answer under the newer key, whichever check ends last', async () => {
    const { tokens, good } = counting()
    const newer = { keyId: 'a', key: {} as CryptoKey }
    const ends: (() => void)[] = []
    const slow = () => new Promise<ReturnType<typeof judge>>((end) => ends.push(() => end(good())))
    const first = tokens.settle('t', signer, slow)
    const second = tokens.settle('t', newer, slow)
    ends[1]?.()
    await second
    ends[0]?.()
    await first
    expect(tokens.find('t')?.key).toBe(newer.key)
  })
})

test('of one token one thing is known: what was found out last', async () => {
  const { tokens, use, good } = counting()
  for (let i = 0; i < 3; i++) await use('t', good)
  const newer = { keyId: 'a', key: {} as CryptoKey }
  await tokens.settle('t', newer, async () => bad())
  expect(tokens.find('t')?.key).toBe(newer.key)
  expect(tokens.load().entries).toBe(1)
  await tokens.settle('t', signer, async () => good())
  expect(tokens.find('t')?.key).toBe(key)
  expect(tokens.load().entries).toBe(1)
})

describe('a flood', () => {
  const HOT = Array.from({ length: 200 }, (_, i) => `hot-${i}`)
  const filler = 'x'.repeat(1_000)

  test.each([
    ['good tokens, each used once', 1, false],
    ['good tokens, each used twice', 2, false],
    ['bad tokens, each used twice', 2, true],
  ])('of 100,000 %s stays within the bounds and pushes out nothing in use', async (...row) => {
    const [, uses, isBad] = row
    const { tokens, checks, use, good } = counting()
    const judgement = isBad ? bad() : good()
    for (const token of HOT) {
      await use(token, good)
      await use(token, good)
    }
    for (let i = 0; i < 100_000; i++) {
      if (i % 10 === 0) await use(HOT[(i / 10) % HOT.length] as string, good)
      for (let n = 0; n < uses; n++) await use(`${filler}${i}`, () => judgement)
      if (i % 100 === 0) {
        const { entries, bytes } = tokens.load()
        expect(entries).toBeLessThanOrEqual(MOST_REMEMBERED.entries)
        expect(bytes).toBeLessThanOrEqual(MOST_REMEMBERED.bytes)
      }
    }
    expect(new Set(HOT.map((token) => checks.get(token)))).toEqual(new Set([1]))
    expect(checks.size).toBe(100_000 + HOT.length)
    const others = isBad ? 900 : uses === 1 ? 32 : 2_000
    expect(tokens.load().entries).toBeGreaterThanOrEqual(HOT.length + others)
  })

  test('of the largest tokens is bounded by bytes', async () => {
    const { tokens, use, good } = counting()
    const large = 'x'.repeat(8_000)
    for (let i = 0; i < 10_000; i++) {
      await use(`${large}${i}`, i % 2 === 0 ? good : bad)
      await use(`${large}${i}`, good)
    }
    const { entries, bytes } = tokens.load()
    expect(bytes).toBeLessThanOrEqual(MOST_REMEMBERED.bytes)
    expect(entries).toBeGreaterThan(1_000)
    expect(entries).toBeLessThan(MOST_REMEMBERED.bytes / 16_000)
  })

  test('is gone from memory as other tokens come after its time', async () => {
    const { clock, tokens, use, good } = counting()
    const twice = async (token: string) => [await use(token, good), await use(token, good)]
    for (let i = 0; i < 200; i++) await twice(`before-${i}`)
    expect(tokens.load().entries).toBe(200)
    clock.advance(61)
    for (let i = 0; i < 100; i++) await twice(`later-${i}`)
    expect(tokens.load().entries).toBe(100)
  })

  test('of tokens used once: one that comes again after it is checked once more, and stays', async () => {
    const { tokens, checks, use, good } = counting()
    await use('mine', good)
    for (let i = 0; i < 1_000; i++) await use(`once-${i}`, good)
    expect(tokens.find('mine')).toBeUndefined()
    await use('mine', good)
    for (let i = 0; i < 1_000; i++) await use(`again-${i}`, good)
    expect(tokens.find('mine')).toBeDefined()
    expect(checks.get('mine')).toBe(2)
  })

  test.each([1_000, 4_000, 7_500])(
    'of %i tokens that come in turn checks none for ever',
    async (count) => {
      const { checks, use, good } = counting()
      const names = Array.from({ length: count }, (_, i) => `token-${i}`)
      for (let round = 0; round < 5; round++) for (const name of names) await use(name, good)
      expect(Math.max(...checks.values())).toBe(2)
    },
  )
})

const [A, B, C] = await Promise.all([createSigner('a'), createSigner('b'), createSigner('c')])
/** Another key under A's id. */
const FALSE_A = await createSigner('a')
const SETS = [[A], [A, B], [B], [B, C], [FALSE_A], [FALSE_A, B], [C, A]]

/** A project whose key set and outages are ours to choose, and verifiers of it. */
function project() {
  const clock = createClock()
  const world = { set: [A], down: false }
  const fetch = (async () =>
    world.down
      ? new Response(null, { status: 502 })
      : Response.json({
          keys: world.set.map(({ jwk }) => jwk),
        })) as unknown as typeof globalThis.fetch
  const verifier = (remembers: boolean): Verify => {
    const { now } = clock
    const keys = createKeyStore({ domain: ISSUER, fetch, now, log() {}, staleMax: 300_000 })
    const tokens = remembers ? { tokens: createVerifiedTokens({ now }) } : {}
    return createVerifier({ keys, policy, now, ...tokens }).verify
  }
  return { clock, world, verifier }
}

describe('a key set that changes', () => {
  test('A7.09 another key under the same id: what the first one proved counts no more', async () => {
    const { clock, world, verifier } = project()
    const verify = verifier(true)
    const [old, fresh] = await Promise.all([A.sign(claims(clock)), FALSE_A.sign(claims(clock))])
    const outcome = async () => [(await verify(old)).ok, (await verify(fresh)).ok]
    expect(await outcome()).toEqual([true, false])
    expect(await outcome()).toEqual([true, false])
    // Longer than a bad signature is remembered would be too easy; both are known when the set changes.
    clock.advance(595)
    expect(await outcome()).toEqual([true, false])
    world.set = [FALSE_A]
    clock.advance(6)
    expect(await outcome()).toEqual([false, true])
  })

  test('A7.04 a token of a new key works at once, also when it was refused before', async () => {
    const { clock, world, verifier } = project()
    const verify = verifier(true)
    const ofB = await B.sign(claims(clock))
    expect(await verify(ofB)).toMatchObject({ code: 'token_signature' })
    world.set = [A, B]
    clock.advance(31)
    expect((await verify(ofB)).ok).toBe(true)
  })

  test('a barred id stops a token that is known', async () => {
    const { clock } = project()
    const barred = new Set<string>()
    const { now } = clock
    const fetch = (async () =>
      Response.json({ keys: [A.jwk] })) as unknown as typeof globalThis.fetch
    const keys = createKeyStore({ domain: ISSUER, fetch, now, log() {}, staleMax: 0 })
    const tokens = createVerifiedTokens({ now })
    const { verify } = createVerifier({
      keys,
      now,
      tokens,
      policy: { ...policy, deniedTokens: barred },
    })
    const token = await A.sign(claims(clock, { jti: 'stolen' }))
    expect((await verify(token)).ok).toBe(true)
    barred.add('stolen')
    expect(await verify(token)).toMatchObject({ code: 'token_denied' })
  })
})

test('the caller is frozen, and the same one every time', async () => {
  const { clock, verifier } = project()
  const verify = verifier(true)
  const token = await A.sign(claims(clock))
  const [first, second] = [await verify(token), await verify(token)]
  if (!first.ok || !second.ok) throw new Error('refused')
  expect(second.principal).toBe(first.principal)
  const { principal } = second
  const parts = [second, principal, principal.scopes, principal.audience]
  expect(parts.every((one) => Object.isFrozen(one))).toBe(true)
})

describe('whatever the order of things', () => {
  const PEOPLE = ['user-test-ada', 'user-test-bob', 'user-test-eve']
  interface Kind {
    readonly life?: number
    readonly wait?: number
  }
  const KINDS: [string, Kind & Record<string, unknown>][] = [
    ['good', {}],
    ['short', { life: 40 }],
    ['later', { wait: 100 }],
    ['barred', { jti: 'barred' }],
    ['another project', { aud: ['project-test-other'] }],
    ['a session', { client_id: undefined, scope: undefined }],
  ]

  test('E-T21, E-T51, A6.20 it decides as if it remembered nothing, and never mixes two callers', async () => {
    const { clock: start } = project()
    const minted = await Promise.all(
      [A, B, C, FALSE_A].flatMap((key) =>
        PEOPLE.flatMap((sub) =>
          KINDS.map(async ([kind, { life = 7200, wait = 0, ...more }]) => {
            const iat = Math.floor(start.now() / 1000)
            const dates = { nbf: iat + wait, exp: iat + life }
            const id = `${sub} ${kind}`
            const token = await key.sign(claims(start, { sub, jti: id, ...dates, ...more }))
            return { token, sub, id }
          }),
        ),
      ),
    )
    const [first, other] = [minted[0], minted[KINDS.length]].map((one) => one?.token.split('.'))
    const forged = [
      [first?.[0], other?.[1], first?.[2]],
      [first?.[0], first?.[1], other?.[2]],
    ].map((parts) => ({ token: parts.join('.'), sub: '', id: '' }))
    const pool = [...minted, ...forged]

    const SOME = 12
    const some = fc.array(fc.nat(pool.length - 1), { minLength: SOME, maxLength: SOME })
    const uses = fc.array(fc.nat(SOME - 1), { minLength: 1, maxLength: SOME })
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ use: uses }) },
      { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(1, 9, 11, 31, 61, 301, 601) }) },
      { weight: 1, arbitrary: fc.record({ set: fc.constantFrom(...SETS) }) },
      { weight: 1, arbitrary: fc.record({ down: fc.boolean() }) },
    )
    const outcomes = new Set<string>()
    const signatures = { remembering: 0, forgetful: 0 }
    const counted = spyOn(crypto.subtle, 'verify')
    await fc.assert(
      fc.asyncProperty(
        some,
        fc.array(step, { minLength: 20, maxLength: 40 }),
        async (at, steps) => {
          const { clock, world, verifier } = project()
          clock.advance((start.now() - clock.now()) / 1_000)
          const verifiers = { remembering: verifier(true), forgetful: verifier(false) }
          for (const one of steps) {
            if ('wait' in one) clock.advance(one.wait)
            else if ('set' in one) world.set = one.set
            else if ('down' in one) world.down = one.down
            else {
              const used = one.use.map((i) => pool[at[i] as number] as (typeof pool)[number])
              const ask = async (who: keyof typeof verifiers) => {
                counted.mockClear()
                const answers = await Promise.all(used.map(({ token }) => verifiers[who](token)))
                signatures[who] += counted.mock.calls.length
                return answers
              }
              const answers = await ask('remembering')
              expect(answers).toEqual(await ask('forgetful'))
              for (const [i, answer] of answers.entries()) {
                outcomes.add(answer.ok ? 'accepted' : answer.code)
                if (!answer.ok) continue
                const { subject, tokenId } = answer.principal
                expect([subject, tokenId]).toEqual([used[i]?.sub, used[i]?.id])
              }
            }
          }
        },
      ),
      { seed: 6, numRuns: 120 },
    )
    counted.mockRestore()
    expect(signatures.remembering).toBeLessThan(signatures.forgetful / 2)
    // Nothing was left out: each of these happened.
    expect([...outcomes].sort()).toEqual([
      'accepted',
      'token_audience',
      'token_denied',
      'token_expired',
      'token_kind',
      'token_not_yet_valid',
      'token_signature',
      'verification_unavailable',
    ])
  }, 60_000)
})
