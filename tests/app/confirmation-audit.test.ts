/**
 * What is written down of a confirmed change, and what happens when something the confirmation stands on
 * is down: nothing that cannot be brought back. Checklist D3.16, E-S19.
 */
import { describe, expect, test } from 'bun:test'
import type { AuditSink } from '../../src/observe/audit.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { type Answer, rpc } from '../support/mcp.ts'
import { openSession, readEvents, withMeta } from '../support/session-client.ts'
import { BOX, CAN, createShelf, errorOf, planOf, type Shelf, typed } from '../support/shelf.ts'
import { type Recorded, recorded, until } from '../support/trail.ts'

const target = { id: BOX.id, note: 'for our eyes only' }
const SESSIONS = { MCP_SESSIONS: 'memory' }
const silent = { capabilities: CAN.nothing }

/** Confirms a purge in one of three ways. */
const ways = {
  async mrtr({ call, asked }: Shelf) {
    const requestState = await asked('purge', target)
    return call('purge', target, { requestState, inputResponses: typed(BOX.name) })
  },
  async elicitation({ fixture }: Shelf) {
    const session = await openSession(fixture, await fixture.token(), CAN.forms)
    const params = { name: 'purge', arguments: target }
    const stream = readEvents(await session.post('tools/call', params))
    const question = await stream.next()
    const result = typed(BOX.name).confirm
    await session.postRaw({ jsonrpc: '2.0', id: question?.id, result })
    return (await stream.next()) as Answer
  },
  async plan({ call }: Shelf) {
    const { plan_id } = planOf(await call('purge', target, silent))
    return call('applyPlan', { plan_id, confirm_phrase: BOX.name }, silent)
  },
} as const
type Way = keyof typeof ways
const WAYS = Object.keys(ways) as Way[]

describe.each(WAYS)('D3.16 confirmed by %s', (way) => {
  test('three records: asked, about to, done; one correlation id, and how a person agreed', async () => {
    const shelf = createShelf({ env: SESSIONS })
    expect((await ways[way](shelf)).result?.structuredContent).toMatchObject({ done: 'purge t-1' })
    const [first, intent, outcome] = (await recorded(shelf.fixture, 3)) as [
      Recorded,
      Recorded,
      Recorded,
    ]
    expect(first).toMatchObject({
      phase: 'outcome',
      tool: 'purge',
      confirmation: 'none',
      outcome: 'ok',
      ...(way === 'plan' ? {} : { reason: 'asked' }),
    })
    expect(intent).toMatchObject({ phase: 'intent', tool: 'purge', confirmation: way })
    expect(outcome).toMatchObject({
      phase: 'outcome',
      tool: 'purge',
      confirmation: way,
      outcome: 'ok',
      scopes: ['openid'],
    })
    expect(first.correlation_id).toMatch(/\S/)
    expect([intent.correlation_id, outcome.correlation_id]).toEqual([
      first.correlation_id,
      first.correlation_id,
    ])
  })

  test('all three show what the tool lets be shown, and the digest of the same arguments', async () => {
    const shelf = createShelf({ env: SESSIONS })
    await ways[way](shelf)
    const all = await recorded(shelf.fixture, 3)
    expect(all.map((one) => one.arguments)).toEqual([{ id: 't-1' }, { id: 't-1' }, { id: 't-1' }])
    expect(new Set(all.map((one) => one.arguments_digest)).size).toBe(1)
    expect(shelf.fixture.trail.lines.join()).not.toContain('our eyes')
  })

  test('the intent is kept before anything is done', async () => {
    const seen: string[] = []
    const auditSink: AuditSink = {
      append: (line) => {
        seen.push(`${JSON.parse(line).phase} ${shelf.applied.length}`)
      },
    }
    const shelf: Shelf = createShelf({ env: SESSIONS, auditSink })
    await ways[way](shelf)
    await until(() => seen.length >= 3)
    expect(seen).toEqual(['outcome 0', 'intent 0', 'outcome 1'])
  })

  test('a trail that cannot be written: nothing is done, and the model is told why', async () => {
    const shelf = createShelf({ env: SESSIONS })
    shelf.fixture.trail.down = true
    expect(errorOf(await ways[way](shelf))).toBe('audit_unavailable')
    expect(shelf.applied).toEqual([])
  })
})

