/**
 * What the server alone decides about the pages: which authorization requests may be shown, and under
 * which headers. Checklist C and E-C; no browser, no Stytch.
 */
import { describe, expect, test } from 'bun:test'
import type { Config } from '../../src/config.ts'
import type { PageData } from '../../src/web/page-data.ts'
import { pages } from '../../src/web/pages.ts'

const RESOURCE = 'https://mcp.example.com/mcp'
const config = {
  environment: 'production',
  listen: { host: '0.0.0.0', port: 8080 },
  publicUrl: 'https://mcp.example.com',
  resource: RESOURCE,
  stytch: {
    local: false,
    projectId: 'project-test-1',
    domain: 'https://login.example.com',
    publicToken: 'public-token-test-1',
    browserApi: 'https://test.stytch.com',
    vertical: 'consumer',
  },
} as Config

const app = pages(config)
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const GOOD = {
  response_type: 'code',
  client_id: 'connected-app-test-6c2f1f1e-0000-4000-8000-000000000000',
  redirect_uri: 'http://127.0.0.1:33418/callback',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  state: 'af0ifjsldkj',
  scope: 'openid email',
}

type Changes = Record<string, string | undefined>

function query(changes: Changes = {}): string {
  const entries = Object.entries({ ...GOOD, ...changes })
  return new URLSearchParams(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString()
}

async function get(path: string, init?: RequestInit): Promise<Response> {
  return app.fetch(new Request(`https://mcp.example.com${path}`, init))
}

async function authorize(search: string) {
  const response = await get(`/oauth/authorize?${search}`)
  return { response, body: await response.text() }
}

/** The data a page hands to its script, as a browser's HTML parser would read it. */
async function dataOf(response: Response): Promise<PageData> {
  const data = /data-page="([^"]*)"/.exec(await response.text())?.[1] ?? ''
  const unescaped = data
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
  return JSON.parse(unescaped) as PageData
}

async function requestOf(changes: Changes) {
  const response = await get(`/oauth/authorize?${query(changes)}`)
  expect(response.status).toBe(200)
  const { request } = await dataOf(response)
  if (!request) throw new Error('The page carries no request.')
  return request
}

