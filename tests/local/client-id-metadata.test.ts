import { afterAll, describe, expect, test } from 'bun:test'
import { fetchDocument, MAX_DOCUMENT } from '../../src/local/client-documents/fetch-document.ts'
import { freshFor } from '../../src/local/client-documents/freshness.ts'
import { createLocalStytch, type LocalStytchOptions } from '../../src/local/index.ts'
import { generations, mcpClient } from './mcp-client.ts'
import { type Answer, type Json, REDIRECT, redirected, START, walkthrough } from './walkthrough.ts'

const CLIENT = 'https://client.example/oauth/client.json'
const METADATA = '/.well-known/oauth-authorization-server'

const document = (changes: Json = {}) => ({
  client_id: CLIENT,
  client_name: 'Document client',
  redirect_uris: [REDIRECT],
  ...changes,
})

type Reply = () => Response | Promise<Response>

/** Local Stytch, and a host of documents that answers as told and counts how often it was asked. */
async function site(
  reply: Reply = () => Response.json(document()),
  options: LocalStytchOptions = {},
) {
  let answering = reply
  const asked: Request[] = []
  const outside: Request[] = []
  const world = walkthrough({
    clientMetadataHosts: {
      'client.example': (request) => {
        asked.push(request)
        return answering()
      },
    },
    fetch: (request) => {
      outside.push(request)
      return fetch(request)
    },
    ...options,
  })
  const session = await world.signIn()
  return {
    ...world,
    asked,
    /** Requests that went out to the network. */
    outside,
    session,
    now: (next: Reply) => {
      answering = next
    },
    start: (clientId = CLIENT, changes: Json = {}) =>
      world.sdk('/idp/oauth/authorize/start', world.authorization(clientId, changes), session),
    log: async () => (await world.get('/local/requests')).json.requests as Json[],
    clients: async () => (await world.get('/local/clients')).json.clients as Json[],
  }
}

const refused = (answer: Answer) => {
  const { request_id, ...body } = answer.json
  return { status: answer.status, body }
}

