/**
 * What a test turns to see a client refuse, each against both generations of real clients where they have
 * an opinion; and RFC 8707 resources.
 */
import { describe, expect, test } from 'bun:test'
import { CLIENT_METADATA, generations, mcpClient } from './mcp-client.ts'
import { type Json, REDIRECT, redirected, VERIFIER, walkthrough } from './walkthrough.ts'

const OAUTH = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'
const EVIL = 'https://evil.test'

/** The generation that checks issuers. */
const modern = generations.at(-1)?.[1]

/** Local Stytch with faults, and a client in front of it. */
async function faulty(auth: Json, faults: Json[], scope?: string, knows?: Json) {
  const world = walkthrough()
  expect((await world.postJson('/local/faults', { faults })).status).toBe(200)
  return { ...world, client: mcpClient(world, auth, scope, knows) }
}

const lie = (body: Json) => ({ at: 'discovery', kind: 'lie', body })
const iss = (value: string | null) => ({ at: 'authorize-submit', kind: 'iss', value })

async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('The client saw nothing wrong.')
}

describe('B1.11 metadata with a wrong issuer', () => {
  const issuers = [
    ['foreign', EVIL],
    ['with a trailing slash', 'http://localhost:3001/'],
    ['of the other door', 'stytch.com/project-test-10ca1577-c0de-4a11-8e57-0123456789ab'],
  ] as const
  for (const [name, issuer] of issuers) {
    test(`${name} is served under both names`, async () => {
      const { get } = await faulty(undefined, [lie({ issuer })])
      for (const path of [OAUTH, OPENID]) expect((await get(path)).json.issuer).toBe(issuer)
    })
  }

  for (const [name, issuer] of issuers) {
    test(`${name} is refused by the 2026 client`, async () => {
      const { client } = await faulty(modern, [lie({ issuer })])
      expect((await failure(client.run())).message).toContain('RFC 8414')
      expect(client.registered).toEqual([])
    })
  }
})

describe('B3.10 an authorization response', () => {
  const answers: [string, string, Json][] = [
    ['with a code', 'code', {}],
    ['with an error', 'error', { scopes: ['unknown'] }],
    ['that says no', 'error', { consent_granted: false }],
  ]
  for (const [name, member, changes] of answers) {
    test(`E-O25 ${name} names whom it is told to, or nobody`, async () => {
      const { postJson, submit, register, signIn } = walkthrough()
      const session = await signIn()
      const redirect_uri = 'https://client.test/cb?iss=kept&x=%20a'
      const { client_id } = await register({ redirect_uris: [redirect_uri] })
      const responses: (string | null)[] = []
      for (const value of [EVIL, '', 'a&b=c', null]) {
        await postJson('/local/faults', { faults: [iss(value)] })
        const answer = await submit(session, client_id, { redirect_uri, ...changes })
        const url: string = answer.json.data.redirect_uri
        expect(url).toStartWith(`${redirect_uri}&${member}=`)
        expect(redirected(answer).get('state')).toBe('state-1')
        responses.push(redirected(answer).getAll('iss')[1] ?? null)
      }
      expect(responses).toEqual([EVIL, '', 'a&b=c', null])
    })
  }

  test('names whom it should once the fault is over', async () => {
    const { postJson, submit, register, signIn, local } = walkthrough()
    await postJson('/local/faults', { faults: [{ ...iss(EVIL), times: 1 }] })
    const session = await signIn()
    const { client_id } = await register()
    const seen = [await submit(session, client_id), await submit(session, client_id)]
    expect(seen.map((answer) => redirected(answer).get('iss'))).toEqual([EVIL, local.url])
  })

  test('a refusal that goes nowhere is left alone', async () => {
    const { postJson, submit, signIn } = walkthrough()
    await postJson('/local/faults', { faults: [iss(EVIL)] })
    const { status, json } = await submit(await signIn(), 'connected-app-test-unknown')
    expect({ status, type: json.error_type }).toEqual({
      status: 404,
      type: 'connected_app_not_found',
    })
  })

  for (const value of [EVIL, null]) {
    test(`B1.05 the 2026 client redeems no code when iss is ${value}`, async () => {
      const { client, get } = await faulty(modern, [iss(value)], 'openid')
      expect(await client.run()).toBe('REDIRECT')
      const back = await client.consent()
      expect(back.has('code')).toBe(true)
      expect((await failure(client.finish(back))).message).toContain('RFC 9207')
      expect(client.saved.tokens).toBeUndefined()
      expect(JSON.stringify((await get('/local/requests')).json)).not.toContain('/v1/oauth2/token')
    })
  }

  const malformed: Json[] = [
    { at: 'authorize-submit', kind: 'iss' },
    { at: 'authorize-submit', kind: 'iss', value: 1 },
    { at: 'authorize-submit', kind: 'iss', value: 'a\n' },
    { at: 'token', kind: 'iss', value: EVIL },
  ]
  for (const fault of malformed) {
    test(`is no fault: ${JSON.stringify(fault)}`, async () => {
      const { status } = await walkthrough().postJson('/local/faults', { faults: [fault] })
      expect(status).toBe(400)
    })
  }
})

