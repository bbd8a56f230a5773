import { describe, expect, test } from 'bun:test'
import { B2B, B2B_ENVIRONMENT, ENVIRONMENT, manage, TEST } from '../support/managing.ts'

const VERTICALS = [
  ['Consumer', TEST, `${ENVIRONMENT}/sdk/consumer`],
  ['B2B', B2B, `${B2B_ENVIRONMENT}/sdk/b2b`],
] as const
const CONSUMER = VERTICALS[0][2]
const UPDATE = 'updateConsumerSDKConfig'

describe.each(VERTICALS)('the %s SDK configuration', (vertical, where, path) => {
  const [get, update] = [`get${vertical}SDKConfig`, `update${vertical}SDKConfig`]

  test('is patched with a person’s agreement, and everything else stays', async () => {
    const { call, agree, stytch } = manage()
    const { data: seen } = await call(get, where)
    expect(seen.config).toEqual((await stytch('GET', path)).config)

    const config = {
      cookies: { http_only: 'ENFORCED' },
      sessions: { max_session_duration_minutes: 30 },
    }
    const done = await agree(update, { ...where, config, version: seen.version }, 'test')
    expect(done.question).toContain('"/cookies/http_only" from "\'DISABLED\'" to "\'ENFORCED\'"')
    expect(done.question).toContain(`environment test of project ${where.project_slug}`)
    expect(done.summary).toBe('The SDK configuration was changed.')
    const now = (await stytch('GET', path)).config
    expect(now).toEqual({ ...seen.config, ...config })
    expect((await call(get, where)).data.version).toBe(done.data.version)
    expect(done.data.version).not.toBe(seen.version)
  })

  test('the whole object, as the hosted server wants it, is a patch too', async () => {
    const { call, apply, stytch } = manage()
    const { config } = (await call(get, where)).data
    const wanted = { ...config, passwords: { ...config.passwords, enabled: true } }
    const { data } = await apply(update, { ...where, config: wanted }, 'test')
    expect(data.changes).toEqual([{ path: '/passwords/enabled', before: false, after: true }])
    expect((await stytch('GET', path)).config).toEqual(wanted)
  })

  test('every section and member Stytch has can be set', async () => {
    const { call } = manage()
    const { config } = (await call(get, where)).data
    const { data, error } = await call(update, { ...where, config, dryRun: true })
    expect(error).toBeUndefined()
    expect(data).toEqual({ dry_run: true, changes: [] })
  })
})

