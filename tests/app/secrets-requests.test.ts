/**
 * Who and what may talk to the one-time secret page, and what it gives away before it knows. Checklist
 * C01-C05, D3.12, A17, E-C17, E-C18; no browser.
 */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { Store } from '../../src/store/store.ts'
import { MANAGE_TEST_KEYS } from '../../src/tools/scopes.ts'
import { newId } from '../../src/web/secrets/seal.ts'
import { createFixture } from '../support/fixture.ts'
import { caller } from '../support/tool-calls.ts'
import { BOB, CANARY, createDesk, type Desk, idOf, type Mint } from './secrets-desk.ts'

// One desk for all: making a signing key takes longer than any test here.
const desk: Desk = createDesk()
let id: string
beforeEach(async () => {
  // Each test has its minute.
  desk.clock.advance(60)
  id = await desk.handed()
})
afterEach(() => desk.expectSilence())

const REVEAL = { action: 'reveal' }
const KEY = { label: 'Key', value: CANARY }
const SESSION = 'https://stytch.com/session'
const PROJECT = 'project-test-10ca1000-0000-4000-8000-000000000001'

/** The secret is still there for its owner. */
async function expectUntouched() {
  expect((await desk.ask(id, REVEAL)).body).toEqual({ value: CANARY })
}

