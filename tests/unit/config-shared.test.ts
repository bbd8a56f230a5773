/** What processes share: in Redis when it is named, and then with everything that takes. */
import { describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/index.ts'
import { problems } from '../support/config-problems.ts'

const MCP_STATE_KEY = 'a key of at least thirty-two characters'

describe('a usable configuration', () => {
  test.each([{}, { REDIS_URL: '' }])('nothing is shared unless it is said: %j', (env) => {
    expect(loadConfig(env).redisUrl).toBeUndefined()
  })

  test.each([
    'redis://127.0.0.1:6379',
    'redis://127.0.0.1:6379/',
    'redis://redis',
    'rediss://cache.example.com:6380/3',
    'rediss://:p%40ss%2Fword@cache.example.com',
    'rediss://user:password@cache.example.com:6380',
    'redis://[::1]:6379/0',
  ])('%s', (REDIS_URL) => {
    expect(loadConfig({ REDIS_URL, MCP_STATE_KEY }).redisUrl).toBe(REDIS_URL)
  })
})

describe('sessions', () => {
  const REDIS_URL = 'redis://127.0.0.1:6379'

  test.each([
    ['off', {}, false],
    ['off', { MCP_SESSIONS: 'off' }, false],
    ['here', { MCP_SESSIONS: 'memory' }, true],
    ['here, where other things are shared', { MCP_SESSIONS: 'memory', REDIS_URL }, true],
    ['shared', { MCP_SESSIONS: 'shared', REDIS_URL }, 'shared'],
  ] as const)('are %s', (_, env, sessions) => {
    expect(loadConfig({ MCP_STATE_KEY, ...env }).mcp.sessions).toBe(sessions)
  })

  test('are not shared by nothing', () => {
    const found = problems({ MCP_STATE_KEY, MCP_SESSIONS: 'shared' })
    expect(found).toEqual([expect.stringMatching(/^MCP_SESSIONS is "shared", .*Set REDIS_URL/)])
  })

  test('are not complained about when it is the Redis that is wrong', () => {
    const found = problems({ MCP_STATE_KEY, MCP_SESSIONS: 'shared', REDIS_URL: 'https://redis' })
    expect(found).toEqual([expect.stringMatching(/^REDIS_URL /)])
  })

  test('take the key that all processes have', () => {
    const found = problems({ MCP_SESSIONS: 'shared', REDIS_URL })
    expect(found).toEqual([expect.stringMatching(/^MCP_STATE_KEY is not set/)])
  })

  test('are nothing else', () => {
    const found = problems({ MCP_SESSIONS: 'redis' })
    expect(found).toEqual([expect.stringMatching(/^MCP_SESSIONS is none of .*"shared"/)])
  })
})

describe('refuses to start', () => {
  test.each([
    ['another protocol', 'https://cache.example.com'],
    ['a socket', 'unix:///run/canary.sock'],
    ['no protocol', 'canary.example.com:6379'],
    ['no host', 'redis://:canary@'],
    ['no database', 'redis://:canary@cache.example.com/production'],
    ['a port out of range', 'redis://:canary@cache.example.com:70000'],
    ['options that nobody reads', 'rediss://:canary@cache.example.com?tls=false'],
    ['a fragment', 'redis://cache.example.com/0#canary'],
    ['a password that is not encoded', 'redis://:canary%zz@cache.example.com'],
    ['a password with an unencoded slash', 'redis://:canary/1@cache.example.com'],
  ])('%s, and does not say what it was', (_, REDIS_URL) => {
    const found = problems({ REDIS_URL, MCP_STATE_KEY })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/^REDIS_URL is not the URL of a Redis.*Write redis:\/\//)
    for (const part of ['canary', 'cache.example.com']) expect(found[0]).not.toContain(part)
  })

  test('without a key that all processes have', () => {
    const found = problems({ REDIS_URL: 'redis://:canary@cache.example.com' })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/^MCP_STATE_KEY is not set, .*openssl rand/)
    expect(found[0]).not.toContain('canary')
  })

  test('with a key that is too short, and says so once', () => {
    const found = problems({ REDIS_URL: 'redis://127.0.0.1', MCP_STATE_KEY: 'short' })
    expect(found).toEqual([expect.stringMatching(/^MCP_STATE_KEY is shorter/)])
  })
})
