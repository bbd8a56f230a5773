/**
 * A person confirms what cannot be brought back: rounds of a 2026-07-28 call to a tool declared with
 * `defineChange`. What was really done is counted by the tools, never read from an answer. Checklist D3
 * and E-J46 to E-J54; D3.12, the page for secrets, is in `secrets.test.ts`.
 */
import { afterEach, describe, expect, setSystemTime, test } from 'bun:test'
import { createFixture } from '../support/fixture.ts'
import { answer, rpc } from '../support/mcp.ts'
import { createProbes } from '../support/probes.ts'
import {
  BOX,
  CAN,
  createShelf,
  errorOf,
  planOf,
  questionOf,
  type Shelf,
  typed,
} from '../support/shelf.ts'

const target = { id: BOX.id }
const OTHER = { client_id: 'connected-app-test-other' }

const question = expect.objectContaining({
  resultType: 'input_required',
  requestState: expect.any(String),
  inputRequests: { confirm: expect.objectContaining({ method: 'elicitation/create' }) },
})

/** A second round. */
const answered = (requestState: string, inputResponses: unknown = typed(BOX.name)) => ({
  requestState,
  inputResponses,
})

describe('D3.01, E-J46 which clients are asked', () => {
  test.each(['elicit', 'forms', 'both'] as const)('one that can: %s', async (can) => {
    const { call, applied } = createShelf()
    const { result } = await call('purge', target, { capabilities: CAN[can] })
    expect(result).toEqual(question)
    expect(result).not.toHaveProperty('structuredContent')
    expect(applied).toEqual([])
  })

  test.each(['nothing', 'sample', 'urls'] as const)(
    'D3.02 one that cannot gets a plan, and no question: %s',
    async (can) => {
      const { call, applied } = createShelf()
      const first = await call('purge', target, { capabilities: CAN[can] })
      expect(first.result?.resultType).toBe('complete')
      expect(first.result).not.toHaveProperty('inputRequests')
      expect(planOf(first)).toMatchObject({ confirm_phrase: BOX.name })
      expect(applied).toEqual([])
    },
  )

  test('a client that loses its voice between rounds gets a plan: nothing happens unasked', async () => {
    const { call, asked, applied } = createShelf()
    const requestState = await asked('purge', target)
    const round = { ...answered(requestState), capabilities: CAN.nothing }
    expect(planOf(await call('purge', target, round))).toMatchObject({ confirm_phrase: BOX.name })
    expect(applied).toEqual([])
  })
})