const GENERIC = {
  status: 400,
  body: {
    error_type: 'invalid_client_id_metadata_document',
    error_message: 'The client metadata document could not be used.',
    error_url: 'https://stytch.com/docs/api/errors/400#invalid_client_id_metadata_document',
    status_code: 400,
  },
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

describe('a client known by its document', () => {
  test('B2.05 B2.12 is named by URL or by id, and its tokens name the id', async () => {
    const { start, submit, exchange, refresh, introspect, postForm, userinfo, session } =
      await site()
    const { client } = (await start()).json.data
    expect(client).toMatchObject({
      client_name: 'Document client',
      client_type: 'third_party_public',
    })
    expect(client.client_id).toMatch(/^connected-app-test-[0-9a-f-]{36}$/)

    const code = redirected(await submit(session, CLIENT)).get('code') ?? ''
    const { status, json: tokens } = await exchange(CLIENT, code)
    expect(status).toBe(200)
    expect(claimsOf(tokens.access_token).client_id).toBe(client.client_id)

    const again = (await refresh(client.client_id, tokens.refresh_token)).json
    const last = (await refresh(CLIENT, again.refresh_token)).json
    expect(claimsOf(last.access_token).client_id).toBe(client.client_id)
    for (const name of [CLIENT, client.client_id]) {
      expect((await introspect(name, last.access_token)).json).toMatchObject({
        active: true,
        client_id: client.client_id,
      })
    }
    const form = { client_id: CLIENT, token: last.refresh_token }
    expect((await postForm('/v1/oauth2/revoke', form)).status).toBe(200)
    expect((await userinfo(last.access_token)).status).toBe(401)
  })

  test('B2.12 is one client, however often it is asked for', async () => {
    const { start, clients } = await site()
    const ids = await Promise.all([1, 2, 3].map(async () => (await start()).json.data.client))
    expect(new Set(ids.map(({ client_id }) => client_id)).size).toBe(1)
    expect((await clients()).filter((client) => client.client_id_metadata_url)).toEqual([
      {
        client_id: ids[0].client_id,
        client_type: 'third_party_public',
        client_name: 'Document client',
        redirect_uris: [REDIRECT],
        client_id_metadata_url: CLIENT,
      },
    ])
  })

  test('an authorization may begin with the id and end with the URL', async () => {
    const { start, submit, exchange, session } = await site()
    const { client_id } = (await start()).json.data.client
    const code = redirected(await submit(session, client_id)).get('code') ?? ''
    expect((await exchange(CLIENT, code)).status).toBe(200)
  })

  test('is asked about once, under both names', async () => {
    const { start, submit, session } = await site()
    const { client } = (await start()).json.data
    await submit(session, CLIENT)
    expect((await start(client.client_id)).json.data.consent_required).toBe(false)
  })

  test('E-F16 may return to another host than vouches for it', async () => {
    const elsewhere = 'https://elsewhere.test/callback'
    const { submit, session } = await site(() =>
      Response.json(document({ redirect_uris: [elsewhere] })),
    )
    const answer = await submit(session, CLIENT, { redirect_uri: elsewhere })
    expect(answer.json.data.redirect_uri).toStartWith(`${elsewhere}?code=`)
  })

  test('B3.02 returns nowhere its document does not say', async () => {
    const { start } = await site()
    const answer = await start(CLIENT, { redirect_uri: 'https://client.example/other' })
    expect(answer.json.error_type).toBe('connected_app_supplied_redirect_url_not_found_in_client')
  })

  test('knobs take its URL for a client id', async () => {
    const { start, postJson, session, submit, clients } = await site()
    const { client } = (await start()).json.data
    await submit(session, CLIENT)
    const mint = { kind: 'access', client_id: CLIENT }
    const minted = (await postJson('/local/tokens', mint)).json
    expect(minted.claims.client_id).toBe(client.client_id)
    const disconnect = { user: 'ada@example.com', client_id: CLIENT }
    expect((await postJson('/local/grants/revoke', disconnect)).json.revoked).toBe(2)
    await postJson('/local/reset', {})
    expect(JSON.stringify(await clients())).not.toContain(CLIENT)
  })
})

for (const [generation, auth] of generations) {
  test(`B1.06 ${generation} prefers its document to registering`, async () => {
    const callback = 'http://localhost:33418/callback'
    const world = await site(() => Response.json(document({ redirect_uris: [callback] })))
    const client = mcpClient(world, auth, 'openid offline_access', { clientMetadataUrl: CLIENT })
    await client.connect()
    expect(client.saved.client.client_id).toBe(CLIENT)
    expect((await world.userinfo(client.saved.tokens.access_token)).status).toBe(200)
    world.advance(3600)
    expect(await client.run()).toBe('AUTHORIZED')
    expect(await world.log()).not.toContainEqual(
      expect.objectContaining({ path: '/v1/oauth2/register' }),
    )
  })
}

describe('B1.06 metadata invites documents', () => {
  const invited = async (options: LocalStytchOptions) =>
    (await walkthrough(options).get(METADATA)).json.client_id_metadata_document_supported
  const hosts = { 'client.example': () => new Response() }

  test('when hosts for them are made up', async () => {
    expect(await invited({ clientMetadataHosts: hosts })).toBe(true)
    expect(await invited({})).toBeUndefined()
  })

  test('unless told otherwise', async () => {
    expect(await invited({ advertiseClientMetadata: true })).toBe(true)
    expect(
      await invited({ clientMetadataHosts: hosts, advertiseClientMetadata: false }),
    ).toBeUndefined()
  })
})

describe('E-F26 every failure looks the same, and the log knows which it was', async () => {
  /** One for all, as nothing of a failure is kept. */
  const failing = await site()
  const json = (changes: Json) => () => Response.json(document(changes))
  const text =
    (body: string, type = 'application/json') =>
    () =>
      new Response(body, { headers: { 'content-type': type } })
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(1000))),
      }),
      { headers: { 'content-type': 'application/json' } },
    )
  const cases: [name: string, reply: Reply, reason: string][] = [
    ['E-F19 404', () => new Response('', { status: 404 }), 'status_not_200'],
    ['E-F19 500', () => Response.json(document(), { status: 500 }), 'status_not_200'],
    ['B2.06 203', () => Response.json(document(), { status: 203 }), 'status_not_200'],
    ...[301, 302, 303, 307, 308].map((status): [string, Reply, string] => [
      `E-F08 ${status}`,
      () => new Response('', { status, headers: { location: CLIENT } }),
      'redirected',
    ]),
    [
      'no connection',
      () => {
        throw new TypeError('fetch failed')
      },
      'unreachable',
    ],
    ['B2.06 HTML', text('<html>', 'text/html'), 'not_json'],
    ['B2.06 no type', () => new Response(new TextEncoder().encode('{}')), 'not_json'],
    ['B2.06 JSON called text', text(JSON.stringify(document()), 'text/plain'), 'not_json'],
    ['B2.06 JSON lines', text(JSON.stringify(document()), 'application/jsonl'), 'not_json'],
    ['broken JSON', text('{'), 'not_json'],
    ['nothing', text(''), 'not_json'],
    ['a list', text('[]'), 'not_json'],
    [
      'bytes that are no UTF-8',
      () =>
        new Response(new Uint8Array([0x7b, 0xff, 0x7d]), {
          headers: { 'content-type': 'application/json' },
        }),
      'not_json',
    ],
    ['E-F12 6 KiB', json({ padding: 'x'.repeat(6 * 1024) }), 'too_large'],
    ['E-F12 without end', endless, 'too_large'],
    ['B2.06 another client_id', json({ client_id: `${CLIENT}/` }), 'client_id_differs'],
    ['B2.06 no client_id', json({ client_id: undefined }), 'client_id_differs'],
    ['B2.06 no name', json({ client_name: undefined }), 'client_name_missing'],
    ['B2.06 a name of spaces', json({ client_name: ' ' }), 'client_name_missing'],
    ['B2.06 a name that is no string', json({ client_name: ['x'] }), 'client_name_missing'],
    ['E-O08 a name that flips text', json({ client_name: 'a\u202eb' }), 'metadata_invalid'],
    ['B2.06 no redirect_uris', json({ redirect_uris: undefined }), 'metadata_invalid'],
    ['B2.06 empty redirect_uris', json({ redirect_uris: [] }), 'metadata_invalid'],
    ['B2.04 a script', json({ redirect_uris: ['javascript:alert(1)'] }), 'metadata_invalid'],
    ['B2.04 plain http', json({ redirect_uris: ['http://client.test/'] }), 'metadata_invalid'],
    ['B2.07 a secret', json({ client_secret: 'x' }), 'has_secret'],
    ['B2.07 a secret’s expiry', json({ client_secret_expires_at: 0 }), 'has_secret'],
    ...['client_secret_post', 'client_secret_basic', 'client_secret_jwt', 'private_key_jwt'].map(
      (method): [string, Reply, string] => [
        `B2.07 ${method}`,
        json({ token_endpoint_auth_method: method }),
        'auth_method_not_none',
      ],
    ),
    ['no code grant', json({ grant_types: ['implicit'] }), 'metadata_invalid'],
    ['no code response', json({ response_types: ['token'] }), 'metadata_invalid'],
  ]
  for (const [name, reply, reason] of cases) {
    test(`${name}: ${reason}`, async () => {
      const { start, submit, session, log, clients, asked, now } = failing
      now(reply)
      asked.length = 0
      expect(refused(await start())).toEqual(GENERIC)
      expect(refused(await submit(session, CLIENT))).toEqual(GENERIC)
      expect((await log()).slice(-2)).toEqual([
        expect.objectContaining({ error: GENERIC.body.error_type, reason }),
        expect.objectContaining({ error: GENERIC.body.error_type, reason }),
      ])
      expect(JSON.stringify(await clients())).not.toContain(CLIENT)
      expect(asked).toHaveLength(2)
    })
  }

  const unfetched: [string, string, string][] = [
    ['E-F02', 'http://169.254.169.254/latest/meta-data', 'address_special_use'],
    ['E-F03', 'http://2130706433/c', 'url_not_canonical'],
    ['E-F04', 'https://[::ffff:a00:1]/c', 'address_special_use'],
    ['E-F07', 'https://elsewhere.example/c', 'host_not_served'],
    ['E-F09', 'https://client.example@evil.test/c', 'url_malformed'],
    ['E-F10', `${CLIENT}#x`, 'url_has_query_or_fragment'],
    ['E-F11', 'https://client.example:22/c', 'url_port_refused'],
    ['E-F22', 'http://localhost:3001/v1/oauth2/register', 'url_is_local_stytch'],
  ]
  for (const [id, url, reason] of unfetched) {
    test(`${id} ${url} is never fetched: ${reason}`, async () => {
      const { start, log, asked, outside } = failing
      asked.length = 0
      expect(refused(await start(url))).toEqual(GENERIC)
      expect((await log()).at(-1)).toMatchObject({ reason })
      expect([asked.length, outside.length]).toEqual([0, 0])
    })
  }
})