test('D3.16 reads and what can be brought back go on without a trail', async () => {
  const shelf = createShelf()
  shelf.fixture.trail.down = true
  expect((await shelf.call('look', { id: BOX.id })).result?.isError).toBeUndefined()
  await shelf.call('rename', { id: BOX.id, name: 'Red box' })
  expect(shelf.applied).toEqual(['rename t-1'])
})

test('D3.16 after an outage the same question is asked anew, and can be agreed to', async () => {
  const shelf = createShelf()
  shelf.fixture.trail.down = true
  await ways.mrtr(shelf)
  shelf.fixture.trail.down = false
  await ways.mrtr(shelf)
  expect(shelf.applied).toHaveLength(1)
})

test.each<[string, object, object]>([
  ['no', { confirm: { action: 'decline' } }, { outcome: 'cancelled', error: 'cancelled' }],
  ['something else', typed('yes'), { outcome: 'ok', reason: 'asked' }],
])(
  'D3.16 a person who says %s: one record more, and no intent',
  async (_, inputResponses, last) => {
    const shelf = createShelf()
    const requestState = await shelf.asked('purge', target)
    await shelf.call('purge', target, { requestState, inputResponses })
    const all = await recorded(shelf.fixture, 2)
    expect(all.map(({ phase }) => phase)).toEqual(['outcome', 'outcome'])
    expect(all[1]).toMatchObject({ confirmation: 'none', ...last })
  },
)

test('D3.16 a question that was asked again belongs to the first one', async () => {
  const shelf = createShelf()
  const first = await shelf.asked('purge', target)
  const second = await shelf.call('purge', target, {
    requestState: first,
    inputResponses: typed('yes'),
  })
  const requestState = second.result?.requestState as string
  await shelf.call('purge', target, { requestState, inputResponses: typed(BOX.name) })
  const all = await recorded(shelf.fixture, 4)
  expect(all[2]?.correlation_id).toBe(all[0]?.correlation_id as string)
  expect(all[3]?.correlation_id).toBe(all[0]?.correlation_id as string)
})

test('a plan nobody has, and a wrong phrase, are on record as what they are', async () => {
  const shelf = createShelf()
  const { plan_id } = planOf(await shelf.call('purge', target, silent))
  await shelf.call('applyPlan', { plan_id: 'guessed', confirm_phrase: BOX.name }, silent)
  await shelf.call('applyPlan', { plan_id, confirm_phrase: 'yes' }, silent)
  const [, guessed, wrong] = await recorded(shelf.fixture, 3)
  expect(guessed).toMatchObject({ tool: 'applyPlan', outcome: 'error', error: 'not_found' })
  expect(wrong).toMatchObject({ tool: 'applyPlan', error: 'phrase_mismatch', confirmation: 'none' })
})

