/**
 * A4.05: what the server says after it starts, when the outside disagrees with the configuration. Each
 * thing is broken alone, at Local Stytch or in front of this server, and must be named alone.
 */
import { describe, expect, test } from 'bun:test'
import { type Config, createApp, loadConfig } from '../../src/index.ts'
import { createLocalStytch } from '../../src/local/index.ts'
import { webPlatform } from '../../src/platform.ts'
import { start } from '../../src/runtime/start.ts'
import { findingsText, selfCheck, withoutSelfCheck } from '../../src/self-check.ts'
import { freePorts } from '../support/free-ports.ts'

type Fetch = typeof globalThis.fetch
type Answer = (request: Request) => Response | Promise<Response>

const PRM = '/.well-known/oauth-protected-resource/mcp'
const AS = '/.well-known/oauth-authorization-server'
const JWKS = '/.well-known/jwks.json'
const CANARY = 'secret-test-c4n4ry'

/** The server, Local Stytch, and the network between them. */
async function check(
  faults: readonly object[] = [],
  instead: Readonly<Record<string, Answer>> = {},
  { env = {}, timeout = 2_000 }: { env?: Record<string, string>; timeout?: number } = {},
) {
  const config = loadConfig(env)
  const local = createLocalStytch({
    url: config.stytch.domain,
    authorizationEndpoint: `${config.publicUrl}/oauth/authorize`,
  })
  const set = await local.fetch(
    new Request(`${config.stytch.domain}/local/faults`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ faults }),
    }),
  )
  expect(set.status).toBe(200)
  return selfCheck(config, network(config, local.fetch, instead), timeout)
}

function network(config: Config, stytch: Answer, instead: Readonly<Record<string, Answer>>): Fetch {
  const app = createApp(config, { log: () => {} })
  return (async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const { origin, pathname } = new URL(request.url)
    const other = instead[pathname]
    if (other !== undefined) return other(request)
    return origin === config.publicUrl ? app.fetch(request) : stytch(request)
  }) as Fetch
}

const lie = (body: object) => ({ at: 'discovery', kind: 'lie', body })
const never = () => new Promise<Response>(() => {})

test('A4.05 says nothing when all is well', async () => {
  expect(await check()).toEqual([])
  expect(findingsText([])).toBe('')
})

