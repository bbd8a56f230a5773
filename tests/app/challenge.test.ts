/** What a challenge says, how the official clients read it, and when there must be none. */
import { describe, expect, test } from 'bun:test'
import { extractWWWAuthenticateParams as readByModern } from '@modelcontextprotocol/client'
import { extractWWWAuthenticateParams as readByLegacy } from '@modelcontextprotocol/sdk/client/auth.js'
import { z } from 'zod'
import { defineTool, ToolError } from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'

const PRM = 'http://localhost:3000/.well-known/oauth-protected-resource/mcp'
const many = Array.from({ length: 60 }, (_, i) => `manage:something_with_a_long_name_${i}`)

const tool = (name: string, scopes: string[], run: () => Promise<never>) =>
  defineTool({
    name,
    title: name,
    description: 'For tests.',
    toolset: 'test',
    risk: 'read',
    scopes,
    input: z.strictObject({}),
    output: z.object({}),
    run,
  })
const never = () => Promise.reject(new Error('ran'))
const tools = [
  tool('scoped', ['manage:project_settings', 'read:projects', 'manage:project_settings'], never),
  tool('greedy', many, never),
  tool('forbidden', ['openid'], () => Promise.reject(new ToolError('forbidden', 'Not your role.'))),
  tool('broken', ['openid'], () => Promise.reject(new Error('canary: secret stack'))),
]
const fixture = createFixture({ tools })
const token = await fixture.token()
const expired = await fixture.token({ expires_in: -120 })

/** Every kind of challenge the server gives. */
const CHALLENGED: [string, RequestInit, string][] = [
  ['U0', rpc('modern', 'tools/list'), 'openid email profile'],
  ['U1', rpc('modern', 'tools/list', {}, expired), 'openid email profile'],
  ['M0', rpc('modern', 'tools/list', {}, 'two words'), ''],
  [
    'F1',
    rpc('modern', 'tools/call', { name: 'scoped', arguments: {} }, token),
    'openid manage:project_settings read:projects',
  ],
  [
    'F1 with very many scopes',
    rpc('modern', 'tools/call', { name: 'greedy', arguments: {} }, token),
    `openid ${many.join(' ')}`,
  ],
]

describe.each(CHALLENGED)('%s', (_, request, scope) => {
  test('A2.01, A2.08, A2.09, A2.10 is one Bearer challenge of known parameters, each once', async () => {
    const response = await fixture.send('/mcp', request)
    const value = response.headers.get('www-authenticate') as string
    expect(value).toStartWith('Bearer ')
    const parameters = [...value.slice(7).matchAll(/([a-z_]+)="([^"\\]*)"(?:, |$)/g)]
    expect(parameters.map(([text]) => text).join('')).toBe(value.slice(7))
    const names = parameters.map(([, name]) => name as string)
    expect(new Set(names).size).toBe(names.length)
    expect(['resource_metadata', 'scope', 'error', 'error_description']).toEqual(
      expect.arrayContaining(names),
    )
    const error = parameters.find(([, name]) => name === 'error')?.[2]
    expect([undefined, 'invalid_request', 'invalid_token', 'insufficient_scope']).toContain(error)
  })

  test('A2.02, A2.04 names the metadata absolutely and never offline_access', async () => {
    const value = (await fixture.send('/mcp', request)).headers.get('www-authenticate') as string
    expect(value).toContain(`resource_metadata="${PRM}"`)
    expect(value).not.toContain('offline_access')
  })

  test('A2.03, A2.05, A2.07 is read by both official clients as it was meant', async () => {
    for (const read of [readByModern, readByLegacy]) {
      const { resourceMetadataUrl, scope: seen } = read(await fixture.send('/mcp', request))
      expect(String(resourceMetadataUrl)).toBe(PRM)
      expect(seen ?? '').toBe(scope)
    }
  })

  test('A1.10, A2.12 is not stored and fits in 4 KiB', async () => {
    const response = await fixture.send('/mcp', request)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect((response.headers.get('www-authenticate') as string).length).toBeLessThanOrEqual(4096)
  })
})

describe.each([...ERAS])('%s era', (era) => {
  const call = (name: string, as = token) =>
    fixture.send('/mcp', rpc(era, 'tools/call', { name, arguments: {} }, as))

  test('A1.05 a missing scope is 403 with all scopes of the operation, before anything runs', async () => {
    // Ada has asked so often above that her client counts as one that loops.
    const response = await call('scoped', await fixture.token({ user: 'bob@example.com' }))
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({
      error: 'insufficient_scope',
      scope: 'openid manage:project_settings read:projects',
    })
  })

  test('A1.06 a role that more scope cannot cure is a tool error without a challenge', async () => {
    const response = await call('forbidden')
    expect(response.status).toBe(200)
    expect(response.headers.get('www-authenticate')).toBeNull()
    const { result } = await answer(response)
    expect(result?.isError).toBe(true)
    expect(JSON.parse(result?.content?.[0]?.text as string).error).toMatchObject({
      code: 'forbidden',
      message: 'Not your role.',
    })
  })

  test('a tool that breaks says so and no more', async () => {
    const text = await (await call('broken')).text()
    expect(text).toContain('internal_error')
    expect(text).not.toContain('canary')
    expect(fixture.lines.join('\n')).not.toContain('canary')
  })

  test('A1.01, A1.02 every request carries its own authorization', async () => {
    expect((await fixture.send('/mcp', rpc(era, 'tools/list', {}, token))).status).toBe(200)
    expect((await fixture.send('/mcp', rpc(era, 'tools/list'))).status).toBe(401)
  })
})

test('A1.11 refusals of different tokens differ in nothing but the sentence and the ids', async () => {
  const bodies = await Promise.all(
    [
      expired,
      'garbage',
      await fixture.token({ kind: 'session' }),
      await fixture.token({ key: 'foreign' }),
    ].map(async (bad) => {
      const response = await fixture.send('/mcp', rpc('modern', 'tools/list', {}, bad))
      const { error_description, request_id, explanation, ...rest } =
        (await response.json()) as Record<string, string>
      expect(explanation).toEndWith(request_id as string)
      expect(error_description).toBeString()
      return rest
    }),
  )
  for (const body of bodies) expect(body).toEqual({ error: 'invalid_token' })
})

test('A1.15 there is no way to turn authorization off', async () => {
  for (const method of ['initialize', 'server/discover', 'ping', 'tools/list', 'tools/call']) {
    for (const era of ERAS) {
      expect((await fixture.send('/mcp', rpc(era, method))).status).toBe(401)
    }
  }
})
