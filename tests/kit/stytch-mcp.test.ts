/** `stytchMcp` in somebody's app: it answers at its own paths, and leaves everything else as it was. */
import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { z } from 'zod'
import { defineTool, type LogFields, type StytchMcpOptions, stytchMcp } from '../../src/index.ts'
import { localStytch } from '../../src/testing.ts'
import { script } from '../../src/web/assets.gen.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'

const ORIGIN = 'http://localhost:3000'
const QUERY = new URLSearchParams({
  response_type: 'code',
  client_id: 'connected-app-test-c11e0000-2026-4440-9abc-000000000003',
  redirect_uri: 'http://127.0.0.1/callback',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
})

const stytch = localStytch()
const greet = defineTool({
  name: 'greet',
  title: 'Greet',
  description: 'Greets.',
  toolset: 'greetings',
  risk: 'read',
  scopes: ['greet'],
  input: z.object({}),
  run: async (_, { principal }) => ({ summary: `Hello, ${principal.subject}.` }),
})

interface Line extends LogFields {
  readonly event: string
}

/** An app of somebody's own, and what was logged. */
function theirs(options: StytchMcpOptions = {}, at = '/') {
  const lines: Line[] = []
  const records: string[] = []
  const app = new Hono()
  app.get('/before', (c) => c.text('before'))
  app.route(
    at,
    stytchMcp({
      ...stytch.settings,
      tools: [greet],
      log: (_, event, fields) => lines.push({ event, ...fields }),
      auditSink: { append: (line) => void records.push(line) },
      ...options,
    }),
  )
  app.get('/after', (c) => c.text('after'))
  app.get('/assets/own.css', (c) => c.text('h1 {}'))
  app.get('/broken', () => {
    throw new Error('theirs')
  })
  app.notFound((c) => c.text('not found, say they', 404))
  app.onError((error, c) => c.text(`${error.message}, say they`, 500))
  const send = (path: string, init?: RequestInit) => app.request(ORIGIN + path, init)
  return { send, lines, records }
}

