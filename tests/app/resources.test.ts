/**
 * What can be read of a workspace without a tool: the same as the tools tell, to the same people, through
 * the same gates. Checklist E-P for addresses, D5 for what others wrote, E-J59 and A14.18 for what is not
 * there.
 */
import { describe, expect, test } from 'bun:test'
import { defineResource, ToolError } from '../../src/index.ts'
import { managementScopes } from '../../src/runtime/management-scopes.ts'
import { createFixture, type Fixture, type FixtureOptions, type Mint } from '../support/fixture.ts'
import { type Answer, answer, ERAS, type Era, rpc } from '../support/mcp.ts'
import { take, WAYS } from '../support/ways.ts'

const EVERYTHING = ['openid', ...managementScopes().map(({ scope }) => scope)].join(' ')
const ALL = { TOOLSETS: 'all' }
const PROJECT = 'stytch://projects/local-stytch'
const TEST = `${PROJECT}/environments/test`

type Asked = Answer & { readonly status: number }

/** One server, asked in one era as ada, who may do everything, unless told otherwise. */
function server(era: Era, { env = ALL, ...options }: FixtureOptions = {}) {
  const fixture = createFixture({ env, pause: async () => {}, ...options })
  const ask = async (method: string, params = {}, mint: Mint = {}, query = ''): Promise<Asked> => {
    const token = await fixture.token({ scope: EVERYTHING, ...mint })
    const request = rpc(era, method, params, token, mirrored(era, params))
    const response = await fixture.send(`/mcp${query}`, request)
    return { status: response.status, ...(await answer(response)) }
  }
  const read = (uri: string, mint?: Mint, query?: string) =>
    ask('resources/read', { uri }, mint, query)
  return { fixture, ask, read, managed: () => managed(fixture) }
}

/** As 2026-07-28 writes an address that is not visible ASCII. */
function mirrored(era: Era, { uri }: { uri?: string }): Record<string, string> {
  if (era === 'legacy' || uri === undefined || /^[!-~]*$/.test(uri)) return {}
  const bytes = new TextEncoder().encode(uri)
  return { 'Mcp-Name': `=?base64?${btoa(String.fromCharCode(...bytes))}?=` }
}

/** What the management API was asked. */
const managed = ({ egress }: Fixture) => egress.filter((line) => line.includes('/pwa/'))

/** The audit trail, once it has that many records: they are written after the answer. */
async function written({ trail }: Fixture, count: number): Promise<Record<string, unknown>[]> {
  while (trail.lines.length < count) await Bun.sleep(1)
  return trail.lines.map((line) => JSON.parse(line))
}

function contents({ result }: Asked) {
  return (result?.contents as { uri: string; mimeType: string; text: string }[] | undefined)?.[0]
}

function document(asked: Asked) {
  const { text } = contents(asked) as { text: string }
  return JSON.parse(text) as Record<string, unknown> & {
    readonly missing?: readonly { part: string; code: string; message: string }[]
    readonly not_offered?: readonly string[]
  }
}

/** Stands in for some paths of the management API. */
const upstream =
  (stand: (path: string) => Response | undefined): FixtureOptions['upstream'] =>
  async (request, next) =>
    stand(new URL(request.url).pathname) ?? next(request)
const down = () => Response.json({ error_message: 'canary: db at 10.0.0.7' }, { status: 500 })
const found = (body: object) =>
  Response.json({ status_code: 200, request_id: 'request-id-test-1', ...body })

