/**
 * Who may pass: the exact answers to missing, malformed and bad credentials, in both protocol eras.
 * "The handler did not run" is asserted through a tool that counts its calls.
 */
import { beforeEach, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool, ERRORS } from '../../src/index.ts'
import { createFixture, type Fixture, type Mint } from '../support/fixture.ts'
import { ERAS, rpc } from '../support/mcp.ts'

let calls = 0
const probe = defineTool({
  name: 'probe',
  title: 'Probe',
  description: 'Counts its calls.',
  toolset: 'test',
  risk: 'read',
  scopes: ['openid'],
  input: z.strictObject({}),
  output: z.object({ calls: z.number() }),
  run: async () => ({ summary: 'Counted.', data: { calls: ++calls } }),
})

const PRM = 'http://localhost:3000/.well-known/oauth-protected-resource/mcp'
const BASELINE = 'openid email profile'
const U0 = `Bearer resource_metadata="${PRM}", scope="${BASELINE}"`
const M0 = `Bearer resource_metadata="${PRM}", error="invalid_request", error_description="${ERRORS.authorization_malformed.sentence}"`
const u1 = (phrase: string) => `${U0}, error="invalid_token", error_description="${phrase}"`

let fixture: Fixture
beforeEach(() => {
  calls = 0
  fixture = createFixture({ tools: [probe] })
})

const call = (era: (typeof ERAS)[number], headers: Record<string, string>) =>
  fixture.send('/mcp', rpc(era, 'tools/call', { name: 'probe', arguments: {} }, undefined, headers))

