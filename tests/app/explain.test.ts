/**
 * The page that tells a developer why a request was refused: that it says enough, and that nothing of
 * the token's holder, and nothing hostile, gets through it (A17.01).
 */
import { describe, expect, test } from 'bun:test'
import { ERRORS, type ErrorCode } from '../../src/index.ts'
import { createExplanations, explainer, MAX_KEPT } from '../../src/observe/explanations.ts'
import { explainPage } from '../../src/web/explain.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type Fixture, type Mint } from '../support/fixture.ts'
import { rpc } from '../support/mcp.ts'

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://mcp.example.com',
  STYTCH_PROJECT_ID: 'project-test-11111111-1111-4111-8111-111111111111',
  STYTCH_DOMAIN: 'https://login.example.com',
  STYTCH_PUBLIC_TOKEN: 'public-token-test-11111111-1111-4111-8111-111111111111',
}

/** A call that is refused, and the page about it. */
async function refused(fixture: Fixture, authorization: string) {
  const response = await fixture.send(
    '/mcp',
    rpc('modern', 'tools/list', {}, undefined, { Authorization: authorization }),
  )
  const body = (await response.json()) as { explanation?: string; request_id: string }
  if (body.explanation === undefined) throw new Error(`not explained: ${JSON.stringify(body)}`)
  const page = await fixture.send(body.explanation)
  return { response, body, page, html: await page.text() }
}

async function refusedToken(mint: Mint, fixture = createFixture()) {
  const token = await fixture.token(mint)
  return { token, ...(await refused(fixture, `Bearer ${token}`)) }
}

describe('a refused token', () => {
  const rows: [mint: Mint, code: ErrorCode, says: RegExp][] = [
    [{ key: 'none' }, 'token_malformed', /three canonical base64url parts/],
    [{ header: { alg: 'HS256' } }, 'token_algorithm', /alg RS256.*HS256/s],
    [{ header: { kid: 'jwk-test-unknown' } }, 'token_signature', /jwk-test-unknown/],
    [{ claims: { scope: null } }, 'token_claims', /scope/],
    [{ expires_in: -300 }, 'token_expired', /5 minutes ago/],
    [{ claims: { nbf: 32503680000 } }, 'token_not_yet_valid', /3000-01-01 00:00:00 UTC/],
    [{ expires_in: 315360000 }, 'token_lifetime', /at most 24 hours.*10 years/s],
    [{ claims: { iss: 'https://other.test' } }, 'token_issuer', /https:\/\/other\.test/],
    [{ claims: { aud: ['project-x'] } }, 'token_audience', /project-x/],
    [{ kind: 'session' }, 'token_kind', /a session JWT/],
  ]
  test.each(rows)('%j is explained as %s', async (mint, code, says) => {
    const { page, html, body } = await refusedToken(mint)
    expect(page.status).toBe(200)
    expect(html).toContain(ERRORS[code].sentence)
    expect(html).toContain(`<code>${code}</code>`)
    expect(html).toContain(`<code>${body.request_id}</code>`)
    expect(html).toMatch(says)
  })

  test('its dates are seen from the moment of the refusal', async () => {
    const clock = createClock()
    const fixture = createFixture({ now: clock.now })
    const token = await fixture.token({ expires_in: 3600 })
    clock.advance(2 * 3600)
    const { body, html } = await refused(fixture, `Bearer ${token}`)
    expect(html).toMatch(/<code>iat<\/code><\/dt><dd>.*UTC<\/time> <span class="soft">2 hours ago/)
    expect(html).toMatch(
      /<code>exp<\/code><\/dt><dd>.*UTC<\/time> <span class="soft">60 minutes ago/,
    )
    clock.advance(86_400)
    expect(await (await fixture.send(body.explanation as string)).text()).toBe(html)
  })

  test('that is no JWT has no facts, and the page says so', async () => {
    const { html } = await refused(createFixture(), 'Bearer opaque')
    expect(html).toContain('what was sent is not a readable JWT')
  })

  test('a header that holds no one token is explained too', async () => {
    const { html } = await refused(createFixture(), 'Bearer one two')
    expect(html).toContain(ERRORS.authorization_malformed.sentence)
    expect(html).toContain('no token was taken from the request')
  })
})

test.each(Object.keys(ERRORS) as ErrorCode[])('%s renders', async (code) => {
  const { config } = createFixture()
  const explanations = createExplanations()
  const url = explainer(config, explanations, () => 0)('id', { ok: false, code } as never, [])
  if (code === 'credentials_missing') {
    expect(url).toBeUndefined()
    return
  }
  const response = await explainPage(config, explanations).fetch(new Request(url as string))
  expect(response.status).toBe(200)
  const html = await response.text()
  expect(html).toContain(ERRORS[code].sentence)
  expect(html).toContain(
    ERRORS[code].hint.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  )
})

test('nobody who sent no token is told of an explanation', async () => {
  const { send } = createFixture()
  const body = await (await send('/mcp', { method: 'POST' })).json()
  expect(Object.keys(body as object).sort()).toEqual(['message', 'request_id'])
})

