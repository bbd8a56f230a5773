/**
 * Plans: how clients that cannot ask a person while a call runs get something destructive approved, in
 * every era. A plan is its owner's, is used once, lives ten minutes, and does what it said or nothing.
 * Checklist D3.13, E-J46, E-S20, E-S21.
 */
import { describe, expect, test } from 'bun:test'
import type { Principal } from '../../src/index.ts'
import { createPlans } from '../../src/mcp/plans.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { createClock } from '../support/clock.ts'
import { type Answer, rpc } from '../support/mcp.ts'
import {
  BOX,
  CAN,
  type Calling,
  createShelf,
  errorOf,
  planOf,
  type Shelf,
  shelved,
} from '../support/shelf.ts'
import { type Asking, take, WAYS } from '../support/ways.ts'

const target = { id: BOX.id }
const OTHER = { client_id: 'connected-app-test-other' }
const silent: Calling = { capabilities: CAN.nothing }

const apply = (
  { call }: Shelf,
  plan_id: string,
  { phrase = BOX.name, ...calling }: Calling & { phrase?: string } = {},
) => call('applyPlan', { plan_id, confirm_phrase: phrase }, { ...silent, ...calling })

const planned = async ({ call }: Shelf, name = 'purge', args: object = target) =>
  planOf(await call(name, args as never, silent)).plan_id