describe('one round', () => {
  test('asks what will happen to what, and does it once it was typed', async () => {
    const { call, applied } = createShelf()
    const first = await call('purge', target)
    expect(questionOf(first)).toBe('Purge "Blue box" (t-1, version 1)? Type "Blue box" to confirm.')
    expect(applied).toEqual([])
    const { result } = await call('purge', target, answered(first.result?.requestState as string))
    expect(result).toMatchObject({
      resultType: 'complete',
      structuredContent: {
        done: 'purge t-1',
        changes: [{ path: '', before: { id: 't-1', name: 'Blue box', version: 1 } }],
      },
    })
    expect(applied).toEqual(['purge t-1'])
  })

  test('D3.11 all that is asked for is the phrase', async () => {
    const { call } = createShelf()
    for (const name of ['purge', 'remove', 'share']) {
      const args = name === 'share' ? { ...target, everyone: true } : target
      const { result } = await call(name, args)
      expect(result?.inputRequests).toEqual({
        confirm: {
          method: 'elicitation/create',
          params: expect.objectContaining({
            requestedSchema: {
              type: 'object',
              properties: { phrase: { type: 'string', title: 'Type Blue box' } },
              required: ['phrase'],
            },
          }),
        },
      })
    }
  })

  test('a write that needs nobody is done at once; one that does is asked about', async () => {
    const { call, applied } = createShelf()
    expect((await call('rename', { ...target, name: 'Red box' })).result).toMatchObject({
      structuredContent: { changes: [{ path: '/name', before: 'Blue box', after: 'Red box' }] },
    })
    await call('share', { ...target, everyone: false })
    expect(applied).toEqual(['rename t-1', 'share t-1'])
    const wide = { ...target, everyone: true }
    const requestState = (await call('share', wide)).result?.requestState as string
    expect(applied).toHaveLength(2)
    await call('share', wide, answered(requestState, typed('Red box')))
    expect(applied).toHaveLength(3)
  })

  test('D3.14 the answer to a retry is not kept, and has no hints', async () => {
    const { fixture, asked, call } = createShelf()
    const requestState = await asked('purge', target)
    const { result } = await call('purge', target, answered(requestState))
    expect(result?.resultType).toBe('complete')
    expect(result).not.toHaveProperty('ttlMs')
    expect(result).not.toHaveProperty('cacheScope')
    const request = rpc('modern', 'tools/call', { name: 'look', arguments: target })
    const headers = {
      ...(request.headers as object),
      Authorization: `Bearer ${await fixture.token()}`,
    }
    const response = await fixture.send('/mcp', { ...request, headers })
    expect(response.headers.get('cache-control')).toBe('no-store')
    await response.text()
  })

  test.each(['tools/list', 'prompts/list', 'server/discover'])(
    'D3.14 %s asks nobody anything, whatever is answered',
    async (method) => {
      const { fixture, asked, applied } = createShelf()
      const requestState = await asked('purge', target)
      const params = { name: 'purge', arguments: target, ...answered(requestState) }
      const token = await fixture.token()
      const { name: _, ...rest } = params
      const { result } = await answer(
        await fixture.send('/mcp', rpc('modern', method, rest, token)),
      )
      expect(result?.resultType).not.toBe('input_required')
      expect(applied).toEqual([])
    },
  )

  test('a dry run asks nobody and does nothing, with an answer or without', async () => {
    const { call, asked, applied } = createShelf()
    const dry = { ...target, dryRun: true }
    const preview = {
      dry_run: true,
      changes: [{ path: '', before: { id: 't-1', name: 'Blue box', version: 1 } }],
    }
    for (const capabilities of [CAN.forms, CAN.nothing]) {
      const { result } = await call('purge', dry, { capabilities })
      expect(result?.structuredContent).toEqual(preview)
    }
    const requestState = await asked('purge', target)
    await call('purge', dry, answered(requestState))
    await call('rename', { ...target, name: 'Red box', dryRun: true })
    expect(applied).toEqual([])
  })

  test.each(['question', 'dry run'])(
    'a destructive change without a question fails, with nothing done: %s',
    async (how) => {
      const { call, applied, fixture } = createShelf()
      const args = how === 'dry run' ? { ...target, dryRun: true } : target
      for (const capabilities of [CAN.forms, CAN.nothing]) {
        const first = await call('careless', args, { capabilities })
        if (how === 'dry run') expect(first.result?.structuredContent?.dry_run).toBe(true)
        else expect(errorOf(first)).toBe('internal_error')
      }
      expect(applied).toEqual([])
      expect(fixture.lines.filter((line) => line.includes('tool failed'))).toHaveLength(
        how === 'dry run' ? 0 : 2,
      )
    },
  )
})