describe('never shown', () => {
  const CANARY = 'c4n4ry-7f3a'
  const who = {
    email: `${CANARY}@example.com`,
    name: CANARY,
    jti: CANARY,
    nonce: CANARY,
    'https://stytch.com/organization': { slug: CANARY },
    'https://stytch.com/session': { id: CANARY, attributes: [CANARY] },
    roles: [CANARY],
  }
  const rows: [name: string, mint: Mint][] = [
    ['expired', { expires_in: -300, claims: who }],
    ['another issuer', { claims: { ...who, iss: 'https://other.test' } }],
    ['an ID token', { kind: 'id', claims: who }],
    ['sub is an address', { claims: { sub: `${CANARY}@example.com` } }],
    ['sub with a hyphen', { claims: { sub: `auth0|${CANARY}-x` } }],
    ['sub of the right kind', { claims: { sub: `member-test-${CANARY}` } }],
    ['sub is too long', { claims: { sub: `user-${CANARY}${'x'.repeat(300)}` } }],
    ['sub is an object', { claims: { sub: { email: CANARY } } }],
    ['sub is a list', { claims: { sub: [CANARY] } }],
    ['key in the header', { header: { jwk: { n: CANARY }, x: CANARY } }],
    ['unknown key', { key: 'foreign', claims: who }],
    ['unsigned', { key: 'none', claims: who }],
  ]
  test.each(rows)('a person or a secret: %s', async (_, mint) => {
    const { token, html, body } = await refusedToken(mint)
    for (const text of [html, JSON.stringify(body)]) {
      expect(text).not.toContain(CANARY)
      for (const part of token.split('.').filter((part) => part !== '')) {
        expect(text).not.toContain(part.slice(0, 24))
        expect(text).not.toContain(part.slice(-24))
      }
    }
  })

  test('a token sent in a wrong way', async () => {
    const fixture = createFixture()
    const token = await fixture.token()
    for (const value of [
      `Bearer ${token}, Bearer ${token}`,
      `Bearer ${token}x.y`,
      `Bearer "${token}"`,
    ]) {
      const { html } = await refused(fixture, value)
      expect(html).not.toContain(token.slice(0, 24))
      expect(html).not.toContain(token.slice(-24))
    }
  })
})

describe('hostile claims', () => {
  const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>'\u202e\u0000`
  test.each([
    { claims: { iss: HOSTILE } },
    { claims: { aud: [HOSTILE] } },
    { claims: { client_id: HOSTILE, iss: 'https://other.test' } },
    { claims: { scope: HOSTILE } },
    { claims: { exp: HOSTILE, nbf: HOSTILE } },
    { claims: { [HOSTILE]: 1, iss: 'https://other.test' } },
    { header: { kid: HOSTILE } },
    { header: { typ: HOSTILE } },
    { header: { alg: HOSTILE } },
  ] as Mint[])('%j stay text', async (mint) => {
    const { html, page } = await refusedToken(mint)
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(/<script|<img src=x|\u202e|\0/)
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none';(?!.*script-src)/,
    )
  })

  test('are capped, in number and in size', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`claim-${i}`, i]))
    const long = 'x'.repeat(3000)
    const { html } = await refusedToken({
      claims: { iss: `https://${long}.test`, [long]: 1, ...many },
    })
    expect(html.length).toBeLessThan(12_000)
    expect(html).not.toContain('x'.repeat(201))
  })

  test('dates beyond the calendar stay numbers', async () => {
    const { html } = await refusedToken({ claims: { exp: 1e18, iss: 'https://other.test' } })
    expect(html).toContain('1000000000000000000')
  })
})

describe('the page', () => {
  const { send } = createFixture()

  test.each(['', '?id=', '?id=00000000-0000-4000-8000-000000000000', '?id=%3Cscript%3E', '?x=1'])(
    'under %s says that nothing is kept there',
    async (query) => {
      const response = await send(`/auth/explain${query}`)
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8')
      expect(response.headers.get('cache-control')).toBe('no-store')
      const html = await response.text()
      expect(html).toContain('the last 200 refusals')
      expect(html).not.toContain('<script')
    },
  )

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is 405', async (method) => {
    const response = await send('/auth/explain', { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('HEAD has no body', async () => {
    const response = await send('/auth/explain', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([404, ''])
  })

  test('the oldest makes room for the newest', () => {
    const explanations = createExplanations()
    const explain = explainer(createFixture().config, explanations, () => 0)
    for (let i = 0; i <= MAX_KEPT; i++) explain(`id-${i}`, { code: 'token_expired' }, [])
    expect(explanations.find('id-0')).toBeUndefined()
    expect(explanations.find('id-1')).toBeDefined()
    expect(explanations.find(`id-${MAX_KEPT}`)).toBeDefined()
  })
})

describe('in production', () => {
  const fixture = createFixture({ env: PRODUCTION })

  test('there is no such page', async () => {
    for (const method of ['GET', 'POST']) {
      const response = await fixture.send('/auth/explain?id=x', { method })
      expect([response.status, response.headers.get('content-type')]).toEqual([
        404,
        'application/json',
      ])
    }
  })

  test.each(['Bearer opaque', 'Bearer one two', 'Bearer eyJhbGciOiJub25lIn0.e30.x'])(
    '%s is refused without a link',
    async (authorization) => {
      const response = await fixture.send('/mcp', {
        method: 'POST',
        headers: { Authorization: authorization },
      })
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(await response.text()).not.toMatch(/explan/)
    },
  )
})
