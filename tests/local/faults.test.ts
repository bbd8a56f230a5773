import { afterEach, describe, expect, test } from 'bun:test'
import { SEED_CLIENT_ID } from '../../src/local/index.ts'
import { type Json, PAGE, START, walkthrough } from './walkthrough.ts'

const now = START / 1000
const JWKS = '/.well-known/jwks.json'

/** One for all tests, put back after each, because making keys takes longer than everything else. */
const walk = walkthrough()
afterEach(() => walk.postJson('/local/reset', {}))

/** Local Stytch with the knobs at hand, and its answers as they come. */
function faultable() {
  const { local, postJson, get } = walk
  const raw = (path: string, init?: RequestInit) =>
    local.fetch(new Request(`${local.url}${path}`, init))
  return {
    ...walk,
    raw,
    set: (...faults: Json[]) => postJson('/local/faults', { faults }),
    list: async () => (await get('/local/faults')).json.faults,
    log: async () => (await get('/local/requests')).json.requests,
    mint: async (body: Json = {}) =>
      (await postJson('/local/tokens', { kind: 'access', ...body })).json,
  }
}

type Faultable = ReturnType<typeof faultable>

/** Lets everything else run until it is true. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate)
}

/** @returns once a request to the path has arrived and has no answer */
const held = ({ log }: Faultable, path: string) =>
  until(async () =>
    (await log()).some((entry: Json) => entry.path === path && entry.status === undefined),
  )

const post = (type: string, body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
})
const form = (body: string) => post('application/x-www-form-urlencoded', body)