describe('at its own paths', () => {
  test.each(ERAS)('tools are called by who has the scopes: %s', async (era) => {
    const { send, records, lines } = theirs()
    const call = async (scopes: string[]) =>
      send('/mcp', rpc(era, 'tools/call', { name: 'greet' }, await stytch.token({ scopes })))

    const { result } = await answer(await call(['openid', 'greet']))
    expect(result?.content?.[0]?.text).toContain('Hello, user-test-ada00000')
    const refused = await call(['openid'])
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain('scope="openid greet"')
    // Records of reads follow the answers.
    while (records.length < 2) await Bun.sleep(1)
    expect(records.map((line) => JSON.parse(line).decision)).toEqual(['allowed', 'denied'])
    expect(lines.filter(({ event }) => event === 'request')).toHaveLength(2)
  })

  test('a first request is told where to read about signing in, and finds it there', async () => {
    const { send } = theirs()
    const challenge = (await send('/mcp', { method: 'POST' })).headers.get('www-authenticate') ?? ''
    const [, url = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []
    expect(url).toBe(`${ORIGIN}/.well-known/oauth-protected-resource/mcp`)
    const metadata = await send(url.slice(ORIGIN.length))
    expect(metadata.headers.get('access-control-allow-origin')).toBe('*')
    expect(await metadata.json()).toEqual({
      resource: `${ORIGIN}/mcp`,
      authorization_servers: [stytch.url],
      scopes_supported: ['openid', 'email', 'profile'],
      bearer_methods_supported: ['header'],
      resource_name: 'Stytch MCP Server',
    })
  })

  test('it says who it is as it was told', async () => {
    const identity = { name: 'greetings', title: 'Greetings', version: '7', instructions: 'Greet.' }
    const { send } = theirs({ identity })
    const metadata = await send('/.well-known/oauth-protected-resource')
    expect((await metadata.json()).resource_name).toBe('Greetings')
    expect(await (await send('/login')).text()).toContain('<title>Sign in · Greetings</title>')
    const { name, title, version, instructions } = identity
    const init = rpc(
      'legacy',
      'initialize',
      {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      },
      await stytch.token(),
    )
    const { result } = await answer(await send('/mcp', init))
    expect(result).toMatchObject({ serverInfo: { name, title, version }, instructions })
  })

  test('pages of browsers are asked whether they may call', async () => {
    const { send } = theirs()
    const preflight = (origin: string) =>
      send('/mcp', {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
    expect((await preflight('http://localhost:6274')).status).toBe(204)
    expect((await preflight('https://evil.example')).status).toBe(403)
  })

  test('a foreign host name is refused', async () => {
    const { send } = theirs()
    for (const path of ['/mcp', '/login', '/.well-known/oauth-protected-resource']) {
      const { status } = await send(path, { headers: { Host: 'evil.example' } })
      expect([path, status]).toEqual([path, 403])
    }
  })

  test('the page where people consent is there, with what it loads', async () => {
    const { send } = theirs()
    const page = await send(`/oauth/authorize?${QUERY}`)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain(script.path)
    expect((await send(script.path)).status).toBe(200)
    expect((await send('/login')).status).toBe(200)
  })

  test('what fails there is answered there, and says nothing', async () => {
    const events: string[] = []
    const { send } = theirs({
      log(_, event) {
        events.push(event)
        if (event === 'request refused') throw new Error('canary')
      },
    })
    for (const headers of [new Headers(), new Headers({ Origin: ORIGIN })]) {
      const response = await send('/mcp', { method: 'POST', headers })
      expect(response.status).toBe(500)
      expect(await response.json()).toEqual({
        error: 'internal_error',
        error_description: 'Something went wrong on this server',
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      })
    }
    const each = ['request refused', 'request failed', 'request']
    expect(events).toEqual([...each, ...each])
  })
})

describe('everywhere else', () => {
  test.each([
    ['/before', 200, 'before'],
    ['/after', 200, 'after'],
    ['/assets/own.css', 200, 'h1 {}'],
    ['/assets/none.css', 404, 'not found, say they'],
    ['/', 404, 'not found, say they'],
    ['/healthz', 404, 'not found, say they'],
    ['/auth/explain', 404, 'not found, say they'],
    ['/secrets/x', 404, 'not found, say they'],
    ['/mcp/x', 404, 'not found, say they'],
    ['/broken', 500, 'theirs, say they'],
  ])('%s is theirs', async (path, status, text) => {
    const { send, lines } = theirs()
    const response = await send(path, {
      headers: { Host: 'any.example', Origin: 'https://x.test' },
    })
    expect([response.status, await response.text()]).toEqual([status, text])
    expect([...response.headers.keys()].filter((name) => name !== 'content-type')).toEqual([])
    expect(lines).toEqual([])
  })

  test('a route that was there before stands', async () => {
    const app = new Hono().get('/login', (c) => c.text('their sign-in'))
    app.route('/', stytchMcp({ ...stytch.settings, tools: [greet], log: () => {} }))
    expect(await (await app.request(`${ORIGIN}/login`)).text()).toBe('their sign-in')
  })
})

describe('what is left out is theirs', () => {
  test('login', async () => {
    const { send } = theirs({ login: false })
    expect((await send('/login')).status).toBe(404)
    expect((await send(`/oauth/authorize?${QUERY}`)).status).toBe(200)
  })

  test('the page, and the mirror that would name it', async () => {
    const { send } = theirs({ consent: false })
    const paths = ['/login', '/oauth/authorize', script.path]
    for (const path of [...paths, '/.well-known/oauth-authorization-server']) {
      expect([path, await (await send(path)).text()]).toEqual([path, 'not found, say they'])
    }
    expect((await send('/.well-known/oauth-protected-resource/mcp')).status).toBe(200)
    expect((await send('/mcp')).status).toBe(401)
  })
})

test('without tools of one’s own it serves this server’s, and the page that hands secrets over', async () => {
  const { send } = theirs({ tools: undefined })
  const token = await stytch.token()
  const { result } = await answer(await send('/mcp', rpc('legacy', 'tools/list', {}, token)))
  const names = result?.tools?.map(({ name }) => name)
  expect(names).toContain('whoami')
  expect(names?.length).toBeGreaterThan(10)
  expect((await send('/secrets/x')).status).toBe(200)
})

test('below another path it serves nothing, and the log says what to do', async () => {
  const { send, lines } = theirs({}, '/base')
  const response = await send('/base/mcp', { method: 'POST' })
  expect([response.status, await response.text()]).toEqual([404, 'not found, say they'])
  expect(lines).toEqual([
    {
      event: 'stytchMcp is mounted at the wrong place',
      path: '/base/mcp',
      hint: "Mount it with app.route('/', stytchMcp(…)).",
    },
  ])
})

test('two tools with one name are a mistake of the builder', () => {
  expect(() => theirs({ tools: [greet, greet] })).toThrow(TypeError)
})
