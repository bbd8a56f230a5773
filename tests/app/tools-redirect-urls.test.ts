/** The toolset `redirect_urls`. Checklist: E-G19, D3. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import type { ValidType } from '../../src/stytch/management/redirect-urls.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../../src/tools/scopes.ts'
import { createFixture } from '../support/fixture.ts'
import { beside, caller, managed, questionOf, written } from '../support/tool-calls.ts'

const { b2b } = SEED_PROJECTS
const place = { project: b2b.slug, environment: b2b.test }
/** As the hosted server has it named. */
const where = { project_id: 'project-test-10ca1577-c0de-4c33-8e57-0123456789ad' }
const slugs = { project_slug: b2b.slug, environment_slug: b2b.test }
const url = 'https://app.example.com/callback?step=1&next=%2Fhome'
const login = [{ type: 'LOGIN', is_default: false }]

type Arranged = ReturnType<typeof arrange>

function arrange() {
  const fixture = createFixture()
  const there = beside(fixture)
  const urls = async () => (await there.redirectURLs.getAll(place)).map((one) => one.url)
  const typesOf = async (one: string) => (await there.redirectURLs.get(place, one)).valid_types
  const have = (valid_types: readonly ValidType[] = login) =>
    there.redirectURLs.create(place, { url, valid_types, do_not_promote_defaults: true })
  return { fixture, there, urls, typesOf, have, ...caller(fixture, MANAGE_SETTINGS) }
}

/** For what is refused before anything is asked: making keys takes longer than all of it. */
let refusing: Arranged
beforeAll(() => {
  refusing = arrange()
})

describe('looking', () => {
  test('lists and tells them', async () => {
    const { call, there, have } = arrange()
    await have()
    const all = await there.redirectURLs.getAll(place)
    const one = all.find((each) => each.url === url)
    expect((await call('getAllRedirectURLs', where)).data).toEqual({ redirect_urls: all })
    expect((await call('getRedirectURL', { ...where, url })).data).toEqual({ redirect_url: one })
  })

  test('an unknown one is not found', async () => {
    expect((await arrange().call('getRedirectURL', { ...where, url })).code).toBe('not_found')
  })
})