describe('a fault reaches', () => {
  const { local } = walk
  const shared = `/v1/public/${local.projectId}`
  const sdk = (body?: object): RequestInit => ({
    method: body ? 'POST' : 'GET',
    headers: {
      origin: PAGE,
      authorization: `Basic ${btoa(`${local.publicToken}:${local.publicToken}`)}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const doors: [at: string, path: string, init?: RequestInit][] = [
    ...['/.well-known', `${shared}/.well-known`].flatMap((door): [string, string][] => [
      ['discovery', `${door}/oauth-authorization-server`],
      ['discovery', `${door}/openid-configuration`],
      ['jwks', `${door}/jwks.json`],
    ]),
    ['jwks', `/v1/sessions/jwks/${local.projectId}`],
    ['jwks', `/v1/b2b/sessions/jwks/${local.projectId}`],
    ...['/v1/oauth2', `${shared}/oauth2`].flatMap((door): [string, string, RequestInit?][] => [
      ['register', `${door}/register`, post('application/json', '{}')],
      ['token', `${door}/token`, form('grant_type=refresh_token')],
      ['introspect', `${door}/introspect`, form('token=x')],
      ['revoke', `${door}/revoke`, form('token=x')],
      ['userinfo', `${door}/userinfo`],
    ]),
    ['sdk', '/sdk/v1/sessions/authenticate', sdk({})],
    ['bootstrap', `/sdk/v1/projects/bootstrap/${local.publicToken}`, sdk()],
    ['sign-in', '/sdk/v1/passwords/authenticate', sdk({})],
    ['authorize-start', '/sdk/v1/idp/oauth/authorize/start', sdk({})],
    ['authorize-submit', '/sdk/v1/idp/oauth/authorize/submit', sdk({})],
  ]
  for (const [at, path, init] of doors) {
    test(`${at} at ${path}, once, and the log has it`, async () => {
      const { raw, set, log, list } = faultable()
      await set({ at, kind: 'status', status: 503, retry_after: 7, times: 1 })
      const broken = await raw(path, init)
      expect(broken.status).toBe(503)
      expect(broken.headers.get('retry-after')).toBe('7')
      expect(await broken.json()).toMatchObject({ status_code: 503, error_type: 'local_fault' })
      expect(await list()).toEqual([])
      const honest = await raw(path, init)
      expect(honest.status).toBeLessThan(500)
      const entries = await log()
      expect(entries).toHaveLength(2)
      expect(entries[0]).toMatchObject({ path, status: 503, faults: ['status'] })
      expect(entries[1]).not.toHaveProperty('faults')
    })
  }

  test('a page’s eyes too: the answer keeps its CORS headers', async () => {
    const { raw, set } = faultable()
    await set({ at: 'token', kind: 'garbage' }, { at: 'sdk', kind: 'status', status: 500 })
    const token = await raw('/v1/oauth2/token', form(''))
    expect(token.headers.get('access-control-allow-origin')).toBe('*')
    const session = await raw('/sdk/v1/sessions/authenticate', sdk({}))
    expect(session.headers.get('access-control-allow-origin')).toBe(PAGE)
  })

  test('no other endpoint', async () => {
    const { get, set } = faultable()
    await set({ at: 'introspect', kind: 'status', status: 500 })
    expect((await get(JWKS)).status).toBe(200)
  })
})

describe('an answer can be', () => {
  const honest = async ({ raw }: Faultable) => (await raw(JWKS)).json() as Json

  const cases: [string, Json, (response: Response, world: Faultable) => Promise<void>][] = [
    [
      'a refusal for too many requests',
      { kind: 'status', status: 429 },
      async (response) => {
        expect(response.status).toBe(429)
        expect(response.headers.has('retry-after')).toBe(false)
        expect(((await response.json()) as Json).error_type).toBe('too_many_requests')
      },
    ],
    [
      'a web page with status 200',
      { kind: 'garbage' },
      async (response) => {
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toStartWith('text/html')
        expect(await response.text()).toStartWith('<!doctype html>')
      },
    ],
    [
      'a redirect',
      { kind: 'redirect', location: 'https://elsewhere.test/keys' },
      async (response) => {
        expect(response.status).toBe(302)
        expect(response.headers.get('location')).toBe('https://elsewhere.test/keys')
      },
    ],
    [
      'a redirect of another kind',
      { kind: 'redirect', location: '/here', status: 307 },
      async (response) => expect(response.status).toBe(307),
    ],
    [
      'cut in half',
      { kind: 'truncated' },
      async (response) => {
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toBe('application/json')
        const text = await response.text()
        expect(text).toStartWith('{"keys":[{')
        expect(() => JSON.parse(text)).toThrow()
      },
    ],
    [
      'broken off',
      { kind: 'drop' },
      async (response) => {
        expect(response.status).toBe(200)
        expect(response.text()).rejects.toThrow('connection broke')
      },
    ],
    [
      'ten megabytes of valid JSON',
      { kind: 'huge' },
      async (response, world) => {
        const text = await response.text()
        expect(text.length).toBeGreaterThan(10_000_000)
        await world.set()
        expect(JSON.parse(text).keys).toEqual((await honest(world)).keys)
      },
    ],
    [
      'of exactly as many spaces as told',
      { kind: 'huge', bytes: 100_001 },
      async (response) => expect((await response.text()).indexOf('{')).toBe(100_001),
    ],
    [
      'given other headers',
      { kind: 'headers', headers: { 'Cache-Control': 'max-age=120', 'Content-Type': null } },
      async (response) => {
        expect(response.headers.get('cache-control')).toBe('max-age=120')
        expect(response.headers.has('content-type')).toBe(false)
        expect(((await response.json()) as Json).keys).toHaveLength(1)
      },
    ],
  ]
  for (const [what, fault, check] of cases) {
    test(what, async () => {
      const world = faultable()
      await world.set({ at: 'jwks', ...fault })
      await check(await world.raw(JWKS), world)
    })
  }

  test('left unread: a huge one stops when its client goes', async () => {
    const { raw, set } = faultable()
    await set({ at: 'jwks', kind: 'huge', bytes: 1_000_000_000 })
    const client = new AbortController()
    const response = await raw(JWKS, { signal: client.signal })
    const reader = response.body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(65_536)
    client.abort()
    const rest = async () => {
      while (!(await reader?.read())?.done);
    }
    expect(rest()).rejects.toThrow('abort')
  })
})

test('the key set says nothing about caching unless told to', async () => {
  const { get, set } = faultable()
  const caching = async () => {
    const { headers } = await get(JWKS)
    return [headers.get('cache-control'), headers.get('pragma')]
  }
  expect(await caching()).toEqual([null, null])
  await set({ at: 'jwks', kind: 'headers', headers: { 'cache-control': 'public, max-age=5' } })
  expect(await caching()).toEqual(['public, max-age=5', null])
})

describe('the key set can be', () => {
  const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

  /** Verifies without any of the rules a verifier should have. */
  async function accepts(jwk: Json, token: string, algorithm: typeof RSA): Promise<boolean> {
    const { kty, n, e, crv, x, y } = jwk
    const key = await crypto.subtle.importKey('jwk', { kty, n, e, crv, x, y }, algorithm, false, [
      'verify',
    ])
    const [header, payload, signature = ''] = token.split('.')
    return crypto.subtle.verify(
      algorithm,
      key,
      Uint8Array.fromBase64(signature, { alphabet: 'base64url' }),
      new TextEncoder().encode(`${header}.${payload}`),
    )
  }

  async function underFault(kind: string) {
    const world = faultable()
    const [current] = (await world.get(JWKS)).json.keys
    await world.set({ at: 'jwks', kind })
    const { keys } = (await world.get(JWKS)).json
    return { ...world, current, keys }
  }

  test('empty', async () => {
    expect((await underFault('empty')).keys).toEqual([])
  })

  test('one kid for two keys, the second a forger’s', async () => {
    const { keys, current, mint } = await underFault('duplicate-kid')
    expect(keys).toHaveLength(2)
    expect(keys[0]).toEqual(current)
    expect(keys[1].kid).toBe(current.kid)
    expect(keys[1].n).not.toBe(current.n)
    expect(await accepts(keys[1], (await mint({ key: 'foreign' })).token, RSA)).toBe(true)
  })

  test('with a private member', async () => {
    const { keys, current } = await underFault('private')
    expect(keys).toEqual([{ ...current, d: expect.stringMatching(/^[\w-]{342}$/) }])
  })

  test('an RSA key of 1024 bits, which signs', async () => {
    const { keys, current, mint } = await underFault('small-key')
    expect(keys).toEqual([{ ...current, n: expect.stringMatching(/^[\w-]{171}$/) }])
    const { token, header } = await mint({ key: 'small' })
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: current.kid })
    expect(await accepts(keys[0], token, RSA)).toBe(true)
  })

  test('meant for encryption', async () => {
    const { keys, current, mint } = await underFault('enc-use')
    expect(keys).toEqual([{ ...current, use: 'enc' }])
    expect(await accepts(keys[0], (await mint()).token, RSA)).toBe(true)
  })

  test('an EC key, which signs', async () => {
    const { keys, current, mint } = await underFault('ec')
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', kid: current.kid })
    const { token, header } = await mint({ key: 'ec' })
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: current.kid })
    expect(await accepts(keys[0], token, EC)).toBe(true)
  })

  for (const key of ['small', 'ec']) {
    test(`a token of the ${key} key was never issued`, async () => {
      const { mint, userinfo } = faultable()
      expect((await userinfo((await mint({ key })).token)).status).toBe(401)
    })
  }
})

describe('a lie', () => {
  const lies: [Json, Json][] = [
    [{ active: 'true' }, { active: 'true', client_id: SEED_CLIENT_ID }],
    [{ sub: 'user-test-somebody' }, { active: true, sub: 'user-test-somebody' }],
    [{ active: null }, { token_type: 'access_token' }],
    [
      { aud: ['other'], exp: '9' },
      { aud: ['other'], exp: '9' },
    ],
    [{ deep: { a: 1, b: null } }, { deep: { a: 1 } }],
  ]
  for (const [body, seen] of lies) {
    test(`${JSON.stringify(body)} covers the truth and no more`, async () => {
      const { set, mint, introspect } = faultable()
      const { token } = await mint()
      const truth = (await introspect(SEED_CLIENT_ID, token)).json
      await set({ at: 'introspect', kind: 'lie', body })
      const told = (await introspect(SEED_CLIENT_ID, token)).json
      expect(told).toMatchObject(seen)
      for (const [member, value] of Object.entries(truth)) {
        if (!(member in body) && member !== 'request_id') expect(told[member]).toEqual(value)
      }
      expect('active' in told).toBe(body.active !== null)
    })
  }

  test('can be told by any endpoint', async () => {
    const { set, mint, userinfo, get } = faultable()
    const { token } = await mint()
    await set(
      { at: 'userinfo', kind: 'lie', body: { sub: 'user-test-somebody' } },
      { at: 'discovery', kind: 'lie', body: { issuer: 'https://elsewhere.test' } },
    )
    expect((await userinfo(token)).json.sub).toBe('user-test-somebody')
    const metadata = await get('/.well-known/oauth-authorization-server')
    expect(metadata.json.issuer).toBe('https://elsewhere.test')
  })

  test('cannot be told about what is not JSON', async () => {
    const { set, raw } = faultable()
    await set({ at: 'jwks', kind: 'truncated' }, { at: 'jwks', kind: 'lie', body: { keys: [] } })
    expect(await (await raw(JWKS)).text()).toStartWith('{"keys":[{')
  })
})

describe('several faults', () => {
  test('that answer by themselves take turns', async () => {
    const { set, get, list } = faultable()
    await set(
      { at: 'jwks', kind: 'status', status: 500, times: 2 },
      { at: 'jwks', kind: 'status', status: 429, times: 1 },
    )
    const statuses = [await get(JWKS), await get(JWKS)].map(({ status }) => status)
    expect(await list()).toEqual([{ at: 'jwks', kind: 'status', status: 429, times: 1 }])
    for (let i = 0; i < 2; i++) statuses.push((await get(JWKS)).status)
    expect(statuses).toEqual([500, 500, 429, 200])
  })

  test('apply in order to one answer', async () => {
    const { set, raw, log } = faultable()
    await set(
      { at: 'jwks', kind: 'slow', ms: 1 },
      { at: 'jwks', kind: 'lie', body: { keys: 'none' } },
      { at: 'jwks', kind: 'headers', headers: { etag: '"1"' } },
      { at: 'jwks', kind: 'truncated' },
    )
    const response = await raw(JWKS)
    expect(await response.text()).toStartWith('{"keys":"none"')
    expect(response.headers.get('etag')).toBe('"1"')
    expect(await log()).toMatchObject([{ faults: ['slow', 'lie', 'headers', 'truncated'] }])
  })

  test('count down only where they apply, and are replaced as a whole', async () => {
    const { set, get, list, postJson } = faultable()
    const lie = { at: 'jwks', kind: 'lie', body: { x: 1 }, times: 3 }
    const clock = { kind: 'clock', offset_seconds: 5 }
    expect((await set(lie, clock)).json.faults).toEqual([lie, clock])
    await get(JWKS)
    await get('/.well-known/openid-configuration')
    expect(await list()).toEqual([{ ...lie, times: 2 }, clock])
    await set({ at: 'token', kind: 'hang' })
    expect(await list()).toEqual([{ at: 'token', kind: 'hang' }])
    await postJson('/local/reset', {})
    expect(await list()).toEqual([])
  })
})

describe('a request that is held', () => {
  const holds = [{ kind: 'hang' }, { kind: 'slow', ms: 600_000 }, { kind: 'hang', times: 1 }]
  const releases: [string, (world: Faultable) => Promise<unknown>][] = [
    ['faults are cleared', ({ set }) => set()],
    ['faults are replaced', ({ set }) => set({ at: 'jwks', kind: 'status', status: 500 })],
    ['all is reset', ({ postJson }) => postJson('/local/reset', {})],
  ]
  for (const hold of holds) {
    for (const [when, release] of releases) {
      test(`by ${JSON.stringify(hold)} is answered honestly once ${when}`, async () => {
        const world = faultable()
        await world.set({ at: 'jwks', ...hold }, { at: 'jwks', kind: 'garbage' })
        const answer = world.get(JWKS)
        await held(world, JWKS)
        await release(world)
        expect((await answer).json.keys).toHaveLength(1)
      })
    }

    test(`by ${JSON.stringify(hold)} ends when its client goes`, async () => {
      const world = faultable()
      await world.set({ at: 'jwks', ...hold })
      const client = new AbortController()
      const answer = world.raw(JWKS, { signal: client.signal })
      await held(world, JWKS)
      client.abort()
      expect((await answer).status).toBe(499)
      expect(await world.log()).toMatchObject([{ path: JWKS, status: 499, faults: [hold.kind] }])
    })
  }

  test('does its work afterwards', async () => {
    const world = faultable()
    const { clientId, tokens } = await world.tokens()
    await world.set({ at: 'revoke', kind: 'hang' })
    const body = { client_id: clientId, token: tokens.access_token }
    const answer = world.postForm('/v1/oauth2/revoke', body)
    await held(world, '/v1/oauth2/revoke')
    expect((await world.userinfo(tokens.access_token)).status).toBe(200)
    await world.set()
    await answer
    expect((await world.userinfo(tokens.access_token)).status).toBe(401)
  })

  test('after its work is a reply that gets lost', async () => {
    const world = faultable()
    const { clientId, tokens } = await world.tokens()
    await world.set({ at: 'token', kind: 'hang', after_work: true })
    const client = new AbortController()
    const body = `grant_type=refresh_token&client_id=${clientId}&refresh_token=${tokens.refresh_token}`
    const answer = world.raw('/v1/oauth2/token', { ...form(body), signal: client.signal })
    await until(async () => !(await world.introspect(clientId, tokens.refresh_token)).json.active)
    client.abort()
    expect((await answer).status).toBe(499)
    await world.set()
    const again = await world.refresh(clientId, tokens.refresh_token)
    expect(again.json.error_description).toStartWith('idp_refresh_token_already_used')
  })

  test('over HTTP ends when the connection does', async () => {
    const world = faultable()
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: world.local.fetch })
    try {
      await world.set({ at: 'jwks', kind: 'hang' })
      const client = new AbortController()
      const answer = fetch(`http://127.0.0.1:${server.port}${JWKS}`, { signal: client.signal })
      await held(world, JWKS)
      client.abort()
      expect(answer).rejects.toThrow('abort')
      await until(async () => (await world.log())[0].status === 499)
    } finally {
      await server.stop(true)
    }
  })
})