describe('what a document may say beside', () => {
  const fine: [string, Json][] = [
    ['the public authentication method', { token_endpoint_auth_method: 'none' }],
    [
      'grants this server does not know',
      {
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code', 'none'],
      },
    ],
    ['members nobody knows', { software_version: '1', 'x-y': {} }],
  ]
  for (const [name, changes] of fine) {
    test(name, async () => {
      const { start } = await site(() => Response.json(document(changes)))
      expect((await start()).status).toBe(200)
    })
  }

  test('B2.06 its media type may be any kind of JSON', async () => {
    const headers = { 'content-type': 'application/cimd+json; charset=utf-8' }
    const { start } = await site(() => Response.json(document(), { headers }))
    expect((await start()).status).toBe(200)
  })

  test('B2.06 it may be as long as 5 KiB', async () => {
    const spare = MAX_DOCUMENT - JSON.stringify(document({ padding: '' })).length
    const { start } = await site(() => Response.json(document({ padding: 'x'.repeat(spare) })))
    expect((await start()).status).toBe(200)
  })

  test('E-F18 the URLs in it are not fetched', async () => {
    const internal = 'http://127.0.0.1:9/internal'
    const { start, asked, outside } = await site(() =>
      Response.json(
        document({
          logo_uri: internal,
          tos_uri: internal,
          policy_uri: internal,
          client_uri: internal,
          jwks_uri: internal,
          sector_identifier_uri: internal,
        }),
      ),
    )
    expect((await start()).status).toBe(200)
    expect(asked.map(({ url }) => url)).toEqual([CLIENT])
    expect(outside).toEqual([])
  })
})