describe.each([...WAYS])('%s: a client that cannot be asked', (way) => {
  const start = () => {
    const shelf = shelved()
    return { ...shelf, ...take(way, { tools: shelf.tools }) }
  }
  const ask = ({ ask }: { ask: Asking['ask'] }, name: string, args: object): Promise<Answer> =>
    ask('tools/call', { name, arguments: args })

  test('D3.13, E-J46 gets a plan, shows it, and applies it', async () => {
    const shelf = start()
    const first = await ask(shelf, 'purge', target)
    const { plan_id, ...plan } = planOf(first)
    expect(plan).toEqual({
      summary: 'Purge "Blue box" (t-1, version 1)?',
      confirm_phrase: BOX.name,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
    expect(first.result?.content?.[0]?.text).toContain('a person must approve')
    expect(first.result?.structuredContent?.changes).toEqual([{ path: '', before: { ...BOX } }])
    expect(shelf.applied).toEqual([])

    const second = await ask(shelf, 'applyPlan', { plan_id, confirm_phrase: BOX.name })
    expect(second.result?.structuredContent ?? textOf(second)).toMatchObject({ done: 'purge t-1' })
    expect(shelf.applied).toEqual(['purge t-1'])
  })

  test.each([
    ['without a plan', {}],
    ['without a phrase', { plan_id: 'x' }],
    ['with a plan that is a number', { plan_id: 7, confirm_phrase: BOX.name }],
    ['with more than it takes', { plan_id: 'x', confirm_phrase: BOX.name, confirm: true }],
    ['with half a megabyte', { plan_id: 'x'.repeat(512 * 1024), confirm_phrase: BOX.name }],
  ])('D3.13 applyPlan %s does nothing', async (_, args) => {
    const shelf = start()
    await ask(shelf, 'purge', target)
    expect((await ask(shelf, 'applyPlan', args)).result?.isError).toBe(true)
    expect(shelf.applied).toEqual([])
  })

  test('E-S20 a plan is used once', async () => {
    const shelf = start()
    const { plan_id } = planOf(await ask(shelf, 'purge', target))
    const args = { plan_id, confirm_phrase: BOX.name }
    await ask(shelf, 'applyPlan', args)
    expect(errorOf(await ask(shelf, 'applyPlan', args))).toBe('not_found')
    expect(shelf.applied).toHaveLength(1)
  })

  test('E-S21 what changed since is not touched', async () => {
    const shelf = start()
    const { plan_id } = planOf(await ask(shelf, 'purge', target))
    shelf.things.set(BOX.id, { ...BOX, version: 2 })
    const args = { plan_id, confirm_phrase: BOX.name }
    expect(errorOf(await ask(shelf, 'applyPlan', args))).toBe('changed')
    expect(shelf.applied).toEqual([])
  })
})

/** The structured content, as clients read it that know none. */
function textOf({ result }: Answer): unknown {
  return JSON.parse(result?.content?.at(-1)?.text ?? 'null')
}

describe('E-S20 whose a plan is', () => {
  test.each<[string, object]>([
    ['another person', { user: 'bob@example.com' }],
    ['another client of the same person', OTHER],
  ])('%s: not found, and the owner still has it', async (_, mint) => {
    const shelf = createShelf()
    await shelf.fixture.knob('clients', { ...OTHER, redirect_uris: ['https://x.test/cb'] })
    const plan_id = await planned(shelf)
    expect(errorOf(await apply(shelf, plan_id, { mint: mint as never }))).toBe('not_found')
    expect(shelf.applied).toEqual([])
    await apply(shelf, plan_id)
    expect(shelf.applied).toHaveLength(1)
  })

  test('what a stranger is told does not depend on whether there is a plan', async () => {
    const shelf = createShelf()
    const plan_id = await planned(shelf)
    const told = async (id: string) => {
      const { result } = await apply(shelf, id, { mint: { user: 'bob@example.com' } })
      return result?.content?.[0]?.text?.replace(/"request_id":"[^"]+"/, '')
    }
    expect(await told(plan_id)).toBe(await told('A'.repeat(24)))
  })

  test('issuer, person, organization and client all count', async () => {
    const plans = createPlans(memoryStore(), Date.now)
    const ada = {
      issuer: 'https://a.test',
      subject: 'member-1',
      organization: { id: 'organization-1', slug: 'one' },
      clientId: 'connected-app-1',
    } as Principal
    const plan = { tool: 't', input: {}, fingerprint: 'f', phrase: 'p', correlationId: 'c' }
    const { id } = await plans.make(ada, plan)
    const { organization: _, ...alone } = ada
    const others: Principal[] = [
      { ...ada, issuer: 'https://b.test' },
      { ...ada, subject: 'member-2' },
      { ...ada, organization: { id: 'organization-2', slug: 'one' } },
      alone,
      { ...ada, clientId: 'connected-app-2' },
    ]
    for (const other of others) {
      expect(await plans.find(other, id)).toBeUndefined()
      expect(await plans.take(other, id)).toBeUndefined()
    }
    expect(await plans.find({ ...ada, scopes: ['another'], tokenId: 'new' }, id)).toEqual(plan)
    expect(await plans.take(ada, id)).toEqual(plan)
    expect(await plans.take(ada, id)).toBeUndefined()
  })

  test.each(['', 'x', 'A'.repeat(24), '__proto__', '../plan', 'plan:1', '0'])(
    'guessed %j: not found',
    async (id) => {
      const shelf = createShelf()
      await planned(shelf)
      expect((await apply(shelf, id)).result?.isError).toBe(true)
      expect(shelf.applied).toEqual([])
    },
  )

  test('handles hold 144 random bits, and the store does not hold them', async () => {
    const keys: string[] = []
    const kept = memoryStore()
    const store = {
      ...kept,
      add: (key: string, value: string, ttl: number) => {
        keys.push(key, value)
        return kept.add(key, value, ttl)
      },
    }
    const shelf = createShelf({ store })
    const ids = new Set<string>()
    for (let each = 0; each < 20; each++) ids.add(await planned(shelf))
    expect(ids.size).toBe(20)
    for (const id of ids) {
      expect(id).toMatch(/^[\w-]{24}$/)
      expect(keys.some((text) => text.includes(id))).toBe(false)
    }
  })
})

describe('E-S20, D3.13 how long a plan waits', () => {
  test.each([
    [9, undefined, 1],
    [11, 'not_found', 0],
  ])('%i minutes', async (minutes, error, count) => {
    const clock = createClock()
    const shelf = createShelf({ now: clock.now })
    const first = planOf(await shelf.call('purge', target, silent))
    expect(Date.parse(first.expires_at) - clock.now()).toBe(600_000)
    clock.advance(minutes * 60)
    expect(errorOf(await apply(shelf, first.plan_id))).toBe(error as never)
    expect(shelf.applied).toHaveLength(count)
  })
})

describe('the phrase of a plan', () => {
  test.each(['yes', '', 'blue box', 'Blue', 'true', '"Blue box"'])(
    '%j is not it: told so, and the plan stays',
    async (phrase) => {
      const shelf = createShelf()
      const plan_id = await planned(shelf)
      expect(errorOf(await apply(shelf, plan_id, { phrase }))).toBe('phrase_mismatch')
      expect(shelf.applied).toEqual([])
      await apply(shelf, plan_id, { phrase: ' Blue box ' })
      expect(shelf.applied).toHaveLength(1)
    },
  )

  test('a long name is typed whole', async () => {
    const shelf = createShelf()
    const name = 'https://example.com/'.padEnd(600, 'a')
    shelf.things.set(BOX.id, { ...BOX, name })
    await apply(shelf, await planned(shelf), { phrase: name })
    expect(shelf.applied).toHaveLength(1)
  })
})

describe('what a plan does', () => {
  test('E-J53 of parallel calls exactly one', async () => {
    const shelf = createShelf()
    const plan_id = await planned(shelf)
    const all = await Promise.all(Array.from({ length: 8 }, () => apply(shelf, plan_id)))
    expect(shelf.applied).toHaveLength(1)
    expect(all.map(errorOf).filter((code) => code === 'not_found')).toHaveLength(7)
  })

  test('E-J53 at two processes with one store, exactly one', async () => {
    const one = createShelf()
    const other = createShelf({ store: one.store })
    const plan_id = await planned(one)
    await Promise.all([one, other, one, other].map((shelf) => apply(shelf, plan_id)))
    expect([...one.applied, ...other.applied]).toHaveLength(1)
  })

  test('what was planned, with the arguments that were planned', async () => {
    const shelf = createShelf()
    shelf.things.set('t-2', { ...BOX, id: 't-2' })
    const [first, second] = [await planned(shelf), await planned(shelf, 'purge', { id: 't-2' })]
    await apply(shelf, second)
    expect(shelf.applied).toEqual(['purge t-2'])
    await apply(shelf, first)
    expect(shelf.applied).toEqual(['purge t-2', 'purge t-1'])
  })

  test('E-S21 gone since: nothing', async () => {
    const shelf = createShelf()
    const plan_id = await planned(shelf, 'remove')
    shelf.things.clear()
    expect(errorOf(await apply(shelf, plan_id))).toBe('not_found')
    expect(shelf.applied).toEqual([])
  })

  test('E-S21 a plan that met a change is used up', async () => {
    const shelf = createShelf()
    const plan_id = await planned(shelf)
    shelf.things.set(BOX.id, { ...BOX, name: 'Red box' })
    expect(errorOf(await apply(shelf, plan_id))).toBe('changed')
    shelf.things.set(BOX.id, { ...BOX })
    expect(errorOf(await apply(shelf, plan_id))).toBe('not_found')
    expect(shelf.applied).toEqual([])
  })

  test('a plan that could not be done yet can be tried again, and is done once', async () => {
    const shelf = createShelf()
    const plan_id = await planned(shelf)
    shelf.fixture.trail.down = true
    expect(errorOf(await apply(shelf, plan_id))).toBe('audit_unavailable')
    shelf.fixture.trail.down = false
    expect(errorOf(await apply(shelf, plan_id))).toBeUndefined()
    expect(errorOf(await apply(shelf, plan_id))).toBe('not_found')
    expect(shelf.applied).toEqual(['purge t-1'])
  })

  test('a write that asks is planned as well', async () => {
    const shelf = createShelf()
    await apply(shelf, await planned(shelf, 'share', { ...target, everyone: true }))
    expect(shelf.applied).toEqual(['share t-1'])
  })

  test.each([{ dryRun: true }, { dryRun: false }])('with %j', async (more) => {
    const shelf = createShelf()
    const { result } = await shelf.call('purge', { ...target, ...more }, silent)
    expect('plan' in (result?.structuredContent ?? {})).toBe(!more.dryRun)
    expect(shelf.applied).toEqual([])
  })

  test('a client that can be asked does not get around the question with a plan of its own', async () => {
    const shelf = createShelf()
    const { result } = await shelf.call('purge', target)
    expect(result?.resultType).toBe('input_required')
    const args = { plan_id: result?.requestState as string, confirm_phrase: BOX.name }
    expect((await shelf.call('applyPlan', args)).result?.isError).toBe(true)
    expect(shelf.applied).toEqual([])
  })
})

describe('the scopes of a plan are those of what it does', () => {
  const scope = 'openid email profile'

  test.each<[string, string, object, string]>([
    ['of the tool', 'purge_mail', target, 'email'],
    ['of its arguments', 'purge_deep', { ...target, how: { deep: true, wide: false } }, 'profile'],
  ])('A9.05 %s: 403 names them, and the plan stays', async (_, name, args, missing) => {
    const shelf = createShelf()
    const plan_id = planOf(
      await shelf.call(name, args as never, { ...silent, mint: { scope } }),
    ).plan_id
    const narrow = scope.replace(missing, '').replace('  ', ' ').trim()
    const params = { name: 'applyPlan', arguments: { plan_id, confirm_phrase: BOX.name } }
    const token = await shelf.fixture.token({ scope: narrow })
    const response = await shelf.fixture.send('/mcp', rpc('modern', 'tools/call', params, token))
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain(`scope="openid ${missing}"`)
    expect(shelf.applied).toEqual([])
    await apply(shelf, plan_id, { mint: { scope } })
    expect(shelf.applied).toHaveLength(1)
  })

  test('a stranger learns nothing of them', async () => {
    const shelf = createShelf()
    const plan_id = await planned(shelf, 'purge_mail')
    const bob = { user: 'bob@example.com', scope: 'openid' }
    expect(errorOf(await apply(shelf, plan_id, { mint: bob }))).toBe('not_found')
  })
})

test('D3.13 what a request narrowed away does not come back through a plan', async () => {
  const shelf = createShelf()
  const plan_id = await planned(shelf)
  const params = { name: 'applyPlan', arguments: { plan_id, confirm_phrase: BOX.name } }
  const send = async (query: string) => {
    const request = rpc('modern', 'tools/call', params, await shelf.fixture.token())
    return (await (await shelf.fixture.send(`/mcp${query}`, request)).json()) as Answer
  }
  expect(errorOf(await send('?tools=applyPlan,look'))).toBe('not_found')
  expect((await send('?readonly')).error?.code).toBe(-32602)
  expect(shelf.applied).toEqual([])
  await send('?tools=applyPlan,purge')
  expect(shelf.applied).toHaveLength(1)
})

test('a store that fails is nobody’s fault: plans are unavailable', async () => {
  const fails = () => Promise.reject(new Error('The store is gone.'))
  const store = { add: fails, get: fails, take: fails, increment: fails }
  const plans = createPlans(store, Date.now)
  const owner = { issuer: 'i', subject: 's', clientId: 'c' } as Principal
  for (const ask of [
    () => plans.make(owner, {} as never),
    () => plans.find(owner, 'id'),
    () => plans.take(owner, 'id'),
  ]) {
    await expect(ask()).rejects.toMatchObject({ name: 'ToolError', code: 'unavailable' })
  }
})
