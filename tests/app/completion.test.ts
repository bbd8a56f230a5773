/**
 * Values suggested while somebody fills in a form: made as the caller, behind the same gates as the tools,
 * and never of something the caller could not read.
 */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { type CompletionContext, completable, definePrompt } from '../../src/index.ts'
import { createFixture, type FixtureOptions, type Mint } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { take, WAYS, type Way } from '../support/ways.ts'

const SCOPE = 'openid read:projects read:project_settings'
const PROJECT = 'stytch://projects/{project_slug}'
const ENVIRONMENT = `${PROJECT}/environments/{environment_slug}`

type Chosen = Record<string, string>

const completing = (ref: object, name: string, value: string, chosen?: Chosen) => ({
  ref,
  argument: { name, value },
  ...(chosen && { context: { arguments: chosen } }),
})
const ofTemplate = (uri: string, name: string, value = '', chosen?: Chosen) =>
  completing({ type: 'ref/resource', uri }, name, value, chosen)
const ofPrompt = (prompt: string, name: string, value = '', chosen?: Chosen) =>
  completing({ type: 'ref/prompt', name: prompt }, name, value, chosen)

describe.each([...ERAS])('%s era', (era) => {
  function server(options: FixtureOptions = {}) {
    const fixture = createFixture({ pause: async () => {}, ...options })
    const complete = async (params: Record<string, unknown>, mint: Mint = {}, query = '') => {
      const token = await fixture.token({ scope: SCOPE, ...mint })
      const request = rpc(era, 'completion/complete', params, token)
      const response = await fixture.send(`/mcp${query}`, request)
      const { result, error } = await answer(response)
      return { status: response.status, completion: result?.completion, error }
    }
    const values = async (params: Record<string, unknown>, mint: Mint = {}) =>
      ((await complete(params, mint)).completion as { values: string[] } | undefined)?.values
    const managed = () => fixture.egress.filter((line) => line.includes('/pwa/'))
    return { fixture, complete, values, managed }
  }
  const { complete, values, managed, fixture } = server()

  test.each<[string, Record<string, unknown>, string[]]>([
    ['all projects', ofTemplate(PROJECT, 'project_slug'), ['local-stytch', 'local-stytch-b2b']],
    [
      'those that go on from it',
      ofTemplate(PROJECT, 'project_slug', 'local-stytch-'),
      ['local-stytch-b2b'],
    ],
    [
      'in the longer template',
      ofTemplate(ENVIRONMENT, 'project_slug', 'local-stytch-'),
      ['local-stytch-b2b'],
    ],
    [
      'for a prompt',
      ofPrompt('review-environment-security', 'project_slug', 'local-stytch-b'),
      ['local-stytch-b2b'],
    ],
    [
      'for an argument that may be left out',
      ofPrompt('set-up-sign-in', 'project_slug', 'local-stytch-b'),
      ['local-stytch-b2b'],
    ],
    ['none that begins otherwise', ofTemplate(PROJECT, 'project_slug', 'stytch'), []],
    [
      'environments of the project that was chosen',
      ofTemplate(ENVIRONMENT, 'environment_slug', '', { project_slug: 'local-stytch' }),
      ['production', 'test'],
    ],
    [
      'environments for a prompt',
      ofPrompt('set-up-sign-in', 'environment_slug', 't', { project_slug: 'local-stytch-b2b' }),
      ['test'],
    ],
  ])('suggests %s', async (_, params, expected) => {
    expect((await complete(params)).completion).toEqual({
      values: expected,
      total: expected.length,
      hasMore: false,
    })
  })

  test.each<[string, Record<string, unknown>]>([
    ['before a project is chosen', ofTemplate(ENVIRONMENT, 'environment_slug')],
    ['of dots', ofTemplate(ENVIRONMENT, 'environment_slug', '', { project_slug: '..' })],
    ['of a path', ofTemplate(ENVIRONMENT, 'environment_slug', '', { project_slug: 'a/../b' })],
    ['of an argument there is not', ofTemplate(PROJECT, 'environment_slug')],
    ['of an argument every object has', ofTemplate(PROJECT, 'constructor')],
    ['of a prompt’s argument every object has', ofPrompt('set-up-sign-in', '__proto__')],
    ['of an argument nobody suggests for', ofPrompt('set-up-sign-in', 'app_url')],
    ['of a resource that is none of a template', ofTemplate('stytch://projects', 'x')],
  ])('suggests nothing %s, and does not ask Stytch', async (_, params) => {
    const before = managed().length
    expect(await values(params)).toEqual([])
    expect(managed().slice(before)).toEqual([])
  })

  test('suggests nothing of a project that is not there', async () => {
    const chosen = { project_slug: 'no-such-project' }
    expect(await values(ofTemplate(ENVIRONMENT, 'environment_slug', '', chosen))).toEqual([])
  })

  test('suggests nothing to people who may not manage, and does not ask', async () => {
    const before = managed().length
    const bob = { user: 'bob@example.com' }
    expect(await values(ofTemplate(PROJECT, 'project_slug'), bob)).toEqual([])
    const chosen = { project_slug: 'local-stytch' }
    expect(await values(ofTemplate(ENVIRONMENT, 'environment_slug', '', chosen), bob)).toEqual([])
    expect(managed().slice(before)).toEqual([])
  })

  test.each<[string, Record<string, unknown>]>([
    ['a template', ofTemplate(PROJECT, 'project_slug')],
    ['a prompt', ofPrompt('set-up-sign-in', 'project_slug')],
  ])('%s whose scope is not held is 403, and nothing is asked', async (_, params) => {
    const before = managed().length
    const token = await fixture.token({ scope: 'openid' })
    const response = await fixture.send('/mcp', rpc(era, 'completion/complete', params, token))
    expect(response.status).toBe(403)
    expect(managed().slice(before)).toEqual([])
  })

  test('suggests only what the operator listed', async () => {
    const { values, managed } = server({ env: { MANAGED_PROJECTS: 'local-stytch-b2b' } })
    expect(await values(ofTemplate(PROJECT, 'project_slug'))).toEqual(['local-stytch-b2b'])
    const before = managed().length
    const chosen = { project_slug: 'local-stytch' }
    expect(await values(ofTemplate(ENVIRONMENT, 'environment_slug', '', chosen))).toEqual([])
    expect(managed().slice(before)).toEqual([])
  })

  test('suggests a hundred at most, and says that there are more', async () => {
    const projects = Array.from({ length: 150 }, (_, i) => ({
      project_slug: `p-${String(i).padStart(3, '0')}`,
      name: 'One of many',
      vertical: 'CONSUMER',
    })).reverse()
    const { complete } = server({
      upstream: async (request, next) =>
        new URL(request.url).pathname === '/pwa/v3/projects'
          ? Response.json({ status_code: 200, request_id: 'request-id-test-1', projects })
          : next(request),
    })
    const { completion } = await complete(ofTemplate(PROJECT, 'project_slug', 'p-'))
    expect(completion).toMatchObject({ total: 150, hasMore: true })
    const { values } = completion as { values: string[] }
    expect([values.length, values[0], values[99]]).toEqual([100, 'p-000', 'p-099'])
  })

  test('an outage of Stytch is an error with a code, in words of ours', async () => {
    const { complete, fixture } = server({
      upstream: async (request, next) =>
        request.url.includes('/pwa/')
          ? Response.json({ error_message: 'canary' }, { status: 500 })
          : next(request),
    })
    const { status, error } = await complete(ofTemplate(PROJECT, 'project_slug'))
    expect([status, error?.code, error?.data]).toMatchObject([
      200,
      -32603,
      { code: 'upstream_unavailable' },
    ])
    expect(JSON.stringify(error) + fixture.lines.join()).not.toContain('canary')
  })

  test('counts against the limit of reads', async () => {
    const { values, complete } = server()
    for (let i = 0; i < 60; i++) await values(ofTemplate(PROJECT, 'project_slug', 'x'))
    const { error } = await complete(ofTemplate(PROJECT, 'project_slug', 'x'))
    expect(error?.data).toMatchObject({ code: 'rate_limited' })
  })

  test('what a request does not see is not completed for it', async () => {
    const { error } = await complete(ofTemplate(PROJECT, 'project_slug'), {}, '?toolsets=identity')
    expect(error?.code).toBe(-32602)
  })

  test('names of toolsets, one after another, and of apps', async () => {
    const connect = (name: string, value: string) =>
      values(ofPrompt('connect-mcp-client', name, value), { scope: 'openid' })
    expect(await connect('toolsets', 'se')).toEqual(['secrets'])
    expect(await connect('toolsets', 'secrets,p')).toEqual([
      'secrets,projects',
      'secrets,public_tokens',
      'secrets,password_policy',
    ])
    expect(await connect('toolsets', 'projects, p')).toEqual([
      'projects,public_tokens',
      'projects,password_policy',
    ])
    expect(await connect('client', 'c')).toEqual(['claude', 'claude-code', 'chatgpt', 'cursor'])
    expect(await connect('readonly', '')).toEqual(['true', 'false'])
  })
})