describe('an SDK configuration', () => {
  test('a dry run shows the difference and writes nothing', async () => {
    const { call, writes } = manage()
    const config = { basic: { domains: ['https://app.example.com'] } }
    const { data } = await call(UPDATE, { ...TEST, config, dryRun: true })
    expect(data).toEqual({
      dry_run: true,
      changes: [{ path: '/basic/domains/0', after: 'https://app.example.com' }],
    })
    expect(writes()).toEqual([])
  })

  test('nobody is asked where nothing would change, and nothing is written', async () => {
    const { call, writes } = manage()
    const config = { cookies: { http_only: 'DISABLED' } }
    const { summary, data } = await call(UPDATE, { ...TEST, config })
    expect(summary).toBe('Nothing was changed: it is so already.')
    expect(data.changes).toEqual([])
    expect(writes()).toEqual([])
  })

  test('null resets a member', async () => {
    const { apply, stytch } = manage()
    await apply(
      UPDATE,
      { ...TEST, config: { oauth: { enabled: true, pkce_required: true } } },
      'test',
    )
    await apply(UPDATE, { ...TEST, config: { oauth: { enabled: null } } }, 'test')
    const { oauth } = (await stytch('GET', CONSUMER)).config
    expect(oauth).toEqual({ enabled: false, pkce_required: true })
  })

  const refusing = manage()
  test.each([
    ['an unknown section', { otp: {} }, 'config '],
    ['an unknown member', { otps: { sms: true } }, 'config.otps '],
    ['a member of the other vertical', { sso: { enabled: true } }, 'config '],
    ['a misspelled value', { cookies: { http_only: 'on' } }, 'DISABLED, ENABLED, ENFORCED'],
    ['a value of another type', { oauth: { enabled: 'yes' } }, 'config.oauth.enabled'],
    ['a list that is none', { basic: { domains: 'https://x' } }, 'config.basic.domains'],
    ['a session of a minute', { sessions: { max_session_duration_minutes: 1 } }, 'sessions'],
    ['a section that is none', { oauth: true }, 'config.oauth'],
  ])('E-G01 %s is refused by where it is', async (_, config, where) => {
    const { call, writes, fixture } = refusing
    const { error } = await call(UPDATE, { ...TEST, config })
    expect(error?.code).toBe('invalid_arguments')
    expect(error?.message).toContain(where)
    expect(error?.message).not.toMatch(/'?(on|yes|https:\/\/x)'? /)
    expect(writes()).toEqual([])
    expect(fixture.egress.filter((line) => line.includes('/sdk/'))).toEqual([])
  })

  test('a version that is not current is refused, before and after a person agreed', async () => {
    const { call, apply, stytch, writes } = manage()
    const { version } = (await call('getConsumerSDKConfig', TEST)).data
    const config = { oauth: { enabled: true } }
    await apply(UPDATE, { ...TEST, config, version }, 'test')
    const late = await call(UPDATE, { ...TEST, config: { totps: { enabled: true } }, version })
    expect(late.error?.code).toBe('changed')
    expect(writes()).toHaveLength(1)
    expect((await stytch('GET', CONSUMER)).config.totps.enabled).toBe(false)
  })

  test('what was changed since the plan is not overwritten', async () => {
    const { call, stytch, writes } = manage()
    const planned = await call(UPDATE, { ...TEST, config: { oauth: { enabled: true } } })
    const { config } = await stytch('GET', CONSUMER)
    await stytch('PUT', CONSUMER, { config: { ...config, totps: { enabled: true } } })
    const { plan_id, confirm_phrase } = planned.data.plan
    const { error } = await call('applyPlan', { plan_id, confirm_phrase })
    expect(error?.code).toBe('changed')
    expect(writes()).toEqual([])
  })

  test('what was changed in the last moment is not overwritten', async () => {
    let looks = 0
    const { apply, stytch, writes } = manage({
      async upstream(request, next) {
        if (request.method === 'GET' && request.url.endsWith('/sdk/consumer') && ++looks === 3) {
          const { config } = await stytch('GET', CONSUMER)
          await stytch('PUT', CONSUMER, { config: { ...config, totps: { enabled: true } } })
        }
        return next(request)
      },
    })
    const { error } = await apply(UPDATE, { ...TEST, config: { oauth: { enabled: true } } }, 'test')
    expect(error?.code).toBe('changed')
    expect(writes()).toEqual([])
    expect((await stytch('GET', CONSUMER)).config.totps.enabled).toBe(true)
  })

  test('settings nobody here knows are told of, and never reset', async () => {
    const { call, writes } = manage({
      async upstream(request, next) {
        const answer = await next(request)
        if (request.method !== 'GET' || !request.url.endsWith('/sdk/consumer')) return answer
        const body = (await answer.json()) as { config: object }
        return Response.json({ ...body, config: { ...body.config, passkeys: { enabled: true } } })
      },
    })
    const { summary, data } = await call('getConsumerSDKConfig', TEST)
    expect(summary).toContain('further settings')
    expect(data.config).not.toHaveProperty('passkeys')
    const { error } = await call(UPDATE, { ...TEST, config: { oauth: { enabled: true } } })
    expect(error?.code).toBe('unsupported')
    expect(writes()).toEqual([])
  })

  test.each([
    ['getB2BSDKConfig', TEST, 'Consumer'],
    ['getConsumerSDKConfig', B2B, 'B2B'],
  ])('%s says which tool a project of the other vertical needs', async (tool, where, other) => {
    const { error } = await manage().call(tool, where)
    expect(error?.code).toBe('invalid_arguments')
    expect(error?.message).toContain(`Use the ${other} tool`)
  })

  test('a question stays short, however much changes', async () => {
    const { call } = manage()
    const domains = Array.from(
      { length: 40 },
      (_, i) => `https://${'a'.repeat(50)}${i}.example.com`,
    )
    const config = { basic: { enabled: true, domains } }
    const { plan } = (await call(UPDATE, { ...TEST, config })).data
    expect(plan.summary).toContain('; and 37 more changes.')
    expect(plan.summary.length).toBeLessThan(1_000)
  })
})