describe('a store that is down or full', () => {
  const failing = async () => {
    throw new Error('the store said: secret-of-the-store')
  }
  /** A store that breaks when told to. */
  function breaking() {
    const kept = memoryStore()
    const state = { broken: false }
    const guard = <Args extends unknown[], Value>(run: (...args: Args) => Promise<Value>) =>
      ((...args: Args) => (state.broken ? failing() : run(...args))) as typeof run
    const store: Store = {
      add: guard(kept.add),
      get: guard(kept.get),
      take: guard(kept.take),
      increment: guard(kept.increment),
    }
    return { store, state }
  }

  test('down when the person answers: nothing is done; up again, the answer still counts, once', async () => {
    const { store, state } = breaking()
    const shelf = createShelf({ store })
    const requestState = await shelf.asked('purge', target)
    const answered = { requestState, inputResponses: typed(BOX.name) }
    state.broken = true
    const refused = await shelf.call('purge', target, answered)
    expect(errorOf(refused)).toBe('internal_error')
    expect(JSON.stringify(refused)).not.toContain('secret-of-the-store')
    expect(shelf.applied).toEqual([])
    state.broken = false
    await shelf.call('purge', target, answered)
    expect(shelf.applied).toHaveLength(1)
  })

  test('down in a session: nothing is done', async () => {
    const { store, state } = breaking()
    const shelf = createShelf({ store, env: SESSIONS })
    const { fixture } = shelf
    const session = await openSession(fixture, await fixture.token(), CAN.forms)
    const params = { name: 'purge', arguments: target }
    const stream = readEvents(await session.post('tools/call', params))
    const question = await stream.next()
    state.broken = true
    const result = typed(BOX.name).confirm
    await session.postRaw({ jsonrpc: '2.0', id: question?.id, result })
    expect(errorOf((await stream.next()) as Answer)).toBe('internal_error')
    expect(shelf.applied).toEqual([])
  })

  test('down when a plan is made: no plan, nothing is done', async () => {
    const { store, state } = breaking()
    const shelf = createShelf({ store })
    state.broken = true
    expect(errorOf(await shelf.call('purge', target, silent))).toBe('unavailable')
    expect(shelf.applied).toEqual([])
  })

  test('down when a plan is applied: 503, nothing is done, and the plan stays', async () => {
    const { store, state } = breaking()
    const shelf = createShelf({ store })
    const { plan_id } = planOf(await shelf.call('purge', target, silent))
    const args = { plan_id, confirm_phrase: BOX.name }
    state.broken = true
    const params = { name: 'applyPlan', arguments: args }
    const token = await shelf.fixture.token()
    const response = await shelf.fixture.send('/mcp', rpc('modern', 'tools/call', params, token))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(await response.text()).not.toContain('secret-of-the-store')
    expect(shelf.applied).toEqual([])
    state.broken = false
    await shelf.call('applyPlan', args, silent)
    expect(shelf.applied).toHaveLength(1)
  })

  test('full: nothing is done that was asked about or planned; what needs no store is', async () => {
    const store = memoryStore({ capacity: 1 })
    await store.add('taken', '', 10_000)
    const shelf = createShelf({ store })
    expect(errorOf(await ways.mrtr(shelf))).toBe('internal_error')
    expect(errorOf(await shelf.call('purge', target, silent))).toBe('unavailable')
    expect(shelf.applied).toEqual([])
    await shelf.call('rename', { id: BOX.id, name: 'Red box' })
    expect(shelf.applied).toEqual(['rename t-1'])
  })
})

describe('E-S19 whoever goes away between the intent and the deed', () => {
  /** A shelf whose trail does something when an intent is to be kept. */
  function interrupted(interrupt: () => unknown) {
    const phases: string[] = []
    const auditSink: AuditSink = {
      async append(line) {
        const { phase, outcome } = JSON.parse(line)
        if (phase === 'intent') await interrupt()
        phases.push(outcome ?? phase)
      },
    }
    return { ...createShelf({ env: SESSIONS, auditSink }), phases }
  }

  test('2026: hung up, so nothing is done, and the trail says so', async () => {
    const gone = new AbortController()
    const { fixture, asked, applied, phases } = interrupted(() => gone.abort())
    const round = { requestState: await asked('purge', target), inputResponses: typed(BOX.name) }
    const params = { name: 'purge', arguments: target, ...round }
    const request = rpc('modern', 'tools/call', params, await fixture.token())
    const meta = { 'io.modelcontextprotocol/clientCapabilities': CAN.forms }
    const sent = fixture.send('/mcp', { ...withMeta(request, meta), signal: gone.signal })
    await sent.then((response) => response.text()).catch(() => {})
    await until(() => phases.length >= 3)
    expect(phases).toEqual(['ok', 'intent', 'cancelled'])
    expect(applied).toEqual([])
  })

  test('2025: cancelled, so nothing is done, and the trail says so', async () => {
    let cancel = async () => {}
    const { fixture, applied, phases } = interrupted(() => cancel())
    const session = await openSession(fixture, await fixture.token(), CAN.forms)
    cancel = async () => {
      const params = { requestId: 1 }
      await session.postRaw({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
    }
    const params = { name: 'purge', arguments: target }
    const stream = readEvents(await session.post('tools/call', params))
    const question = await stream.next()
    const result = typed(BOX.name).confirm
    await session.postRaw({ jsonrpc: '2.0', id: question?.id, result })
    await until(() => phases.length >= 3)
    expect(phases).toEqual(['ok', 'intent', 'cancelled'])
    expect(applied).toEqual([])
    await stream.drop()
  })
})
