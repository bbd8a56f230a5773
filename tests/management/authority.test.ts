/**
 * Nobody gets more through these tools than they have: not by changing who may do what, not by a plan of
 * somebody else's, not by a person who said no. Checklist D2.03, D2.10, D3.09, D5.05, D5.08, E-G04 to E-G06,
 * E-G14, E-G15.
 */
import { beforeAll, describe, expect, test } from 'bun:test'
import { SEED_PROJECTS, SEED_USERS } from '../../src/local/index.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import type { Loose } from '../support/managing.ts'
import { rpc } from '../support/mcp.ts'
import { beside, caller, managed, written } from '../support/tool-calls.ts'
import { KINDS } from './clients.ts'
import { WALKS } from './operations.ts'
import { createStage, type Stage } from './stage.ts'

const { consumer, b2b } = SEED_PROJECTS
const OWN = { project_slug: consumer.slug, environment_slug: consumer.test }
const own = { project: consumer.slug, environment: consumer.test }
const HERE = { project_slug: b2b.slug, environment_slug: b2b.test }
const here = { project: b2b.slug, environment: b2b.test }
const ALL = 'admin:projects manage:api_keys manage:project_settings manage:project_data'

/** Names of the fields of every management tool, at any depth. */
async function fieldsOf(which: 'inputSchema' | 'outputSchema') {
  const names = (schema: Loose): string[] =>
    typeof schema !== 'object' || schema === null
      ? []
      : [...Object.keys(schema.properties ?? {}), ...Object.values(schema).flatMap(names)]
  const { client } = await createStage(KINDS[1] as (typeof KINDS)[0])
  const all = [...client.tools.values()].filter(({ name }) => name !== 'whoami')
  expect(all.length).toBeGreaterThan(50)
  return all.map((tool) => [tool.name, names(tool[which])] as const)
}

describe('what no tool is about', () => {
  test.each([
    ['E-G04, E-G05 mail addresses and phones', 'inputSchema', /^(?:e_?mail|phone)(?:_|$)/i],
    ['E-G14 pages', 'inputSchema', /^(?:cursor|limit|offset|page|page_size)$/i],
    ['E-G15 searches', 'inputSchema', /^(?:query|search|filter|pattern|operator)s?$/i],
    ['D5.05 metadata of people', 'outputSchema', /metadata$/i],
    ['D5.08 people', 'outputSchema', /^(?:users?|members?|emails?|phone_numbers?)$/i],
  ] as const)('%s', async (_, which, pattern) => {
    // Fields with these names would need rules that nothing here has to keep so far.
    const allowed = ['email_template', 'email_templates', 'email_template_type']
    for (const [name, fields] of await fieldsOf(which)) {
      const found = fields.filter((field) => pattern.test(field) && !allowed.includes(field))
      expect([name, found]).toEqual([name, []])
    }
  })
})

describe('D2.03, E-G06 nobody raises themselves', () => {
  test('there is no tool for people and their roles, whoever asks', async () => {
    const about = /^(?:roles?|role_ids?|user_id|member_id|organization_id)$/
    for (const [name, taken] of await fieldsOf('inputSchema')) {
      expect([name, taken.filter((field) => about.test(field))]).toEqual([name, []])
    }
  })

  test.each<[string, object]>([
    [
      'updateRBACPolicy',
      {
        policy: {
          custom_resources: [{ resource_id: 'workspace', available_actions: ['manage'] }],
          stytch_user: { permissions: [{ resource_id: 'workspace', actions: ['manage'] }] },
        },
      },
    ],
    ['createSecret', {}],
    ['updateEnvironment', { idp_authorization_url: 'https://elsewhere.example.com/' }],
    ['setJWTTemplate', { jwt_template_type: 'SESSION', template_content: '{"roles": ["admin"]}' }],
  ])('%s of the environment that decides who may is not for those who may not', async (...row) => {
    const [tool, args] = row
    const fixture = createFixture({ env: { TOOLSETS: 'all' } })
    const there = beside(fixture)
    const look = async () => [
      await there.rbacPolicy.get(own),
      await there.environments.get(own),
      await there.jwtTemplates.get(own, 'SESSION'),
      (await there.secrets.getAll(own)).length,
    ]
    const before = await look()
    const bob = caller(fixture, ALL, { user: 'bob@example.com' })
    for (const how of ['agree', 'plan'] as const) {
      const { code } = await bob[how](tool, { ...OWN, ...args }, consumer.test)
      expect(code).toBe('forbidden')
    }
    expect(managed(fixture)).toEqual([])
    expect(await look()).toEqual(before)
  })
})