describe('a request that cannot be shown is refused with a page that runs nothing', () => {
  const long = (bytes: number) => 'a'.repeat(bytes)
  const refused: readonly (readonly [name: string, code: string, search: string])[] = [
    ['E-C01 no parameters', 'client_id_missing', ''],
    ['client_id empty', 'client_id_missing', query({ client_id: '' })],
    ['client_id of no known form', 'client_id_malformed', query({ client_id: 'my-app' })],
    [
      'client_id http URL',
      'client_id_malformed',
      query({ client_id: 'http://app.example/c.json' }),
    ],
    [
      'client_id URL without path',
      'client_id_malformed',
      query({ client_id: 'https://a.example/' }),
    ],
    [
      'client_id URL with user info',
      'client_id_malformed',
      query({ client_id: 'https://stytch.com@evil.example/c.json' }),
    ],
    [
      'client_id URL with dot segments',
      'client_id_malformed',
      query({ client_id: 'https://a.example/../c.json' }),
    ],
    ['redirect_uri absent', 'redirect_uri_missing', query({ redirect_uri: undefined })],
    ...[
      'javascript:alert(1)',
      'JavaScript://example.com/%0aalert(1)',
      'data:text/html,x',
      'vbscript:msgbox(1)',
      'blob:https://a.example/1',
      'file:///etc/passwd',
      'about:blank',
      'ws://127.0.0.1/',
      'mailto:a@example.com',
      'intent://scan/#Intent;end',
      'ms-settings://x',
      'view-source:https://a.example',
    ].map(
      (uri) =>
        [
          `E-C03 redirect_uri ${uri}`,
          /#/.test(uri) ? 'redirect_uri_malformed' : 'redirect_uri_scheme',
          query({ redirect_uri: uri }),
        ] as const,
    ),
    [
      'E-C05 two redirect_uri',
      'parameter_repeated',
      `${query()}&redirect_uri=${encodeURIComponent('https://evil.example/cb')}`,
    ],
    [
      'C06 client_id twice, even the same',
      'parameter_repeated',
      `${query()}&client_id=${GOOD.client_id}`,
    ],
    ['C06 a name in another encoding', 'parameter_repeated', `${query()}&%73tate=b`],
    ['E-C06 response_type absent', 'response_type_not_code', query({ response_type: undefined })],
    ['C07 response_type token', 'response_type_not_code', query({ response_type: 'token' })],
    [
      'C07 response_type code token',
      'response_type_not_code',
      query({ response_type: 'code token' }),
    ],
    ['C07 code_challenge absent', 'code_challenge_missing', query({ code_challenge: undefined })],
    ['C07 code_challenge short', 'code_challenge_malformed', query({ code_challenge: 'abc' })],
    [
      'C07 code_challenge padded',
      'code_challenge_malformed',
      query({ code_challenge: `${CHALLENGE}=` }),
    ],
    [
      'C07 code_challenge_method absent means plain',
      'code_challenge_method_not_s256',
      query({ code_challenge_method: undefined }),
    ],
    [
      'C07 code_challenge_method plain',
      'code_challenge_method_not_s256',
      query({ code_challenge_method: 'plain' }),
    ],
    ['E-C09 scope with a quote', 'scope_malformed', query({ scope: 'openid "x"' })],
    [
      'E-C09 500 scopes',
      'scope_too_long',
      query({ scope: Array.from({ length: 500 }, (_, i) => `s${i}`).join(' ') }),
    ],
    ['state over 2 KiB', 'parameter_too_long', query({ state: long(2049) })],
    ['C06 query over 8 KiB', 'request_too_long', `${query()}&x=${long(8192)}`],
    [
      'state with a line break',
      'parameter_malformed',
      `${query({ state: undefined })}&state=a%0d%0ab`,
    ],
    ['state with a NUL', 'parameter_malformed', `${query({ state: undefined })}&state=a%00`],
    ['state that is not UTF-8', 'parameter_malformed', `${query({ state: undefined })}&state=%ff`],
    [
      'resource of another server',
      'resource_unknown',
      query({ resource: 'https://evil.example/mcp' }),
    ],
    ['resource with a slash more', 'resource_unknown', query({ resource: `${RESOURCE}/` })],
    ['resource empty', 'resource_unknown', query({ resource: '' })],
    [
      'two resources, one foreign',
      'resource_unknown',
      `${query({ resource: RESOURCE })}&resource=https%3A%2F%2Fevil.example`,
    ],
    ['prompt=none', 'prompt_none', query({ prompt: 'none' })],
    ['prompt with markup', 'prompt_malformed', query({ prompt: '<b>' })],
    [
      'E-C26 http redirect to another computer',
      'redirect_uri_insecure',
      query({ redirect_uri: 'http://app.example/cb' }),
    ],
    [
      'E-C26 http redirect to a private address',
      'redirect_uri_insecure',
      query({ redirect_uri: 'http://10.0.0.5/cb' }),
    ],
    [
      'http redirect to a name that only starts like localhost',
      'redirect_uri_insecure',
      query({ redirect_uri: 'http://localhost.evil.example/cb' }),
    ],
    ['E-C26 redirect myapp:cb', 'redirect_uri_scheme', query({ redirect_uri: 'myapp:cb' })],
    [
      'redirect_uri with a fragment',
      'redirect_uri_malformed',
      query({ redirect_uri: 'https://a.example/cb#x' }),
    ],
    [
      'redirect_uri with user info',
      'redirect_uri_malformed',
      query({ redirect_uri: 'https://stytch.com@evil.example/cb' }),
    ],
    [
      'redirect_uri with a backslash',
      'redirect_uri_malformed',
      query({ redirect_uri: 'https://stytch.com\\@evil.example/cb' }),
    ],
    [
      'redirect_uri without slashes',
      'redirect_uri_malformed',
      query({ redirect_uri: 'https:a.example/cb' }),
    ],
    [
      'redirect_uri with a space',
      'redirect_uri_malformed',
      query({ redirect_uri: 'https://a.example/c b' }),
    ],
    [
      'E-C15 redirect_uri in Cyrillic, not ASCII',
      'redirect_uri_malformed',
      query({ redirect_uri: 'https://р\u0430ypal.example/cb' }),
    ],
    ['redirect_uri relative', 'redirect_uri_malformed', query({ redirect_uri: '/cb' })],
  ]

  for (const [name, code, search] of refused) {
    test(name, async () => {
      const { response, body } = await authorize(search)
      expect(response.status).toBe(400)
      expect(body).toContain(`<code>${code}</code>`)
      expect(response.headers.get('location')).toBeNull()
      expect(response.headers.get('refresh')).toBeNull()
      expect(body).not.toMatch(/<script|http-equiv|data-page|\son\w+=/i)
      expect(body).not.toMatch(/alert\(1\)|evil|paypal/)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toStartWith("default-src 'none';")
      expect(policy).not.toMatch(/script-src|connect-src|unsafe/)
    })
  }
})