describe('A4.05 names what is broken, and only that', () => {
  const atStytch: [check: string, level: string, fault: object, says: RegExp][] = [
    [
      'issuer',
      'error',
      lie({ issuer: 'http://localhost:3001/' }),
      /is not http:\/\/localhost:3001,/,
    ],
    ['issuer', 'error', lie({ issuer: null }), /STYTCH_DOMAIN/],
    [
      'authorization_url',
      'error',
      lie({ authorization_endpoint: `http://localhost:3000/authorize?x=${CANARY}` }),
      /http:\/\/localhost:3000\/oauth\/authorize$/,
    ],
    ['authorization_url', 'error', lie({ authorization_endpoint: null }), /dashboard/],
    ['pkce', 'error', lie({ code_challenge_methods_supported: ['plain'] }), /S256/],
    ['pkce', 'error', lie({ code_challenge_methods_supported: 'S256' }), /S256/],
    ['pkce', 'error', lie({ code_challenge_methods_supported: null }), /S256/],
    ['registration', 'warning', lie({ registration_endpoint: null }), /cannot register themselves/],
    [
      'registration',
      'note',
      lie({ registration_endpoint: null, client_id_metadata_document_supported: true }),
      /metadata document only/,
    ],
    [
      'response_issuer',
      'note',
      lie({ authorization_response_iss_parameter_supported: null }),
      /RFC 9207/,
    ],
    [
      'response_issuer',
      'note',
      lie({ authorization_response_iss_parameter_supported: 'true' }),
      /RFC 9207/,
    ],
    [
      'authorization_server',
      'error',
      { at: 'discovery', kind: 'status', status: 503 },
      /answered 503/,
    ],
    [
      'authorization_server',
      'error',
      { at: 'discovery', kind: 'status', status: 404 },
      /answered 404/,
    ],
    ['authorization_server', 'error', { at: 'discovery', kind: 'garbage' }, /not a JSON object/],
    ['authorization_server', 'error', { at: 'discovery', kind: 'truncated' }, /not a JSON object/],
    ['authorization_server', 'error', { at: 'discovery', kind: 'huge' }, /too large/],
    [
      'authorization_server',
      'error',
      { at: 'discovery', kind: 'redirect', location: `http://localhost/${CANARY}` },
      /answered 302/,
    ],
    ['signing_keys', 'error', { at: 'jwks', kind: 'status', status: 500 }, /answered 500/],
    ['signing_keys', 'error', { at: 'jwks', kind: 'garbage' }, /not a JSON object/],
    ...['empty', 'ec', 'small-key', 'enc-use', 'private', 'duplicate-kid'].map(
      (kind): [string, string, object, RegExp] => [
        'signing_keys',
        'error',
        { at: 'jwks', kind },
        /no set of RSA keys/,
      ],
    ),
  ]
  test.each(atStytch)('%s (%s) for %j', async (name, level, fault, says) => {
    const findings = await check([fault])
    expect(findings.map(({ check, level }) => [check, level])).toEqual([[name, level]])
    expect(findingsText(findings)).toMatch(says)
    expect(findingsText(findings)).not.toContain(CANARY)
  })

  const json =
    (value: unknown, status = 200) =>
    () =>
      Response.json(value, { status })
  const atHome: [name: string, level: string, answer: Answer, says: RegExp][] = [
    ['no answer', 'warning', () => Promise.reject(new TypeError(CANARY)), /no connection/],
    ['a proxy’s error', 'warning', json({ error: CANARY }, 502), /answered 502/],
    ['not here', 'warning', json({}, 404), /answered 404/],
    [
      'a redirect',
      'warning',
      () => Response.redirect(`https://other.test/${CANARY}`),
      /answered 302/,
    ],
    ['a parked page', 'warning', () => new Response(`<h1>${CANARY}</h1>`), /not a JSON object/],
    ['a list', 'warning', json([CANARY]), /not a JSON object/],
    ['another resource', 'error', json({ resource: CANARY }), /something else/],
    ['null', 'warning', json(null), /not a JSON object/],
  ]
  test.each(atHome)('resource_metadata: %s', async (_, level, answer, says) => {
    const findings = await check([], { [PRM]: answer })
    expect(findings.map(({ check, level }) => [check, level])).toEqual([
      ['resource_metadata', level],
    ])
    expect(findingsText(findings)).toMatch(says)
    expect(findingsText(findings)).not.toContain(CANARY)
  })

  test('authorization_url: Stytch has no metadata before it is set', async () => {
    const error_type = 'authorization_endpoint_not_configured_for_project'
    const findings = await check([], { [AS]: json({ status_code: 400, error_type }, 400) })
    expect(findings.map(({ check }) => check)).toEqual(['authorization_url'])
    expect(findingsText(findings)).toContain('http://localhost:3000/oauth/authorize')
  })
})

describe('A4.05 on a project of Stytch’s', () => {
  const ID = 'project-test-11111111-1111-4111-8111-111111111111'
  const env = {
    PUBLIC_URL: 'https://mcp.example.com',
    STYTCH_PROJECT_ID: ID,
    STYTCH_PUBLIC_TOKEN: 'public-token-test-11111111-1111-4111-8111-111111111111',
    STYTCH_SECRET: CANARY,
  }
  const metadata = (domain: string) => ({
    issuer: domain,
    authorization_endpoint: 'https://mcp.example.com/oauth/authorize',
    registration_endpoint: `${domain}/v1/oauth2/register`,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  })

  async function on(domain: string) {
    const keys = await createLocalStytch({ url: 'http://localhost:3001' }).fetch(
      new Request(`http://localhost:3001${JWKS}`),
    )
    const config = loadConfig({ ...env, STYTCH_DOMAIN: domain })
    const instead = { [AS]: () => Response.json(metadata(domain)), [JWKS]: () => keys }
    return selfCheck(config, network(config, never, instead), 2_000)
  }

  test('a custom domain has nothing to say', async () => {
    expect(await on('https://login.example.com')).toEqual([])
  })

  test('A3.06 a default domain is told of the issuer in authorization responses', async () => {
    const findings = await on('https://word-1234.customers.stytch.dev')
    expect(findings.map(({ check, level }) => [check, level])).toEqual([
      ['response_issuer', 'note'],
    ])
    expect(findingsText(findings)).toContain(`stytch.com/${ID}`)
    expect(findingsText(findings)).not.toContain(CANARY)
  })
})