describe.each([...ERAS])('%s era', (era) => {
  test('a good token passes', async () => {
    const token = await fixture.token()
    const response = await call(era, { Authorization: `Bearer ${token}` })
    expect(response.status).toBe(200)
    // A 2025-era stream begins before the tool runs.
    await response.text()
    expect(calls).toBe(1)
  })

  describe('U0: nobody tried to authenticate', () => {
    const rows: [string, Record<string, string>, string?][] = [
      ['E-H01 no credentials', {}],
      ['E-H02 empty header', { Authorization: '' }],
      ['A1.14 another scheme', { Authorization: 'Basic YWRhOmxvdmVsYWNl' }],
      ['E-H11 another header', { 'X-Access-Token': 'GOOD', 'Proxy-Authorization': 'Bearer GOOD' }],
      ['E-H17 a cookie', { Cookie: 'access_token=GOOD; stytch_session_jwt=GOOD' }],
      ['A10.10 a session id', { 'Mcp-Session-Id': 'abc', 'X-Forwarded-User': 'admin' }],
    ]
    test.each(rows)('%s', async (_, headers) => {
      const token = await fixture.token()
      const filled = Object.entries(headers).map(([k, v]) => [k, v.replaceAll('GOOD', token)])
      const response = await call(era, Object.fromEntries(filled))
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe(U0)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toEqual({
        message: 'Authentication required',
        request_id: response.headers.get('x-request-id'),
      })
      expect(calls).toBe(0)
    })
  })

  describe('A1.13 M0: a bearer token that cannot be read in one way', () => {
    test.each([
      ['E-H03 scheme only', 'Bearer'],
      ['E-H05 a list', 'Bearer GOOD, Bearer GOOD'],
      ['E-H05 after another scheme', 'Basic YWRh, Bearer GOOD'],
      ['E-H06 quoted', 'Bearer "GOOD"'],
      ['E-H06 a parameter', 'Bearer token=GOOD'],
      ['A1.04 two words', 'Bearer GOOD GOOD'],
      ['E-H08 a tab', 'Bearer\tGOOD'],
      ['E-H12 percent', 'Bearer abc%00'],
      ['E-H12 a no-break space after it', 'Bearer GOOD\u00a0'],
      ['E-T16 a space in a part', 'Bearer GO OD'],
    ])('%s', async (_, value) => {
      const token = await fixture.token()
      const response = await call(era, { Authorization: value.replaceAll('GOOD', token) })
      expect(response.status).toBe(400)
      expect(response.headers.get('www-authenticate')).toBe(M0)
      expect(await response.json()).toMatchObject({ error: 'invalid_request' })
      expect(calls).toBe(0)
    })

    test('E-H15 in the header and the query', async () => {
      const token = await fixture.token()
      const request = rpc(era, 'tools/list', {}, token)
      const response = await fixture.send(`/mcp?access_token=${token}`, request)
      expect(response.headers.get('www-authenticate')).toBe(M0)
    })
  })

  describe('accepted spellings', () => {
    test.each(['bearer GOOD', 'BEARER GOOD', 'Bearer   GOOD'])('E-H07, E-H08 %s', async (value) => {
      const token = await fixture.token()
      const response = await call(era, { Authorization: value.replace('GOOD', token) })
      expect(response.status).toBe(200)
    })
  })

  describe('A1.03 U1: a token that is no good', () => {
    const past = { expires_in: -61 }
    const rows: [name: string, mint: Mint, code: keyof typeof ERRORS][] = [
      ['E-T02 unsigned', { key: 'none' }, 'token_malformed'],
      ['E-T02 alg none, signed', { header: { alg: 'none' } }, 'token_algorithm'],
      ['E-T03 alg in another case', { header: { alg: 'rs256' } }, 'token_algorithm'],
      ['E-T03 HS256 with the public key', { key: 'hs256-public' }, 'token_algorithm'],
      ['E-T05 another key under our kid', { key: 'foreign' }, 'token_signature'],
      ['E-T06 an unknown kid', { header: { kid: 'jwk-test-unknown' } }, 'token_signature'],
      ['E-T07 no kid', { header: { kid: null } }, 'token_algorithm'],
      [
        'E-T11 a key by reference',
        { header: { jku: 'https://evil.test/jwks' } },
        'token_algorithm',
      ],
      ['E-T13 critical extensions', { header: { crit: ['exp'] } }, 'token_algorithm'],
      ['E-T21 expired', past, 'token_expired'],
      ['E-T23 no exp', { claims: { exp: null } }, 'token_claims'],
      ['E-T25 not yet valid', { claims: { nbf: 32503680000 } }, 'token_not_yet_valid'],
      ['E-T26 no iat', { claims: { iat: null } }, 'token_claims'],
      ['E-T27 ten years', { expires_in: 315360000 }, 'token_lifetime'],
      ['E-T30 another issuer', { claims: { iss: 'https://evil.test' } }, 'token_issuer'],
      ['A5.01 issuer with a slash', { claims: { iss: 'http://localhost:3001/' } }, 'token_issuer'],
      ['A5.06 another project', { claims: { aud: ['project-live-1'] } }, 'token_audience'],
      [
        'A5.03 another resource too',
        { claims: { aud: ['PROJECT', 'https://other.test/mcp'] } },
        'token_audience',
      ],
      ['E-T33 no audience', { claims: { aud: [] } }, 'token_audience'],
      ['E-T35 a session JWT', { kind: 'session' }, 'token_kind'],
      ['A6.16 an M2M token', { kind: 'm2m' }, 'token_kind'],
      ['E-T37 an ID token', { kind: 'id' }, 'token_kind'],
      [
        'E-T38 an ID token for the project',
        { kind: 'id', claims: { aud: ['PROJECT'] } },
        'token_kind',
      ],
      ['A6.12 a member of a B2B project', { kind: 'b2b-access' }, 'token_kind'],
      ['E-T41 another typ', { header: { typ: 'at+jwt' } }, 'token_kind'],
      ['E-T42 sender-constrained', { claims: { cnf: { jkt: 'x' } } }, 'token_kind'],
      ['E-T43 scope as a list', { claims: { scope: ['openid'] } }, 'token_claims'],
      ['E-T46 no client_id', { claims: { client_id: null } }, 'token_claims'],
    ]
    test.each(rows)('%s', async (_, mint, code) => {
      const { projectId } = fixture.config.stytch
      const token = await fixture.token(
        JSON.parse(JSON.stringify(mint).replaceAll('PROJECT', projectId)),
      )
      const response = await call(era, { Authorization: `Bearer ${token}` })

      expect(response.status).toBe(401)
      const { sentence } = ERRORS[code]
      expect(response.headers.get('www-authenticate')).toBe(u1(sentence))
      expect(await response.json()).toEqual({
        error: 'invalid_token',
        error_description: sentence,
        request_id: response.headers.get('x-request-id'),
        explanation: `http://localhost:3000/auth/explain?id=${response.headers.get('x-request-id')}`,
      })
      expect(calls).toBe(0)
      expect(fixture.egress.filter((url) => !url.endsWith('/.well-known/jwks.json'))).toEqual([])
      expect(fixture.lines.join('\n')).not.toContain(token.split('.')[1] as string)
      expect(fixture.lines.join('\n')).toContain(`"code":"${code}"`)
    })

    test.each([
      ['garbage', 'abc'],
      ['E-T01 no signature', 'HEADER.PAYLOAD.'],
      ['E-T14 five parts', 'HEADER.PAYLOAD.a.b.c'],
      ['E-T16 padding', 'HEADER.PAYLOAD.SIGNATURE=='],
      ['E-T17 stray trailing bits', 'HEADER.PAYLOAD.TWISTED'],
      ['E-T19 a payload that is no object', 'HEADER.bnVsbA.SIGNATURE'],
      ['E-T56 nine kilobytes', `HEADER.PAYLOAD.${'A'.repeat(9 * 1024)}`],
    ])('%s', async (_, shape) => {
      const [header, payload, signature] = (await fixture.token()).split('.') as [
        string,
        string,
        string,
      ]
      const twisted =
        signature.slice(0, -1) + String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1)
      const token = shape
        .replace('HEADER', header)
        .replace('PAYLOAD', payload)
        .replace('SIGNATURE', signature)
        .replace('TWISTED', twisted)
      const response = await call(era, { Authorization: `Bearer ${token}` })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
      expect(calls).toBe(0)
    })
  })

  test('E-T22 ten seconds past exp is within the skew of two clocks', async () => {
    const token = await fixture.token({ expires_in: -10 })
    expect((await call(era, { Authorization: `Bearer ${token}` })).status).toBe(200)
  })

  test('A5.03 a token bound to this resource passes', async () => {
    const { projectId } = fixture.config.stytch
    const token = await fixture.token({ claims: { aud: [projectId, fixture.config.resource] } })
    expect((await call(era, { Authorization: `Bearer ${token}` })).status).toBe(200)
  })

  test('the issuer form of the API host passes', async () => {
    const { projectId } = fixture.config.stytch
    const token = await fixture.token({ claims: { iss: `stytch.com/${projectId}` } })
    expect((await call(era, { Authorization: `Bearer ${token}` })).status).toBe(200)
  })

  test('E-T43 a token without scopes is told which it needs', async () => {
    const token = await fixture.token({ claims: { scope: '' } })
    const response = await call(era, { Authorization: `Bearer ${token}` })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${PRM}", scope="openid", error="insufficient_scope", error_description="${ERRORS.insufficient_scope.sentence}"`,
    )
    expect(await response.json()).toMatchObject({ error: 'insufficient_scope', scope: 'openid' })
    expect(calls).toBe(0)
  })

  test('A1.07 keys that cannot be had: 503, no challenge', async () => {
    fixture = createFixture({
      tools: [probe],
      upstream: async () => new Response('down', { status: 502 }),
    })
    const token = await fixture.token()
    const response = await call(era, { Authorization: `Bearer ${token}` })
    expect(response.status).toBe(503)
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
    expect(calls).toBe(0)
  })
})

