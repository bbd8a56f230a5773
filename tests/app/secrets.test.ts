/**
 * One-time secrets as their owner, somebody else and the store see them. Checklist D3.12, D4; no browser.
 */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import type { Completion, SecretQuestion } from '../../src/web/secrets/one-time-secrets.ts'
import { createOneTimeSecrets } from '../../src/web/secrets/one-time-secrets.ts'
import { newId, open, placeOf, seal } from '../../src/web/secrets/seal.ts'
import { ADA, BOB, CANARY, createDesk, type Desk, idOf } from './secrets-desk.ts'

// One desk for most: making a signing key takes longer than any test here.
const shared = createDesk()
let desk: Desk
beforeEach(() => use(shared))

/** Each test has its minute. */
function use(which: Desk) {
  desk = which
  desk.clock.advance(60)
}

// D4.02 A17.01: whatever a test does, nothing confidential is logged.
afterEach(() => desk.expectSilence())

const DESCRIBE = { action: 'describe' }
const REVEAL = { action: 'reveal' }
const NOT_FOUND = { error: 'not_found' }

describe('a secret handed over', () => {
  test('D3.12 D4.01 the link is an opaque id, and its owner reads the value behind it once', async () => {
    const owner = await desk.owner()
    const { url, expiresAt } = await desk.secrets.hand(owner, { label: 'Key', value: CANARY })
    expect(url).toMatch(new RegExp(`^${desk.publicUrl}/secrets/[A-Za-z0-9_-]{43}$`))
    expect(expiresAt).toBe(desk.clock.now() + 600_000)

    const id = idOf(url)
    const described = await desk.ask(id, DESCRIBE)
    expect([described.status, described.body]).toEqual([
      200,
      { kind: 'hand', label: 'Key', expiresAt },
    ])
    const revealed = await desk.ask(id, REVEAL)
    expect([revealed.status, revealed.body]).toEqual([200, { value: CANARY }])
    expect(revealed.headers.get('cache-control')).toBe('no-store')
    for (const message of [REVEAL, DESCRIBE]) {
      const again = await desk.ask(id, message)
      expect([again.status, again.body]).toEqual([404, NOT_FOUND])
    }
  })

  test('no two links are alike', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => desk.handed()))
    expect(new Set(ids).size).toBe(50)
  })

  test('of parallel requests exactly one gets it', async () => {
    const id = await desk.handed()
    const token = await desk.session()
    const answers = await Promise.all(Array.from({ length: 15 }, () => desk.ask(id, REVEAL, token)))
    expect(answers.filter(({ status }) => status === 200).map(({ body }) => body)).toEqual([
      { value: CANARY },
    ])
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(14)
  })

  test('looking uses nothing up: GET, HEAD and describe', async () => {
    const id = await desk.handed()
    for (const method of ['GET', 'HEAD', 'GET']) await desk.send(`/secrets/${id}`, { method })
    for (let i = 0; i < 3; i++) expect((await desk.ask(id, DESCRIBE)).status).toBe(200)
    expect((await desk.ask(id, REVEAL)).body).toEqual({ value: CANARY })
  })

  test('it lives ten minutes and not a second longer', async () => {
    const [first, second] = [await desk.handed(), await desk.handed()]
    desk.clock.advance(599)
    expect((await desk.ask(first, REVEAL)).status).toBe(200)
    desk.clock.advance(1)
    for (const message of [DESCRIBE, REVEAL]) {
      const answer = await desk.ask(second, message)
      expect([answer.status, answer.body]).toEqual([404, NOT_FOUND])
    }
  })

  test('a store that forgets late does not make it live longer', async () => {
    desk = createDesk({
      watch: (store) => ({ ...store, add: (key, value) => store.add(key, value, 86_400) }),
    })
    const id = await desk.handed()
    desk.clock.advance(600)
    expect((await desk.ask(id, REVEAL)).status).toBe(404)
  })

  test('it cannot be answered as if it were a question, and stays', async () => {
    const id = await desk.handed()
    const answer = await desk.ask(id, { action: 'submit', values: { value: 'x' } })
    expect([answer.status, answer.body]).toEqual([404, NOT_FOUND])
    expect((await desk.ask(id, REVEAL)).status).toBe(200)
  })
})