describe('a request that can be shown is described to the page', () => {
  const redirects: readonly (readonly [uri: string, kind: string, host: string, note?: string])[] =
    [
      ['http://127.0.0.1:33418/cb', 'loopback', '127.0.0.1:33418'],
      ['http://localhost:3118', 'loopback', 'localhost:3118'],
      ['http://[::1]:8080/cb', 'loopback', '[::1]:8080'],
      ['http://2130706433/cb', 'loopback', '127.0.0.1', 'a number is an address'],
      ['https://app.example/cb?x=1', 'https', 'app.example'],
      ['https://APP.example:8443/cb', 'https', 'app.example:8443'],
      ['https://93.184.216.34/cb', 'ip', '93.184.216.34'],
      ['https://[2001:db8::1]/cb', 'ip', '[2001:db8::1]'],
      ['https://127.0.0.1.evil.example/cb', 'https', '127.0.0.1.evil.example'],
      ['cursor://anysphere.cursor-mcp/oauth/callback', 'custom-scheme', 'cursor://'],
      ['vscode://vscode.github-authentication/did', 'custom-scheme', 'vscode://'],
      ['com.example.app:/oauth', 'custom-scheme', 'com.example.app://'],
    ]
  for (const [uri, kind, host, note = ''] of redirects) {
    test(`C14 ${uri} is ${kind} ${note}`, async () => {
      const { redirect } = await requestOf({ redirect_uri: uri })
      expect(redirect).toMatchObject({ kind, host, uri, internationalized: false } as object)
    })
  }

  test('E-C15 a punycode host is shown as such and flagged', async () => {
    const request = await requestOf({
      redirect_uri: 'https://xn--pypal-4ve.example/cb',
      client_id: 'https://xn--pypal-4ve.example/client.json',
    })
    expect(request.redirect).toMatchObject({
      host: 'xn--pypal-4ve.example',
      internationalized: true,
    })
    expect(request.client).toMatchObject({
      kind: 'document',
      host: 'xn--pypal-4ve.example',
      internationalized: true,
    })
  })

  test('E-C08 a missing scope is named as what Stytch would ask for', async () => {
    for (const scope of [undefined, '']) {
      expect(await requestOf({ scope })).toMatchObject({
        scopes: ['openid', 'email', 'profile'],
        scopesAreDefault: true,
      })
    }
  })

  test('C22 known parameters keep their bytes, unknown ones are dropped', async () => {
    const state = 'a%2Bb%20c+d%3D%3D%25/~%C3%A4'
    const search =
      `utm=1&${query({ state: undefined })}&state=${state}` +
      '&post_logout_redirect_uri=https%3A%2F%2Fevil.example&returnTo=//evil.example&error=x'
    const { request } = await dataOf(await get(`/oauth/authorize?${search}`))
    expect(request?.query).toBe(`${query({ state: undefined })}&state=${state}`)
  })

  test('resource may repeat when it is this server each time', async () => {
    const search = `${query({ resource: RESOURCE })}&resource=${encodeURIComponent(RESOURCE)}`
    expect((await authorize(search)).response.status).toBe(200)
  })

  test('limits are inclusive', async () => {
    await requestOf({ state: 'a'.repeat(2048) })
    await requestOf({ scope: Array.from({ length: 100 }, (_, i) => `s${i}`).join(' ') })
  })

  test('C18 prompt=consent reaches the page', async () => {
    expect(await requestOf({ prompt: 'login consent' })).toMatchObject({ promptsConsent: true })
    expect(await requestOf({ prompt: 'login' })).toMatchObject({ promptsConsent: false })
  })
})

