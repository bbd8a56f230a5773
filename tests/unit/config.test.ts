import { describe, expect, test } from 'bun:test'
import { ConfigError, type Environment, loadConfig } from '../../src/index.ts'

const UUID = '11111111-2222-4333-8444-555555555555'
const TEST_PROJECT = {
  STYTCH_PROJECT_ID: `project-test-${UUID}`,
  STYTCH_DOMAIN: 'https://kind-otter-1234.customers.stytch.dev',
  STYTCH_PUBLIC_TOKEN: `public-token-test-${UUID}`,
}
const LIVE_PROJECT = {
  STYTCH_PROJECT_ID: `project-live-${UUID}`,
  STYTCH_DOMAIN: 'https://login.example.com',
  STYTCH_PUBLIC_TOKEN: `public-token-live-${UUID}`,
}
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://mcp.example.com',
  ...LIVE_PROJECT,
}

function problems(env: Environment): string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map(({ variable, problem, mend }) => `${variable} ${problem} ${mend}`)
    }
    throw error
  }
  return []
}

describe('a usable configuration', () => {
  test('nothing set: Local Stytch on this machine', () => {
    expect(loadConfig({})).toMatchObject({
      environment: 'development',
      listen: { host: '127.0.0.1', port: 3000 },
      publicUrl: 'http://localhost:3000',
      resource: 'http://localhost:3000/mcp',
      stytch: { local: true, domain: 'http://localhost:3001', browserApi: 'http://localhost:3001' },
    })
  })

  test('empty strings count as absent', () => {
    expect(loadConfig({ STYTCH_DOMAIN: '', PORT: '' }).stytch.local).toBe(true)
  })

  test('a test project talks to the test API', () => {
    const config = loadConfig(TEST_PROJECT)
    expect(config.stytch).toMatchObject({
      local: false,
      domain: TEST_PROJECT.STYTCH_DOMAIN,
      browserApi: 'https://test.stytch.com',
    })
  })

  test('token policy: safe by default, and as chosen', () => {
    expect(loadConfig({}).tokens).toEqual({
      audience: 'project',
      allowedClients: [],
      deniedTokenIds: [],
      introspection: 'fallback',
      maxRevocationLag: 60,
      jwksStaleMax: 3600,
      cache: true,
    })
    const chosen = {
      INTROSPECTION_CLIENT_ID: 'a',
      MAX_REVOCATION_LAG: '0',
      ALLOWED_CLIENTS: 'a, b',
      TOKEN_CACHE: 'off',
    }
    expect(loadConfig(chosen).tokens).toMatchObject({
      cache: false,
      allowedClients: ['a', 'b'],
      introspectionClient: { id: 'a' },
      maxRevocationLag: 0,
    })
  })

  test('a live project in production', () => {
    const config = loadConfig(PRODUCTION)
    expect(config.environment).toBe('production')
    expect(config.resource).toBe('https://mcp.example.com/mcp')
    expect(config.stytch.browserApi).toBe('https://api.stytch.com')
  })

  test('is frozen all the way down', () => {
    const config = loadConfig({ ALLOWED_ORIGINS: 'https://app.example.com, http://localhost:6274' })
    expect(config.allowedOrigins).toEqual(['https://app.example.com', 'http://localhost:6274'])
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.stytch)).toBe(true)
    expect(Object.isFrozen(config.allowedOrigins)).toBe(true)
  })
})