describe('what is no agreement', () => {
  test('D3.03, E-J47 an answer to a question nobody asked', async () => {
    const { call, applied } = createShelf()
    const { result } = await call('purge', target, { inputResponses: typed(BOX.name) })
    expect(result).toEqual(question)
    expect(applied).toEqual([])
  })

  test.each<[string, unknown]>([
    ['a boolean', { confirm: { action: 'accept', content: { confirm: true } } }],
    ['a boolean for the phrase', typed(true)],
    ['yes', typed('yes')],
    ['nothing', typed('')],
    ['space', typed('   ')],
    ['another name', typed('Red box')],
    ['another case', typed('blue box')],
    ['the start of it', typed('Blue')],
    ['more than it', typed('Blue box and all others')],
    ['it in quotation marks', typed('"Blue box"')],
    ['a list of it', typed(['Blue box'])],
    [
      'it in a member called otherwise',
      { confirm: { action: 'accept', content: { name: 'Blue box' } } },
    ],
    ['no content', { confirm: { action: 'accept' } }],
  ])('D3.08 %s: asked again', async (_, inputResponses) => {
    const { call, asked, applied } = createShelf()
    const second = await call(
      'purge',
      target,
      answered(await asked('purge', target), inputResponses),
    )
    expect(second.result).toEqual(question)
    expect(questionOf(second)).toStartWith('That was not the phrase, so nothing was done. Purge')
    expect(applied).toEqual([])
  })

  test('D3.08 asked again, the person can still agree', async () => {
    const { call, asked, applied } = createShelf()
    const first = await asked('purge', target)
    const { result } = await call('purge', target, answered(first, typed('yes')))
    await call('purge', target, answered(result?.requestState as string))
    expect(applied).toHaveLength(1)
  })

  test.each(['  Blue box  ', 'Blue box\n'])('space around %j does not matter', async (phrase) => {
    const { call, asked, applied } = createShelf()
    await call('purge', target, answered(await asked('purge', target), typed(phrase)))
    expect(applied).toHaveLength(1)
  })

  test.each(['decline', 'cancel'])(
    'D3.09, E-J54 %s: cancelled, and no second try',
    async (action) => {
      const { call, asked, applied } = createShelf()
      const requestState = await asked('purge', target)
      // What a person types and then takes back is taken back.
      const said = { confirm: { action, content: { phrase: BOX.name } } }
      expect(errorOf(await call('purge', target, answered(requestState, said)))).toBe('cancelled')
      const { error } = await call('purge', target, answered(requestState))
      expect(error?.code).toBe(-32602)
      expect(applied).toEqual([])
    },
  )

  test.each<[string, unknown]>([
    ['an unknown action', { confirm: { action: 'maybe', content: { phrase: 'Blue box' } } }],
    [
      'an action in another case',
      { confirm: { action: 'Accept', content: { phrase: 'Blue box' } } },
    ],
    ['no action', { confirm: { content: { phrase: 'Blue box' } } }],
    ['a text', { confirm: 'accept' }],
    ['null', { confirm: null }],
    ['a list', { confirm: [typed('Blue box').confirm] }],
    ['wrapped', { confirm: { method: 'elicitation/create', result: typed('Blue box').confirm } }],
    ['D3.10 nothing', {}],
    ['D3.10 under another name', { other: typed('Blue box').confirm }],
    ['D3.10 under a name every object has', { __proto__: typed('Blue box') }],
    ['D3.10 absent', undefined],
  ])('D3.09 %s: asked again', async (_, inputResponses) => {
    const { call, asked, applied } = createShelf()
    const round = { requestState: await asked('purge', target), inputResponses }
    const { result, error } = await call('purge', target, round)
    if (error === undefined) expect(result).toEqual(question)
    else expect(error.code).toBe(-32602)
    expect(applied).toEqual([])
  })

  test('D3.10 what else comes with the answer is ignored', async () => {
    const { call, asked, applied } = createShelf()
    const inputResponses = { extra: { action: 'decline' }, ...typed(BOX.name) }
    await call('purge', target, answered(await asked('purge', target), inputResponses))
    expect(applied).toHaveLength(1)
  })
})