describe('A4.05 ends', () => {
  const soon = { timeout: 50 }

  test('when nothing answers, each named', async () => {
    const findings = await check([], { [PRM]: never, [AS]: never, [JWKS]: never }, soon)
    expect(findings.map(({ check }) => check)).toEqual([
      'resource_metadata',
      'authorization_server',
      'signing_keys',
    ])
    expect(findingsText(findings).match(/no answer in time/g)).toHaveLength(3)
  })

  test('when an answer begins and never ends', async () => {
    const endless = () =>
      new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('{')) }))
    const findings = await check([], { [JWKS]: endless }, soon)
    expect(findings.map(({ check }) => check)).toEqual(['signing_keys'])
  })

  test('when an answer is nested deeper than the stack', async () => {
    const deep = `{"a":${'['.repeat(32_000)}${']'.repeat(32_000)}}`
    const findings = await check([], { [PRM]: () => new Response(deep) })
    expect(findings).toHaveLength(1)
  })

  test('when fetch throws what is no error', async () => {
    const throws = () => Promise.reject('no')
    const findings = await check([], { [PRM]: throws, [AS]: throws, [JWKS]: throws })
    expect(findings).toHaveLength(3)
  })
})

test('the worst comes first, one line each', async () => {
  const fault = lie({
    registration_endpoint: null,
    issuer: 'x',
    authorization_response_iss_parameter_supported: null,
  })
  const lines = findingsText(await check([fault])).split('\n')
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    'error issuer',
    'warning registration',
    'note response_issuer',
  ])
})

test('its own request is not logged while it runs, and every other is', () => {
  const lines: unknown[] = []
  let checking = true
  const log = withoutSelfCheck(
    (...line) => lines.push(line),
    () => checking,
  )
  log('info', 'request', { path: PRM })
  expect(lines).toEqual([])
  log('error', 'request', { path: PRM })
  log('info', 'request', { path: '/mcp' })
  checking = false
  log('info', 'request', { path: PRM })
  expect(lines).toHaveLength(3)
})

describe('starting the server', () => {
  /** Starts it on free ports, and counts what was answered. */
  async function started(env: (port: number, unused: number) => Record<string, string>) {
    const [port, local, unused] = (await freePorts(3)) as [number, number, number]
    const servers: { stop(now: boolean): Promise<void> }[] = []
    const printed: string[] = []
    const answered: string[] = []
    const first = Promise.withResolvers<string>()
    const all = Promise.withResolvers<void>()
    await start({
      env: { PORT: `${port}`, LOCAL_STYTCH_PORT: `${local}`, ...env(port, unused) },
      async listen(fetch, address) {
        const answer = async (request: Request) => {
          const response = await fetch(request)
          answered.push(new URL(request.url).pathname)
          if (answered.length === 3) all.resolve()
          return response
        }
        const server = Bun.serve({ hostname: address.host, port: address.port, fetch: answer })
        servers.push(server)
        return () => server.stop()
      },
      onStop() {},
      print: (line) => printed.push(line),
      flush() {},
      platform: webPlatform,
      printError: first.resolve,
      exit: () => {},
    })
    const stop = () => Promise.all(servers.map((server) => server.stop(true)))
    return { printed, answered, complaint: first.promise, all: all.promise, stop }
  }

  test('A4.05 prints what is wrong, after the banner', async () => {
    const { printed, complaint, stop } = await started((_, unused) => ({
      PUBLIC_URL: `http://localhost:${unused}`,
    }))
    expect(printed).toHaveLength(1)
    expect(await complaint).toStartWith('warning resource_metadata: ')
    await stop()
  })

  test('A4.05 prints the banner and no more when all is well', async () => {
    const { printed, answered, all, stop } = await started(() => ({}))
    await all
    expect(answered.sort()).toEqual([JWKS, AS, PRM].sort())
    expect(printed).toHaveLength(1)
    await stop()
  })

  test('asks nothing on Deno Deploy', async () => {
    const real = globalThis.fetch
    let calls = 0
    globalThis.fetch = (async () => {
      calls++
      return new Response()
    }) as unknown as Fetch
    try {
      const { stop } = await started(() => ({
        DENO_DEPLOYMENT_ID: 'x',
        PUBLIC_URL: 'https://mcp.example.com',
        STYTCH_PROJECT_ID: 'project-test-11111111-1111-4111-8111-111111111111',
        STYTCH_DOMAIN: 'https://login.example.com',
        STYTCH_PUBLIC_TOKEN: 'public-token-test-11111111-1111-4111-8111-111111111111',
      }))
      await stop()
    } finally {
      globalThis.fetch = real
    }
    expect(calls).toBe(0)
  })
})