describe('who is asked about', () => {
  const claims = (changes: Mint) => ({ claims: changes })
  const rows: readonly (readonly [name: string, mint: Mint, code: string])[] = [
    ['an access token', { kind: 'access' }, 'token_kind'],
    [
      'E-T an access token of a session',
      { kind: 'access', ...claims({ [SESSION]: { id: 'session-test-1' } }) },
      'token_kind',
    ],
    ['an M2M token', { kind: 'm2m' }, 'token_kind'],
    ['an M2M token without scope', { kind: 'm2m', ...claims({ scope: null }) }, 'token_kind'],
    ['an ID token', { kind: 'id' }, 'token_audience'],
    [
      'E-T an ID token for the project',
      { kind: 'id', ...claims({ aud: [PROJECT] }) },
      'token_kind',
    ],
    ['a member’s access token', { kind: 'b2b-access' }, 'token_kind'],
    ['no mark of a session', claims({ [SESSION]: null }), 'token_kind'],
    ['a session that is text', claims({ [SESSION]: 'session-test-1' }), 'token_kind'],
    ['a session without id', claims({ [SESSION]: {} }), 'token_kind'],
    ['a session with another id', claims({ [SESSION]: { id: 'user-test-1' } }), 'token_kind'],
    ['with scope', claims({ scope: 'openid' }), 'token_kind'],
    ['with empty scope', claims({ scope: '' }), 'token_kind'],
    ['with client_id', claims({ client_id: 'connected-app-test-1' }), 'token_kind'],
    ['with nonce', claims({ nonce: 'n' }), 'token_kind'],
    ['with at_hash', claims({ at_hash: 'h' }), 'token_kind'],
    ['with c_hash', claims({ c_hash: 'h' }), 'token_kind'],
    ['with events', claims({ events: {} }), 'token_kind'],
    ['with cnf', claims({ cnf: { jkt: 'x' } }), 'token_kind'],
    ['of a machine', claims({ sub: 'm2m-client-test-1' }), 'token_kind'],
    ['of a member, in a consumer project', claims({ sub: 'member-test-1' }), 'token_kind'],
    ['of nobody', claims({ sub: null }), 'token_claims'],
    ['of an empty subject', claims({ sub: '' }), 'token_claims'],
    ['of a list of subjects', claims({ sub: ['user-test-1'] }), 'token_claims'],
    ['of a subject without end', claims({ sub: `user-${'x'.repeat(300)}` }), 'token_claims'],
    ['of another issuer', claims({ iss: 'https://evil.example' }), 'token_issuer'],
    ['of the issuer with a slash', claims({ iss: 'http://localhost:3001/' }), 'token_issuer'],
    ['of another project', claims({ iss: 'stytch.com/project-test-2' }), 'token_issuer'],
    ['of no issuer', claims({ iss: null }), 'token_issuer'],
    ['for another project', claims({ aud: ['project-test-2'] }), 'token_audience'],
    ['for another one too', claims({ aud: [PROJECT, 'https://other.example'] }), 'token_audience'],
    ['for nobody', claims({ aud: null }), 'token_audience'],
    ['for an empty list', claims({ aud: [] }), 'token_audience'],
    ['expired', { expires_in: -1, ...claims({ exp: 1 }) }, 'token_expired'],
    ['without exp', claims({ exp: null }), 'token_claims'],
    ['with exp as text', claims({ exp: '99999999999' }), 'token_claims'],
    ['without iat', claims({ iat: null }), 'token_claims'],
    [
      'made an hour ago, good for ever',
      claims({ iat: 1, nbf: 1, exp: 9_999_999_999 }),
      'token_expired',
    ],
    [
      'made tomorrow',
      claims({ iat: 9_999_999_999, nbf: 1, exp: 9_999_999_999 }),
      'token_not_yet_valid',
    ],
    ['good from tomorrow', claims({ nbf: 9_999_999_999 }), 'token_not_yet_valid'],
    [
      'of a session that is over',
      claims({ [SESSION]: { id: 'session-test-1', expires_at: '2020-01-01T00:00:00Z' } }),
      'token_expired',
    ],
    [
      'of a session that ends at no time',
      claims({ [SESSION]: { id: 'session-test-1', expires_at: 'never' } }),
      'token_claims',
    ],
    ['signed by a foreign key', { key: 'foreign' }, 'token_signature'],
    ['signed by a small key', { key: 'small' }, 'token_signature'],
    ['signed with the public key', { key: 'hs256-public' }, 'token_algorithm'],
    ['signed with another algorithm', { key: 'ec' }, 'token_algorithm'],
    ['not signed', { key: 'none' }, 'token_malformed'],
    ['with an unknown key id', { header: { kid: 'jwk-test-other' } }, 'token_signature'],
    ['without key id', { header: { kid: null } }, 'token_algorithm'],
    ['that brings its key', { header: { jwk: { kty: 'RSA' } } }, 'token_algorithm'],
    ['typed as an access token', { header: { typ: 'at+jwt' } }, 'token_kind'],
  ]
  test.each(rows)('a token %s is nobody’s session', async (_, mint, code) => {
    const answer = await desk.ask(id, REVEAL, await desk.session(mint))
    expect([answer.status, answer.body]).toEqual([401, { error: 'unauthenticated' }])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="session"')
    expect(desk.logged.at(-2)).toMatchObject({ event: 'secret page: no session', code })
    await expectUntouched()
  })

  const altered: readonly (readonly [string, (token: string) => string])[] = [
    ['another payload', (token) => token.replace(/\.[^.]+\./, '.e30.')],
    ['another signature', (token) => `${token.slice(0, -8)}AAAAAAAA`],
    ['a part more', (token) => `${token}.x`],
    ['opaque', () => 'opaque'],
    ['too long', (token) => token + 'A'.repeat(8 * 1024)],
  ]
  test.each(altered)('a session with %s is none', async (_, alter) => {
    const answer = await desk.ask(id, REVEAL, alter(await desk.session()))
    expect([answer.status, answer.body]).toEqual([401, { error: 'unauthenticated' }])
    await expectUntouched()
  })

  test.each([
    ['none', undefined],
    ['another scheme', 'Basic YTpi'],
    ['two tokens', 'Bearer a, Bearer b'],
    ['an empty one', 'Bearer '],
  ])('Authorization: %s', async (_, authorization) => {
    const headers = new Headers({ 'Content-Type': 'application/json', Origin: desk.publicUrl })
    if (authorization !== undefined) headers.set('Authorization', authorization)
    const body = JSON.stringify(REVEAL)
    const response = await desk.send(`/secrets/${id}`, { method: 'POST', headers, body })
    expect(response.status).toBe(401)
    await expectUntouched()
  })

  test('a session in a cookie or in the query is none', async () => {
    const token = await desk.session()
    const headers = {
      'Content-Type': 'application/json',
      Origin: desk.publicUrl,
      Cookie: `stytch_session_jwt=${token}`,
    }
    const path = `/secrets/${id}?access_token=${token}&session_jwt=${token}`
    const body = JSON.stringify(REVEAL)
    const response = await desk.send(path, { method: 'POST', headers, body })
    expect(response.status).toBe(401)
    await expectUntouched()
  })

  test('a session that is old, but not yet too old, is one; the clocks may differ by a minute', async () => {
    const token = await desk.session()
    desk.clock.advance(300 + 59)
    expect((await desk.ask(id, { action: 'describe' }, token)).status).toBe(200)
    desk.clock.advance(2)
    expect((await desk.ask(id, { action: 'describe' }, token)).status).toBe(401)
  })

  test('without Stytch’s keys nobody can tell: 503, and later it works', async () => {
    const fresh = createDesk()
    const [secret, token] = [
      await fresh.secrets.hand(await desk.owner(), KEY),
      await fresh.session(),
    ]
    fresh.stytch.reachable = false
    const answer = await fresh.ask(idOf(secret.url), REVEAL, token)
    expect([answer.status, answer.body]).toEqual([503, { error: 'unavailable' }])
    expect(answer.headers.get('retry-after')).toBe('5')
    fresh.stytch.reachable = true
    fresh.clock.advance(30)
    expect((await fresh.ask(idOf(secret.url), REVEAL, token)).body).toEqual({ value: CANARY })
    fresh.expectSilence()
  })

  test('an unknown id and a real one are the same to whoever is not signed in', async () => {
    const of = async (which: string) => {
      const { status, body } = await desk.ask(which, REVEAL, 'opaque')
      return [status, body]
    }
    expect(await of(id)).toEqual(await of(newId()))
  })

  test('the body of a request without a session is not read', async () => {
    let pulled = 0
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled++
          controller.enqueue(new Uint8Array(1024))
        },
      },
      { highWaterMark: 0 },
    )
    const response = await desk.send(`/secrets/${id}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: desk.publicUrl },
      body,
      duplex: 'half',
    } as RequestInit)
    expect([response.status, pulled]).toEqual([401, 0])
  })
})

describe('where it is asked from', () => {
  const rows: readonly (readonly [string, Mint])[] = [
    ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['another site that says it is this one', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port', { Origin: 'http://localhost:3001', 'Sec-Fetch-Site': 'same-site' }],
    ['a sandbox', { Origin: 'null' }],
    ['this site in capitals', { Origin: 'HTTP://LOCALHOST:3000' }],
    ['a longer name', { Origin: 'http://localhost:3000.evil.example' }],
    ['nowhere', { Origin: '' }],
    ['the address bar', { 'Sec-Fetch-Site': 'none' }],
  ]
  test.each(rows)('C17 E-C18 %s: 403, without CORS', async (_, headers) => {
    const answer = await desk.ask(id, REVEAL, undefined, headers)
    expect([answer.status, answer.body]).toEqual([403, { error: 'forbidden' }])
    expect([...answer.headers.keys()].filter((name) => /^access-control/.test(name))).toEqual([])
    await expectUntouched()
  })

  test('no preflight is answered', async () => {
    const response = await desk.send(`/secrets/${id}`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('a browser too old for Sec-Fetch-Site still names its origin, and is served', async () => {
    const headers = new Headers({
      Authorization: `Bearer ${await desk.session()}`,
      'Content-Type': 'application/json; charset=utf-8',
      Origin: desk.publicUrl,
    })
    const body = JSON.stringify(REVEAL)
    const response = await desk.send(`/secrets/${id}`, { method: 'POST', headers, body })
    expect(await response.json()).toEqual({ value: CANARY })
  })
})

describe('what is asked', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json-seq',
    'text/plain; application/json',
    'application/json; charset=utf-16',
    '',
  ])('Content-Type %p: 415', async (type) => {
    const answer = await desk.ask(id, REVEAL, undefined, { 'Content-Type': type })
    expect([answer.status, answer.body]).toEqual([415, { error: 'not_json' }])
    await expectUntouched()
  })

  const bodies: readonly (readonly [name: string, body: unknown, status: number])[] = [
    ['nothing', '', 400],
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['no action', {}, 400],
    ['an unknown action', { action: 'delete' }, 400],
    ['a list of actions', { action: ['reveal'] }, 400],
    ['a member more', { action: 'reveal', as: 'bob' }, 400],
    ['an action twice', '{"action":"describe","action":"reveal"}', 400],
    ['a prototype', '{"action":"reveal","__proto__":{}}', 400],
    ['values without action', { values: { a: 'b' } }, 400],
    ['submit without values', { action: 'submit' }, 400],
    [
      'a thousand values',
      {
        action: 'submit',
        values: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, 'x'])),
      },
      400,
    ],
    ['not UTF-8 in its numbers', '{"action":"reveal","n":1e999}', 400],
    ['two megabytes', `{"action":"reveal","x":"${'x'.repeat(2 * 1024 * 1024)}"}`, 413],
    ['a hundred thousand levels', '['.repeat(100_000), 400],
  ]
  test.each(bodies)('%s', async (_, body, status) => {
    const answer = await desk.ask(id, body)
    expect(answer.status).toBe(status)
    expect(Object.keys(answer.body)).toEqual(['error'])
    await expectUntouched()
  })

  test.each(['PUT', 'PATCH', 'DELETE'])('%s: 405', async (method) => {
    const response = await desk.send(`/secrets/${id}`, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
    await expectUntouched()
  })

  test('more than twenty requests a minute: 429, for that person alone', async () => {
    const [ada, bob] = [await desk.session(), await desk.session({ user: BOB })]
    const statuses: number[] = []
    for (let i = 0; i < 22; i++) statuses.push((await desk.ask(newId(), REVEAL, ada)).status)
    expect(statuses).toEqual([...Array(20).fill(404), 429, 429])
    const refused = await desk.ask(id, REVEAL, ada)
    expect(refused.body).toEqual({ error: 'too_many_requests' })
    expect(refused.headers.get('retry-after')).toBe('60')
    expect((await desk.ask(newId(), REVEAL, bob)).status).toBe(404)
    desk.clock.advance(60)
    await expectUntouched()
  })
})

describe('the document', () => {
  const read = async (path: string) => {
    const response = await desk.send(path)
    const headers = [...response.headers].filter(([name]) => name !== 'x-request-id')
    return { status: response.status, headers, html: await response.text() }
  }

  test('is the same for every id, and names none', async () => {
    const real = await read(`/secrets/${id}`)
    expect(real).toEqual(await read(`/secrets/${newId()}`))
    expect(real).toEqual(await read('/secrets/%3Cscript%3E'))
    await desk.ask(id, REVEAL)
    expect(real).toEqual(await read(`/secrets/${id}`))
    expect(real.html).not.toContain(id)
    expect(real.html).toContain('<title>One-time secret · Stytch MCP Server</title>')
  })

  test('C01 C02 C04 E-C17 under a strict policy', async () => {
    const { headers } = await desk.send(`/secrets/${id}`)
    const value = (name: string) => headers.get(name)
    expect(value('content-type')).toBe('text/html; charset=UTF-8')
    expect(value('x-frame-options')).toBe('DENY')
    expect(value('referrer-policy')).toBe('no-referrer')
    expect(value('cache-control')).toBe('no-store')
    expect(value('x-content-type-options')).toBe('nosniff')
    expect(value('cross-origin-opener-policy')).toBe('same-origin')
    expect(value('cross-origin-resource-policy')).toBe('same-origin')
    expect(value('x-robots-tag')).toBe('noindex, nofollow, noarchive')
    expect(value('set-cookie')).toBeNull()
    expect(value('access-control-allow-origin')).toBeNull()
    expect(value('content-security-policy')?.split('; ').sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self' http://localhost:3001",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "require-trusted-types-for 'script'",
      "script-src 'self'",
      "style-src 'self'",
      "trusted-types 'none'",
    ])
  })

  test('C31 its scripts and styles are files with integrity, and nothing is inline', async () => {
    const { html } = await read(`/secrets/${id}`)
    const scripts = [...html.matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)]
    expect(scripts).toHaveLength(2)
    for (const [, attributes, content] of scripts) {
      expect(attributes).toMatch(/src="\/assets\/\w+-[0-9a-f]{12}\.js" integrity="sha384-/)
      expect(content).toBe('')
    }
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i)
    expect(html).toContain('<meta name="robots" content="noindex">')
  })

  test('C01 C04 every answer of the page’s own requests is private too', async () => {
    for (const [message, token] of [
      [REVEAL, 'opaque'],
      [{ action: 'describe' }, undefined],
      [REVEAL, undefined],
      [REVEAL, undefined],
    ] as const) {
      const { headers } = await desk.ask(id, message, token)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})

describe('the request log', () => {
  test.each([
    (secret: string) => `/secrets/${secret}`,
    (secret: string) => `/secrets/${secret}/`,
    (secret: string) => `/secrets/${secret}/more/of/it`,
    (secret: string) => `/secrets/${secret}%0a`,
    (secret: string) => `/secrets//${secret}`,
    (secret: string) => `//secrets/${secret}`,
    (secret: string) => `/Secrets/${secret}`,
    (secret: string) => `/%73ecrets/${secret}`,
    (secret: string) => `/secrets%2F${secret}`,
    (secret: string) => `/secrets/${secret}?x=${secret}`,
  ])('A17.01 %p is logged without the id', async (path) => {
    await desk.send(new URL(desk.publicUrl).origin + path(id))
    expect(desk.logged.at(-1)).toMatchObject({ event: 'request', path: '/secrets/:id' })
    expect(JSON.stringify(desk.logged)).not.toContain(id)
  })

  test('other paths are logged as they are', async () => {
    for (const path of ['/secrets', '/secretsX/y', '/x/secrets/y', '/mcp']) {
      await desk.send(path)
      expect(desk.logged.at(-1)).toMatchObject({ path })
    }
  })
})