describe('somebody else', () => {
  test('D3.12 bob learns nothing from ada’s link, and ada can still use it', async () => {
    const id = await desk.handed()
    const bob = await desk.session({ user: BOB })
    const logged = desk.logged.length
    const visible = ({ status, body, headers }: Awaited<ReturnType<Desk['ask']>>) => ({
      status,
      body,
      headers: [...headers].filter(([name]) => name !== 'x-request-id'),
    })
    for (const message of [DESCRIBE, REVEAL, { action: 'submit', values: { a: 'b' } }]) {
      const foreign = await desk.ask(id, message, bob)
      const unknown = await desk.ask(newId(), message, bob)
      expect(foreign.status).toBe(404)
      expect(visible(foreign)).toEqual(visible(unknown))
    }
    const warnings = desk.logged.slice(logged).filter(({ level }) => level === 'warn')
    expect(warnings).toHaveLength(3)
    for (const { event, request_id } of warnings) {
      expect([event, typeof request_id]).toEqual(['secret page: not the owner', 'string'])
    }
    expect((await desk.ask(id, REVEAL)).body).toEqual({ value: CANARY })
  })

  test('bob cannot outrun ada: his parallel requests take nothing', async () => {
    const id = await desk.handed()
    const [ada, bob] = [await desk.session(), await desk.session({ user: BOB })]
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => desk.ask(id, REVEAL, bob)),
      desk.ask(id, REVEAL, ada),
    ])
    expect(answers.map(({ status }) => status)).toEqual([...Array(8).fill(404), 200])
  })

  test('ada of an organization is not ada of another, or of none', async () => {
    const organization = (id: string) => ({
      claims: { 'https://stytch.com/organization': { organization_id: id, slug: 's' } },
    })
    const id = await desk.handed(await desk.owner(organization('organization-test-1')))
    for (const mint of [{}, organization('organization-test-2')]) {
      expect((await desk.ask(id, REVEAL, await desk.session(mint))).status).toBe(404)
    }
    const same = await desk.session(organization('organization-test-1'))
    expect((await desk.ask(id, REVEAL, same)).status).toBe(200)
  })

  test('Stytch names itself in two ways; the person stays the same', async () => {
    const api = { claims: { iss: 'stytch.com/project-test-10ca1000-0000-4000-8000-000000000001' } }
    for (const [owner, session] of [
      [{}, api],
      [api, {}],
    ] as const) {
      const id = await desk.handed(await desk.owner(owner))
      expect((await desk.ask(id, REVEAL, await desk.session(session))).status).toBe(200)
    }
  })

  test('an owner from an issuer this project does not have is nobody here', async () => {
    const owner = { ...(await desk.owner()), issuer: 'https://other.example' }
    const id = await desk.handed(owner)
    expect((await desk.ask(id, REVEAL)).status).toBe(404)
  })
})

describe('an id that was tampered with', () => {
  const tampered: readonly (readonly [string, (id: string) => string])[] = [
    ['last character', (id) => id.slice(0, -1) + (id.endsWith('A') ? 'B' : 'A')],
    ['first character', (id) => (id.startsWith('A') ? 'B' : 'A') + id.slice(1)],
    ['another spelling of the same bytes', (id) => id.slice(0, -1) + twin(id.at(-1) as string)],
    ['one less', (id) => id.slice(0, -1)],
    ['one more', (id) => `${id}A`],
    ['padded', (id) => `${id}=`],
    ['a NUL more', (id) => `${id}%00`],
    ['a space more', (id) => `${id}%20`],
    ['upper case', (id) => id.toUpperCase()],
    ['a key of the store', () => 'one-time-secret%3Ax'],
    ['a prototype', () => '__proto__'],
  ]
  test.each(tampered)('%s', async (_, tamper) => {
    const id = await desk.handed()
    for (const message of [DESCRIBE, REVEAL]) {
      const answer = await desk.ask(tamper(id), message)
      expect([answer.status, answer.body]).toEqual([404, NOT_FOUND])
    }
    expect((await desk.ask(id, REVEAL)).status).toBe(200)
  })

  /** 43 characters carry 258 bits, so the last one has two that say nothing. */
  function twin(last: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return alphabet[alphabet.indexOf(last) ^ 1] as string
  }
})