describe('the request for a document', () => {
  test('carries nothing about anybody', async () => {
    const { start, asked } = await site()
    await start()
    const [request] = asked
    expect(request?.method).toBe('GET')
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({ accept: 'application/json' })
  })

  test('needs somebody who is signed in', async () => {
    const { submit, local, asked } = await site()
    expect((await submit(local.publicToken, CLIENT)).json.error_type).toBe('user_unauthenticated')
    expect(asked).toEqual([])
  })

  test('B2.11 is never made by token, introspection and revocation requests', async () => {
    const { exchange, refresh, introspect, postForm, asked } = await site()
    for (const answer of [
      await exchange(CLIENT, 'code'),
      await refresh(CLIENT, 'token'),
      await introspect(CLIENT, 'token'),
      await postForm('/v1/oauth2/revoke', { client_id: CLIENT, token: 'x' }),
    ]) {
      expect({ status: answer.status, error: answer.json.error }).toEqual({
        status: 401,
        error: 'invalid_client',
      })
    }
    expect(asked).toEqual([])
  })

  test('is one, however many wait for it', async () => {
    const release = Promise.withResolvers<Response>()
    const { start, asked } = await site(() => release.promise)
    const waiting = Array.from({ length: 5 }, () => start())
    release.resolve(Response.json(document()))
    for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200)
    expect(asked).toHaveLength(1)
  })

  test('E-F12 ends at its deadline, also when the host never begins or never ends', async () => {
    const url = new URL(CLIENT)
    const trickle = () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
        }),
        { headers: { 'content-type': 'application/json' } },
      )
    for (const host of [() => new Promise<Response>(() => {}), trickle]) {
      const deadline = new AbortController()
      const fetched = fetchDocument(url, host, deadline.signal)
      deadline.abort()
      await expect(fetched).rejects.toMatchObject({ reason: 'too_slow' })
    }
  })

  test('E-F12 ends at its deadline in the middle of the document', async () => {
    const deadline = new AbortController()
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{'))
        deadline.abort()
      },
    })
    const headers = { 'content-type': 'application/json' }
    const host = () => new Response(body, { headers })
    await expect(fetchDocument(new URL(CLIENT), host, deadline.signal)).rejects.toMatchObject({
      reason: 'too_slow',
    })
  })
})