describe('hostile values stay text', () => {
  const HOSTILE = `"><img src=x onerror=alert(1)>'</script><svg onload=alert(2)>&quot;{{7*7}}\u2028`
  const parameters = ['state', 'nonce', 'error_description', 'unknown', 'returnTo'] as const

  for (const name of parameters) {
    test(`E-C10 E-C11 ${name}`, async () => {
      const { response, body } = await authorize(query({ [name]: HOSTILE }))
      expect(response.status).toBe(200)
      expect(body).not.toMatch(/<img src=x|<svg|<\/script><|\sonerror=/)
      const again = await get(`/oauth/authorize?${query({ [name]: HOSTILE })}`)
      const sent = new URLSearchParams((await dataOf(again)).request?.query)
      expect(sent.get(name)).toBe(name === 'state' || name === 'nonce' ? HOSTILE : null)
    })
  }

  test('E-C09 scope with markup is text', async () => {
    const scope = "openid <b>admin</b> idm.admin 'x'"
    const { body } = await authorize(query({ scope }))
    expect(body).not.toContain('<b>')
    expect((await requestOf({ scope })).scopes).toContain('<b>admin</b>')
  })

  test('in every parameter at once, nothing is echoed into the error page', async () => {
    const all = Object.keys(GOOD).map((name) => [name, HOSTILE])
    const { response, body } = await authorize(query(Object.fromEntries(all)))
    expect(response.status).toBe(400)
    expect(body).not.toMatch(/onerror|7\*7/)
  })
})