for (const [generation, auth] of generations) {
  describe(generation, () => {
    for (const methods of [['plain'], []]) {
      test(`B1.03 goes nowhere without S256 in ${JSON.stringify(methods)}`, async () => {
        const { client } = await faulty(auth, [lie({ code_challenge_methods_supported: methods })])
        expect((await failure(client.run())).message).toContain('code challenge method S256')
        expect(client.saved.page).toBeUndefined()
      })
    }

    test('B1.03 sends an S256 challenge anyway when metadata says nothing of it', async () => {
      const { client } = await faulty(auth, [lie({ code_challenge_methods_supported: null })])
      expect(await client.run()).toBe('REDIRECT')
      expect(client.saved.page.searchParams.get('code_challenge_method')).toBe('S256')
    })

    test('B1.02 finds the OpenID document when RFC 8414 is 404', async () => {
      const missing = { at: 'oauth-authorization-server', kind: 'status', status: 404 }
      const { client, get } = await faulty(auth, [missing], 'openid')
      await client.connect()
      expect((await get(OAUTH)).status).toBe(404)
      expect((await get(OPENID)).status).toBe(200)
    })

    test('B1.06 stops when it is unknown and cannot register', async () => {
      const { client } = await faulty(auth, [
        lie({ registration_endpoint: null }),
        { at: 'register', kind: 'status', status: 404 },
      ])
      expect((await failure(client.run())).message).toContain('registration')
      expect(client.saved.page).toBeUndefined()
    })
  })
}

describe('B1.07 offline_access', () => {
  const refreshing = { ...CLIENT_METADATA, grant_types: ['authorization_code', 'refresh_token'] }
  const asked = async (faults: Json[]) => {
    const { client } = await faulty(modern, faults, 'openid', { clientMetadata: refreshing })
    await client.run()
    return client.saved.page.searchParams.get('scope').split(' ')
  }

  test('is asked for when it is offered', async () => {
    expect(await asked([])).toContain('offline_access')
  })

  test('is not asked for when it is not', async () => {
    expect(await asked([lie({ scopes_supported: ['openid', 'email'] })])).toEqual(['openid'])
  })
})

describe('single metadata documents', () => {
  test('a fault at one leaves the other alone, and discovery is both', async () => {
    const { postJson, get } = walkthrough()
    const broken = async () =>
      (await Promise.all([get(OAUTH), get(OPENID)])).map(({ status }) => status)
    const at = (name: string) =>
      postJson('/local/faults', { faults: [{ at: name, kind: 'status', status: 404 }] })
    await at('oauth-authorization-server')
    expect(await broken()).toEqual([404, 200])
    await at('openid-configuration')
    expect(await broken()).toEqual([200, 404])
    await at('discovery')
    expect(await broken()).toEqual([404, 404])
  })
})