describe('B2.08 caching', () => {
  const cases: [Record<string, string>, number][] = [
    [{}, 60],
    [{ 'cache-control': 'max-age=5' }, 60],
    [{ 'cache-control': 'public, max-age=600' }, 600],
    [{ 'cache-control': 'max-age="600", must-revalidate' }, 600],
    [{ 'cache-control': 'max-age=600', age: '100' }, 500],
    [{ 'cache-control': 'max-age=600', age: '1000' }, 60],
    [{ 'cache-control': 'max-age=9999999' }, 86_400],
    [{ 'cache-control': 'max-age=99999999999999' }, 60],
    [{ 'cache-control': 'max-age=-1' }, 60],
    [{ 'cache-control': 'no-store, max-age=600' }, 60],
    [{ 'cache-control': 'max-age=600, no-cache' }, 60],
    [{ expires: new Date(START + 900_000).toUTCString() }, 900],
    [
      {
        expires: new Date(START + 900_000).toUTCString(),
        date: new Date(START + 300_000).toUTCString(),
      },
      600,
    ],
    [{ 'cache-control': 'max-age=120', expires: new Date(START + 900_000).toUTCString() }, 120],
    [{ expires: '0' }, 60],
  ]
  for (const [headers, seconds] of cases) {
    test(`${JSON.stringify(headers)} is ${seconds} s`, () => {
      expect(freshFor(new Headers(headers), START)).toBe(seconds * 1000)
    })
  }

  test('a fresh document is not fetched again, a stale one is', async () => {
    const headers = { 'cache-control': 'max-age=5' }
    const { start, submit, session, asked, advance } = await site(() =>
      Response.json(document(), { headers }),
    )
    await start()
    advance(59)
    await submit(session, CLIENT)
    expect(asked).toHaveLength(1)
    advance(1)
    await start()
    expect(asked).toHaveLength(2)
  })

  test('a changed document changes the client, which keeps its id and its tokens', async () => {
    const { start, submit, exchange, refresh, session, advance, now } = await site()
    const { client_id } = (await start()).json.data.client
    const code = redirected(await submit(session, CLIENT)).get('code') ?? ''
    const { json: tokens } = await exchange(CLIENT, code)
    const moved = 'http://127.0.0.1:4000/moved'
    now(() => Response.json(document({ client_name: 'Renamed', redirect_uris: [moved] })))
    advance(60)
    expect((await start()).json.error_type).toBe(
      'connected_app_supplied_redirect_url_not_found_in_client',
    )
    const { client } = (await start(client_id, { redirect_uri: moved })).json.data
    expect(client).toMatchObject({ client_id, client_name: 'Renamed' })
    expect((await refresh(CLIENT, tokens.refresh_token)).status).toBe(200)
  })

  const failures: [string, Reply][] = [
    ['E-F19 an error', () => new Response('', { status: 500 })],
    ['B2.08 an invalid document', () => Response.json({})],
  ]
  for (const [name, reply] of failures) {
    test(`${name} is not kept`, async () => {
      const { start, now } = await site(reply)
      expect((await start()).status).toBe(400)
      now(() => Response.json(document()))
      expect((await start()).status).toBe(200)
    })

    test(`${name} is not papered over with what was there before`, async () => {
      const { start, now, advance } = await site()
      expect((await start()).status).toBe(200)
      now(reply)
      advance(60)
      expect((await start()).status).toBe(400)
    })
  }

  test('a reset forgets documents', async () => {
    const { start, asked, postJson, signIn, sdk, authorization } = await site()
    await start()
    await postJson('/local/reset', {})
    await sdk('/idp/oauth/authorize/start', authorization(CLIENT), await signIn())
    expect(asked).toHaveLength(2)
  })
})