describe('headers', () => {
  const documents = [
    ['the consent page', `/oauth/authorize?${query()}`],
    ['the error page', '/oauth/authorize'],
    ['the sign-in page', '/login'],
    ['a reset link', '/login?stytch_token_type=reset_password&token=t'],
  ] as const

  for (const [name, path] of documents) {
    test(`C01 C04 ${name}`, async () => {
      const { headers } = await get(path)
      const value = (header: string) => headers.get(header)
      expect(value('content-type')).toBe('text/html; charset=UTF-8')
      expect(value('x-frame-options')).toBe('DENY')
      expect(value('referrer-policy')).toBe('no-referrer')
      expect(value('cache-control')).toBe('no-store')
      expect(value('x-content-type-options')).toBe('nosniff')
      expect(value('cross-origin-opener-policy')).toBe('same-origin')
      expect(value('cross-origin-resource-policy')).toBe('same-origin')
      expect(value('strict-transport-security')).toBe('max-age=31536000')
      expect(value('permissions-policy')).toContain('camera=()')
      expect(value('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(value('set-cookie')).toBeNull()
      expect(value('access-control-allow-origin')).toBeNull()
    })
  }

  test('C02 the policy of a page that runs our script names one foreign origin', async () => {
    const { headers } = await get('/login')
    expect(headers.get('content-security-policy')?.split('; ').sort()).toEqual([
      "base-uri 'none'",
      'connect-src https://test.stytch.com',
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

  test('no HSTS on plain http', async () => {
    const local = pages({ ...config, publicUrl: 'http://localhost:3000' } as Config)
    const { headers } = await local.fetch(new Request('http://localhost:3000/login'))
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  test('C05 C31 documents load from this origin only, with integrity', async () => {
    for (const [, path] of documents) {
      const body = await (await get(path)).text()
      const loaded = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '')
      expect(loaded.length).toBeGreaterThan(1)
      expect(loaded.filter((url) => !url.startsWith('/assets/'))).toEqual([])
      const checked = [...body.matchAll(/<(?:script|link rel="stylesheet")[^>]*>/g)]
      for (const [tag] of checked) expect(tag).toMatch(/integrity="sha384-[A-Za-z0-9+/]{64}"/)
    }
  })
})

describe('methods', () => {
  const paths = [`/oauth/authorize?${query()}`, '/oauth/authorize', '/login', '/assets/x.js']
  for (const path of paths) {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      test(`E-C18 ${method} ${path.split('?')[0]} is 405`, async () => {
        const response = await get(path, { method })
        expect(response.status).toBe(405)
        expect(response.headers.get('allow')).toBe('GET, HEAD')
      })
    }
  }

  test('HEAD has the status and headers of GET, and no body', async () => {
    for (const path of paths) {
      const [head, full] = [await get(path, { method: 'HEAD' }), await get(path)]
      expect(head.status).toBe(full.status)
      expect(await head.text()).toBe('')
      expect(head.headers.get('content-security-policy')).toBe(
        full.headers.get('content-security-policy'),
      )
    }
  })
})

describe('assets', () => {
  async function linked(): Promise<{ url: string; integrity: string | undefined }[]> {
    const body = await (await get('/login')).text()
    return [...body.matchAll(/<(?:script|link|img)[^>]*>/g)].map(([tag]) => ({
      url: /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? '',
      integrity: /integrity="sha384-([^"]+)"/.exec(tag)?.[1],
    }))
  }

  test('are immutable, typed, not sniffed, and match their integrity', async () => {
    const types = new Set<string>()
    for (const { url, integrity } of await linked()) {
      const response = await get(url)
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('vary')).toBe('Accept-Encoding')
      expect(response.headers.get('content-encoding')).toBeNull()
      types.add(response.headers.get('content-type') ?? '')
      const digest = new Bun.CryptoHasher('sha384').update(await response.arrayBuffer())
      if (integrity) expect(digest.digest('base64')).toBe(integrity)
    }
    expect([...types].sort()).toEqual([
      'image/svg+xml',
      'text/css; charset=utf-8',
      'text/javascript; charset=utf-8',
    ])
  })

  test('are gzipped for those who accept it, with the same content', async () => {
    for (const { url } of await linked()) {
      const plain = await (await get(url)).text()
      const response = await get(url, { headers: { 'Accept-Encoding': 'br, gzip;q=0.8' } })
      expect(response.headers.get('content-encoding')).toBe('gzip')
      expect(response.headers.get('vary')).toBe('Accept-Encoding')
      const bytes = new Uint8Array(await response.arrayBuffer())
      expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(plain)
    }
  })

  test('are plain for those who refuse gzip', async () => {
    for (const accepted of ['gzip;q=0', 'br', 'identity', 'gzip;q=0, *', '']) {
      const response = await get((await linked())[0]?.url ?? '', {
        headers: { 'Accept-Encoding': accepted },
      })
      expect(response.headers.get('content-encoding')).toBeNull()
    }
  })

  test('of another name are 404', async () => {
    for (const name of ['app.js', 'app-000000000000.js', '../assets.gen.ts', '%2e%2e/x', '']) {
      expect((await get(`/assets/${name}`)).status).not.toBe(200)
    }
  })

  test('hold no React and nothing inline that the policy would block', async () => {
    const script = (await linked()).find(({ url }) => url.endsWith('.js'))
    const text = await (await get(script?.url ?? '')).text()
    expect(text).not.toMatch(/react-dom|Minified React error/)
    expect(text).not.toMatch(/\beval\(|new Function\(/)
  })
})