describe('the clock', () => {
  for (const offset of [-86_400, -1, 1, 90, 86_400]) {
    test(`off by ${offset} s, it dates what is issued and minted`, async () => {
      const { set, mint, tokens } = faultable()
      await set({ kind: 'clock', offset_seconds: offset })
      const { claims } = await mint()
      expect([claims.iat, claims.exp]).toEqual([now + offset, now + offset + 3600])
      const [, payload = ''] = (await tokens()).tokens.access_token.split('.')
      expect(JSON.parse(atob(payload))).toMatchObject({ iat: now + offset })
    })
  }

  test('ahead, it finds tokens expired; put right, it does not', async () => {
    const { set, mint, userinfo, introspect } = faultable()
    const { token } = await mint()
    await set({ kind: 'clock', offset_seconds: 3600 })
    expect((await userinfo(token)).json.error_description).toStartWith('idp_access_token_expired')
    expect((await introspect(SEED_CLIENT_ID, token)).json.active).toBe(false)
    await set()
    expect((await userinfo(token)).status).toBe(200)
  })

  test('behind, it lets an expired token pass', async () => {
    const { set, mint, userinfo } = faultable()
    const { token } = await mint({ expires_in: -10 })
    expect((await userinfo(token)).status).toBe(401)
    await set({ kind: 'clock', offset_seconds: -60 })
    expect((await userinfo(token)).status).toBe(200)
  })
})