describe('which environments are live is not for those who may not manage', () => {
  const at = (environment_slug: string) => ({ project_slug: b2b.slug, environment_slug })
  const id = (type: string, uuid: string) => ({ project_id: `project-${type}-${uuid}` })
  const NOBODYS = '00000000-0000-4000-8000-000000000000'

  /** All that an answer says, but for the name of its request. */
  async function heard(fixture: Fixture, user: string, scope: string, name: string, args: object) {
    const token = await fixture.token({ scope: `openid ${scope}`, user })
    const response = await fixture.send(
      '/mcp',
      rpc('modern', 'tools/call', { name, arguments: args }, token),
    )
    const requestId = response.headers.get('x-request-id') as string
    const body = (await response.text()).replaceAll(requestId, '')
    return [response.status, response.headers.get('www-authenticate'), body]
  }

  test.each(['createSecret', 'deleteSecret'])(
    'A9.06, D2.03 %s says nothing of it',
    async (name) => {
      const fixture = createFixture()
      const ids = Object.fromEntries(
        (await beside(fixture).environments.getAll(b2b.slug)).map((one) => [
          one.type,
          String(one.project_id).slice('project-live-'.length),
        ]),
      ) as { LIVE: string; TEST: string }
      const secret_id = `secret-test-${NOBODYS}`
      const hear = (user: string, scope: string, where: object) =>
        heard(fixture, user, scope, name, {
          ...where,
          ...(name === 'deleteSecret' && { secret_id }),
        })

      for (const scope of ['manage:api_keys:test', 'read:api_keys', 'openid']) {
        const bob = (where: object) => hear('bob@example.com', scope, where)
        const live = await bob(at(b2b.live))
        expect(live).toEqual(await bob(at(b2b.test)))
        expect(live).toEqual(await bob(at('nowhere')))
        expect(await bob(id('live', ids.LIVE))).toEqual(await bob(id('live', NOBODYS)))
        expect(await bob(id('test', ids.TEST))).toEqual(await bob(id('test', NOBODYS)))
      }
      expect(managed(fixture)).toEqual([])

      const ada = (where: object) => hear('ada@example.com', 'manage:api_keys:test', where)
      const [status, challenge] = await ada(at(b2b.live))
      expect([status, challenge]).toEqual([403, expect.stringMatching(/manage:api_keys[ "]/)])
      expect(await ada(at(b2b.test))).not.toContain(403)
    },
  )
})

describe('D2.10 a plan', () => {
  const url = 'https://app.example.com/callback'
  const { ada, bob } = SEED_USERS

  async function planned(mint: object = {}) {
    const clock = createClock()
    const fixture = createFixture({
      now: clock.now,
      env: { ADMIN_USERS: `${ada.userId},${bob.userId}` },
    })
    const there = beside(fixture)
    const valid_types = [{ type: 'LOGIN' as const, is_default: false }]
    await there.redirectURLs.create(here, { url, valid_types, do_not_promote_defaults: true })
    const { call } = caller(fixture, ALL, mint)
    const { data } = await call('deleteRedirectURL', { ...HERE, url }, 'legacy')
    const { plan_id } = data.plan as { plan_id: string }
    const apply = (as: object, scope = ALL) =>
      caller(fixture, scope, as).call('applyPlan', { plan_id, confirm_phrase: b2b.test }, 'legacy')
    const left = async () => (await there.redirectURLs.getAll(here)).map((one) => one.url)
    return { fixture, clock, there, apply, left }
  }

  test('is applied once', async () => {
    const { apply, left, fixture } = await planned()
    const all = await Promise.all([apply({}), apply({}), apply({})])
    expect(all.map(({ code }) => code ?? 'done').sort()).toEqual(['done', 'not_found', 'not_found'])
    expect(written(fixture)).toHaveLength(1)
    expect(await left()).not.toContain(url)
  })

  test.each<[string, object]>([
    ['another person', { user: 'bob@example.com' }],
    ['another client of the same person', { claims: { client_id: 'connected-app-test-other' } }],
  ])('is unknown to %s', async (_, mint) => {
    const { apply, left } = await planned()
    expect((await apply(mint)).code).toBe('not_found')
    expect(await left()).toContain(url)
    expect((await apply({})).code).toBeUndefined()
  })

  test('is worth nothing to a token that could not have made it', async () => {
    const { apply, left } = await planned()
    expect((await apply({}, 'read:project_settings')).status).toBe(403)
    expect(await left()).toContain(url)
  })

  test('that met the limit is as good a minute later, and nothing was said to be about to happen', async () => {
    const { apply, left, fixture, clock, there } = await planned()
    clock.advance(60 - ((clock.now() / 1_000) % 60))
    const { agree } = caller(fixture, ALL)
    for (let i = 0; i < 3; i++) {
      const { public_token } = await there.publicTokens.create(here)
      await agree('deletePublicToken', { ...HERE, public_token }, b2b.test)
    }
    const intents = () => fixture.trail.lines.filter((line) => JSON.parse(line).phase === 'intent')
    expect(intents()).toHaveLength(3)
    expect((await apply({})).code).toBe('rate_limited')
    expect(intents()).toHaveLength(3)
    expect(await left()).toContain(url)

    clock.advance(60)
    expect((await apply({})).code).toBeUndefined()
    expect(intents()).toHaveLength(4)
    expect(await left()).not.toContain(url)
  })

  test('is gone after ten minutes', async () => {
    const { apply, left, clock } = await planned()
    clock.advance(601)
    expect((await apply({})).code).toBe('not_found')
    expect(await left()).toContain(url)
  })
})

describe('a person who says no', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(KINDS[1] as (typeof KINDS)[0])
  })

  test.each(
    WALKS.filter(({ phrase }) => phrase !== undefined).map((one) => [one.tool, one] as const),
  )('D3.09 %s is not done', async (_, { tool, args, arrange, look }) => {
    await stage.startOver()
    const made = await arrange?.(stage.there)
    const before = await look(stage.there, made)
    expect((await stage.call(tool, args(made))).code).toBe('cancelled')
    expect((await stage.call(tool, args(made), 'yes')).code).toBe('cancelled')
    expect(stage.writes()).toEqual([])
    expect(await look(stage.there, made)).toEqual(before as never)
  })
})