describe.each([...WAYS])('%s', (way: Way) => {
  test('suggesting knows who asks, and what else was chosen', async () => {
    const seen: Pick<CompletionContext, 'principal' | 'chosen'>[] = []
    const { ask } = take(way, {
      prompts: [
        definePrompt({
          name: 'greet',
          title: 'Greet',
          description: 'For tests.',
          scopes: ['openid'],
          args: z.object({
            city: z.string().optional(),
            street: completable(z.string(), (value, { principal, chosen }) => {
              seen.push({ principal, chosen })
              return [`${value}, ${chosen.city}`]
            }),
          }),
          get: async () => ({ messages: [] }),
        }),
      ],
    })
    const params = ofPrompt('greet', 'street', 'High', { city: 'Oslo' })
    const { result } = await ask('completion/complete', params, { user: 'bob@example.com' })
    expect(result?.completion).toMatchObject({ values: ['High, Oslo'] })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.principal.subject).toMatch(/^user-test-b0b/)
    expect(seen[0]?.chosen).toEqual({ city: 'Oslo' })
  })

  test('a server nobody suggests anything on has no completions', async () => {
    const { ask } = take(way, { tools: [], prompts: [] })
    const ref = { type: 'ref/prompt', name: 'x' }
    const { error } = await ask('completion/complete', completing(ref, 'x', ''))
    expect(error?.code).toBe(-32601)
  })
})