describe('a secret asked for', () => {
  const FIELDS = [
    { name: 'client_id', label: 'Client id' },
    { name: 'client_secret', label: 'Client secret' },
  ]
  const ARGS = { project: 'acme', nested: [1, null, 'ü'] }
  const VALUES = { client_id: ' spaces stay ', client_secret: CANARY }
  const SUBMIT = { action: 'submit', values: VALUES }
  const QUESTION: SecretQuestion = { kind: 'google', title: 'Google', fields: FIELDS, args: ARGS }

  let calls: Parameters<Completion>[]
  let outcome: () => Promise<{ ok: boolean; sentence: string }>
  const google = (async (...call: Parameters<Completion>) => {
    calls.push(call)
    return outcome()
  }) as Completion
  const answering = createDesk({ completions: { google } })
  beforeEach(() => {
    calls = []
    outcome = async () => ({ ok: true, sentence: 'Google sign-in is on.' })
    use(answering)
  })

  const asked = async () => idOf((await desk.secrets.collect(await desk.owner(), QUESTION)).url)

  test('D4.04 is described without its arguments, completed once, and gone', async () => {
    const id = await asked()
    const expiresAt = desk.clock.now() + 600_000
    const described = await desk.ask(id, DESCRIBE)
    expect(described.body).toEqual({ kind: 'collect', title: 'Google', fields: FIELDS, expiresAt })
    const done = await desk.ask(id, SUBMIT)
    expect([done.status, done.body]).toEqual([200, { ok: true, sentence: 'Google sign-in is on.' }])
    expect(calls).toEqual([[ARGS, VALUES, await ownerLike()]])
    for (const message of [SUBMIT, DESCRIBE]) {
      expect((await desk.ask(id, message)).body).toEqual(NOT_FOUND)
    }
    expect(calls).toHaveLength(1)

    async function ownerLike() {
      const { subject, issuer, clientId } = await desk.owner()
      return expect.objectContaining({ subject, issuer, clientId })
    }
  })

  test('parallel answers: the completion runs once', async () => {
    const id = await asked()
    const token = await desk.session()
    const gate = Promise.withResolvers<void>()
    outcome = async () => {
      await gate.promise
      return { ok: true, sentence: 'Done.' }
    }
    const answers = Array.from({ length: 10 }, () => desk.ask(id, SUBMIT, token))
    // The nine that lose need no gate to be answered.
    await Promise.any(answers)
    gate.resolve()
    const statuses = (await Promise.all(answers)).map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array(9).fill(404)])
    expect(calls).toHaveLength(1)
  })

  test('what failed can be tried again, five times in all', async () => {
    const id = await asked()
    outcome = async () => ({ ok: false, sentence: 'Google refused it.' })
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      const { status, body } = await desk.ask(id, SUBMIT)
      expect([status, body]).toEqual([
        200,
        { ok: false, sentence: 'Google refused it.', attemptsLeft },
      ])
    }
    expect((await desk.ask(id, SUBMIT)).body).toEqual(NOT_FOUND)
    expect(calls).toHaveLength(5)
  })

  test('a failed attempt does not make it live longer', async () => {
    const id = await asked()
    outcome = async () => ({ ok: false, sentence: 'No.' })
    desk.clock.advance(599)
    expect((await desk.ask(id, SUBMIT)).body).toMatchObject({ attemptsLeft: 4 })
    desk.clock.advance(1)
    expect((await desk.ask(id, SUBMIT)).status).toBe(404)
    expect(calls).toHaveLength(1)
  })

  test('an attempt that ends after the link does is the last', async () => {
    const id = await asked()
    outcome = async () => {
      desk.clock.advance(601)
      return { ok: false, sentence: 'Too slow.' }
    }
    const { body } = await desk.ask(id, SUBMIT)
    expect(body).toEqual({ ok: false, sentence: 'Too slow.', attemptsLeft: 0 })
  })

  test('a completion that throws ends the link, and says nothing', async () => {
    const id = await asked()
    outcome = async () => {
      throw new Error(`upstream said ${CANARY}`)
    }
    const { status, body } = await desk.ask(id, SUBMIT)
    expect([status, body]).toEqual([500, { error: 'internal_error' }])
    expect((await desk.ask(id, SUBMIT)).status).toBe(404)
    expect(calls).toHaveLength(1)
  })

  const mismatches: readonly (readonly [string, unknown])[] = [
    ['nothing', {}],
    ['one missing', { client_id: 'a' }],
    ['one empty', { client_id: 'a', client_secret: '' }],
    ['one more', { ...VALUES, extra: 'x' }],
    ['one misspelt', { client_id: 'a', Client_secret: 'b' }],
    ['inherited names', { client_id: 'a', constructor: 'b' }],
    ['a number', { client_id: 'a', client_secret: 5 }],
    ['null', null],
    ['a list', ['a', 'b']],
    ['over 32 KiB', { client_id: 'a', client_secret: 'x'.repeat(32 * 1024 + 1) }],
  ]
  test.each(mismatches)('values that do not fit use nothing up: %s', async (_, values) => {
    const id = await asked()
    const answer = await desk.ask(id, { action: 'submit', values })
    expect([answer.status, answer.body]).toEqual([400, { error: 'bad_request' }])
    expect(calls).toHaveLength(0)
    expect((await desk.ask(id, SUBMIT)).body).toMatchObject({ ok: true })
  })

  test('the longest value that fits arrives whole', async () => {
    const id = await asked()
    const values = { client_id: 'é'.repeat(32 * 1024), client_secret: '"\\\n\u2028' }
    expect((await desk.ask(id, { action: 'submit', values })).status).toBe(200)
    expect(calls[0]?.[1]).toEqual(values)
  })

  test('it cannot be revealed, and bob cannot answer it', async () => {
    const id = await asked()
    expect((await desk.ask(id, REVEAL)).body).toEqual(NOT_FOUND)
    const bob = await desk.session({ user: BOB })
    expect((await desk.ask(id, SUBMIT, bob)).body).toEqual(NOT_FOUND)
    expect(calls).toHaveLength(0)
    expect((await desk.ask(id, SUBMIT)).status).toBe(200)
  })

  const impossible: readonly (readonly [string, Partial<SecretQuestion>])[] = [
    ['a kind nobody completes', { kind: 'apple' }],
    ['an inherited kind', { kind: 'constructor' }],
    ['no field', { fields: [] }],
    ['a field twice', { fields: [FIELDS[0], FIELDS[0]] as typeof FIELDS }],
    ['a field without name', { fields: [{ name: '', label: 'x' }] }],
    ['__proto__', { fields: [{ name: '__proto__', label: 'x' }] }],
    [
      'nine fields',
      { fields: Array.from({ length: 9 }, (_, i) => ({ name: `f${i}`, label: 'x' })) },
    ],
  ]
  test.each(impossible)('a question that cannot be asked throws: %s', async (_, change) => {
    const question = { ...QUESTION, ...change }
    await expect(desk.secrets.collect(await desk.owner(), question)).rejects.toBeInstanceOf(
      TypeError,
    )
  })
})

