/** Which tokens are meant for this server: audience, issuer, client, kind, form and time, rule by rule. */
import { beforeEach, describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/index.ts'
import { createFixture, type Fixture, type FixtureOptions, type Mint } from '../support/fixture.ts'
import { ERAS, rpc } from '../support/mcp.ts'
import { createProbes, type Probes } from '../support/probes.ts'

const { resource: RES, stytch } = loadConfig({})
const PROJECT = stytch.projectId

let probes: Probes
let fixture: Fixture
beforeEach(() => start())

function start(options: FixtureOptions = {}) {
  probes = createProbes()
  fixture = createFixture({ ...options, tools: probes.tools })
}

/** The code a token is refused with, or `accepted`, the same in both eras. */
async function verdict(mint: Mint): Promise<string> {
  const token = await fixture.token(mint)
  const verdicts = await Promise.all(
    ERAS.map(async (era) => {
      const response = await fixture.send(
        '/mcp',
        rpc(era, 'tools/call', { name: 'read', arguments: {} }, token),
      )
      const { status } = response
      // A 2025-era stream begins before the tool runs.
      await response.text()
      const refused = fixture.lines.findLast((line) => line.includes('"request refused"'))
      return status === 200 ? 'accepted' : `${status} ${JSON.parse(refused as string).code}`
    }),
  )
  expect(new Set(verdicts).size).toBe(1)
  expect(probes.calls.read).toBe(verdicts[0] === 'accepted' ? ERAS.length : 0)
  return verdicts[0] as string
}

describe('audience: project', () => {
  const rows: [string, unknown, string][] = [
    ['the project', [PROJECT], 'accepted'],
    ['A5.05 the project as a string', PROJECT, 'accepted'],
    ['A5.03 the project and this resource', [PROJECT, RES], 'accepted'],
    [
      'A5.03 the project and another resource',
      [PROJECT, 'https://other.test/mcp'],
      '401 token_audience',
    ],
    [
      'A5.03 the project, this resource and another',
      [PROJECT, RES, 'https://other.test/mcp'],
      'accepted',
    ],
    ['A5.03 this resource alone', [RES], '401 token_audience'],
    ['A5.05, E-T33 nobody', [], '401 token_audience'],
    ['A5.05, E-T33 a number', 5, '401 token_audience'],
    ['A5.05, E-T33 an object', { project: PROJECT }, '401 token_audience'],
    ['A5.05, E-T33 null inside', [PROJECT, null], '401 token_audience'],
    ['A5.05, E-T33 seventeen', Array.from({ length: 17 }, () => PROJECT), '401 token_audience'],
    ['A5.06 a live project', [PROJECT.replace('test', 'live')], '401 token_audience'],
    ['A5.02 a prefix of the project', [PROJECT.slice(0, -1)], '401 token_audience'],
  ]
  test.each(rows)('%s', async (_, aud, expected) => {
    expect(await verdict({ claims: { aud } })).toBe(expected)
  })
})

describe('audience: resource', () => {
  const rows: [string, unknown, string][] = [
    ['A5.02 this resource', [RES], 'accepted'],
    ['A5.02 this resource beside the project', [PROJECT, RES], 'accepted'],
    ['E-T31 the project alone', [PROJECT], '401 token_audience'],
    ['E-T32 the origin', [RES.replace('/mcp', '')], '401 token_audience'],
    ['E-T32 with a slash', [`${RES}/`], '401 token_audience'],
    ['E-T32 a path below', [`${RES}/evil`], '401 token_audience'],
    ['E-T32 a longer name', [`${RES}.evil`], '401 token_audience'],
    ['E-T32 another scheme', [RES.replace('http:', 'https:')], '401 token_audience'],
    ['E-T32 with a query', [`${RES}?x`], '401 token_audience'],
    ['E-T32 with a fragment', [`${RES}#f`], '401 token_audience'],
    ['A4.03 in capitals', [RES.toUpperCase()], '401 token_audience'],
    ['E-T33 a number inside', [RES, 5], '401 token_audience'],
  ]
  test.each(rows)('%s', async (_, aud, expected) => {
    start({ env: { AUDIENCE: 'resource' } })
    expect(await verdict({ claims: { aud } })).toBe(expected)
  })
})

describe('issuer', () => {
  const rows: [string, string, string][] = [
    ['the domain', stytch.domain, 'accepted'],
    ['the API host form', `stytch.com/${PROJECT}`, 'accepted'],
    ['A5.01 a slash', `${stytch.domain}/`, '401 token_issuer'],
    ['A5.01 another case', stytch.domain.toUpperCase(), '401 token_issuer'],
    ['A5.01 https', stytch.domain.replace('http:', 'https:'), '401 token_issuer'],
    ['A5.01 another project', 'stytch.com/project-test-other', '401 token_issuer'],
    [
      'A5.06, E-T48 a live project',
      `stytch.com/${PROJECT.replace('test', 'live')}`,
      '401 token_issuer',
    ],
  ]
  test.each(rows)('%s', async (_, iss, expected) => {
    expect(await verdict({ claims: { iss } })).toBe(expected)
  })

  test('A6.21, E-T30 an issuer never chooses where keys come from', async () => {
    await verdict({
      claims: { iss: 'https://evil.test' },
      header: { kid: 'unknown' },
      key: 'foreign',
    })
    expect(fixture.egress.filter((line) => !line.startsWith(`GET ${stytch.domain}/`))).toEqual([])
  })

  test('E-T47 a token of Local Stytch means nothing to a real project', async () => {
    const uuid = '11111111-2222-4333-8444-555555555555'
    start({
      env: {
        STYTCH_PROJECT_ID: `project-test-${uuid}`,
        STYTCH_DOMAIN: 'https://kind-otter-1234.customers.stytch.dev',
        STYTCH_PUBLIC_TOKEN: `public-token-test-${uuid}`,
      },
    })
    expect(await verdict({ claims: { iss: 'http://localhost:3001', aud: [PROJECT] } })).toBe(
      '401 token_issuer',
    )
  })
})

describe('client', () => {
  const CIMD = { ALLOWED_CLIENTS: 'connected-app-test-1, https://good.test, .trusted.test' }
  const rows: [string, string, string][] = [
    ['an allowed id', 'connected-app-test-1', 'accepted'],
    ['E-T45 another id', 'connected-app-test-12', '401 token_client'],
    ['A5.09 a document of an allowed host', 'https://good.test/client.json', 'accepted'],
    ['A5.09 a document below a trusted host', 'https://a.trusted.test/client.json', 'accepted'],
    ['A5.09 the trusted host itself', 'https://trusted.test/client.json', '401 token_client'],
    [
      'E-T45 a host that begins like it',
      'https://good.test.evil.test/client.json',
      '401 token_client',
    ],
    ['A5.09 a host that ends like it', 'https://evilgood.test/client.json', '401 token_client'],
    ['A5.09 over http', 'http://good.test/client.json', '401 token_client'],
    ['A5.09 at another port', 'https://good.test:444/client.json', '401 token_client'],
  ]
  test.each(rows)('%s', async (_, client_id, expected) => {
    start({ env: CIMD })
    expect(await verdict({ client_id, registered: false })).toBe(expected)
  })

  test.each([
    ['A6.13, E-T46 absent', null],
    ['A6.13 empty', ''],
    ['A6.13 a number', 5],
    ['A6.13 endless', 'c'.repeat(300)],
  ])('%s is refused', async (_, client_id) => {
    expect(await verdict({ claims: { client_id } })).toMatch(/^401 token_(claims|kind)$/)
  })
})

test('a barred token id', async () => {
  start({ env: { DENIED_TOKEN_IDS: 'jti-1, jti-2' } })
  expect(await verdict({ claims: { jti: 'jti-2' } })).toBe('401 token_denied')
  expect(await verdict({ claims: { jti: 'jti-3' } })).toBe('accepted')
})

describe('header', () => {
  const rows: [string, Record<string, unknown>, string][] = [
    ['A6.08, E-T41 typ in lower case', { typ: 'jwt' }, 'accepted'],
    ['A6.08, E-T41 no typ', { typ: null }, '401 token_kind'],
    ['A6.08, E-T41 at+jwt', { typ: 'at+jwt' }, '401 token_kind'],
    ['A6.08, E-T41 dpop+jwt', { typ: 'dpop+jwt' }, '401 token_kind'],
    ['A6.08 logout+jwt', { typ: 'logout+jwt' }, '401 token_kind'],
    ['A6.01 RS384', { alg: 'RS384' }, '401 token_algorithm'],
    ['A6.01 PS256', { alg: 'PS256' }, '401 token_algorithm'],
    ['A6.01 ES256', { alg: 'ES256' }, '401 token_algorithm'],
    ['A6.01, E-T03 None', { alg: 'None' }, '401 token_algorithm'],
    ['A6.03, E-T07 no kid', { kid: null }, '401 token_algorithm'],
    ['A6.03 a kid that is a number', { kid: 5 }, '401 token_algorithm'],
    ['A6.03, E-T08 a kid that is a path', { kid: '../../etc/passwd' }, '401 token_signature'],
    ['A6.03, E-T08 a kid that is SQL', { kid: "' OR 1=1--" }, '401 token_signature'],
    ['A6.03 an endless kid', { kid: 'k'.repeat(5_000) }, '401 token_algorithm'],
    ['A6.04 jwk', { jwk: { kty: 'RSA' } }, '401 token_algorithm'],
    ['A6.04 x5u', { x5u: 'https://evil.test/cert' }, '401 token_algorithm'],
    ['A6.04 x5c', { x5c: ['MII'] }, '401 token_algorithm'],
    ['A6.04 x5t', { x5t: 'abc' }, '401 token_algorithm'],
    ['A6.05 an empty crit', { crit: [] }, '401 token_algorithm'],
    ['A6.05 b64 false', { crit: ['b64'], b64: false }, '401 token_algorithm'],
  ]
  test.each(rows)('%s', async (_, header, expected) => {
    expect(await verdict({ header })).toBe(expected)
    const foreign = fixture.egress.filter((line) => !line.startsWith(`GET ${stytch.domain}/`))
    expect(foreign).toEqual([])
  })

  test.each([
    ['A6.06 two parts', (h: string, p: string) => `${h}.${p}`],
    ['A6.06 four parts', (h: string, p: string, s: string) => `${h}.${p}.${s}.${s}`],
    ['A6.07 a header that is a list', (_: string, p: string, s: string) => `W10.${p}.${s}`],
    ['A6.07 a header that is not JSON', (_: string, p: string, s: string) => `YWJj.${p}.${s}`],
  ])('%s', async (_, shape) => {
    const [h, p, s] = (await fixture.token()).split('.') as [string, string, string]
    const response = await fixture.send('/mcp', rpc('modern', 'tools/list', {}, shape(h, p, s)))
    expect(response.status).toBe(401)
  })
})

describe('claims', () => {
  const now = Math.floor(Date.now() / 1000)
  const rows: [string, Mint, string][] = [
    ['A6.09, E-T24 exp as a string', { claims: { exp: '9999999999' } }, '401 token_claims'],
    ['A6.09, E-T24 exp of null', { claims: { exp: null } }, '401 token_claims'],
    ['A6.09, E-T24 exp of true', { claims: { exp: true } }, '401 token_claims'],
    ['A6.09, E-T24 exp below zero', { claims: { exp: -1 } }, '401 token_claims'],
    ['E-T24 a far exp with a fraction', { claims: { exp: 99999999999.5 } }, '401 token_lifetime'],
    ['A6.10 exp before iat', { claims: { iat: now + 10, exp: now + 5 } }, '401 token_claims'],
    ['A6.10, E-T26 iat in two minutes', { claims: { iat: now + 120 } }, '401 token_not_yet_valid'],
    ['A6.10, E-T25 nbf in two minutes', { claims: { nbf: now + 120 } }, '401 token_not_yet_valid'],
    ['A6.11, E-T25 nbf in ten seconds', { claims: { nbf: now + 10 } }, 'accepted'],
    ['A6.11 expired half a minute ago', { expires_in: -30 }, 'accepted'],
    ['A6.11, E-T21 expired two minutes ago', { expires_in: -120 }, '401 token_expired'],
    ['A6.10, E-T27 two days', { expires_in: 172_800 }, '401 token_lifetime'],
    ['A6.12 no sub', { claims: { sub: null } }, '401 token_claims'],
    ['A6.12 an empty sub', { claims: { sub: '' } }, '401 token_claims'],
    ['A6.12 a sub that is a number', { claims: { sub: 123 } }, '401 token_claims'],
    ['A6.12 an endless sub', { claims: { sub: `user-${'x'.repeat(300)}` } }, '401 token_claims'],
    ['A6.14, E-T43 no scope', { claims: { scope: null } }, '401 token_claims'],
    ['A6.14, E-T43 two spaces', { claims: { scope: 'openid  email' } }, '401 token_claims'],
    ['A6.14, E-T43 a tab', { claims: { scope: 'openid\temail' } }, '401 token_claims'],
    ['A6.14, E-T43 NUL', { claims: { scope: 'openid\u0000' } }, '401 token_claims'],
    ['A6.15 nonce', { claims: { nonce: 'n' } }, '401 token_kind'],
    ['A6.15 at_hash', { claims: { at_hash: 'h' } }, '401 token_kind'],
    ['A6.15 c_hash', { claims: { c_hash: 'h' } }, '401 token_kind'],
    ['A6.15 events', { claims: { events: {} } }, '401 token_kind'],
    [
      'A6.15 the session it came from',
      { claims: { 'https://stytch.com/session': { id: 's' } } },
      'accepted',
    ],
    [
      'A6.16 an M2M token with everything else',
      { claims: { sub: 'm2m-client-test-1' } },
      '401 token_kind',
    ],
    ['A6.17, E-T42 cnf with a thumbprint', { claims: { cnf: { jkt: 'x' } } }, '401 token_kind'],
    [
      'A6.17, E-T42 cnf with a certificate',
      { claims: { cnf: { 'x5t#S256': 'x' } } },
      '401 token_kind',
    ],
    ['A9.17 scopes we do not know', { scope: 'openid whatever:else' }, 'accepted'],
  ]
  test.each(rows)('%s', async (_, mint, expected) => {
    expect(await verdict(mint)).toBe(expected)
  })
})

describe('two clocks', () => {
  test.each([
    [45, 'accepted'],
    [-45, 'accepted'],
    [90, '401 token_not_yet_valid'],
  ])('A6.11 Stytch’s is %i seconds off: %s', async (offset_seconds, expected) => {
    await fixture.knob('faults', { faults: [{ kind: 'clock', offset_seconds }] })
    expect(await verdict({})).toBe(expected)
  })
})

describe('a B2B project', () => {
  const b2b: FixtureOptions = {
    adjust: (config) => ({ ...config, stytch: { ...config.stytch, vertical: 'b2b' } }),
  }
  const ORGANIZATION = 'https://stytch.com/organization'

  test('a member of an organization passes', async () => {
    start(b2b)
    expect(await verdict({ kind: 'b2b-access' })).toBe('accepted')
  })
  test('A6.18, E-T49 a member of none does not', async () => {
    start(b2b)
    expect(await verdict({ kind: 'b2b-access', claims: { [ORGANIZATION]: null } })).toBe(
      '401 token_claims',
    )
  })
  test('A6.12 a consumer does not', async () => {
    start(b2b)
    expect(await verdict({})).toBe('401 token_kind')
  })
})

describe('what is left of the token after verification', () => {
  test('A6.19 a tool sees a frozen principal and no token', async () => {
    const { z } = await import('zod')
    const { defineTool } = await import('../../src/index.ts')
    let seen = ''
    let frozen = false
    const dump = defineTool({
      name: 'dump',
      title: 'Dump',
      description: 'Shows its context.',
      toolset: 'test',
      risk: 'read',
      scopes: ['openid'],
      input: z.strictObject({}),
      output: z.object({}),
      run: async (_, context) => {
        seen = Bun.inspect(context, { depth: 10 })
        frozen = Object.isFrozen(context.principal) && Object.isFrozen(context.principal.scopes)
        return { summary: 'Seen.', data: {} }
      },
    })
    const own = createFixture({ tools: [dump] })
    const token = await own.token()
    for (const era of ERAS) {
      const call = rpc(era, 'tools/call', { name: 'dump', arguments: {} }, token)
      await (await own.send('/mcp', call)).text()
      expect(seen).toContain('user-test-')
      for (const part of token.split('.')) expect(seen).not.toContain(part)
      expect(frozen).toBe(true)
    }
  })

  test('A5.07 it goes to introspection and userinfo of its issuer, and nowhere else', async () => {
    const carried: string[] = []
    start({
      upstream: async (request, next) => {
        const text = `${request.url} ${JSON.stringify([...request.headers])} ${await request.clone().text()}`
        if (text.includes('eyJ')) carried.push(`${request.method} ${request.url}`)
        return next(request)
      },
    })
    const token = await fixture.token()
    for (const name of ['read', 'write', 'destructive']) {
      await fixture.send('/mcp', rpc('modern', 'tools/call', { name, arguments: {} }, token))
    }
    expect(new Set(carried)).toEqual(new Set([`POST ${stytch.domain}/v1/oauth2/introspect`]))
  })
})