describe('createRedirectURL', () => {
  const args = { ...where, url, valid_types: login, do_not_promote_defaults: true }

  test('takes the hosted server’s arguments', async () => {
    const { call, typesOf } = arrange()
    const { data } = await call('createRedirectURL', args)
    expect(data.redirect_url).toEqual({ url, valid_types: login })
    expect(await typesOf(url)).toEqual(login)
  })

  test('a dry run allows nothing', async () => {
    const { call, fixture } = arrange()
    const { data } = await call('createRedirectURL', { ...args, dryRun: true })
    expect(data).toEqual({
      dry_run: true,
      changes: [{ path: '', after: { url, valid_types: login } }],
    })
    expect(written(fixture)).toEqual([])
  })

  test('of one that is there, what it shows is what comes of it', async () => {
    const { call, typesOf, have } = arrange()
    await have([{ type: 'SIGNUP', is_default: false }])
    const after = await call('createRedirectURL', { ...args, dryRun: true })
    expect(after.data.changes).toEqual([
      { path: '/valid_types/1', after: { type: 'LOGIN', is_default: false } },
    ])
    await call('createRedirectURL', args)
    expect((await typesOf(url)).map(({ type }) => type).sort()).toEqual(['LOGIN', 'SIGNUP'])
  })

  test.each([
    'https://*.example.com/callback',
    'https://*-team.example.com/callback',
    'https://{{slug}}.example.com/callback',
    'https://app.example.com/*',
  ])('E-G19 a person is asked about %s', async (wild) => {
    const { call, agree, plan, fixture, urls } = arrange()
    const wide = { ...args, url: wild }
    expect(questionOf(await call('createRedirectURL', wide))).toContain(`"${wild}"`)
    expect((await plan('createRedirectURL', wide, 'no')).code).toBe('phrase_mismatch')
    expect(written(fixture)).toEqual([])
    await agree('createRedirectURL', wide, b2b.test)
    expect(await urls()).toContain(wild)
  })

  test.each([
    'https://app.example.com',
    'https://127.0.0.1:8443/x',
    'http://localhost:3000/authenticate',
    'http://127.0.0.1:3000/authenticate',
    'http://[::1]:3000/authenticate',
    'com.example.app://callback',
  ])('%s needs nobody’s word', async (plain) => {
    const { call, urls } = arrange()
    const { code } = await call('createRedirectURL', { ...args, url: plain })
    expect(code).toBeUndefined()
    expect(await urls()).toContain(plain)
  })

  test.each([
    '',
    'evil',
    '//evil.test',
    'javascript:alert(1)',
    'javascript://evil.test/%0aalert(1)',
    'JaVaScRiPt://evil.test/',
    'data:text/html,evil',
    'data://evil.test/x',
    'vbscript://evil',
    'blob:https://evil.test/x',
    'file:///etc/evil',
    'ws://evil.test',
    'http://evil.test/',
    'http://localhost.evil.test/',
    'http://*.localhost/evil',
    'https:/evil.test',
    'https:///evil.test',
    'https:evil.test',
    'https://good.example@evil.test/',
    'https://a:b@evil.test/',
    'https://good.example\\@evil.test/',
    'https://good.example\\.evil.test/',
    ' https://evil.test/',
    'https://evil.test/ x',
    'https://ev\nil.test/',
    'https://ev\til.test/',
    'https://evil.test/\u0000',
    'https://évil.test/',
    'https://ｅvil.test/',
    'https://*/evil',
    'https://*.test/evil',
    'https://*evil.test/',
    'https://app.*.evil.test/',
    'https://*.*.evil.test/',
    `https://evil.test/${'x'.repeat(2048)}`,
  ])('E-G19 refuses %j', async (bad) => {
    const { call, fixture } = refusing
    const given = { ...slugs, url: bad, valid_types: login }
    const { code, text } = await call('createRedirectURL', given)
    expect(code).toBe('invalid_arguments')
    expect(text).not.toMatch(/evil/i)
    expect(managed(fixture)).toEqual([])
  })

  test.each<[string, unknown]>([
    ['none', []],
    ['no list', 'LOGIN'],
    ['unknown ones', [{ type: 'LOGOUT' }]],
    ['a member nobody knows', [{ type: 'LOGIN', default: true }]],
    ['too many', Array.from({ length: 6 }, () => ({ type: 'LOGIN' }))],
  ])('E-G01 refuses types: %s', async (_, valid_types) => {
    const { call, fixture } = refusing
    const { code } = await call('createRedirectURL', { ...args, valid_types })
    expect(code).toBe('invalid_arguments')
    expect(managed(fixture)).toEqual([])
  })

  test('reading is not enough', async () => {
    const { fixture } = arrange()
    const { status } = await caller(fixture, READ_SETTINGS).call('createRedirectURL', args)
    expect(status).toBe(403)
  })
})

describe('updateRedirectURL', () => {
  const args = { ...where, url, valid_types: [{ type: 'SIGNUP', is_default: false }] }

  test('replaces what it is for, and shows it before', async () => {
    const { call, typesOf, have } = arrange()
    await have()
    const { data } = await call('updateRedirectURL', { ...args, dryRun: true })
    expect(data.changes).not.toEqual([])
    expect(await typesOf(url)).toEqual(login)
    await call('updateRedirectURL', { ...args, do_not_promote_defaults: true })
    expect(await typesOf(url)).toEqual(args.valid_types)
  })

  test('one that is not there is not made', async () => {
    const { call, urls } = arrange()
    expect((await call('updateRedirectURL', args)).code).toBe('not_found')
    expect(await urls()).not.toContain(url)
  })
})

describe('deleteRedirectURL', () => {
  const args = { ...where, url }

  test.each(['agree', 'plan'] as const)('asks first: %s', async (how) => {
    const { have, urls, fixture, ...ways } = arrange()
    await have()
    const question = questionOf(await ways.call('deleteRedirectURL', args))
    expect(question).toContain(`Delete redirect URL "${url}" from environment ${b2b.test}`)
    expect(written(fixture)).toEqual([])
    const { data } = await ways[how]('deleteRedirectURL', args, b2b.test)
    expect(data).toMatchObject({ deleted: url })
    expect(await urls()).not.toContain(url)
  })

  test('D3.07 what it is for may not change in between', async () => {
    const { call, have, there, urls } = arrange()
    await have()
    const { data } = await call('deleteRedirectURL', args, 'legacy')
    const { plan_id } = data.plan as { plan_id: string }
    await there.redirectURLs.update(place, url, { valid_types: [{ type: 'SIGNUP' }] })
    const apply = { plan_id, confirm_phrase: b2b.test }
    expect((await call('applyPlan', apply, 'legacy')).code).toBe('changed')
    expect(await urls()).toContain(url)
  })

  test('one that is not there is not found', async () => {
    expect((await arrange().call('deleteRedirectURL', args)).code).toBe('not_found')
  })
})
