/**
 * The guard of streams that outlive their request: what it lets pass, when it asks, how it ends. Checklist
 * A15.03, E-S16.
 */
import { expect, test } from 'bun:test'
import { guarded } from '../../src/mcp/guarded-stream.ts'
import { createStanding, type Standing, type Verdict } from '../../src/mcp/standing.ts'
import type { Principal } from '../../src/oauth/principal.ts'
import { refuse } from '../../src/oauth/refusal.ts'
import { createClock } from '../support/clock.ts'

const LOST: Verdict = { state: 'lost', refusal: refuse('token_revoked') }
const STANDS: Verdict = { state: 'stands' }
const UNKNOWN: Verdict = { state: 'unknown' }
const event = (data: string) => `data: ${data}\n\n`

/** A stream whose parts the test sends, under a guard whose answers the test gives. */
function stream(answers: Verdict[], lifetime = 60_000) {
  let left = lifetime
  let asked = 0
  let ended = 0
  let cancelled = false
  let source!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      source = controller
    },
    cancel() {
      cancelled = true
    },
  })
  const standing: Standing = {
    remaining: () => left,
    async ask() {
      return answers[asked++] ?? STANDS
    },
  }
  const { response, end } = guarded(new Response(body), standing, {
    farewell: event('bye'),
    onEnd: () => ended++,
    patience: 1,
  })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  return {
    send: (text: string) => source.enqueue(new TextEncoder().encode(text)),
    close: () => source.close(),
    fail: () => source.error(new Error('broken')),
    /** The next part; `undefined` at the end. */
    async next() {
      const { value, done } = await reader.read()
      return done ? undefined : decoder.decode(value)
    },
    drop: () => reader.cancel(),
    end,
    expire() {
      left = 0
    },
    state: () => ({ asked, ended, cancelled }),
  }
}

test('A15.03 the first part and comments pass unasked, events only when the token stands', async () => {
  const { send, next, state } = stream([STANDS, STANDS])
  for (const part of [event('open'), ': ping\n\n', event('one'), ': ping\n\n', event('two')]) {
    send(part)
    expect(await next()).toBe(part)
  }
  expect(state()).toEqual({ asked: 2, ended: 0, cancelled: false })
})

test('A15.03 an event a revoked token would get ends the stream instead', async () => {
  const { send, next, state } = stream([LOST])
  send(event('open'))
  send(event('secret'))
  expect([await next(), await next(), await next()]).toEqual([
    event('open'),
    event('bye'),
    undefined,
  ])
  expect(state()).toEqual({ asked: 1, ended: 1, cancelled: true })
})

test('A15.03 while nobody can be asked events wait, in order, and the client hears that it waits', async () => {
  const { send, next } = stream([UNKNOWN, UNKNOWN, STANDS])
  for (const part of ['open', 'one', 'two']) send(event(part))
  const parts = []
  while (parts.at(-1) !== event('two')) parts.push(await next())
  expect(parts).toEqual([
    event('open'),
    ': waiting\n\n',
    ': waiting\n\n',
    event('one'),
    event('two'),
  ])
})

test.each<[string, Verdict[], (made: ReturnType<typeof stream>) => unknown]>([
  ['turns out to be revoked', [UNKNOWN, LOST], () => {}],
  ['ends meanwhile', Array(1_000).fill(UNKNOWN), ({ expire }) => expire()],
  ['is not waited for', Array(1_000).fill(UNKNOWN), ({ end }) => end()],
])('A15.03 an event that waits is not delivered when the token %s', async (_, answers, then) => {
  const made = stream(answers)
  made.send(event('open'))
  made.send(event('secret'))
  expect(await made.next()).toBe(event('open'))
  expect(await made.next()).toBe(': waiting\n\n')
  then(made)
  const parts = []
  do parts.push(await made.next())
  while (parts.at(-1) !== undefined)
  expect(parts.filter((part) => part !== ': waiting\n\n')).toEqual([event('bye'), undefined])
  expect(made.state()).toMatchObject({ ended: 1, cancelled: true })
})

test('E-S16 it ends by itself when the token does, with nothing to deliver', async () => {
  const clock = { end: Date.now() + 30 }
  const standing: Standing = { remaining: () => clock.end - Date.now(), ask: async () => STANDS }
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(event('open'))),
  })
  const { response } = guarded(new Response(body), standing, { farewell: event('bye') })
  expect(await response.text()).toBe(event('open') + event('bye'))
  expect(Date.now()).toBeGreaterThanOrEqual(clock.end)
})

test('E-S16 what waited to be read when the token ended is not delivered', async () => {
  const { send, next, expire, state } = stream([])
  send(event('open'))
  send(event('secret'))
  expect(await next()).toBe(event('open'))
  expire()
  expect([await next(), await next()]).toEqual([event('bye'), undefined])
  expect(state()).toEqual({ asked: 0, ended: 1, cancelled: true })
})

test('a token that ends in a hundred years ends nothing now', async () => {
  const { send, next, state } = stream([], 100 * 365 * 86_400_000)
  send(event('open'))
  await next()
  await new Promise(setImmediate)
  expect(state().ended).toBe(0)
})

test.each<[string, (made: ReturnType<typeof stream>) => unknown]>([
  ['by the server', ({ close }) => close()],
  ['by the client', ({ drop }) => drop()],
  ['by the guard', ({ end }) => end()],
  ['by the guard, twice', ({ end }) => [end(), end()]],
  ['by a failure', ({ fail }) => fail()],
])('it is over once when it is ended %s', async (_, over) => {
  const made = stream([])
  made.send(event('open'))
  await made.next()
  await over(made)
  await made.next().catch(() => {})
  made.end()
  expect(made.state().ended).toBe(1)
})

const ada = { expiresAt: 2_000_000_000 } as Principal

test.each([
  ['asked for each event', 0, 5, 5],
  ['asked once a second', 1, 5, 5],
  ['asked once in a while', 60, 5, 1],
])('A15.03 Stytch is %s when the lag is %d s', async (_, maxRevocationLag, events, questions) => {
  const clock = createClock()
  const ages: number[] = []
  const standing = createStanding({
    principal: ada,
    maxRevocationLag,
    now: clock.now,
    async ensureActive(maxAge) {
      ages.push(maxAge)
      return undefined
    },
  })
  for (let each = 0; each < events; each++) {
    expect((await standing.ask()).state).toBe('stands')
    clock.advance(1)
  }
  expect(ages).toEqual(Array(questions).fill(Math.min(1, maxRevocationLag)))
})

test('A15.03 no answer is relied on longer than the lag, its age when it came included', async () => {
  const clock = createClock()
  let asked = 0
  const standing = createStanding({
    principal: ada,
    maxRevocationLag: 60,
    now: clock.now,
    async ensureActive() {
      asked++
      return undefined
    },
  })
  await standing.ask()
  clock.advance(58)
  await standing.ask()
  expect(asked).toBe(1)
  clock.advance(1)
  await standing.ask()
  expect(asked).toBe(2)
})

test.each<[Parameters<typeof refuse>[0], Verdict['state']]>([
  ['token_revoked', 'lost'],
  ['token_unconfirmed', 'lost'],
  ['verification_unavailable', 'unknown'],
])(
  'A15.03 %s is remembered by nobody: the token is %s, and asked about again',
  async (code, state) => {
    let asked = 0
    const standing = createStanding({
      principal: ada,
      maxRevocationLag: 60,
      now: Date.now,
      ensureActive: async () => (asked++ === 0 ? refuse(code) : undefined),
    })
    expect((await standing.ask()).state).toBe(state)
    expect((await standing.ask()).state).toBe('stands')
  },
)