describe('in the whole server', () => {
  test('A7.02 one fetch of the keys serves the access token of a call and the session of the page', async () => {
    const fixture = createFixture()
    const place = { project_slug: 'local-stytch', environment_slug: 'test' }
    const { data } = await caller(fixture, MANAGE_TEST_KEYS).call('createSecret', place)
    const session = await fixture.token({ kind: 'session', scope: undefined })
    const response = await fixture.send(new URL(data.reveal_url as string).pathname, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${session}`,
        'Content-Type': 'application/json',
        Origin: fixture.config.publicUrl,
      },
      body: JSON.stringify(REVEAL),
    })
    const answer = { status: response.status, body: await response.json() }
    expect(answer).toEqual({ status: 200, body: { value: fixture.secrets.at(-1) } })
    expect(fixture.egress.filter((line) => line.endsWith('/jwks.json'))).toHaveLength(1)
  })
})

test('while the store is gone the page says so, and nothing of why', async () => {
  let gone = false
  const canary = 'redis://user:canary@store.test'
  const watch = (store: Store): Store => {
    const guard =
      <Args extends unknown[], Answer>(ask: (...args: Args) => Promise<Answer>) =>
      (...args: Args) =>
        gone ? Promise.reject(new Error(canary)) : ask(...args)
    const { add, get, take, increment } = store
    return { add: guard(add), get: guard(get), take: guard(take), increment: guard(increment) }
  }
  const own = createDesk({ watch })
  const secret = await own.handed()
  gone = true
  const refused = await own.ask(secret, REVEAL)
  expect([refused.status, refused.body]).toEqual([503, { error: 'unavailable' }])
  gone = false
  expect((await own.ask(secret, REVEAL)).body).toEqual({ value: CANARY })
})