describe('a malformed request is refused in a sentence, and nothing changes:', () => {
  const at = 'jwks'
  const malformed: [Json, string][] = [
    [{}, 'faults: '],
    [[], 'body: '],
    [{ faults: {} }, 'faults: '],
    [{ faults: [], more: 1 }, 'body: Unrecognized key'],
    [{ faults: [{ at, kind: 'explode' }] }, 'faults.0.kind: No such kind of fault'],
    [{ faults: [{ at }] }, 'faults.0.kind: No such kind of fault'],
    [{ faults: [{ at: 'moon', kind: 'hang' }] }, 'faults.0.at: '],
    [{ faults: [{ kind: 'hang' }] }, 'faults.0.at: '],
    [{ faults: [{ at: 'token', kind: 'empty' }] }, 'faults.0.at: '],
    [{ faults: [{ at, kind: 'status', status: 200 }] }, 'faults.0.status: '],
    [{ faults: [{ at, kind: 'status', status: '500' }] }, 'faults.0.status: '],
    [{ faults: [{ at, kind: 'slow' }] }, 'faults.0.ms: '],
    [{ faults: [{ at, kind: 'slow', ms: 600_001 }] }, 'faults.0.ms: '],
    [{ faults: [{ at, kind: 'hang', times: 0 }] }, 'faults.0.times: '],
    [{ faults: [{ at, kind: 'hang', colour: 'red' }] }, 'faults.0: Unrecognized key'],
    [{ faults: [{ at, kind: 'redirect', location: 'a\r\nb: c' }] }, 'faults.0.location: '],
    [{ faults: [{ at, kind: 'headers', headers: { 'a b': 'c' } }] }, 'faults.0.headers'],
    [{ faults: [{ at, kind: 'headers', headers: { a: 'b\r\n' } }] }, 'faults.0.headers.a: '],
    [{ faults: [{ at, kind: 'lie', body: 'x' }] }, 'faults.0.body: '],
    [{ faults: [{ kind: 'clock', offset_seconds: 1, times: 1 }] }, 'faults.0: Unrecognized key'],
    [{ faults: [{ kind: 'clock', offset_seconds: 0.5 }] }, 'faults.0.offset_seconds: '],
  ]
  for (const [body, message] of malformed) {
    test(JSON.stringify(body), async () => {
      const { set, list, postJson } = faultable()
      const active = { at: 'token', kind: 'hang' }
      await set(active)
      const { status, json } = await postJson('/local/faults', body)
      expect(status).toBe(400)
      expect(json.error_message).toStartWith(message)
      expect(json.error_message).toEndWith('.')
      expect(await list()).toEqual([active])
    })
  }
})