describe('whose the state is, for what, and how long', () => {
  afterEach(() => {
    setSystemTime()
  })

  test.each<[string, (state: string) => unknown]>([
    ['random', () => 'x'.repeat(120)],
    ['empty', () => ''],
    ['cut off', (state) => state.slice(0, -4)],
    ['without its seal', (state) => state.slice(0, state.lastIndexOf('.') + 1)],
    ['changed', (state) => state.replace(/.(?=.{60}$)/, (c) => (c === 'A' ? 'B' : 'A'))],
    ['null', () => null],
    ['a number', () => 7],
    ['an object', () => ({})],
    ['half a megabyte', () => 'x'.repeat(512 * 1024)],
  ])('D3.04, E-J48 %s: −32602', async (_, forged) => {
    const { call, asked, applied } = createShelf()
    const requestState = forged(await asked('purge', target)) as string
    const { error } = await call('purge', target, answered(requestState))
    expect(error?.code).toBe(-32602)
    expect(error?.message).not.toMatch(/mac|bind|expired$/i)
    expect(applied).toEqual([])
  })

  test('D3.04, E-J48 sealed with another key: −32602', async () => {
    const requestState = await createShelf().asked('purge', target)
    const { call, applied } = createShelf()
    expect((await call('purge', target, answered(requestState))).error?.code).toBe(-32602)
    expect(applied).toEqual([])
  })

  test.each<[string, object]>([
    ['person', { user: 'bob@example.com' }],
    ['client', OTHER],
  ])('D3.05, E-J50 of another %s: −32602, and still good for its owner', async (_, mint) => {
    const { fixture, call, asked, applied } = createShelf()
    await fixture.knob('clients', { ...OTHER, redirect_uris: ['https://x.test/cb'] })
    const requestState = await asked('purge', target)
    const round = { ...answered(requestState), mint: mint as never }
    expect((await call('purge', target, round)).error?.code).toBe(-32602)
    expect(applied).toEqual([])
    await call('purge', target, answered(requestState))
    expect(applied).toHaveLength(1)
  })

  test.each<[string, string, Record<string, unknown>]>([
    ['another tool', 'purge_other', { id: 't-1', note: 'n', how: { deep: true, wide: false } }],
    ['another thing', 'purge', { id: 't-2', note: 'n', how: { deep: true, wide: false } }],
    ['another argument', 'purge', { id: 't-1', note: 'm', how: { deep: true, wide: false } }],
    ['an argument fewer', 'purge', { id: 't-1', how: { deep: true, wide: false } }],
    [
      'another argument deep inside',
      'purge',
      { id: 't-1', note: 'n', how: { deep: true, wide: true } },
    ],
    [
      'a dry run that is off',
      'purge',
      { id: 't-1', note: 'n', how: { deep: true, wide: false }, dryRun: false },
    ],
  ])('D3.05, E-J51 used for %s: a new question', async (_, name, args) => {
    const { call, asked, applied, things } = createShelf()
    things.set('t-2', { ...BOX, id: 't-2' })
    const first = { id: 't-1', note: 'n', how: { deep: true, wide: false } }
    const requestState = await asked('purge', first)
    expect((await call(name, args, answered(requestState))).result).toEqual(question)
    expect(applied).toEqual([])
  })

  test('D3.05 the order of arguments is nobody’s business', async () => {
    const { call, asked, applied } = createShelf()
    const requestState = await asked('purge', { id: 't-1', how: { deep: true, wide: false } })
    await call('purge', { how: { wide: false, deep: true }, id: 't-1' }, answered(requestState))
    expect(applied).toHaveLength(1)
  })

  test('D3.05 good for five minutes, and not for six', async () => {
    const { call, asked, applied } = createShelf()
    const [first, second] = [await asked('purge', target), await asked('purge', target)]
    setSystemTime(Date.now() + 295_000)
    await call('purge', target, answered(first))
    expect(applied).toHaveLength(1)
    setSystemTime(Date.now() + 10_000)
    expect((await call('purge', target, answered(second))).error?.code).toBe(-32602)
    expect(applied).toHaveLength(1)
  })

  test('D3.06, E-J49 used once: a replay is −32602, and the count stays 1', async () => {
    const { call, asked, applied } = createShelf()
    const requestState = await asked('purge', target)
    await call('purge', target, answered(requestState))
    for (let each = 0; each < 3; each++) {
      const { error } = await call('purge', target, answered(requestState))
      expect(error?.code).toBe(-32602)
    }
    expect(applied).toHaveLength(1)
  })

  test('D3.06 used once, also in the last second it is good', async () => {
    const { call, asked, applied } = createShelf()
    const start = Math.ceil(Date.now() / 1_000) * 1_000
    setSystemTime(start)
    const requestState = await asked('purge', target)
    await call('purge', target, answered(requestState))
    expect(applied).toHaveLength(1)
    setSystemTime(start + 300_900)
    expect((await call('purge', target, answered(requestState))).error?.code).toBe(-32602)
    expect(applied).toHaveLength(1)
  })

  test('D3.06 used up by a wrong answer as by a right one', async () => {
    const { call, asked, applied } = createShelf()
    const requestState = await asked('purge', target)
    await call('purge', target, answered(requestState, typed('wrong')))
    expect((await call('purge', target, answered(requestState))).error?.code).toBe(-32602)
    expect(applied).toEqual([])
  })

  test('D3.06, E-J53 of parallel retries exactly one is done', async () => {
    const { call, asked, applied } = createShelf()
    const requestState = await asked('purge', target)
    const all = await Promise.all(
      Array.from({ length: 8 }, () => call('purge', target, answered(requestState))),
    )
    expect(applied).toHaveLength(1)
    expect(all.filter(({ error }) => error?.code === -32602)).toHaveLength(7)
  })
})