describe('whatever the method or body', () => {
  test('A1.08 a bare GET is answered with the challenge', async () => {
    const response = await fixture.send('/mcp')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(U0)
  })

  test('A1.08 GET with a token: 405 naming POST', async () => {
    const response = await fixture.send('/mcp', {
      headers: { Authorization: `Bearer ${await fixture.token()}` },
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST, OPTIONS')
  })

  test('the body of an unauthenticated request is not read', async () => {
    let pulled = false
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled = true
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const response = await fixture.send('/mcp', {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(401)
    expect(pulled).toBe(false)
  })

  test('A1.09 /mcp/ answers as /mcp, without a redirect', async () => {
    expect((await fixture.send('/mcp/')).headers.get('www-authenticate')).toBe(U0)
    const token = await fixture.token()
    expect((await fixture.send('/mcp/', rpc('modern', 'tools/list', {}, token))).status).toBe(200)
  })

  test.each(['//mcp', '/MCP', '/%6dcp', '/mcp;x', '/mcp%2f', '/mcp/x'])(
    'A4.04 %s is not here',
    async (path) => {
      expect((await fixture.send(`http://localhost:3000${path}`)).status).toBe(404)
    },
  )
})

test('A2.06, A2.07 no sentence holds what would break a challenge parser', () => {
  for (const { sentence } of Object.values(ERRORS)) {
    expect(sentence).toMatch(/^[\x20\x21\x23-\x3c\x3e-\x5b\x5d-\x7e]+$/)
  }
})