describe('the store', () => {
  test('holds nothing readable: no id, no value, no label, no name, no arguments', async () => {
    const seen: string[] = []
    const watch = (store: Store): Store => ({
      ...store,
      add: (key, value, ttl) => {
        seen.push(key, value, atob(value.replaceAll('-', '+').replaceAll('_', '/')))
        return store.add(key, value, ttl)
      },
      increment: (key, ttl) => {
        seen.push(key)
        return store.increment(key, ttl)
      },
    })
    desk = createDesk({ watch, completions: { k: async () => ({ ok: true, sentence: '' }) } })
    const owner = await desk.owner()
    const id = await desk.handed(owner)
    await desk.secrets.collect(owner, {
      kind: 'k',
      title: 'TITLE',
      fields: [{ name: 'f', label: 'LABEL' }],
      args: 'ARGS',
    })
    await desk.ask(id, DESCRIBE)
    expect(seen.length).toBeGreaterThanOrEqual(7)
    const all = seen.join('\n')
    const secrets = [id, CANARY, 'Client secret', 'Ends in', owner.subject, owner.issuer, ADA]
    for (const text of [...secrets, 'TITLE', 'LABEL', 'ARGS']) {
      expect({ text, found: all.includes(text) }).toEqual({ text, found: false })
    }
  })

  test('what it holds opens under its own id only, and only unchanged', async () => {
    const [id, other] = [newId(), newId()]
    const sealed = await seal(id, { value: CANARY })
    expect(await open(id, sealed)).toEqual({ value: CANARY })
    const changed = (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1)
    for (const [key, text] of [
      [other, sealed],
      [(await placeOf(id)).slice(-43), sealed],
      [id, changed],
      [id, sealed.slice(0, -4)],
    ] as const) {
      await expect(open(key, text)).rejects.toThrow()
    }
    expect(await seal(id, 1)).not.toBe(await seal(id, 1))
  })

  test('without room there is no link', async () => {
    const store = memoryStore({ capacity: 1 })
    await store.add('other', '', 60)
    const secrets = createOneTimeSecrets({ store, publicUrl: desk.publicUrl, issuers: [] })
    const handing = secrets.hand(await desk.owner(), { label: 'x', value: 'y' })
    await expect(handing).rejects.toMatchObject({
      name: 'StoreUnavailable',
      cause: { name: 'StoreFull' },
    })
  })
})