describe('over a network of this machine', () => {
  const documents: Record<string, (self: string) => Response> = {
    '/client.json': (self) => Response.json(document({ client_id: `${self}/client.json` })),
    '/oauth/client.json': () => Response.json(document()),
    '/moved.json': (self) => Response.redirect(`${self}/client.json`, 302),
    '/long.json': () => Response.json({ padding: 'x'.repeat(100_000) }),
    '/packed.json': () =>
      new Response(Bun.gzipSync(JSON.stringify({ padding: ' '.repeat(1_000_000) })), {
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      }),
  }
  const seen: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname, origin } = new URL(request.url)
      seen.push(pathname)
      return documents[pathname]?.(origin) ?? new Response('', { status: 404 })
    },
  })
  afterAll(() => server.stop(true))
  const self = `http://127.0.0.1:${server.port}`

  test('a document is fetched from loopback without any option', async () => {
    const { start, submit, exchange, session } = await site(undefined, { clientMetadataHosts: {} })
    const clientId = `${self}/client.json`
    expect((await start(clientId)).json.data.client.client_name).toBe('Document client')
    const code = redirected(await submit(session, clientId)).get('code') ?? ''
    expect((await exchange(clientId, code)).status).toBe(200)
  })

  test('a made-up host is served by one', async () => {
    const { start } = await site(undefined, { clientMetadataHosts: { 'client.example': self } })
    expect((await start()).json.data.client.client_name).toBe('Document client')
  })

  const failures = [
    ['E-F08', `${self}/moved.json`, 'redirected'],
    ['E-F12', `${self}/long.json`, 'too_large'],
    ['E-F12', `${self}/packed.json`, 'too_large'],
    ['E-F19', `${self}/none.json`, 'status_not_200'],
  ] as const
  for (const [id, url, reason] of failures) {
    test(`${id} ${new URL(url).pathname}: ${reason}`, async () => {
      const { start, log } = await site()
      seen.length = 0
      expect(refused(await start(url))).toEqual(GENERIC)
      expect((await log()).at(-1)).toMatchObject({ reason })
      expect(seen).toEqual([new URL(url).pathname])
    })
  }

  test('E-F26 a closed port is no different', async () => {
    const closed = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
    const url = `http://127.0.0.1:${closed.port}/client.json`
    await closed.stop(true)
    const { start, log } = await site()
    expect(refused(await start(url))).toEqual(GENERIC)
    expect((await log()).at(-1)).toMatchObject({ reason: 'unreachable' })
  })
})

describe('options that could lead elsewhere are refused', () => {
  const hosts = [
    { 'client.example': 'https://client.example' },
    { 'client.example': 'http://192.168.0.1' },
    { 'client.example': 'http://localhost:4000/path' },
    { 'CLIENT.example': 'http://localhost:4000' },
    { 'client.example:443': 'http://localhost:4000' },
    { 'https://client.example': 'http://localhost:4000' },
    { 'client.example/path': 'http://localhost:4000' },
    { 'metadata.google.internal': 'http://localhost:4000' },
    { '169.254.169.254': 'http://localhost:4000' },
    { '8.8.8.8': 'http://localhost:4000' },
    { localhost: 'http://localhost:4000' },
  ]
  for (const clientMetadataHosts of hosts) {
    test(JSON.stringify(clientMetadataHosts), () => {
      expect(() =>
        createLocalStytch({ clientMetadataHosts } as unknown as LocalStytchOptions),
      ).toThrow(TypeError)
    })
  }
})