describe('refuses to start', () => {
  const rows: [name: string, env: Environment, problem: RegExp][] = [
    ['a port that is a word', { PORT: 'http' }, /^PORT is not a number.*1 to 65535/],
    ['a port out of range', { PORT: '70000' }, /^PORT is not a port/],
    ['both on one port', { PORT: '3001' }, /^LOCAL_STYTCH_PORT is the same as PORT/],
    ['Local Stytch for the whole network', { HOST: '0.0.0.0' }, /^HOST .*anyone could sign in/],
    [
      'Local Stytch under a public name',
      { PUBLIC_URL: 'https://mcp.example.com' },
      /^PUBLIC_URL is not this machine/,
    ],
    [
      'a public URL over http',
      { ...TEST_PROJECT, PUBLIC_URL: 'http://mcp.example.com' },
      /^PUBLIC_URL uses http/,
    ],
    [
      'a public URL with a path',
      { ...TEST_PROJECT, PUBLIC_URL: 'https://mcp.example.com/mcp' },
      /^PUBLIC_URL is not a plain origin/,
    ],
    [
      'a public URL with a slash',
      { ...TEST_PROJECT, PUBLIC_URL: 'https://mcp.example.com/' },
      /^PUBLIC_URL is not a plain origin/,
    ],
    [
      'a public URL with a user',
      { ...TEST_PROJECT, PUBLIC_URL: 'https://a@mcp.example.com' },
      /^PUBLIC_URL is not a plain origin/,
    ],
    [
      'a public URL in capitals',
      { ...TEST_PROJECT, PUBLIC_URL: 'https://MCP.example.com' },
      /^PUBLIC_URL is not a plain origin/,
    ],
    [
      'an allowed origin with a path',
      { ALLOWED_ORIGINS: 'https://a.example.com/x' },
      /^ALLOWED_ORIGINS holds/,
    ],
    [
      'an allowed origin over http',
      { ALLOWED_ORIGINS: 'http://a.example.com' },
      /^ALLOWED_ORIGINS holds .*http/,
    ],
    [
      'a project id alone',
      { STYTCH_PROJECT_ID: TEST_PROJECT.STYTCH_PROJECT_ID },
      /^STYTCH_DOMAIN is not set, but/,
    ],
    ['a secret alone', { STYTCH_SECRET: 'secret-test-abc' }, /^STYTCH_PROJECT_ID is not set, but/],
    [
      'a project id with garbage',
      { ...TEST_PROJECT, STYTCH_PROJECT_ID: `project-test-${UUID}x` },
      /^STYTCH_PROJECT_ID is not a Stytch project id/,
    ],
    [
      'a domain without scheme',
      { ...TEST_PROJECT, STYTCH_DOMAIN: 'kind-otter-1234.customers.stytch.dev' },
      /^STYTCH_DOMAIN is not an https origin/,
    ],
    [
      'a domain with a slash',
      { ...TEST_PROJECT, STYTCH_DOMAIN: `${TEST_PROJECT.STYTCH_DOMAIN}/` },
      /^STYTCH_DOMAIN is not an https origin/,
    ],
    [
      'a domain with trailing garbage',
      { ...TEST_PROJECT, STYTCH_DOMAIN: `${TEST_PROJECT.STYTCH_DOMAIN}/v1?x` },
      /^STYTCH_DOMAIN is not an https origin/,
    ],
    [
      'a domain over http',
      { ...TEST_PROJECT, STYTCH_DOMAIN: 'http://kind-otter-1234.customers.stytch.dev' },
      /^STYTCH_DOMAIN is not an https origin/,
    ],
    [
      'a test id with a live token',
      { ...TEST_PROJECT, STYTCH_PUBLIC_TOKEN: LIVE_PROJECT.STYTCH_PUBLIC_TOKEN },
      /^STYTCH_PUBLIC_TOKEN is of another environment.*test/,
    ],
    [
      'a live id with a test secret',
      { ...LIVE_PROJECT, STYTCH_SECRET: 'secret-test-abc' },
      /^STYTCH_SECRET is of another environment.*live/,
    ],
    [
      'a test id with a live domain',
      { ...TEST_PROJECT, STYTCH_DOMAIN: 'https://kind-otter-1234.customers.stytch.com' },
      /^STYTCH_DOMAIN is of another environment/,
    ],
    [
      'an unknown vertical',
      { ...TEST_PROJECT, STYTCH_VERTICAL: 'c2c' },
      /^STYTCH_VERTICAL is neither/,
    ],
    ['a B2B project', { ...TEST_PROJECT, STYTCH_VERTICAL: 'b2b' }, /^STYTCH_VERTICAL is b2b/],
    [
      'production without a public URL',
      { NODE_ENV: 'production', ...LIVE_PROJECT },
      /^PUBLIC_URL is not set/,
    ],
    [
      'production on localhost over http',
      { ...PRODUCTION, PUBLIC_URL: 'http://localhost:3000' },
      /^PUBLIC_URL uses http/,
    ],
    [
      'production without credentials',
      { NODE_ENV: 'production', PUBLIC_URL: 'https://mcp.example.com' },
      /^STYTCH_PROJECT_ID is not set, and Local Stytch/,
    ],
    [
      'Deno Deploy without credentials',
      { DENO_DEPLOYMENT_ID: 'x', PUBLIC_URL: 'https://mcp.example.com' },
      /^STYTCH_DOMAIN is not set, and Local Stytch/,
    ],
  ]
  test.each(rows)('%s', (_, env, problem) => {
    expect(problems(env).filter((line) => problem.test(line))).toHaveLength(1)
  })

  test('with every problem at once, each on a line with its mend', () => {
    const env = {
      PORT: 'x',
      PUBLIC_URL: 'http://mcp.example.com/a',
      STYTCH_PROJECT_ID: 'project-test-1',
      STYTCH_PUBLIC_TOKEN: LIVE_PROJECT.STYTCH_PUBLIC_TOKEN,
    }
    expect(() => loadConfig(env)).toThrow(ConfigError)
    expect(problems(env).map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'STYTCH_PROJECT_ID',
      'PUBLIC_URL',
      'STYTCH_DOMAIN',
    ])
    for (const line of problems(env)) expect(line).toMatch(/^[A-Z_]+ .*\. [A-Z].*\.$/)
  })

  test('and never repeats a secret', () => {
    const env = { ...TEST_PROJECT, STYTCH_SECRET: 'hunter2 canary' }
    expect(problems(env).join()).not.toContain('canary')
    expect(problems(env)).toHaveLength(1)
  })
})
