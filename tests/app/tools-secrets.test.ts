/**
 * The toolset `secrets`. That no value ever shows up in an answer, the log or the audit trail is watched by
 * the fixture, in every test. Checklist: D3, D4, E-G08, E-G21.
 */
import { describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { MANAGE_KEYS, MANAGE_TEST_KEYS, READ_KEYS } from '../../src/tools/scopes.ts'
import { createFixture, type FixtureOptions } from '../support/fixture.ts'
import { rpc } from '../support/mcp.ts'
import {
  beside,
  caller,
  managed,
  type Outcome,
  questionOf,
  written,
} from '../support/tool-calls.ts'

const { consumer, b2b } = SEED_PROJECTS
const place = { project: b2b.slug, environment: b2b.test }
const livePlace = { project: b2b.slug, environment: b2b.live }
/** As the hosted server has it named. */
const where = { project_id: 'project-test-10ca1577-c0de-4c33-8e57-0123456789ad' }
const slugs = { project_slug: b2b.slug, environment_slug: b2b.test }
const live = { project_id: 'project-live-10ca1577-c0de-4c33-8e57-0123456789ae' }
const liveSlugs = { project_slug: b2b.slug, environment_slug: b2b.live }

function arrange(options: FixtureOptions = {}, scope = MANAGE_TEST_KEYS) {
  const fixture = createFixture(options)
  const there = beside(fixture)
  const ids = async (at: typeof place | typeof livePlace = place) =>
    (await there.secrets.getAll(at)).map(({ secret_id }) => secret_id)
  /** Opens a link as the page does. */
  async function open(url: unknown, user = 'ada@example.com') {
    const response = await fixture.send(new URL(String(url)).pathname, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await fixture.token({ kind: 'session', user })}`,
        'Content-Type': 'application/json',
        Origin: fixture.config.publicUrl,
        'Sec-Fetch-Site': 'same-origin',
      },
      body: JSON.stringify({ action: 'reveal' }),
    })
    return { status: response.status, body: (await response.json()) as { value?: string } }
  }
  return { fixture, there, ids, open, ...caller(fixture, scope) }
}

describe('looking', () => {
  test('D4.03 tells the last four characters and nothing more', async () => {
    const { call, there, fixture } = arrange({}, READ_KEYS)
    const { secret_id } = await there.secrets.create(place)
    const masked = await there.secrets.get(place, secret_id)
    const one = await call('getSecret', { ...where, secret_id })
    expect((await call('getAllSecrets', where)).data).toEqual({ secrets: [masked] })
    expect(one.data).toEqual({ secret: masked })
    expect(masked.last_four).toBe(fixture.secrets.at(-1)?.slice(-4) as string)
  })

  test('E-G21 a value is no id, and is not said back', async () => {
    const { call, there, fixture } = arrange()
    const { secret } = await there.secrets.create(place)
    fixture.egress.length = 0
    const { code } = await call('getSecret', { ...where, secret_id: secret.reveal() })
    expect(code).toBe('invalid_arguments')
    expect(managed(fixture)).toEqual([])
  })
})

describe('createSecret', () => {
  test('D4.01 answers with a link, behind which its owner reads the value once', async () => {
    const { call, ids, open, fixture } = arrange()
    const { data, result } = await call('createSecret', where)
    const value = fixture.secrets.at(-1) as string
    expect(await ids()).toEqual([data.secret_id as string])
    expect(JSON.stringify(result)).not.toContain(value)
    expect(Object.keys(data).sort()).toEqual(['changes', 'expires_at', 'reveal_url', 'secret_id'])
    expect(Date.parse(data.expires_at as string)).toBeGreaterThan(Date.now())

    expect((await open(data.reveal_url, 'bob@example.com')).status).toBe(404)
    expect(await open(data.reveal_url)).toEqual({ status: 200, body: { value } })
    expect((await open(data.reveal_url)).status).toBe(404)
  })

  test('a dry run makes none', async () => {
    const { call, fixture, ids } = arrange()
    const { data } = await call('createSecret', { ...where, dryRun: true })
    expect(data.changes).toHaveLength(1)
    expect(data).not.toHaveProperty('reveal_url')
    expect(written(fixture)).toEqual([])
    expect(await ids()).toEqual([])
  })

  test('D4.02 a repeated call makes none, and has no link: the store never had it', async () => {
    const memory = memoryStore()
    const kept: string[] = []
    const store: Store = {
      ...memory,
      add(key, value, ttl) {
        kept.push(key, value)
        return memory.add(key, value, ttl)
      },
    }
    const { call, ids } = arrange({ store })
    const args = { ...where, idempotency_key: 'first' }
    const { data } = await call('createSecret', args)
    const again = await call('createSecret', args)
    expect(again.data).toEqual({ secret_id: data.secret_id, changes: expect.any(Array) })
    expect(again.text).toContain('earlier call')
    expect(await ids()).toHaveLength(1)
    const id = String(data.reveal_url).split('/').at(-1) as string
    expect(kept.join()).not.toContain(id)
    expect(kept.join()).toContain(data.secret_id as string)
  })

  describe('what nobody could ever read', () => {
    const full = (): Store => {
      const memory = memoryStore()
      return {
        ...memory,
        add: (key, value, ttl) =>
          key.startsWith('one-time-secret')
            ? Promise.reject(new Error('full'))
            : memory.add(key, value, ttl),
      }
    }

    test('is deleted again', async () => {
      const { call, ids, fixture } = arrange({ store: full() })
      const { code, text } = await call('createSecret', where)
      expect(code).toBe('unavailable')
      expect(text).toContain('deleted again')
      expect(written(fixture).map((line) => line.split(' ')[0])).toEqual(['POST', 'DELETE'])
      expect(await ids()).toEqual([])
    })

    test('is named when it cannot be', async () => {
      const { call, ids } = arrange({
        store: full(),
        upstream: (request, next) =>
          request.method === 'DELETE'
            ? Promise.reject(new TypeError('unreachable'))
            : next(request),
      })
      const { code, text } = await call('createSecret', where)
      expect(code).toBe('unavailable')
      expect(text).toContain((await ids())[0] as string)
    })
  })

  test.each([
    ['its id', live],
    ['its slugs', liveSlugs],
  ])(
    'a live environment, by %s, needs the greater scope: a step-up, not an error',
    async (_, at) => {
      const { call, fixture, ids } = arrange()
      const token = await fixture.token({ scope: `openid ${MANAGE_TEST_KEYS}` })
      const params = { name: 'createSecret', arguments: at }
      const refused = await fixture.send('/mcp', rpc('modern', 'tools/call', params, token))
      expect(refused.status).toBe(403)
      const challenge = refused.headers.get('www-authenticate') ?? ''
      expect(challenge).toContain('insufficient_scope')
      expect(challenge).toContain(`${MANAGE_TEST_KEYS} ${MANAGE_KEYS}`)
      expect((await call('createSecret', at)).status).toBe(403)
      expect(written(fixture)).toEqual([])

      const { data } = await caller(fixture, MANAGE_KEYS).call('createSecret', at)
      expect(await ids(livePlace)).toEqual([data.secret_id as string])
    },
  )

  test('the greater scope does for tests, too, and reading for nothing', async () => {
    const { fixture, ids } = arrange()
    for (const at of [where, slugs]) {
      expect((await caller(fixture, MANAGE_KEYS).call('createSecret', at)).status).toBe(200)
      expect((await caller(fixture, READ_KEYS).call('createSecret', at)).status).toBe(403)
    }
    expect(await ids()).toHaveLength(2)
  })

  test('whether slugs mean a live environment is not asked for callers without any part of it', async () => {
    const { fixture } = arrange()
    await caller(fixture, READ_KEYS).call('createSecret', liveSlugs)
    expect(managed(fixture)).toEqual([])
  })

  test('with Stytch out of reach it needs the greater scope', async () => {
    const { fixture } = arrange({
      pause: async () => {},
      upstream: (request, next) =>
        new URL(request.url).pathname.startsWith('/pwa/')
          ? Promise.reject(new TypeError('unreachable'))
          : next(request),
    })
    const outcome = await caller(fixture, MANAGE_TEST_KEYS).call('createSecret', slugs)
    expect(outcome.status).toBe(403)
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', ['..']],
    ['numbers', { project_id: 7 }],
    ['dots', { project_slug: '..', environment_slug: '..' }],
    ['a project that does not exist', { project_slug: 'nobodys', environment_slug: 'x' }],
    ['a project with a prototype', { project_slug: { toString: 1 }, environment_slug: 'x' }],
  ])(
    '%s for arguments is no reason for another scope, and no failure of the server',
    async (_, args) => {
      const { fixture } = arrange()
      const token = await fixture.token({ scope: `openid ${MANAGE_TEST_KEYS}` })
      const params = { name: 'createSecret', arguments: args }
      const { status } = await fixture.send('/mcp', rpc('legacy', 'tools/call', params, token))
      expect(status).toBe(200)
      expect(fixture.secrets).toEqual([])
    },
  )
})

describe('deleteSecret', () => {
  const question = (outcome: Outcome) => questionOf(outcome) as string

  test.each(['agree', 'plan'] as const)('asks first: %s', async (how) => {
    const { there, ids, fixture, ...ways } = arrange()
    const { secret_id, secret } = await there.secrets.create(place)
    const args = { ...where, secret_id }
    const asked = question(await ways.call('deleteSecret', args))
    expect(asked).toContain(
      `Delete secret ${secret_id}, which ends in "${secret.reveal().slice(-4)}"`,
    )
    expect(written(fixture)).toEqual([])
    const { data } = await ways[how]('deleteSecret', args, b2b.test)
    expect(data).toMatchObject({ deleted: secret_id })
    expect(await ids()).toEqual([])
  })

  test('that it was used meanwhile is no reason to ask again', async () => {
    const fixture = createFixture()
    const own = { project_slug: consumer.slug, environment_slug: consumer.test }
    const { data } = await caller(fixture, MANAGE_TEST_KEYS).call('createSecret', own)
    const { call } = caller(fixture, MANAGE_TEST_KEYS)
    const args = { ...own, secret_id: data.secret_id }
    const { result } = await call('deleteSecret', args)
    const { url, projectId } = fixture.local
    const used = await fixture.local.fetch(
      new Request(`${url}/v1/users/user-test-00000000-0000-4000-8000-000000000000`, {
        headers: { Authorization: `Basic ${btoa(`${projectId}:${fixture.secrets.at(-1)}`)}` },
      }),
    )
    expect(used.status).toBe(404)
    const done = await call('deleteSecret', args, 'modern', {
      requestState: result?.requestState,
      inputResponses: { confirm: { action: 'accept', content: { phrase: consumer.test } } },
    })
    expect(done.data).toMatchObject({ deleted: data.secret_id })
  })

  test('E-G08, D4.06 not the one this server uses', async () => {
    const { agree, there, fixture } = arrange()
    const own = { project: consumer.slug, environment: consumer.test }
    const [{ secret_id } = { secret_id: '' }] = await there.secrets.getAll(own)
    const args = { project_slug: consumer.slug, environment_slug: consumer.test, secret_id }
    expect((await agree('deleteSecret', args, consumer.test)).code).toBe('forbidden')
    expect(written(fixture)).toEqual([])
  })

  test('a live one needs the greater scope, also when a plan is applied', async () => {
    const { call, fixture, there, ids } = arrange()
    const { secret_id } = await there.secrets.create(livePlace)
    const args = { ...liveSlugs, secret_id }
    expect((await call('deleteSecret', args)).status).toBe(403)
    const planned = await caller(fixture, MANAGE_KEYS).call('deleteSecret', args, 'legacy')
    const { plan_id } = planned.data.plan as { plan_id: string }
    const apply = { plan_id, confirm_phrase: b2b.live }
    expect((await call('applyPlan', apply, 'legacy')).status).toBe(403)
    expect(await ids(livePlace)).toHaveLength(1)
    await caller(fixture, MANAGE_KEYS).call('applyPlan', apply, 'legacy')
    expect(await ids(livePlace)).toEqual([])
  })

  test('one that is not there is not found', async () => {
    const secret_id = 'secret-test-00000000-0000-4000-8000-000000000000'
    const { call } = arrange()
    expect((await call('deleteSecret', { ...where, secret_id })).code).toBe('not_found')
  })
})