describe.each([...ERAS])('%s era', (era) => {
  const missing = era === 'modern' ? -32602 : -32002

  describe('what there is', () => {
    const { ask, read, managed } = server(era)

    test('is listed, with nothing of ours beside it', async () => {
      expect((await ask('resources/list')).result?.resources).toEqual([
        {
          uri: 'stytch://projects',
          name: 'projects',
          title: 'Projects',
          description: expect.any(String),
          mimeType: 'application/json',
        },
      ])
      const { result = {} } = await ask('resources/templates/list')
      expect(result.resourceTemplates).toMatchObject([
        { name: 'project', uriTemplate: 'stytch://projects/{project_slug}' },
        {
          name: 'environment',
          uriTemplate: 'stytch://projects/{project_slug}/environments/{environment_slug}',
        },
      ])
      for (const entry of result.resourceTemplates as object[]) {
        expect(Object.keys(entry).sort()).toEqual([
          'description',
          'mimeType',
          'name',
          'title',
          'uriTemplate',
        ])
      }
    })

    test('projects, one of them, and its environments', async () => {
      const projects = await read('stytch://projects')
      expect(contents(projects)).toMatchObject({
        uri: 'stytch://projects',
        mimeType: 'application/json',
      })
      expect(document(projects).projects).toMatchObject([
        { project_slug: 'local-stytch', vertical: 'CONSUMER' },
        { project_slug: 'local-stytch-b2b', vertical: 'B2B' },
      ])
      expect(document(await read(PROJECT))).toMatchObject({
        project: { project_slug: 'local-stytch', name: 'Local Stytch' },
        environments: [
          { environment_slug: 'test', type: 'TEST', project_id: expect.any(String) },
          { environment_slug: 'production', type: 'LIVE' },
        ],
      })
    })

    test('nobody may keep it', async () => {
      const { result } = await read(TEST)
      if (era === 'modern') expect(result).toMatchObject({ ttlMs: 0, cacheScope: 'private' })
      else expect(result).not.toHaveProperty('ttlMs')
    })

    test.each<[string, string, string, Record<string, unknown>, string[]]>([
      [
        'consumer',
        TEST,
        'CONSUMER',
        { webauthn: { enabled: false, create_webauthns: false } },
        ['whatsapp_country_codes'],
      ],
      [
        'B2B',
        'stytch://projects/local-stytch-b2b/environments/production',
        'B2B',
        { sso: { enabled: false, pkce_required: false } },
        [],
      ],
    ])('the configuration of a %s environment, whole', async (_, uri, vertical, sdk, more) => {
      const before = managed().length
      const whole = document(await read(uri))
      expect(Object.keys(whole).sort()).toEqual(
        [
          'project_slug',
          'environment_slug',
          'vertical',
          'settings',
          'redirect_urls',
          'public_tokens',
          'password_strength_config',
          'sdk_config',
          'sms_country_codes',
          'session_jwt_template',
          'm2m_jwt_template',
          'rbac_policy',
          ...more,
        ].sort(),
      )
      expect(whole).toMatchObject({ vertical, sdk_config: sdk })
      expect(whole.settings).toMatchObject({ user_lock_threshold: 10 })
      expect(whole.redirect_urls).toBeArray()
      const asked = managed().slice(before)
      expect(asked.every((line) => line.startsWith('GET '))).toBe(true)
      // What is not asked for cannot slip through.
      expect(asked.join()).not.toMatch(/secret|event_log|trusted/)
    })
  })

  describe('a part that Stytch does not give', () => {
    test('is named as missing, and the rest is there', async () => {
      const { read, fixture } = server(era, {
        upstream: upstream((path) => {
          if (path.endsWith('/rbac_policy')) return down()
          if (path.endsWith('/jwt_templates/M2M')) return found({ jwt_template: { odd: true } })
          return undefined
        }),
      })
      const whole = document(await read(TEST))
      expect(whole.missing).toEqual([
        { part: 'm2m_jwt_template', code: 'upstream_error', message: expect.any(String) },
        { part: 'rbac_policy', code: 'upstream_unavailable', message: expect.any(String) },
      ])
      expect(whole).not.toHaveProperty('rbac_policy')
      expect(whole).toHaveProperty('session_jwt_template')
      expect(whole).toHaveProperty('sdk_config')
      expect(JSON.stringify(whole) + fixture.lines.join()).not.toContain('canary')
    })

    test('is the vertical: then nothing is told that depends on it', async () => {
      const project = '/pwa/v3/projects/local-stytch'
      const { read, managed } = server(era, {
        upstream: upstream((path) => (path === project ? down() : undefined)),
      })
      const whole = document(await read(TEST))
      expect(whole.missing).toMatchObject([{ part: 'vertical', code: 'upstream_unavailable' }])
      expect(whole).not.toHaveProperty('sdk_config')
      expect(whole).toHaveProperty('redirect_urls')
      expect(managed().join()).not.toContain('/sdk/')
    })

    test('is too long: it is left out, and what is short is there', async () => {
      const redirect_urls = Array.from({ length: 2_000 }, (_, i) => ({
        url: `https://app.example.com/${i}`,
        valid_types: [{ type: 'LOGIN', is_default: false }],
      }))
      const { read } = server(era, {
        upstream: upstream((path) =>
          path.endsWith('/redirect_urls/all') ? found({ redirect_urls }) : undefined,
        ),
      })
      const asked = await read(TEST)
      expect(document(asked).missing).toMatchObject([{ part: 'redirect_urls', code: 'too_large' }])
      expect(document(asked)).toHaveProperty('rbac_policy')
      expect(contents(asked)?.text.length).toBeLessThan(64 * 1024)
    })

    test('is every part: that is an error, with a code and what to do', async () => {
      const { read, fixture } = server(era, {
        upstream: upstream((path) => (path.startsWith('/pwa/') ? down() : undefined)),
      })
      const { status, error } = await read(TEST)
      expect([status, error?.code]).toEqual([200, -32603])
      expect(error?.data).toEqual({ code: 'upstream_unavailable', request_id: expect.any(String) })
      expect(error?.message).toContain('Try again')
      expect(JSON.stringify(error) + fixture.lines.join()).not.toContain('canary')
    })

    test('holds settings nobody here knows: the document says so', async () => {
      const config = { basic: { enabled: true }, telepathy: { enabled: true } }
      const { read } = server(era, {
        upstream: upstream((path) =>
          path.endsWith('/sdk/consumer') ? found({ config }) : undefined,
        ),
      })
      const { sdk_config } = document(await read(TEST))
      expect(sdk_config).toEqual({
        basic: { enabled: true },
        has_more_than_this_server_knows: true,
      })
    })
  })

  describe('what is not there', () => {
    const { read, managed } = server(era)

    test.each([
      'stytch://projects/no-such-project',
      'stytch://projects/no-such-project/environments/test',
      `${PROJECT}/environments/no-such-environment`,
    ])('%s is asked for, and not found', async (uri) => {
      const before = managed().length
      const { status, error } = await read(uri)
      expect([status, error?.code]).toEqual([200, missing])
      // Clients tell by the URI alone in `data` what was not found.
      expect(error?.data).toEqual({ uri })
      expect(error?.message).not.toContain('no-such')
      expect(managed().length).toBeGreaterThan(before)
    })

    test.each<[string, string]>([
      ['E-P03 dots', `${PROJECT}/environments/..`],
      ['E-P05 dots, and more', 'stytch://projects/local-stytch/environments/../secrets'],
      ['E-P04 only dots', 'stytch://projects/../environments/..'],
      ['E-P06 nothing', 'stytch://projects//environments/test'],
      ['E-P06 no slug', 'stytch://projects/'],
      ['E-P09 an encoded slash', 'stytch://projects/a%2fb'],
      ['E-P09 dots, encoded', 'stytch://projects/%2e%2e/environments/test'],
      ['E-P09 dots, encoded twice', 'stytch://projects/%252e%252e/environments/test'],
      ['E-P11 a query', `${PROJECT}?x=1`],
      ['E-P11 a fragment', `${PROJECT}#x`],
      ['E-P11 a parameter', 'stytch://projects/local-stytch;v=1'],
      ['E-P13 NUL', 'stytch://projects/%00'],
      ['E-P14 full-width dots', 'stytch://projects/．．/environments/test'],
      ['E-P15 half a character, encoded', 'stytch://projects/%ed%a0%80'],
      ['E-P16 a host', 'stytch://projects/@evil.test'],
      ['E-P16 an address', 'stytch://projects/https://evil.test'],
      ['E-P18 capitals', 'stytch://projects/LOCAL-STYTCH'],
      ['E-P18 a dot at the end', 'stytch://projects/local-stytch.'],
      ['E-P18 a space', 'stytch://projects/local-stytch%20'],
      ['E-P21 an id for a slug', 'stytch://projects/project_test'],
      ['too long a slug', `stytch://projects/${'a'.repeat(65)}`],
      ['another host', 'stytch://evil.test/local-stytch'],
      ['a user name', 'stytch://a@projects/local-stytch'],
      ['two in one', 'stytch://projects/local-stytch,local-stytch-b2b'],
    ])('%s: unknown, and Stytch is not asked', async (_, uri) => {
      const before = managed().length
      expect((await read(uri)).error?.code).toBe(missing)
      expect(managed().slice(before)).toEqual([])
    })

    test('an address is what it comes to', async () => {
      const { error } = await read(`${PROJECT}/environments/x/../../environments/..`)
      expect(error?.code).toBe(missing)
      expect(document(await read(`stytch://projects/x/../local-stytch`))).toHaveProperty('project')
    })
  })

  describe('who may read', () => {
    test('nobody whom the operator did not name, whatever they let an app do', async () => {
      const { read, managed, fixture } = server(era)
      for (const uri of ['stytch://projects', PROJECT, TEST]) {
        const { status, error } = await read(uri, { user: 'bob@example.com' })
        expect([status, error?.code]).toEqual([200, -32600])
        expect(error?.data).toMatchObject({ code: 'forbidden' })
      }
      expect(managed()).toEqual([])
      const records = await written(fixture, 3)
      expect(records.map(({ tool, decision, error }) => [tool, decision, error])).toEqual(
        ['stytch://projects', PROJECT, TEST].map((uri) => [
          `resources/read ${uri}`,
          'denied',
          'forbidden',
        ]),
      )
    })

    test.each<[string, string, string]>([
      ['stytch://projects', 'openid read:project_settings', 'read:projects'],
      [PROJECT, 'openid read:project_settings', 'read:projects'],
      [TEST, 'openid read:projects', 'read:project_settings'],
      [TEST, 'openid read:project_settings', 'read:projects'],
    ])('%s with %j is 403 and names %s', async (uri, scope, lacks) => {
      const { fixture, managed } = server(era)
      const token = await fixture.token({ scope })
      const response = await fixture.send('/mcp', rpc(era, 'resources/read', { uri }, token))
      expect(response.status).toBe(403)
      expect(response.headers.get('www-authenticate')).toMatch(
        new RegExp(`scope="[^"]*\\b${lacks}`),
      )
      expect(managed()).toEqual([])
    })

    test('E-P20 only what the operator listed, and not a word of the rest', async () => {
      const { read, managed } = server(era, {
        env: { ...ALL, MANAGED_PROJECTS: 'local-stytch-b2b' },
      })
      expect(document(await read('stytch://projects')).projects).toMatchObject([
        { project_slug: 'local-stytch-b2b' },
      ])
      const before = managed().length
      for (const uri of [PROJECT, TEST]) {
        const { error } = await read(uri)
        expect([error?.code, error?.data]).toMatchObject([-32600, { code: 'forbidden' }])
      }
      expect(managed().slice(before)).toEqual([])
    })

    test('D2.07 not more than sixty times a minute, by whatever way', async () => {
      const { read, ask, managed } = server(era)
      await ask('tools/call', { name: 'getProject', arguments: { project_slug: 'local-stytch' } })
      for (let i = 0; i < 59; i++) await read('stytch://projects')
      const before = managed().length
      const { error } = await read('stytch://projects')
      expect([error?.code, error?.data]).toMatchObject([-32603, { code: 'rate_limited' }])
      expect(error?.message).toMatch(/Wait \d+ seconds/)
      expect(managed().length).toBe(before)
    })
  })

  test('D5 what others wrote stays inside JSON, and is inert there', async () => {
    const name = '\u202eIgnore\u0000 ![x](https://evil.test/?q=1) <img src=x> `run`\u200b'
    const project = { project_slug: 'local-stytch', name, vertical: 'CONSUMER' }
    const { read } = server(era, {
      upstream: upstream((path) =>
        path === '/pwa/v3/projects' ? found({ projects: [project] }) : undefined,
      ),
    })
    const asked = await read('stytch://projects')
    const { text } = contents(asked) as { text: string }
    for (const active of ['\u0000', '\u202e', '\u200b', '<', '`', '![', '](']) {
      expect([active, text.includes(active)]).toEqual([active, false])
    }
    expect(document(asked).projects).toEqual([
      { ...project, name: 'Ignore ![x](https://evil.test/?q=1) <img src=x> `run`' },
    ])
  })

  describe('the ceiling, and what a request asks to see', () => {
    test('by default, the document has the parts of the toolsets that are offered', async () => {
      const { read } = server(era, { env: {} })
      const whole = document(await read(TEST))
      expect(whole).toHaveProperty('sdk_config')
      expect(whole).not.toHaveProperty('rbac_policy')
      expect(whole.not_offered).toEqual([
        'sms_country_codes',
        'whatsapp_country_codes',
        'session_jwt_template',
        'm2m_jwt_template',
        'rbac_policy',
      ])
    })

    test('a narrower request gets a narrower document', async () => {
      const { read, managed } = server(era)
      const whole = document(await read(TEST, {}, '?toolsets=environments,redirect_urls'))
      expect(whole).toHaveProperty('settings')
      expect(whole).toHaveProperty('redirect_urls')
      expect(whole.not_offered).toContain('sdk_config')
      expect(managed().join()).not.toMatch(/sdk|rbac|public_tokens/)
      const hidden = await read(TEST, {}, '?toolsets=redirect_urls')
      expect(hidden.error?.code).toBe(missing)
    })

    test('without the toolset there is no resource', async () => {
      const { ask, read } = server(era, { env: { TOOLSETS: 'identity,environments' } })
      expect((await ask('resources/list')).result?.resources).toEqual([])
      const { result } = await ask('resources/templates/list')
      expect(result?.resourceTemplates).toMatchObject([{ name: 'environment' }])
      expect((await read('stytch://projects')).error?.code).toBe(missing)
    })

    test('READ_ONLY takes nothing from those who read', async () => {
      const { read } = server(era, { env: { ...ALL, READ_ONLY: 'true' } })
      expect(document(await read(TEST))).not.toHaveProperty('not_offered')
    })

    test('without a workspace key there is nothing to read', async () => {
      const { ask } = server(era, {
        adjust: ({ management: _, ...config }) => config,
      })
      const { error, status } = await ask('resources/list')
      expect([status, error?.code]).toEqual([era === 'modern' ? 404 : 200, -32601])
    })
  })

  describe('how a resource of anybody says that it failed', () => {
    const fails = (uri: string, error: () => unknown) =>
      defineResource({
        name: uri,
        title: uri,
        description: 'For tests.',
        scopes: ['openid'],
        uri,
        read: () => Promise.reject(error()),
      })
    const { read, fixture } = server(era, {
      resources: [
        fails('test:gone', () => new ToolError('not_found', 'It is gone. Look elsewhere.')),
        fails('test:busy', () => new ToolError('upstream_unavailable', 'Try again later.')),
        fails('test:closed', () => new ToolError('forbidden', 'Ask an administrator.')),
        fails('test:wrong', () => new ToolError('invalid_arguments', 'Name another.')),
        fails('test:broken', () => new Error('canary')),
        fails('test:lies', () =>
          Object.assign(new Error('canary'), {
            code: -32603,
            data: { code: 'upstream_unavailable', secret: 'canary' },
          }),
        ),
      ],
    })

    test.each<[string, number, string, string | undefined]>([
      ['test:gone', missing, 'It is gone. Look elsewhere.', undefined],
      ['test:busy', -32603, 'Try again later.', 'upstream_unavailable'],
      ['test:closed', -32600, 'Ask an administrator.', 'forbidden'],
      ['test:wrong', -32602, 'Name another.', 'invalid_arguments'],
    ])('%s: %d, in the words it was said in', async (uri, code, message, named) => {
      const { status, error } = await read(uri)
      const data = named === undefined ? { uri } : { code: named, request_id: expect.any(String) }
      expect({ status, error }).toEqual({ status: 200, error: { code, message, data } })
    })

    test.each(['test:broken', 'test:lies'])('%s: nothing of what was thrown', async (uri) => {
      const { error } = await read(uri)
      expect(error?.code).toBe(-32603)
      expect(error).not.toHaveProperty('data')
      expect(JSON.stringify(error) + fixture.lines.join()).not.toContain('canary')
    })
  })
})

test.each([...WAYS])('%s: what is not there has the code of its era', async (way) => {
  const { ask } = take(way)
  const uri = 'stytch://projects/no-such-project'
  const { error } = await ask('resources/read', { uri }, { scope: EVERYTHING })
  expect(error).toMatchObject({ code: way === 'modern' ? -32602 : -32002, data: { uri } })
})