describe('resource', () => {
  const RES = 'https://mcp.test/mcp'
  const OTHER = 'https://api.test/'

  async function granted(resources: string[], options = {}) {
    const world = walkthrough(options)
    const { client_id } = await world.register()
    return { ...world, clientId: client_id, code: await world.code(client_id, { resources }) }
  }
  const audience = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).aud

  test('B3.07 as at Stytch any is taken, also several or none, and aud stays the project', async () => {
    for (const resources of [[RES], [RES, OTHER], []]) {
      const { exchange, clientId, code, local } = await granted(resources)
      const { status, json } = await exchange(clientId, code)
      expect(status).toBe(200)
      expect(audience(json.access_token)).toEqual([local.projectId])
    }
  })

  const judged: [id: string, resources: string[], error: string | null][] = [
    ['E-O19 the one', [RES], null],
    ['E-O19 the one, in another spelling', ['HTTPS://MCP.test:443/mcp'], null],
    ['E-O19 none', [], null],
    ['E-O20 two that are known', [RES, OTHER], null],
    ['E-O19 unknown', ['https://evil.test/mcp'], 'invalid_target'],
    ['E-O19 another path', ['https://mcp.test/mcp/'], 'invalid_target'],
    ['E-O19 another scheme', ['http://mcp.test/mcp'], 'invalid_target'],
    ['E-O19 a fragment', [`${RES}#x`], 'invalid_target'],
    ['E-O19 relative', ['/mcp'], 'invalid_target'],
    ['E-O20 one known, one unknown', [RES, 'https://evil.test'], 'invalid_target'],
  ]
  for (const [name, resources, error] of judged) {
    test(`${name}, of those the options name: ${error ?? 'ok'}`, async () => {
      const { submit, register, signIn, local } = walkthrough({ resources: [RES, OTHER] })
      const { client_id } = await register()
      const query = redirected(await submit(await signIn(), client_id, { resources }))
      expect(query.get('error')).toBe(error)
      expect(query.get('iss')).toBe(local.url)
    })
  }

  const exchanged: [id: string, granted: string[], asked: string, options: Json, ok: boolean][] = [
    ['E-O34 one of several', [RES, OTHER], OTHER, {}, true],
    ['E-O34 one that was not authorized', [RES], OTHER, {}, false],
    ['E-O34 one where none was authorized, as at Stytch', [], RES, {}, true],
    ['E-O34 an unknown one where none was authorized', [], OTHER, { resources: [RES] }, false],
  ]
  for (const [name, authorized, resource, options, ok] of exchanged) {
    test(`${name} is ${ok ? 'ok' : 'invalid_target'} at the token endpoint`, async () => {
      const { exchange, clientId, code } = await granted(authorized, options)
      const { json } = await exchange(clientId, code, { resource })
      expect(json.error).toBe(ok ? undefined : 'invalid_target')
    })
  }

  test('E-O34 several at the token endpoint must all be authorized', async () => {
    const { postForm, clientId, code } = await granted([RES, OTHER])
    const form = (last: string): [string, string][] => [
      ['grant_type', 'authorization_code'],
      ['client_id', clientId],
      ['code', code],
      ['redirect_uri', REDIRECT],
      ['code_verifier', VERIFIER],
      ['resource', RES],
      ['resource', last],
    ]
    const refused = await postForm('/v1/oauth2/token', form('https://evil.test'))
    expect(refused.json.error).toBe('invalid_target')
    expect((await postForm('/v1/oauth2/token', form(OTHER))).status).toBe(200)
  })

  test('the option takes resources only', () => {
    expect(() => walkthrough({ resources: ['/mcp'] })).toThrow(TypeError)
  })
})

test('E-O23 request, request_uri and response_mode mean nothing here, and nothing is fetched', async () => {
  const outside: string[] = []
  const { submit, register, signIn } = walkthrough({
    fetch: (request) => {
      outside.push(request.url)
      return new Response()
    },
  })
  const { client_id } = await register()
  const answer = await submit(await signIn(), client_id, {
    request: 'eyJ',
    request_uri: 'http://169.254.169.254/',
    response_mode: 'fragment',
  })
  expect(answer.json.data.redirect_uri).toStartWith(`${REDIRECT}?code=`)
  expect(outside).toEqual([])
})