describe('two processes with one store and one key', () => {
  const env = { MCP_STATE_KEY: 'k'.repeat(32) }
  /** Two servers over one shelf. */
  function pair(): [Shelf, Shelf] {
    const first = createShelf({ env })
    return [first, createShelf({ env, store: first.store })]
  }

  test('D3.06 what one asked the other may hear, once', async () => {
    const [one, other] = pair()
    const requestState = await one.asked('purge', target)
    await other.call('purge', target, answered(requestState))
    expect(other.applied).toHaveLength(1)
    for (const { call } of [one, other]) {
      expect((await call('purge', target, answered(requestState))).error?.code).toBe(-32602)
    }
    expect([...one.applied, ...other.applied]).toHaveLength(1)
  })

  test('E-J53 of retries at both exactly one is done', async () => {
    const [one, other] = pair()
    const requestState = await one.asked('purge', target)
    await Promise.all(
      [one, other, one, other].map(({ call }) => call('purge', target, answered(requestState))),
    )
    expect([...one.applied, ...other.applied]).toHaveLength(1)
  })
})

describe('D3.07 what changed while the person thought', () => {
  test.each<[string, (shelf: Shelf) => void, string]>([
    [
      'renamed',
      ({ things }) => {
        thing(things).name = 'Red box'
      },
      '"Red box" (t-1, version 1)? Type "Red box"',
    ],
    [
      'a new version',
      ({ things }) => {
        thing(things).version = 2
      },
      '"Blue box" (t-1, version 2)? Type "Blue box"',
    ],
  ])('%s: asked again, about what is there now', async (_, alter, now) => {
    const shelf = createShelf()
    const requestState = await shelf.asked('purge', target)
    alter(shelf)
    const second = await shelf.call('purge', target, answered(requestState))
    expect(second.result).toEqual(question)
    expect(questionOf(second)).toBe(
      `The target has changed since you were asked. Purge ${now} to confirm.`,
    )
    expect(shelf.applied).toEqual([])
    const { name } = thing(shelf.things)
    const state = second.result?.requestState as string
    await shelf.call('purge', target, answered(state, typed(name)))
    expect(shelf.applied).toHaveLength(1)
  })

  test('gone: not found, and nothing is done', async () => {
    const { call, asked, applied, things } = createShelf()
    const requestState = await asked('purge', target)
    things.clear()
    expect(errorOf(await call('purge', target, answered(requestState)))).toBe('not_found')
    expect(applied).toEqual([])
  })

  test('two questions about one thing: what the first did, the second does not do again', async () => {
    const { call, asked, applied } = createShelf()
    const [first, second] = [await asked('remove', target), await asked('remove', target)]
    await call('remove', target, answered(first))
    expect(errorOf(await call('remove', target, answered(second)))).toBe('not_found')
    expect(applied).toEqual(['remove t-1'])
  })

  function thing(things: Shelf['things']) {
    return things.get(BOX.id) as { name: string; version: number }
  }
})

describe('D3.15 names that somebody chose', () => {
  const named = (name: string) => {
    const shelf = createShelf()
    shelf.things.set(BOX.id, { ...BOX, name })
    return shelf
  }

  test.each<[string, string, string]>([
    ['a quotation that ends', '"; approve all', "'; approve all"],
    ['lines', 'a\n\nType yes to confirm.', 'a  Type yes to confirm.'],
    ['letters that reorder', 'safe\u202etxt.exe', 'safetxt.exe'],
    ['letters nobody sees', 'a\u200bb\u{e0041}', 'ab'],
    ['a link', '[here](https://evil.test)', '[here] (https://evil.test)'],
    ['an element', '<img src=x>', '‹img src=x›'],
    ['colours of a terminal', '\u001b[31mred\u001b[0m', 'red'],
  ])(
    '%s: shown quoted and harmless, and what is shown is what is typed',
    async (_, name, shown) => {
      const { call, applied } = named(name)
      const first = await call('purge', target)
      expect(questionOf(first)).toBe(
        `Purge "${shown}" (t-1, version 1)? Type "${shown}" to confirm.`,
      )
      const requests = JSON.stringify(first.result?.inputRequests)
      expect(requests).toContain(JSON.stringify(`Type ${shown}`))
      const state = first.result?.requestState as string
      await call('purge', target, answered(state, typed(shown)))
      expect(applied).toHaveLength(1)
      const plan = planOf(await call('purge', target, { capabilities: CAN.nothing }))
      expect(plan.confirm_phrase).toBe(shown)
      expect(plan.summary).toBe(`Purge "${shown}" (t-1, version 1)?`)
    },
  )

  test('eighty characters of it; the whole name is typed, or what is shown', async () => {
    const name = `${'long '.repeat(30)}end`
    for (const phrase of [name, `${name.slice(0, 79)}…`]) {
      const { call, asked, applied } = named(name)
      const first = await call('purge', target)
      expect(questionOf(first)).toContain(`Type "${name.slice(0, 79)}…" to confirm.`)
      expect(questionOf(first).length).toBeLessThan(260)
      await call('purge', target, answered(await asked('purge', target), typed(name.slice(0, 79))))
      expect(applied).toEqual([])
      await call('purge', target, answered(await asked('purge', target), typed(phrase)))
      expect(applied).toHaveLength(1)
    }
  })

  test('a name that composes is typed either way', async () => {
    const { call, asked, applied } = named('Caf\u00e9')
    await call('purge', target, answered(await asked('purge', target), typed('Cafe\u0301')))
    expect(applied).toHaveLength(1)
  })

  test.each(['', '   ', '\u200b\u2060', '\u202e'])(
    'the name %j cannot be typed, so nobody can be asked and nothing is done',
    async (name) => {
      const { call, applied } = named(name)
      for (const capabilities of [CAN.forms, CAN.nothing]) {
        expect(errorOf(await call('purge', target, { capabilities }))).toBe('internal_error')
      }
      expect(applied).toEqual([])
    },
  )
})

test('a client cannot agree for a tool that does not ask: unknown arguments are refused', async () => {
  const { call, applied } = createShelf()
  for (const more of [{ confirm: true }, { confirm: 'Blue box' }, { phrase: 'Blue box' }]) {
    expect((await call('purge', { ...target, ...more })).result?.isError).toBe(true)
  }
  expect(applied).toEqual([])
})

test('a server with changes offers applyPlan; one without them does not', async () => {
  const listed = async (fixture: Shelf['fixture']) => {
    const request = rpc('modern', 'tools/list', {}, await fixture.token())
    const { result } = await answer(await fixture.send('/mcp', request))
    return result?.tools?.map(({ name }) => name)
  }
  expect(await listed(createShelf().fixture)).toContain('applyPlan')
  expect(await listed(createFixture({ tools: createProbes().tools }))).toEqual([
    'read',
    'write',
    'destructive',
  ])
})
